"""Find where somebody lives: streets by how they are called, and addresses behind words that tell of one."""

import re

from deid.engine.text.flat import folded
from deid.engine.text.names import is_named
from deid.engine.text.spotting import Spotted
from deid.engine.text.words import (
    GONE,
    PLAIN_WORDS,
    clinical_words,
    everyday_words,
    is_clinical,
)

_STREET = (
    r"(?:street|str|strasse|straße|st|avenue|ave|road|rd|boulevard|blvd|lane|drive|way|court|place|square|"
    r"(?-i:[Ll]n|[Dd]r|[Cc]t|[Pp]l|[Ss]q)|"  # in capitals these are of medicine: CT 64, LN 7
    r"terrace|crescent|close|highway|hwy)"
)
# What streets are called as well, and much else: only where the word before it is no word of medicine.
_STREET_PERHAPS = (
    r"(?:alley|bend|bridge|bypass|causeway|chowk|circle|colonnade|common|corner|course|cove|creek|crescent|"
    r"crossing|estates?|expressway|extension|field|forge|fork|freeway|gardens?|gate|glen|green|grove|gully|"
    r"harbou?r|heights|hill|hollow|island|isle|junctions?|key|knoll|lake|lodge|loop|manor|marg|meadows?|"
    r"mews|mill|motorway|mount|mountain|nagar|nook|park|parkway|pass|passage|path|pike|plaza|point|port|"
    r"ramp|ridge|rise|river|route|row|rue|run|shore|slope|spring|spur|square|station|stream|summit|"
    r"terrace|track|trail|turnpike|union|upper|valley|via|viaduct|view|village|villas?|ville|vista|walks?|"
    r"ways?|wells?)"
)
_ENDS = (
    r"(?:strasse|straße|str\.|weg|platz|gasse|allee|damm|ufer|laan|straat|plein|gade|vej|vejen|gatan|gata|vägen|väg|gränd|"
    r"katu|kuja|tie|veien|vei|gate|bakken|utca)"
)
_NOT_A_MEASURE = r"(?!\s*(?i:mm|cm|ml|mg|kg|g|y|yo|years?|yrs?|x|%|of)\b)"
_HOUSE = r"\s?(?:(?i:nr|no|č\.?\s?p|bl|n°)\.?\s?)?\d{1,5}[a-zA-Z]?(?:\s?[/.-]\s?\d{1,4}[a-z]?)?\b\.?"
_BEHIND = (  # called so behind the name
    r"(?i:utca|útja|út|tér|köz|körút|sétány|allé|gade|vej|väg|gata|gate|katu|tie|sokağı|sokak|sok\.|caddesi|cad\.|mahallesi|mah\.|"
    r"bulvarı)"
)
_BEFORE = (  # called so before the name
    r"(?i:ulica|ulice|ul\.|plac|pl\.|aleja|al\.|os\.|náměstí|nám\.|třída|strada|str\.|bulevardul|bd\.|aleea|calea|șoseaua|trg|"
    r"via|viale|piazza|corso|rua|avenida|travessa|calle|paseo|rue|quai|chemin|allée|impasse)"
)
_NAME = r"[A-ZÀ-Þ\u0100-\u024f][^\W\d_]*[.'’-]?[^\W\d_]*"
_SMALL = r"(?:d[aeiou]s?|del|della|dei|la|le|les|los|von|de\sla)"
_HOUSE_OF_SAINT = r"(?i:hosp|medical|infirmary|clinic|health)"
_STREETS = Spotted(
    "|".join(
        (
            rf"[A-ZÀ-Þ][\w'-]*(?:(?<=[a-zß-ÿ]){_ENDS}|\s(?i:{_STREET})\.?)\s+\d{{1,4}}[a-z]?\b{_NOT_A_MEASURE}",
            rf"(?<![^\W_])(?:{_NAME}[ ]){{1,3}}{_BEHIND}{_HOUSE}{_NOT_A_MEASURE}",
            rf"(?<![^\W_]){_BEFORE}\s(?:(?:{_NAME}|{_SMALL})\s?,?\s?){{1,5}}{_HOUSE}{_NOT_A_MEASURE}",
            rf"\b\d{{1,5}}[a-zA-Z]?,?\s+(?P<names>(?:[A-ZÀ-Þ][\w'.-]+\s+){{1,3}})"
            rf"(?!St\.? [A-ZÀ-Þ][\w'’-]+ {_HOUSE_OF_SAINT})(?i:{_STREET})\b\.?(?:,? [A-Z]{{2}} \d{{5}}(?:-\d{{4}})?)?",
            r"\b\d{1,5}[a-zA-Z]?,? (?:[A-ZÀ-Þ][\w'.-]*,? ){1,3}(?i:apt|apartment|suite|ste|unit|flat)\b\.? ?#?\d+[a-z]?\b",
            r"(?<![^\W_])(?i:(?:rue|via|calle|piazza|plaza|rua|avenida|avenue) (?:[^\W\d_]+ ){1,4}\d{1,4}\b)",
            r"(?i:\b\d{1,4}[a-z]?,? (?:rue|chemin|allée|impasse|quai|via|calle|piazza|plaza|rua|avenida) [^,;\n\\]{2,40})",
        )
    )
)
# What a drive is called for short is a doctor where a name stands behind it.
_DOCTOR = re.compile(r"(?P<stop>(?<=[A-Z]{2})\.|(?<=[a-z]{4})\.)?\s[Dd]r\.?$")
_NAME_BEHIND = re.compile(r"\.?\s+(?:[A-Z]\.\s?)?[A-ZÀ-Þ\u0100-\u024f][\w'’-]+")
_PERHAPS = Spotted(rf"\b\d{{1,5}}[a-zA-Z]?,? (?P<names>(?:{_NAME} ){{1,2}})(?i:{_STREET_PERHAPS})(?![^\W_])")
_UNIT = re.compile(
    rf"(?<![^\W_])(?i:flat|studio|unit|level|lot|house|apt\.?) \d+[a-zA-Z]?,? *(?={GONE})|\b\d+/(?= ?{GONE})"
)
# What is written large or in digits behind such words, with the small words of addresses between.
_PLACE_WORD = (
    r"(?:[A-ZÀ-Þ\u0100-\u017f\d#][^\s,;\\]*|(?:d[eiou]|des|del|la|le|les|los|las|altos|bajos|van|von|der|den|am|an|im|sur|rue|"
    r"via|calle|plac|aleja|ulica|utca|út|tér|ul|al|pl|str|nr|no|bl|sc|ap|nad|pod|avenue|avenida|in|à|em|te|u)\.?(?![^\s,;\\])|"
    r"(?<![,.] )(?!with|since|seit|from|and|und|for|mit|avec|depuis)[a-zß-ÿ]{2,8}\.? (?=[A-ZÀ-Þ\d]))"
)
_DWELLING = Spotted(
    r"(?P<cue>(?i:\b(?:lives?(?: alone)?|living(?: alone)?|resid(?:es?|ing|ent)|wohnt|wohnhaft|demeurant|domicilié?e?|habite|"
    r"vive|woont|wonende|abita|residente|bosatt|anschrift|adresse|address|indirizzo|domicilio|dirección|endereço|mora|"
    r"zamieszkał[ay]|zam|bytem|bydliště|lakcíme?|lakik|bopæl|bosat|bosted|boende|adress|adresa|adresă|adresi|adres|osoite|asuu|"
    r"domiciliat[ăa]?|stanuje|prebivalište)\b\W{0,2}"
    rf"(?:(?:at|in|à|au|en|em|te|op|is|i|w|v|na|på|with (?:son|daughter|wife|husband|parents|family) at)\b\W{{0,2}})?))"
    rf"(?P<place>(?:{_PLACE_WORD}[ ,]*)+)"
)
_BEHIND_A_STOP = re.compile(r"([.,]) +([^\W_]+)(?!-)")
# A sentence ends behind a postal code.
_BEFORE_A_STOP = re.compile(r"(?:(?<!\d)\d{5}|\d[A-Z]{2})$")
_POSTAL_CODE = re.compile(r"\d{4}|\d{2,3}[ -]\d{2,3}|\d[A-Z]{2}")
_HINT = Spotted(
    r"liv|resid|wohn|demeur|domicil|habit|vive|woon|wonen|abit|bo(?:sat|sted|p|en)|anschr|adr|addr|indir|direc|endere|mora|zam|byt|"
    r"byd|lak|osoi|asuu|stan|preb",
    re.IGNORECASE,
)


def without_addresses(text: str) -> str:
    """Return *text* without addresses that have a number in them; what stands around them stays."""
    if _HINT.search(text):
        text = _DWELLING.sub(_without_place, text)
    return _UNIT.sub("", _PERHAPS.sub(_without_street, _STREETS.sub(_without_sure_street, text)))


def _without_sure_street(found: re.Match[str]) -> str:
    """Return nothing for a street, but what stands before a doctor: `KNEE 3 VIEWS Dr Larkspur`, `150 HU. Dr. Larkspur`."""
    before = _DOCTOR.search(found.group())
    if before and _NAME_BEHIND.match(found.string, found.end()):
        words = [
            word
            for word in re.split(r"[\W_]+", found["names"].removesuffix(before.group()))
            if word.isalpha()
        ]
        if before["stop"] or all(len(word) < 3 or word.lower() in PLAIN_WORDS for word in words):
            return found.group()
    return f" {GONE} "


def _without_street(found: re.Match[str]) -> str:
    """Return what may be a street unless a word in it is nobody's name."""
    named = any(map(_may_be_named, found["names"].split()))
    return f" {GONE} " if named else found.group()


def _may_be_named(word: str) -> bool:
    low = folded(word).lower()
    return is_named(word) or (low not in clinical_words() and low not in everyday_words())


def _without_place(found: re.Match[str]) -> str:
    """Return what stands before an address, and what a clinical word begins behind it."""
    place = found["place"]
    if not any(map(str.isdigit, place)):
        return found.group()
    stops = (
        stop
        for stop in _BEHIND_A_STOP.finditer(place)
        if _begins_anew(stop[2]) or (stop[1] == "." and _BEFORE_A_STOP.search(place, 0, stop.start()))
    )
    start = next((s.start(2) for s in stops if s[1] == "." or not _POSTAL_CODE.search(place, s.end())), None)
    cue = found["cue"].rstrip(" :=")
    return f"{cue} " if start is None else f"{cue} {place[start:]}"


def _begins_anew(word: str) -> bool:
    """Say whether a word is about medicine: a known one, or an abbreviation such as COPD or T2."""
    return is_clinical(word) or (word.isupper() and not word.isdigit() and word[0].isalpha())
