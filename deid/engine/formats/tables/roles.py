"""What the name and the first values of a column suggest that it holds."""

import re
import unicodedata
from collections.abc import Sequence

from deid.engine.formats.moments import is_certainly_date, may_be_day
from deid.engine.formats.tables.cdisc import cdisc_role, is_cdisc
from deid.engine.formats.tables.column_roles import ColumnRole
from deid.engine.text.flat import folded
from deid.engine.text.medical import is_compound, sounds_medical
from deid.engine.text.numbers import UID, without_numbers
from deid.engine.text.words import clinical_words

# In the order in which one is taken for the subject: BIDS and plain names, then CDISC's (SDTMIG 3.4).
SUBJECT_NAMES = re.compile(
    r"^(?:(?:patient|subject|participant)s?(?:[ _-]?(?:id|key|no|number|code))?|usubjid|subjid|mrn"
    r"|(?:pat|patient(?:en)?|proband(?:en)?)\.?[ _-]*(?:id|nr|nummer|no|num)\.?"
    r"|(?:num[eé]ro|n[uú]mero|n[°º.]|id)[ _-]?(?:d[ei][ _-])?(?:patient|paciente|paziente)"
    r"|(?:hospital|medical[ _-]record)[ _-]?(?:id|no|number)\.?)$",
    re.IGNORECASE,
)
FALLBACK_NAMES = ("usubjid", "subjid")
# A name of a column that tells of a person, but not whether by number or by name.
BARE = re.compile(r"(?:patient|subject|participant)s?", re.IGNORECASE)
BIRTH = re.compile(
    r"birth|(?:^|[ _-])dob(?:[ _-]|$)|^brthdtc$|geburt|geb\.|geboorte|naissance|nacimiento|nascita|nascimento"
    r"|f[oø]dsel|syntyma|dogum|fecha ?nac|fodelse|urodz",
    re.IGNORECASE,
)
PEOPLE = re.compile(
    r"(?:^|[ _-])(?:name|surname|initials?|(?:inits?|ip|mac|url|kürzel)(?![a-z])|host ?name|address"
    r"|street|city|zip|postcode|postal|phone|tel|fax|e?mail|ssn|mrn|nhs"
    r"|physician|doctor|investigator|operator|technologist|radiologist|hospital|institution|accession|serial"
    r"|plz|postleitzahl|postnummer|fall[ _-]?(?:nr|nummer|zahl)|akten|dossier|nhc|historia|movil|mobil(?:e|num|tel)"
    r"|versicher|person[ _-]?num"
    r"|pesel|cpr|insurance|account|passport|comment|remarks?|notes?)|^(?:invnam|invid|siteid|subjid|spid|refid)$|nam$",
    re.IGNORECASE,
)
# A place in the body is none where somebody is treated.
SITE = re.compile(r"(?:^|(?P<of>[a-z]+)[ _-])site", re.IGNORECASE)
OF_BODY = re.compile(
    r"(?:tumou?r|lesion|biopsy|primary|metasta\w*|injection|body|anatom\w*|disease|target|surg\w*|implant|fracture|pain|"
    r"nodule|node|recurrence|infection|puncture|entry|exit|bleeding|organ)",
    re.IGNORECASE,
)
AGE_NAMES = re.compile(
    r"(?:^|[ _-])(?:age|alter|edad|eta|idade|leeftijd|alder|wiek|ika|vek)(?:[ _-]|$)", re.IGNORECASE
)
DATE_NAMES = re.compile(r"date|dtc$|dtm?$", re.IGNORECASE)
# Under such names plain numbers that can be days are days.
DAY_NAMES = re.compile(
    r"(?:^|[ _-])(?:day|datum|fecha|dato|dag|time ?stamp|ts|epoch|unix(?: ?time)?|yymmdd|ddmmyy|mmddyy|excel|when|created|"
    r"updated|modified|admit(?:ted)?|admission|discharged?|onset|acq ?time|taken ?(?:at|on))(?:[ _-]|$)",
    re.IGNORECASE,
)
YEAR_NAMES = re.compile(r"(?:^|[ _-])(?:year|jahr|ann[eé]e|a[nñ]o|anno|jaar|år)(?:[ _-]|$)", re.IGNORECASE)
# So many different numbers that could all be years of a study are.
FEWEST_YEARS = 3
YEAR, SHORT_DATE = re.compile(r"19[5-9]\d|20[0-4]\d"), re.compile(r"\d{1,2}[./]\d{1,2}[./]\d{2}")
NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?")
# Whole numbers of one length are numbers of people or of days (seconds since 1970), unless the name tells of something measured.
LONG_NUMBER, SHORTEST_WITH_ZERO = 7, 5
MEASURED = re.compile(
    r"vol(?:ume)?|dose|dosis|activity|area|count|sum|total|intensity|bytes|size|mm ?3|m?bq|copies|cells|index|score",
    re.IGNORECASE,
)
MISSING = frozenset(("n/a", "na", "nan", "null", "."))
FEW_CODES, LONG_CODE, SHORT_CODE, LONG_WORD = 20, 24, 2, 4
# Words of trials that are in no dictionary of imaging.
TRIAL_WORDS = frozenset(
    """
    placebo arm active comparator verum sham cohort responder nonresponder progressive stable partial complete
    response disease screening baseline randomised randomized withdrawn completed ongoing adverse event mild
    moderate severe years months weeks days year month week never former current smoker unknown missing other yes no
    cycle eot eos unscheduled follow up iii vii viii latino latina aeseq cmseq mhseq lbseq vsseq exseq dsseq prseq
    männlich weiblich divers masculin féminin homme femme hombre mujer masculino femenino feminino maschio femmina mannelijk
    vrouwelijk mężczyzna kobieta kvinna kvinde
    """.split()  # noqa: SIM905 - a list of words reads best as one
)
_OF_NETWORK = re.compile(
    r"\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){4,7}", re.IGNORECASE
)
_SESSION = re.compile(r"ses-(?:(?P<number>[A-Za-z]{0,3}\d{1,3})|(?P<word>[A-Za-z]+))")
_WORDS = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")


def propose_roles(header: Sequence[str], sample: Sequence[Sequence[str]]) -> list[ColumnRole]:
    """Return a role for each column by its name and the *sample* of rows; in doubt it is dropped.

    At most one column names the subject; further ones that could are dropped.
    """
    roles = [_proposed(header, place, [row[place] for row in sample]) for place in range(len(header))]
    naming = [place for place, role in enumerate(roles) if role is ColumnRole.IDENTIFIER]
    chosen = min(naming, key=lambda place: _rank(header[place], [row[place] for row in sample]), default=None)
    return [
        ColumnRole.DROP if place in naming and place != chosen else role for place, role in enumerate(roles)
    ]


def _proposed(header: Sequence[str], place: int, values: Sequence[str]) -> ColumnRole:
    known = cdisc_role(header[place], values) if is_cdisc(header) else None
    return known or propose_role(header[place], values)


def _rank(name: str, values: Sequence[str]) -> int:
    """Return the place in the order: what says that it is a number of a person, then CDISC's, then what may be a name."""
    lowered = name.lower()
    if lowered in FALLBACK_NAMES:
        return FALLBACK_NAMES.index(lowered) + 1
    if lowered == "mrn":
        return len(FALLBACK_NAMES) + 1
    named = BARE.fullmatch(name) and any(not _DIGIT.search(value) for value in values if value.strip())
    return len(FALLBACK_NAMES) + 2 if named else 0


def _spaced(name: str) -> str:
    """Return a column's name with blanks between its words and plain letters: `PatientAge` and `âge(y)` say what `patient
    age` and `age y` do."""
    plain = "".join(sign for sign in unicodedata.normalize("NFD", name) if not unicodedata.combining(sign))
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[^\w.]+", " ", plain).strip()


def propose_role(name: str, values: Sequence[str]) -> ColumnRole:
    """Return the role that a column's name and first values suggest; in doubt, it is not released."""
    filled = [value.strip() for value in values if value.strip() and value.strip().lower() not in MISSING]
    spaced = _spaced(name)
    if SUBJECT_NAMES.match(name):
        return ColumnRole.IDENTIFIER
    if any(pattern.search(text) for pattern in (BIRTH, PEOPLE) for text in (name, spaced)) or _is_clinic(
        spaced
    ):
        return ColumnRole.DROP
    if AGE_NAMES.search(spaced) and not re.search(r"unit|^ageu$", name, re.IGNORECASE):
        return ColumnRole.AGE
    if filled and all(NUMBER.fullmatch(value) for value in filled) and not DATE_NAMES.search(name):
        numbered = _are_numbers_of_people(filled) and not MEASURED.search(spaced)
        if _are_days(name, filled):
            return ColumnRole.DATE
        return ColumnRole.DROP if numbered else ColumnRole.VALUE
    if DATE_NAMES.search(name) or any(map(is_certainly_date, filled)):
        return ColumnRole.DATE
    if filled and all(SHORT_DATE.fullmatch(value) for value in filled):
        return ColumnRole.DATE
    if filled and all(map(UID.fullmatch, filled)):
        return ColumnRole.FREE_TEXT  # which maps UIDs as everywhere else
    if filled and (_are_codes(set(filled)) or all(map(_is_session, filled))):
        return ColumnRole.CODE
    return ColumnRole.FREE_TEXT if filled and all(map(_is_of_medicine, set(filled))) else ColumnRole.DROP


def _is_clinic(spaced: str) -> bool:
    """Say whether a column's name tells of the place where somebody is treated, and not of one in the body."""
    found = SITE.search(spaced)
    return found is not None and not OF_BODY.fullmatch(found["of"] or "")


def _are_days(name: str, values: Sequence[str]) -> bool:
    """Say whether plain numbers are days: of eight digits, or as the name of their column says."""
    spaced = _spaced(name).replace("_", " ")
    if DAY_NAMES.search(spaced) and all(map(may_be_day, values)):
        return True
    years = all(map(YEAR.fullmatch, values)) and (
        YEAR_NAMES.search(spaced) or len(set(values)) >= FEWEST_YEARS
    )
    return bool(years) or all(len(value) == 8 and value.isdecimal() for value in values)


def _are_numbers_of_people(values: Sequence[str]) -> bool:
    """Say whether numbers are written as those are by which somebody is registered: long, of one length or with zeros first."""
    if not all(value.isdecimal() for value in values):
        return False
    shortest, longest = min(map(len, values)), max(map(len, values))
    zeros = any(value.startswith("0") and len(value) >= SHORTEST_WITH_ZERO for value in values)
    return zeros or shortest == longest >= LONG_NUMBER


def _are_codes(values: set[str]) -> bool:
    """Say whether a column holds few short codes, made of words that medicine knows or of one or two letters."""
    return len(values) <= FEW_CODES and all(
        len(value) <= LONG_CODE and all(map(_is_known, _WORDS.findall(value))) and not _is_address(value)
        for value in values
    )


def _is_session(value: str) -> bool:
    """Say whether a value is a session of BIDS that is numbered or called by known words; a day is neither."""
    found = _SESSION.fullmatch(value)
    return found is not None and (bool(found["number"]) or _is_known(found["word"]))


def _is_address(value: str) -> bool:
    """Say whether a value without words is where somebody is called, or a number of a register."""
    return bool(_OF_NETWORK.fullmatch(value)) or without_numbers(value) != value


def _is_known(word: str) -> bool:
    """Say whether medicine or trials know a word, or it is one or two letters."""
    low = word.lower()
    plain = folded(low)
    made = sounds_medical(low) or sounds_medical(plain) or is_compound(plain)
    return len(word) <= SHORT_CODE or low in TRIAL_WORDS or low in clinical_words() or made


def _is_of_medicine(value: str) -> bool:
    """Say whether a value is made of words that medicine or trials know, at least one of them long."""
    words = _WORDS.findall(value)
    return all(map(_is_known, words)) and any(len(word) >= LONG_WORD for word in words)
