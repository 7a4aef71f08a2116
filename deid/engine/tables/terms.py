"""Collect rarer words of medicine from the largest lists of SCOWL (Debian: wamerican-insane, wbritish-insane): anatomy, signs,
operations, which are told from the rest of the language by the Greek and Latin forms that they are made of.

What begins as such a word does is taken if `wordfreq` (data CC BY-SA 4.0) counts it at all, as more words begin so than end so.
"""

import importlib
import re
from collections.abc import Callable, Iterable
from typing import Any

SHORTEST = 7
# How often a word that only begins so must be counted, as ten's power in a thousand million.
COUNTED = 1.0
_BEGINNINGS_TEXT = """
abdomin acant acetabul acro actin aden adip adnex adren agnath akinet albumin allo alveol ambly amnio ampull amyl anastom
aneurysm angi ankyl antebrachi antero antr aort aphak apic aponeur append arachn arteri arthr arytenoid ascit astr atel ather
atri audi auricul axill axon azot bacill bacteri balan bili blast blephar brachi brachy brady bronch bucc bulb burs calcan
calcar calvar calyc cani canth capit carbox carcin cardi carot carp cartilag caud cephal cerebell cerebr cervic cheil chem
cholang chole chondr chorio chrom cili cingul circum clavic clitor coccy cochl colic colon colp comed condyl conjunctiv coprol
coraco corne coron cortic cost crani crur cubit cutane cyan cycl cyst dacry dactyl deglut delt dendr dent derm desm dextr
diaphys diapo dipl disc diverticul dors duct duoden dura ectop embol embry encephal endo enter eosin ependym epicondyl epidid
epidur epigastr epiglott epiphys episi epistax epithel erythem erythr esophag esthes ethm exstroph extens faci falc fasci
femor fenestr ferr fetal fibr fibul fimbr flavo foll fontanel foram fossa front fund galact ganglio gastr genicul genit gingiv
glabell glen glial glom gloss glott glute glyc gnath gonad gran haem hallux hamat hamstring hepat herni heter hidr hippocamp
hist humer hyal hydr hyster immuno incis infra inguin insul inter intra irid isch jejun jugul juxta kary kerat kinesi kyph
labi labyrinth lacrim lact lamin lapar laryng leio lent lepto leuc leuk lienal ligament ling lith lord lumb lymph macro malle
mamm mandib manubri mast maxill meat medull megal melan mening menis menorrh ment mesent meso metacarp metaphys metatars metr
micro mitr morph mult naevi navicul necr neonat nephr neur norm nucl nyct obtur occipit ocul odont olecran olfact omph onco
onych oophor ophthalm opisth orbit orch organo orth osse oste pachy palat palm palpebr pancrea papill paresth pariet patell
path pect pelv peri perone petr phag phalang pharyng phleb phot phren pimel pituit plac plant plasm pleur pneum poikil poli
poly poplit post prae proct prosop prostat proxim pseud psoas psor pudend pulmon pupil pyel rach radi rect reticul retin retro
rhabd rhin rhiz sacr sagitt salping saphen sarc scaph scapul schis sciat scler scoli scrot semi sept sequestr sial sigm soma
sphen sphinct spin spir splanchn splen spondyl squam stap steat sten stern steth stom strab stri styl subarach sudor sulc
supin supra sutur sympath symphys synov syring tars temp tend teno terat testic thal thec thel thorac thromb thym thyr tond
tons tors trab trach trans trapez trich trigem trigon trip triquetr trism troch turb tympan typhl ultra umbil uncin ungu uret
uric urin uter uvul vacuol valg valv varic ventr verm vertebr vesic vestib vill visc vitr vulv xanth xiph
"""
_ENDINGS_TEXT = """
acious acral actic adenia algesia algesic algia algic ampsia arche ataxic bulia capnia capnic cele cephalic cephalus cephaly
chezia chromasia chromia cinesia clasia clasis coele colpos conchal condylar coria crasia crinia crural cyst cystic cyte cytes
cytic cytosis dactyl dactylia dactyly derma dermal dermia dermic didymis dipsia drome drosis duct dural dynia dysmetria
ectasia ectasis ectatic edema ellar emia emias emic enchyma epsia ergic esis esthesia esthetic femoral fugal gastric genetic
genia genic geusia glial globin globulin glossal glossia gnathia gnathic gnathism gnathous gnosia gnosis gonic gram hydria
iasis iatric iatry ictal iform itides itis itises keratosis kinesia kinetic labial lalia lepsy lexia lingual lith lithic
lucent lymphic lysin lysis lytic malacia malar mania maniac mastia mazia megalic megaly melia melic melus menia meningeal
mnesia morphic motile mycosis myelia nasal necrosis noia nychia nychial ocular odont odontia oidal olar omas omata omphalos
ophthalmia ophthalmic ophthalmos ophthalmus opia opic opsia opsies opsin opsy orchidism orchism orexia osmia osmotic osseous
ostosis otia otomous oxia oxic palatal palpebral parietal parous pathic pathies pathy peduncular pelvic penia penic pexia
pexies pexy phagia phagic phagy phalangeal phalangism phalangy pharyngeal phasia phasic philia philic phobia phonia phonic
phoria phoric phrasia phrenia phrenic phyma physeal physes physis plakia plasia plasm plastic plasties plasty plegia plegias
plegic pleural pnea pneic pnoea podia poietic porosis posia posis praxia praxis psoas psychosis ptosis ptotic ptysis pyretic
pyrexia radial ramus renal retinal rrhage rrhagia rrhagic rrhaphy rrhea rrheal rrheic rrhexis rrhoea sarcoma schisis sclerosis
sclerotic scopies scopy sebaceous septal sialia sinusal somatic somia somnia spasm spastic spermia spermic sphyxia splenic
spondylar spondyly stalsis stasis static stenosis stenotic sternal sthenia stigmatism stomal stomia tarsal taxia taxis
tendinous thecal thelial thelium thermia thoracic thorax thrombotic thymia thymic thyroid tibial tocia tomic tomies tomy tonia
tonic tresia trichia trichial trichosis tripsy triquetral trophia trophic trophies trophy tropion tropism tubal tympanic ulnar
umbilical ungual ureteral urethral uretic uria uric uterine vaginal valgus vascular venous ventral ventricular version
vertebral vesical visceral zygomatic
"""
_BEGINS = re.compile("|".join(_BEGINNINGS_TEXT.split()))
_ENDS = re.compile(f".*(?:{'|'.join(_ENDINGS_TEXT.split())})")


def term_words(words: Iterable[str], names: frozenset[str], may_stay: Callable[[str], bool]) -> list[str]:
    """Return those of *words*, written small only, that are made as words of medicine are, do not stay yet and are nobody's
    name, nor with an s, sorted."""
    listed = set(words)
    counted: Any = importlib.import_module("wordfreq")
    small = {
        word
        for word in listed
        if word.isascii() and word.isalpha() and word.islower() and len(word) >= SHORTEST
    }
    told = (
        word
        for word in small - names
        if word.capitalize() not in listed
        and f"{word}s" not in names
        and (_ENDS.fullmatch(word) or (_BEGINS.match(word) and counted.zipf_frequency(word, "en") >= COUNTED))
    )
    return sorted(word for word in told if not may_stay(word.capitalize()))
