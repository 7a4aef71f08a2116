"""Words that are medical by the way they are made, whatever their language: endings of diseases and operations, stems of
drugs (WHO's international nonproprietary names), and German words put together from clinical ones.

Tried against 130,000 surnames and given names, of a census and of eighty countries, the second group of endings against the
1,490,000 of `names-dataset` as well: what any of them ends in is not here.
"""

import re
from collections.abc import Set
from functools import lru_cache

SHORTEST_MADE, SHORTEST_COMPOUND, SHORTEST_PIECE = 8, 13, 3
# Of 130,000 surnames and given names none of eight letters and more ends in one of these; short endings that a name could
# have are left out.
_ENDINGS = re.compile(
    r".{2,}(?:ations?|ifications?|i[sz](?:ed|ations?)|izing|ative(?:ly)?|ibly|ality|ically|iform|escen(?:t|ce)|ular(?:ly)?|oidal|"
    r"ously|ility|ities|ively|ional(?:ly)?|tions|sions|cele|trop(?:ic|ia)|phytes?|blastic|clasts?|plasms?|lemma|lucen(?:t|cy)|"
    r"(?:dens|intens)it(?:y|ies)|echoic|grams|graphs|metr(?:y|ical)|meters|scopes?|lobar|lobes|lateral|medial|distal|proximal|"
    r"posterior|anterior|inferior|superior|terior|ated|ating|ified|ifying|[ai]bly|ially|ists|ators|tomy|log(?:y|ic|ical|ist)|"
    r"stomy|pexy|rrhaphy|centesis|o?edema|wise|wide|most|lysis|osis|plasty|scop(?:y|ic)|graph(?:y|ic)|path(?:y|ies|ic)|megaly|"
    r"plegic|paresis|rrhag(?:e|ic)|uria|algia|algic|troph(?:y|ic)|stenosis|sclerosis|lithiasis|aemia|an[ae]emia|carcinomas?|"
    r"sarcomas?|blastomas?|adenomas?|lymphomas?|angiomas?|fibromas?|lipomas?|neuromas?|myelomas?|gliomas?|cytomas?|omata|matous|"
    r"ernomas?|ulinomas?|rinomas?|agonomas?|ymomas?|ryngiomas?|gillomas?|granulomas?|nthomas?|iosarcoma|topic|penia|spasms?|"
    r"gliosis|ptysis|stitial|"
    r"cranial|vascular|venous|arterial|osseous|articular|thorax|cardia|ectas(?:is|ia)|genic|lytic|phagia|phasia|pn(?:o)?ea|larity|"
    r"genous|[et]erial|itary|entary|uous|acity|ivity|bility|ential|antial|hepatic|gastric|itude|tensi(?:ve|on)|spinal|dermal|"
    r"thelial|thelium|aneous|ulen(?:t|ce)|esthesia|philia|pressed|placed|tracted|formed|struct(?:ed|ion)|tionen|ationale|"
    r"gradig(?:en?)?|seitige?|itiden|algie|pathie|skopie|ektomie|plastik|graphie|logisch|megalie|plasie|plegie|trophie|stenose|"
    r"sklerose|ungen|ierung|igkeit|lichkeit|keiten|heiten|gelenke?s?|iert(?:e[nrs]?)?|insuffizienz|insuffisances?|insuficiencia|insufficienza|insufficientie|arthrose|steatose|fibrose|thrombose|zirrhose|cirrhose|"
    r"necrose|algies|algias|ruptur|fraktur|arterien?|venen|organe?|"
    r"defekt(?:e[ns]?|es)?|storungen?|formig|haltig|flussig|aufnahmen?|kontrast|kammer|klappe|gewebe|muskel|sehne|knochen|wirbel|raum|"
    r"bereich|verlauf|befund|zeichen|schwellung|wachstum|druse|dyspnoe|fractuur|scheur|emboli[ea]|aties?|elijke?|atoires?|ulaires?|"
    r"euses?|iennes|ielles|ciones|mientos|idades|zioni|oidale|ologic[oa]|atori[oa]|ektasie|scopie|ectomie|plastie|lithiase|ectasie|aciones|mientos|patia|scopia|ectomia|plastia|grafia|megalia|"
    r"trofia|litiasis|azion[ei]|litiasi|stenosi|"
    r"(?:n|l|r|id|c)emia|carnitine|plasia|cephal(?:y|us)|dactyl(?:y|ia|ous)|(?:fer|sid|kin|hydrol|synth|oxid|reduct)ase|"
    r"gnath(?:ia|ism)|phalang(?:y|ism|eal)|phys(?:es|eal|is)|spermia|cytic|dermi?a|odontia|reflexia|chroma(?:sia|tic)|"
    r"ecta(?:ses|tic)|myelia|neural|philic|plastic|retinal|schisis|ungual|cecal|cerebellar|cerebral|cervical|clonal|"
    r"condylar|corneal|diaphragm(?:atic)?|dynia|fissural|globin|kine(?:sis|tic)|mastia|megalic|meningeal|ophthalm(?:os|ic)|"
    r"plakia|opsia|orchidism|osmia|pelvic|penic|phagic|pharyngeal|laryngeal|tracheal|bronchial|poie(?:sis|tic)|rrh(?:agia|eic|ea)|"
    r"somnia|spondyl(?:y|ic|ar)|uresis|valgus|vertebral|volemia|zygomatic|calvarial|foraminal|carpal|tarsal|discal|"
    r"cal[iy]ceal|ureteral|urethral|vesical|vaginal|thoracic|ischial|femoral|tibial|fibular|brachial|radial|ulnar|humeral|"
    r"scapular|lingual|gingival|maxillary|orbital|ocular|choroidal|tympanic|cochlear|alveolar|pulmonary|cardiac|atrial|"
    r"ventricular|aortic|biliary|splenic|pancreatic|duodenal|jejunal|rectal|thyroid|pituitary|medullary|thecal|axonal|cortical|"
    r"ganglionic|thymic|genetic|palmar|plantar|iliac|sacral|septal|kerato(?:sis|ma)|melanic|trichosis)"
)
# Stems of drugs and contrast media.
_DRUGS = re.compile(
    r"[a-z]*(?:[ltxz]umab|tuximab|[ie]limumab|vedotin|deruxtecan|tinib|ciclib|rafenib|metinib|parib|platin|taxel|rubicin|"
    r"metrexed|citabine|mustine|lukast|prazole|conazole|nidazole|setron|vastatin|sartan|dipine|gliptin|gliflozin|glutide|xaban|"
    r"gatran|grelor|dronate|dronic|thiazide|semide|cillin|mycin|floxacin|cycline|azepam|azolam|profen|coxib|methasone|nisolone|"
    r"nisone|heparin|limus|caine|butrol|terate|terol|benate|diamide|teridol|promide|versol|hexol|meprol|dotate|lutamide|"
    r"strozole|zolomide|azine|olol|pril|"
    r"[a-z]{3}mab|filcept|tercept|kinra|leucel|rasib|toclax|limod|sertib|degib|lisib|denib|staurin|racetam|gabalin|raterone|renone|"
    r"relix|orelin|treotide|paratide|purinol|vudine|buvir|previr|tegravir|gepant|vaptan|ciguat|rasentan|sentan|tilbestrol|giline|"
    r"nepezil|stigmine|peridone|piprazole|tiapine|oxetine|faxine|rtraline|triptyline|barbital|curonium|fentanil|phylline|tropium|"
    r"fenacin|losin|steride|enafil|alafil|oquine|bactam|vancin|fungin|tetapir|betapir|betaben|metamol|taucipir|ciclovine|bromide|"
    r"tixetan|tetraxetan|piclenol|magene|fosfamide|poside|otecan|relbine|blastine|ncristine|sulfan|terferon|grastim|poietin)"
)
# The words that German compounds of radiology are put together from, in the form they have inside one, without accents.
_PIECES_TEXT = """
abszess ader adern allergie aorten arterie arterien arthrose aszites aufnahme auge augen band bander bandscheibe bandscheiben
bauch becken befund bein beine beweglichkeit bild bildgebung bildung blase blasen block blut blutung blutungen bogen bronchial
brust
carcinom basal darm darstellung diagnose diagnostik dichte dick differential dilatation divertikel druck druse drusen dunn
durchmesser dysplasie ebene echo einengung eingriff eiter embolie endo endoprothese entzundung entzundungs epi epithel erguss
ergusse erkrankung erkrankungen erweiterung extra fall faser fenster fett fibrose finger flache fokal form fraktur frakturen frei
fremd fruh funktion fuss gallen gang ganz gebiet gefass gefasse gehirn gelenk gelenke gelenks gewebe gewebs grenze grosse
grund hals halswirbel hand haut hemisphare herd herde hernie herz hinter hirn hoch hohle hohlen huft hufte intra kalk kanal
kapsel karzinom kern kiefer klappe klappen klein knie knochen knoten kompression kontrast kontroll kontrolle kontur kopf
kopfes korper kranz kreuz lage lappen lateral leber leisten lenden linie links linsen luft luftrohre lunge lungen lymph
lymphknoten magen mamma mandibula manschetten mark massen maximal medial meniskus metastase metastasen milz minder mittel
mittelgesichts mittellinien mund muskel muskulatur mutter nacken narbe narben nasen nativ nebenhohlen nebennieren nekrose nerv
nerven netz niere nieren normal oberarm oberbauch oberlappen oberschenkel odem ohr operation osteo pankreas para parenchym
perfusion perikard pfanne platte pleura portal pra primar prothese prothesen prozess prozesse punktion quer querschnitt rachen
raum rausch rechts region resektion rest retro rezidiv rinden ring rippen riss risse rohr rohre rontgen rotatoren rucken
ruptur sack saule schadel schaft schatten scheiben scheide schenkel schicht schlag schleim schleimhaut schlussel schmerz
schmerzen schulter schwanger schwellung sehne sehnen seite seiten sekundar septum signal sinus sklerose skop sono spalt
speichel speise spinal spitze spongiosa sprung stein steine steiss stellung stenose stenosen stern strahl strahlen strecke
struktur stuck sub substanz system tasche temporal thorax thrombose tief tomographie transplantat trauma tumor tumore tumoren
uber ultraschall umgebung unter unterarm untergang unterlappen unterschenkel untersuchung ventrikel veranderung veranderungen
verdichtung verdickung verengung vergrosserung verkalkung verkalkungen verlagerung verlauf verlaufs verlegung verletzung
verschattung verschluss vor vordergrund vorfall vorhof wachstum wand wande wasser weich weichteil weichteile weiss weite
wirbel wirbelkorper wirbelsaule wirbelsaulen zahn zahne zeichen zeit zell zelle zellen zentral zirrhose zone zotten zucker
zungen zwerchfell zwischen zyste zysten zystisch
abgrenzbar abgrenzung abstand achse achsen alteration alterationen alters anreicherung anreicherungen ansatz asymmetrie atrophie
ausdehnung aussen belastung beteiligung breite daten degeneration destruktion diffusions drainage durchblutung durchmesser
einlagerung einlagerungen entsprechend entsprechende entsprechender entsprechendes entwicklung exzision fehlstellung fistel
flussigkeit flussigkeits fortschritt gewicht gradient grossen hypertrophie implantat implantate infarkt infiltrat infiltrate
infiltration innen instabilitat intensitat ischamie katheter kollektion konfiguration lasion lasionen liquor lockerung luxation
marker material messung naht odeme ort position progredienz progression raume reaktion rekonstruktion restriktion resorption
reste sauren schnitt schraube schrauben schwache sequenz sequenzen serie serien spiegel stauung stauungs storung streifen
struktur synovitis tiefe transparenz tumoros uberlagerung verbreiterung vergleich verkurzung verletzungen verminderung vermehrung
verplumpung versorgung verteilung volumen vorbefund winkel zunahme abnahme
"""
_PIECES = frozenset(_PIECES_TEXT.split())
_ENDS = ("", "s", "n", "e", "en", "es", "er")
# Pieces of so many letters are words by themselves, but for those that somebody is called.
SHORTEST_ALONE = 7
_CALLED_SO_TEXT = "fenster grossen leisten schadel schatten scheiben scheide schenkel schicht schlussel schnitt schulter spiegel"
_CALLED_SO = frozenset(_CALLED_SO_TEXT.split())


def sounds_medical(low: str) -> bool:
    """Say whether a word in lower case ends as diseases, operations or drugs do."""
    return len(low) >= SHORTEST_MADE and bool(_ENDINGS.fullmatch(low) or _DRUGS.fullmatch(low))


@lru_cache(maxsize=16384)
def is_compound(low: str, pieces: Set[str] = _PIECES, shortest: int = SHORTEST_COMPOUND) -> bool:
    """Say whether a long word is put together from clinical German ones, with or without a letter that joins them, or is a long
    one of them itself."""
    alone = low in pieces and len(low) >= SHORTEST_ALONE and low not in _CALLED_SO
    return alone or (len(low) >= shortest and _made_of(low, pieces, 0))


def _made_of(rest: str, pieces: Set[str], count: int) -> bool:
    """Say whether *rest* is a run of pieces, with those before it at least two."""
    if rest in _ENDS:
        return count > 1
    for length in range(len(rest), SHORTEST_PIECE - 1, -1):
        if rest[:length] in pieces and any(
            rest.startswith(joint, length) and _made_of(rest[length + len(joint) :], pieces, count + 1)
            for joint in ("", "s", "n")
        ):
            return True
    return False
