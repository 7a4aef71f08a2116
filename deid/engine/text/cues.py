"""Find people by the words before them: titles, what people are to each other, who does what to images.

A word that is a name as well is nobody by itself, but somebody there.
"""

import re

from deid.engine.text.abbreviations import is_abbreviation
from deid.engine.text.eponyms import eponym_at, is_namesake
from deid.engine.text.flat import CAPITAL, folded
from deid.engine.text.labelled import without_labelled_people
from deid.engine.text.names import BODY_TOO, GIVEN_TOO, SURNAMES_TOO, is_named, may_name
from deid.engine.text.spotting import AnyOf, Spotted
from deid.engine.text.things import thing_at
from deid.engine.text.words import GONE, is_clinical, is_medical, may_stay

_WORD = r"[A-ZÀ-Þ](?:[\w'’-]{0,2}\.|[\w'’-]*)"
# What stands behind a name that is whole.
_ALONE = (
    r"(?:and|or|to|on|at|of|with|by|who|was|is|has|had|for|from|in|if|can|could|will|would|did|does|came|visited|called|asked|"
    r"signed|said|says|wants|seen|presents|admitted|referred|here|noted|gave|reported|reports|confirmed|requested|requests|"
    r"disagrees|disagreed|agrees|agreed|holds)"
)
ALONE_BEHIND = rf"\s*(?:$|[,.;:()\\\n]|{_ALONE}(?![^\W_]))"
_TITLE = (
    r"(?:[Dd]r|DR\.|[Dd]rs|Pr(?= [A-ZÀ-Þ][a-zß-ÿ])|"
    r"Mr|MR\.|Mrs|MRS|Ms|MS\.|Miss|[Pp]rof|PROF|Professor|Sra?|[Dd]ra|Herrn?|HERRN?|Hr|Frau|FRAU|Mme|Mlle|"
    r"Sig(?:\.?ra)?|[Dd]ott(?:\.?ssa)?|Dhr|Mevr|Nurse|(?i:señora?|signora?|monsieur|madame|heer|mevrouw|domnul|doamna|gospodin|"
    r"gospođa|senhora?|herra|rouva|sayın)|[Pp]an[ií]?(?= [A-ZÀ-Þ][a-zß-ÿ])(?! (?:Scan|Body|Pacific)))"
)
_TITLED = Spotted(
    rf"\b(?:{_TITLE}\b\.?[ ^]*)+(?P<first>[A-ZÀ-Þ\u0100-\u017f][\w'’-]+|{GONE}(?= ?[A-ZÀ-Þ]))"
    rf"(?P<rest>(?:[ ^,]+[A-ZÀ-Þ][\w'’-]+){{0,3}})"
)
_PEOPLE = (  # whoever stands behind these is a person, whatever the name
    r"(?:tech|technologist|radiographer|radiologist|physician|doctor|nurse|operator|surname|maiden name|by|with|"
    r"known as|property of|data of|brother of|sister of|mother of|father of|carer|caregiver|guardian|pastor|emergency contact|"
    r"beneficiary|belongs? to|officer|partner|translator|interpreter|driver|under (?:the )?care of|"
    r"(?:reader|rater|observer)(?: ?\d)?|w/|d/w|cc|attn|(?:copy|copied|sent|reported?|faxed|handed|called|phoned) to|contact|"
    r"paged?|"
    r"spoken? (?:to|with)|discussed with|sonographer|(?:patient|pt|neonate|baby|child|son|daughter|wife|husband|behalf) of|"
    r"(?:secrétariat|cabinet|studio) (?:de|di)|sees|per|consultant|registrar|surgeon|an(?:a?e)sthetist|an(?:a?e)sthesiologist|"
    r"oncologist|cardiologist|neurologist|physicist|fellow|(?:sub-?)?investigator|coordinator|"
    r"ref(?:erring)? (?:md|dr|doc|gp|phys(?:ician)?)|ref(?=\W?[:=])|(?:gp|pi|cra|np|attending|qa by|aanvrager|arts|"
    r"collega|kollegen?|kollegin|técnico|tecnico|médico|medico|vidiert|tsrm|mtra?|refertato da|validé par|durch|"
    r"approved by|dictated by|verified by)(?=\W?[:=])|kollegen?|kollegin|collega|second reader|first reader|aanvrager|vidiert|"
    r"tsrm|solicita|student|resident|pcp|caller|arts-assistent|surname as|(?:changed|switched|handed over) from|"
    r"(?:pi|cra)(?= [A-Z][a-z]))"
)
_RELATIVES = (
    r"(?:sister|brother|mother|father|mom|mum|dad|wife|husband|daughter|son|aunt|uncle|cousin|girlfriend|boyfriend|spouse|grandmother|"
    r"grandfather|nok|next of kin)"
)
_OTHERS = (  # in other languages, too
    r"(?:referring|attending|signed|name|patient|pt|ehefrau|ehemann|tochter|sohn|schwester|bruder|lebensgefährtin?|épouse|"
    r"époux|mari|fille|fils|sœur|soeur|frère|esposa|esposo|marido|hija|hijo|hermana|hermano|moglie|marito|figlia|figlio|sorella|"
    r"fratello|echtgenote|echtgenoot|dochter|zoon|zus|broer|hustrun?|dotter|kone|vaimo|żona|mąż|córka|manželka|manžel|dcera|"
    r"felesége|férje|lánya|soția|soțul|fiica|supruga|suprug|filha|filho)"
)
_CUED = Spotted(
    rf"(?P<cue>(?<![^\W_])(?:(?P<person>(?i:{_PEOPLE}))|(?P<relative>(?i:{_RELATIVES}))|(?i:{_OTHERS}))"
    r"(?:\s*[:=(]\s*|(?:(?<=\b\w\w)|(?<=\b[Tt]ech)|(?<=\b[Aa]ttn)|(?<=\b[Pp]hys))\.\s*|\s+))"
    rf"(?P<names>{_WORD}(?:(?:[ ,^/&]+|\s+and\s+){_WORD}){{0,3}})(?P<alone>(?={ALONE_BEHIND}))?"
)
# Who asked for, read, signed or is told of an examination, and who the patient is, in other languages; with a sign before it.
_PEOPLE_ABROAD = (
    r"(?:(?:demandé|prescrit|validé|signé|relu|lu|réalisé|effectué|rédigé|adressé|interprété|vu|discuté)e?s? (?:par|avec)|"
    r"(?:remitid|solicitad|pedid|informad|realizad|firmad|enviad|valorad|revisad|requisitad|laudad|encaminhad|comentad)[oa]s? "
    r"(?:por|a|con|com)|(?:richiest|refertat|eseguit|inviat|firmat|visionat|discuss)[oaie] (?:da|con)|avvisare|avisar ao?|"
    r"entregado a|consegnato a|(?:aangevraagd|verwezen|beoordeeld|uitgevoerd|geaccordeerd|gevraagd) door|"
    r"(?:besproken|overleg|overlegd) met|gestuurd naar|(?:angefordert|befundet|überwiesen|durchgeführt|unterschrieben|zugewiesen|"
    r"untersucht|aufgeklärt|Aufklärung|Befundung|validiert|Anforderung) (?:von|durch|vom)|"
    r"(?:Rücksprache|besprochen|Absprache|in Begleitung) (?:mit|von)|Praxis|"
    r"(?:zlecił|opisał|skierował|wykonał|odebrał|konsultował)a?|konsultowan[oay] z|(?:indikoval|popsal|provedl|hodnotil)a?)"
)
_PATIENTS_ABROAD = r"(?:patientin|patiente|patiënte?|paciente|paziente|pacjent(?:ka)?|pacient(?:ka)?|doente|potilas|beteg|hasta)"
_ABROAD_SIGN = Spotted(
    r"(?i: (?:par|avec|por|ao?|con|com|da|door|met|naar|von|vom|durch|mit|z) |pa[cz]ient|pati[eë]nt[ei]|pacjent|doente|potilas|"
    r"beteg|hasta|avvisare|praxis|zlec|opis|skier|wykon|odebr|konsult|indik|pops|proved|hodnot)"
)
_CUED_ABROAD = re.compile(
    rf"(?P<cue>(?<![^\W_])(?:(?P<person>(?i:{_PEOPLE_ABROAD}))|(?P<relative>(?!))|(?i:{_PATIENTS_ABROAD}))(?:\s*[:=(]\s*|\s+))"
    rf"(?P<names>{_WORD}(?:[ ,^/&]+{_WORD}){{0,3}})(?P<alone>(?={ALONE_BEHIND}))?"
)
# Behind a cue and a colon a name is written small as well.
_CUED_SMALL = Spotted(
    r"(?P<cue>(?<![^\W_])(?i:tech|technologist|radiographer|radiologist|operator|ref (?:md|dr|doc|gp|phys)|"
    r"nurse|surname|attn|cc)\s*[:=]\s*)(?P<name>[a-zà-ÿ]{3,})(?![^\W_])"
)
# Somebody of the staff written small, who does something.
_STAFF_SMALL = Spotted(
    r"(?P<cue>(?<![^\W_])(?i:nurse|technologist|radiographer|doctor|tech|rn) )"
    r"(?P<names>[a-zà-ÿ][\w'’-]{2,}(?: [a-zà-ÿ][\w'’-]{2,})?)"
    r"(?= (?:gave|gives|noted|placed|injected|said|called|asked|took|checked|reported|confirmed|pt|patient)(?![^\W_]))"
)
_SURNAME_TOO = re.compile(r"^ (?P<name>[A-ZÀ-Þ][a-zß-ÿ][\w'’-]*)(?=$|,)")
_PARTICLES = frozenset("van von de del da di la lo le el al ter ten bin du den der".split())  # noqa: SIM905 - reads best as one
_DEGREES = frozenset(("PA-C", "PA", "NP", "MD", "DO", "RN", "DVM", "DDS", "DMD"))
_LETTERS = re.compile(r"[^\W\d_]+")
LONGEST_ABBREVIATION = 4
# Who is nothing but a person: a surname behind them is one, though a disease has it too.
_ROLE = re.compile(
    r"(?:tech|technologist|radiographer|radiologist|physician|doctor|nurse|operator|consultant|registrar|surgeon|resident|fellow|"
    r"an(?:a?e)sthetist|sonographer|physicist|oncologist|cardiologist|neurologist)\W+",
    re.IGNORECASE,
)
_SEPARATED = re.compile(r"([ ,^/&]+)")
_CUES = AnyOf(_CUED, _TITLED, _ABROAD_SIGN, _STAFF_SMALL, _CUED_SMALL)


def without_cued_people(text: str) -> str:
    """Return *text* without people whom a title or another word before them tells."""
    text = without_labelled_people(text)
    if not _CUES.may_stand_in(text):
        return text
    if CAPITAL.search(text):
        text = _CUED.sub(_without_cued, _TITLED.sub(_without_titled, text))
        text = _CUED_ABROAD.sub(_without_cued, text) if _ABROAD_SIGN.search(text) else text
    return _STAFF_SMALL.sub(_without_staff, _CUED_SMALL.sub(_without_cued_small, text))


def _without_staff(match: re.Match[str]) -> str:
    """Return a cue without the names behind it, unless all of it are words."""
    words = match["names"].split()
    particle = words[0] in _PARTICLES and words[-1] != "novo"
    surname = len(words) == 1 and words[0] in SURNAMES_TOO and words[0] not in BODY_TOO
    named = particle or surname or any(is_named(word) or not may_stay(word) for word in words)
    return match["cue"] + GONE if named else match.group()


def _without_titled(match: re.Match[str]) -> str:
    """Return what stands behind a title and a name: clinical words only, and no surname that a disease has."""
    rest = match["rest"]
    surname = rest.strip(" ^,")
    after = match.start("rest") + len(rest) - len(rest.lstrip(" ^,"))
    if rest.startswith(" ") and is_namesake(folded(surname).lower()) and not eponym_at(match.string, after):
        return f"{GONE} {GONE}"
    return f"{GONE} " + _without_names(_without_last(rest))


def _without_surname_too(match: re.Match[str]) -> str:
    """Return nothing for a surname behind a title and a given name, though it is a part of the body elsewhere."""
    low = folded(match["name"]).lower()
    return f" {GONE}" if may_name(low) or low in BODY_TOO else match.group()


def _without_names(words: str, *, codes: bool = False) -> str:
    """Return a run of words without those that medicine does not know; with *codes* abbreviations stay as well."""
    pieces = _SEPARATED.split(words)
    return "".join(
        p if n % 2 or len(p) < 2 or is_medical(p) or (codes and _is_code(p)) else GONE
        for n, p in enumerate(pieces)
    )


def _is_code(word: str) -> bool:
    """Say whether a word in a text with small letters is no name by how it is written: HbA1c, RUQ."""
    if any(map(str.isdigit, word)) or is_abbreviation(word):
        return True
    return word.isupper() and len(word) <= LONGEST_ABBREVIATION and not is_named(word)


def _without_cued_small(match: re.Match[str]) -> str:
    name = match["name"]
    return match["cue"] + GONE if is_named(name) or not is_clinical(name) else match.group()


def _without_cued(match: re.Match[str]) -> str:
    """Return a cue such as "requested by" without the names behind it.

    Behind a relative the first word is one, behind a colleague if it is anybody's, however clinical.
    """
    cue, names = match["cue"], match["names"]
    first = _LETTERS.match(names)
    place = match.start("names")
    if eponym_at(match.string, place) or thing_at(match.string, place):
        return match.group()
    if first and match["alone"] is not None and _ROLE.fullmatch(cue) and is_namesake(folded(names).lower()):
        return cue + GONE
    if match["person"]:
        ends, marked = match["alone"] is not None, not cue[-1].isspace() or ":" in cue or "=" in cue
        shouted = match.string.isupper() or cue.strip().lower() in ("by", "with", "per", "w/")
        people = _without_colleagues(names, ends=ends, marked=marked, shouted=shouted)
        return cue + _without_names(people, codes=_describes_patient(match))
    if first and not first.group().isupper():
        related = match["relative"] and cue[-1].isspace() and ":" not in cue
        low = folded(first.group()).lower()
        if related or (match["relative"] and is_named(low)) or low in GIVEN_TOO:
            names = GONE + _without_last(names[first.end() :])
    return cue + _without_names(names, codes=_describes_patient(match))


def _describes_patient(match: re.Match[str]) -> bool:
    """Say whether what stands behind a cue is what a patient has, rather than who somebody is."""
    cue = match["cue"].rstrip().lower()
    return cue in ("with", "patient", "pt", "pt.") and not match.string.isupper()


def _without_last(rest: str) -> str:
    """Return what stands behind a given name without a single surname, though it is a part of the body elsewhere."""
    return _SURNAME_TOO.sub(_without_surname_too, rest)


def _without_colleagues(names: str, *, ends: bool, marked: bool, shouted: bool) -> str:
    """Return names behind a colleague's cue without those that are anybody's, one after another, with their initials; *ends*
    says that the last of them stands by itself, *marked* that a colon stands before them, *shouted* that capitals say nothing."""
    pieces = _SEPARATED.split(names)
    for place in range(0, len(pieces), 2):
        word, behind = pieces[place].rstrip("."), pieces[place + 1 : place + 3]
        joined = behind and (behind[0].strip() or behind[1] == "and" or behind[1] in _DEGREES)
        alone = bool(joined) or len(behind[1]) == 1 if behind else ends
        if _is_colleague(word, alone=alone, shouted=shouted) or (
            marked and alone and folded(word).lower() in BODY_TOO
        ):
            pieces[place] = GONE
            if behind and len(behind[1]) == 1:
                pieces[place + 2] = GONE
        elif word != "and" and is_clinical(word):
            second = place and pieces[place - 1] == " " and not word.isupper()
            if second and (not behind or behind[0].strip()):
                pieces[place - 1 : place + 1] = [_without_last(f" {word}")]
            break
    return "".join(pieces)


def _is_colleague(word: str, *, alone: bool, shouted: bool) -> bool:
    """Say whether a word is a name, or may be one and stands *alone*; in capitals alone, and where not all is *shouted*."""
    low = folded(word).lower()
    abbreviated = len(word) < LONGEST_ABBREVIATION or is_abbreviation(word) or shouted or not alone
    if (word.isupper() and abbreviated) or not (is_named(low) or low in GIVEN_TOO or low in SURNAMES_TOO):
        return False
    return alone or low in GIVEN_TOO or not is_clinical(low)
