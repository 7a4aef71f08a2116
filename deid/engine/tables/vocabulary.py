"""Collect the words that stay in cleaned text: those of DICOM's dictionaries and coded concepts, and everyday English.

What is also somebody's name is told apart: it stays only where it is clinical, or written small.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from pydicom._dicom_dict import DicomDictionary
from pydicom._uid_dict import UID_dictionary
from pydicom.sr._cid_dict import name_for_cid
from pydicom.sr._concepts_dict import concepts

_WORD = re.compile(r"[A-Za-z]{2,}")
_LETTERS = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# Breeds and strains of animals are named after people and places.
_ANIMALS = re.compile(r"Breed|Strain|Taxonomic")
_ANIMAL_WORDS = re.compile(
    r"breed|organism|\b(?:dogs?|cattle|cow|sheep|pigs?|horses?|pony|cats?|goat|rabbit|zebu|donkey|terrier|hound|rat|mouse)\b",
    re.IGNORECASE,
)
MOST_COMMON_SURNAMES = 5000
LONGEST_WORD = 24
# Words of DICOM and of coded concepts that are common names and yet clinical.
_CLINICAL_NAMES_TEXT = """
ai alpha an angle apple art arm back ball bari barrett beam bear belt best bird black blank
block bond bone borders box brain branch brand bright brown burns button cage caldwell camp
card carina carrier case cheek chi child chin close cloud colon concha cone corona couch counts
cross crystal day delta diamond do dot dye early east echo edge english era ethyl ewing fe
field fine fish force fort frame free gene glass gold gray green grey gross hair hand hang
harness head held high hill holder horn in iris key kit large law leak lean light little lo
lock long low ma main major manual mark max may meta mi min minor mount na nail new nickel
north nova numbers pa pace page parent park parkinson peak person petit pia pointer pool post
power race rash ray read rich ring rod root rotor sample samples scales self shade sharp shell
shin short sides silver small son south southern speed spring stack star steel stock stone
strain strong stump summer sweat tan tia treat true un vena vi vita vo wall walls waters weeks
week west white will wild wing wood wooden word see null quick dixon sense bravo field art lam
van ha hai la le ana ok sal sol may pat lin sid len al so her many call fall place house still
given register blunt heard hurt genesis smart session sessions seal seals season settle styles
young younger vest watt watts link lash mast rounds summer shields soon storm ward cable crane
swan bunch burr stern stein una blue book binder branch chance desire freed graves hook lance
land loan major march marine maxima miss mock pack patch register sheets slack stamps tiller
valve villa temple foot neck gland short cord joint pelvis marrow sella ala mass sparks
"""
CLINICAL_NAMES = frozenset(_CLINICAL_NAMES_TEXT.split())
_MEDICAL = re.compile(
    r"(?:itis|osis|oses|otic|[aeu]mia|emic|oma|omas|omata|omatous|ectomy|ectomies|otomy|ostomy|plasty|scop(?:y|ic|e)|"
    r"graph(?:y|ic|ically)|pathy|pathic|penia|penic|megaly|plegia|paresis|rrhage|rrhagic|rrhea|uria|algia|trophy|trophic|"
    r"plasia|plastic|ptosis|ectas(?:is|ia)|cele|lith(?:ic|iasis)?|oid|sten(?:osis|otic)|scler(?:osis|otic)|cyt(?:e|es|ic)|"
    r"gen(?:ic|esis)|lysis|lytic|stasis|static|philia|phagia|phasia|kinesia|pnea|thorax|cardia|derma|glia|myel\w+)$|"
    r"^(?:abdomin|aden|adip|alveol|angi|aort|append|arachn|arter|arthr|atel|atri|axill|bili|blast|brachi|bronch|calcan|"
    r"calci|carcin|cardi|carot|carp|caud|cec|cephal|cerebell|cerebr|cervic|chol|chondr|clavic|coel|col(?:o|on)|condyl|"
    r"contra|corac|corne|corti|cost|crani|cutane|cyst|cyt|derm|disc|dist|diverticul|dors|duc|duoden|dur|dys|embol|"
    r"endo|enter|epi|esophag|ethm|extra|femor|fet|fibr|fist|fluor|foss|gadol|gangli|gastr|gli|glott|gran|gyr|haem|hem|"
    r"hepat|hern|hil|hist|humer|hydro|hyper|hypo|ili|immun|infarct|infra|inguin|inter|intra|isch|jejun|kerat|laryng|"
    r"lepto|leuk|lien|lingu|lip|lob|lumb|lymph|malign|malle|mamm|mandib|mast|maxill|mediast|medull|melan|mening|menisc|"
    r"mesent|metacarp|metast|metatars|metr|micro|mitr|muc|multi|musc|my[eo]l|myo|nas|necr|neo|neph|neur|nod|occip|ocul|"
    r"oed|omen|onco|ophthal|opac|orbit|oro|oss|oste|oto|ovar|palat|pancrea|para|parench|pariet|patell|pector|pelv|peri|"
    r"phalan|pharyn|phleb|pleur|pneum|popl|prost|proxim|pub|pulmon|pyel|pylor|radi|rect|ren|retin|retro|rhin|sacr|"
    r"sagitt|salping|sarco|scaph|scapul|scler|scoli|sept|sigm|sin[ou]|spin|splen|spondyl|sten|stern|sub|supra|sympath|"
    r"syno|tars|tempor|tend|test|thalam|thorac|thromb|thym|thyr|tibi|tonsil|trab|trache|trans|troch|tub|tympan|uln|"
    r"umbil|ureter|urethr|urin|uro|uter|vag|valv|varic|vascul|ven[ou]|ventricul|vertebr|vesic|vestib|viscer|zygom)"
)


def _is_animal(meaning: str, contexts: Iterable[int]) -> bool:
    """Say whether a coded concept is a breed or strain, by its context groups or, where it has none, by its words."""
    groups = [name_for_cid.get(cid, "") for cid in contexts]
    return all(map(_ANIMALS.search, groups)) if groups else bool(_ANIMAL_WORDS.search(meaning))


def _phrases() -> Iterator[str]:
    for _vr, _vm, name, _retired, _keyword in DicomDictionary.values():
        yield name
    for name, *_rest in UID_dictionary.values():
        yield name
    for scheme in cast("Mapping[str, Mapping[str, Any]]", concepts).values():
        for keyword, codes in scheme.items():
            for meaning, contexts in codes.values():
                if not _is_animal(meaning, contexts):
                    yield " ".join(_CAMEL.findall(keyword))
                    yield meaning


def coded_meanings(may_stay: Callable[[str], bool]) -> list[str]:
    """Return the meanings of coded concepts that hold a word which by itself may not stay, such as an eponym or a breed."""
    return sorted(
        {
            meaning
            for scheme in cast("Mapping[str, Mapping[str, Any]]", concepts).values()
            for codes in scheme.values()
            for meaning, _contexts in codes.values()
            if len(_LETTERS.findall(meaning)) > 1 and not all(map(may_stay, _LETTERS.findall(meaning)))
        }
    )


def _first_column(path: Path) -> list[str]:
    return [line.split()[0].lower() for line in path.read_text("ascii").splitlines()]


def given_names(folder: Path) -> frozenset[str]:
    """Return the given names from the census lists in *folder* (package `names`)."""
    return frozenset(
        name for sex in ("female", "male") for name in _first_column(folder / f"dist.{sex}.first")
    )


def common_names(folder: Path) -> frozenset[str]:
    """Return given names and the most common surnames from the census lists in *folder*."""
    return given_names(folder).union(_first_column(folder / "dist.all.last")[:MOST_COMMON_SURNAMES])


def all_surnames(folder: Path) -> frozenset[str]:
    """Return every surname of the census list in *folder*."""
    return frozenset(_first_column(folder / "dist.all.last"))


def vocabulary(names: frozenset[str]) -> list[str]:
    """Return every clinical word in lower case, sorted, without those that are only a name."""
    words = {word.lower() for phrase in _phrases() for word in _WORD.findall(phrase)}
    return sorted(words - (names - CLINICAL_NAMES))


def _plain(words: Iterable[str]) -> set[str]:
    return {
        word
        for word in words
        if word.isascii() and word.isalpha() and word.islower() and 3 < len(word) <= LONGEST_WORD
    }


def english_words(
    everyday: Iterable[str], all_words: Iterable[str], frequent: frozenset[str], surnames: frozenset[str]
) -> list[str]:
    """Return everyday words, and of all the others those that are *frequent* or sound medical and are nobody's
    surname."""
    rarer = {word for word in _plain(all_words) if word in frequent or _MEDICAL.search(word)}
    return sorted(_plain(everyday) | rarer - surnames)


def name_words(names: frozenset[str], kept: Iterable[str]) -> list[str]:
    """Return the common names that are words as well, or so short that they look like an abbreviation."""
    words = set(kept)
    return sorted(n for n in names if n not in CLINICAL_NAMES and (n in words or 1 < len(n) <= 3))
