"""Find hospitals, schools and firms by what stands in their names, without knowing them before."""

import re

from deid.engine.text.flat import CAPITAL
from deid.engine.text.spotting import AnyOf, Spotted
from deid.engine.text.words import GONE, is_clinical

# A name does not go on in the next line.
_GAP = r"[^\S\r\n]+"
_NAME = rf"(?<![^\W_])[A-ZÀ-Þ][\w'’.-]*{_GAP}(?:(?:of|de|du|di|der|the){_GAP})?"
_ORGANISED = Spotted(
    rf"(?P<words>(?:{_NAME}){{1,8}})"
    r"(?i:hospitals?|clinics?|university|infirmary|medical cent(?:er|re)|med ctr|"
    r"(?<!GE )(?<!Siemens )(?<!Philips )(?<!Agfa )(?<!Fujifilm )(?<!Mindray )health ?care|imaging cent(?:er|re)|"
    r"(?:radiology|imaging|medical|diagnostics?|cardiology|oncology|orthop(?:a)?edics?|surgical|health|physicians) "
    r"(?:associates|partners|consultants)|klinikum|klinik|krankenhaus|hôpital|hopital|ospedale|ziekenhuis)\b(?: of [A-Z][\w'-]+)?"
)
# Where somebody works, learns or lives; the words of medicine stand before these without being a name.
_EMPLOYED = Spotted(
    rf"(?P<words>(?:{_NAME}){{1,4}})(?:(?:[Hh]igh |[Pp]rimary |[Ss]econdary |[Ee]lementary |[Mm]iddle )?[Ss]chool|College|"
    r"Academy|[Nn]ursing [Hh]ome|[Cc]are [Hh]ome|Hospice|[Pp]rison|[Bb]arracks|[Cc]hurch|[Pp]arish|[Ff]oundation|Trust|GmbH|Ltd|"
    r"LLC|LLP|PLC|Corp|"
    r"(?<!Systems )(?<!Healthcare )(?<!Imaging )(?<!Diagnostics )(?<!Technologies )(?<!Electric )Inc|"
    r"Incorporated|Pty|BV|Sarl|Gymnasium|Grundschule|Realschule|Gesamtschule|Pflegeheim|Seniorenheim|Altenheim)(?![^\W_])\.?"
)
# Where somebody works or learns, told by what stands before it.
_WORKS_AT = Spotted(
    rf"(?P<cue>(?<![^\W_])(?i:(?:works?|working|worked|employed|worker|teaches|teacher|studies|student|pupil) (?:at|for|by)|"
    rf"employer(?: is|:)?){_GAP})(?P<words>(?:[A-ZÀ-Þ][\w'’-]*{_GAP}(?:(?:&|and|of|the){_GAP})?){{0,3}}[A-ZÀ-Þ][\w'’-]*)"
)
# A part of a name, which ends where its sentence does, but for what is written with a point.
_PART = r"(?:(?:St[aeo]?|Dr|Prof|Univ|Med|Mt)\.|[A-ZÀ-Þ][a-zß-ÿ][\w'’-]*(?:\.[\w'’-]+)*)"
# Where the name of an organisation stands behind what it is.
_NAMED = Spotted(
    r"(?<![^\W_])(?:[Hh]ôpital|[Hh]opital|[Oo]spedale|[Pp]oliclinico|[Cc]linique|[Cc]línica|"
    r"[Hh]ospital(?= (?:de|del|San|Santa) )|(?:[Uu]niversitäts)?[Kk]linikum|[Kk]rankenhaus|[Zz]iekenhuis|"
    r"[Ee]scuela|[Cc]olegio|[Ll]ycée|[Éé]cole|[Ss]cuola|[Ll]iceo|[Ss]zpital(?:u)?|[Nn]emocnice|[Ss]jukhuset|[Ss]ykehuset)"
    rf"(?:{_GAP}(?:(?:de|du|des|di|del|della|la|le|los|las|im|św|St)(?![^\W_])\.?|{_PART})){{1,4}}"
)
# Ordinary words that hospitals are called by, with what they are behind: Pine Ridge Hosp, Great Lakes Imaging.
_CALLED = (
    r"(?:(?:Great|Green|Blue|Red|White|Black|Pine|Oak|Cedar|Maple|Palm|Silver|Golden?|Grand|Clear|Fair|Spring|Sun|Twin|Tri|Mid|Inter|"
    r"North(?:ern|east|west)?|South(?:ern|east|west)?|East(?:ern)?|West(?:ern)?|Central|Upper|Lower|Sacred|Holy|Good|Our|Mass|Univ|"
    r"Saint|St\.?|Royal|Queens?|Kings?|Princess|Prince)[ -])?"
    r"(?:[A-ZÀ-Þ][a-zß-ÿ]+[ -])?"
    r"(?:Ridge|Lakes?|Bay|Valley|Hills?|River|Rivers|County|State|States|Coast|Coastal|Cove|Creek|Falls|Forest|Grove|Harbou?r|Heights|"
    r"Islands?|Meadows?|Mesa|Mountains?|Plains|Prairie|Rapids|Rock|Sands|Shores?|Springs|Summit|Woods|Metro(?:politan)?|"
    r"Baptist|Methodist|Presbyterian|Lutheran|Adventist|Providence|Mercy|Trinity|Samaritan|Memorial|"
    r"Veterans|Liberty|Heritage|Horizons?|Pacific|Atlantic|Frontier|Lady)"
)
_IS = (
    r"(?:Hosp(?:ital)?|Med(?:ical)?(?: (?:Ctr|Cent(?:er|re)|Group))?|Health(?: System)?|"
    r"(?:Imaging|Radiology|Diagnostics)(?: (?:Associates|Partners|Consultants))?|Clinic|"
    r"ER|ED|Memorial|General|(?:Breast|Cancer|Heart|Spine|Surgery|Women'?s) (?:Cent(?:er|re)|Ctr|Clinic|Institute))"
)
_ORDINARY = Spotted(
    rf"(?<![^\W_]){_CALLED} {_IS}(?![^\W_])"
    r"|(?<![^\W_])(?:Mass General|Sacred Heart|Univ(?:ersity|\.)? of [A-Z][a-z]+)(?![^\W_])"
)
# Hospitals that one ordinary word or a saint is the name of, behind where somebody or something came from or went.
_KNOWN_BY_A_WORD = Spotted(
    r"(?P<cue>(?<![^\W_])(?:(?i:from|at|to|via|outside|prior|transferred|admitted|done|seen|near)(?: the)?|OSH|@) )"
    r"(?:(?:St\.?|Saint) (?!Jude|Gallen|George)[A-Z][\w'’-]+|(?:Our Lady of|Good|Holy|Sacred|Mount|Mt\.?) [A-Z][\w'’-]+|"
    r"(?:Methodist|Presbyterian|Lutheran|Baptist|Adventist|Providence|Mercy|Trinity|Samaritan|Banner|Legacy|Dignity|Ascension|"
    r"Community|General|Memorial|Regional|University|County|Veterans|Kaiser|Baylor|Emory|Duke)"
    r"(?= (?:for|on|with|and|reviewed|today|yesterday|last|in|showed|who|where|but|after|before|per|is|was)\b"
    r"|\s*(?:$|[,.;:()\n]|\d)))"
)
# What places and organisations are called with, beside a name that went.
_PLACE_TEXT = """
North South East West New Old Port Lake Mount Fort Saint St Ste San Santa Santo São Los Las El La Le Les Bad Sankt Great Upper
Lower Little Grand Villa Ville Puerto Monte Nueva Nuevo General Memorial Medical Hospital Clinic University
Universitätsklinikum Royal National Regional Community Sri Del Della Dei Vieja Viejo Město Mesto Česká Velká Velké Malá Nová Nový
Nové Stara Stary Nowy Nowa
"""
# In capitals, but not what anatomy and firms are called.
_IN_CAPITALS_TEXT = (
    "NORTH SOUTH EAST WEST PORT LAKE SAINT SANTA SANTO SANKT VILLE PUERTO NUEVA NUEVO VIEJA VIEJO MĚSTO"
)
# How orders write with and without contrast.
_WITH_OR_WITHOUT = frozenset(("W", "WO", "WITH", "WITHOUT", "AND", "W/O"))
PLACE_WORDS = frozenset((*_PLACE_TEXT.split(), *_IN_CAPITALS_TEXT.split()))
_ORGANISATIONS = AnyOf(_WORKS_AT, _KNOWN_BY_A_WORD, _ORDINARY, _ORGANISED, _NAMED, _EMPLOYED)


def without_organisations(text: str) -> str:
    """Return *text* without names of organisations; the clinical words before them stay."""
    if not _ORGANISATIONS.may_stand_in(text):
        return text
    if not CAPITAL.search(text):
        return _NAMED.sub(GONE, text)
    text = _WORKS_AT.sub(_without_employer, text)
    text = _KNOWN_BY_A_WORD.sub(_behind_cue, _ORDINARY.sub(GONE, text))
    text = _ORGANISED.sub(_without_name, _NAMED.sub(GONE, text))
    return _EMPLOYED.sub(_without_telling_name, text)


def _without_employer(match: re.Match[str]) -> str:
    """Return what says that somebody works, without where, unless every word of it is one of medicine (Radiology)."""
    clinical = all(map(is_clinical, re.findall(r"[\w'’-]+", match["words"])))
    return match.group() if clinical else match["cue"] + GONE


def _behind_cue(match: re.Match[str]) -> str:
    return match["cue"] + GONE


def _clinical_before(words: str) -> list[str]:
    """Return the clinical words before the name of an organisation."""
    kept: list[str] = []
    for word in words.split():
        if (not is_clinical(word) and word not in _WITH_OR_WITHOUT) or word in PLACE_WORDS:
            break
        kept.append(word)
    return kept


def _without_name(match: re.Match[str]) -> str:
    return " ".join((*_clinical_before(match["words"]), " "))


def _without_telling_name(match: re.Match[str]) -> str:
    """Return what stands before the name of a school or firm; all of it where no word of it is a name."""
    kept = _clinical_before(match["words"])
    return match.group() if len(kept) == len(match["words"].split()) else " ".join((*kept, GONE))
