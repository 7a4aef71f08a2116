"""Find people whose names are words by a label, a title or a degree that only people have."""

import re

from deid.engine.text.abbreviations import is_abbreviation
from deid.engine.text.flat import CAPITAL, folded
from deid.engine.text.names import BODY_BEHIND_LABELS, BODY_TOO, SURNAMES_TOO, is_named, may_name
from deid.engine.text.spotting import AnyOf, Spotted
from deid.engine.text.words import GONE, SHORT, is_clinical, is_medical, may_stay, words_written_small

# Whoever has a title written small, whose name is a word.
_TITLED_SMALL = Spotted(
    r"(?P<cue>(?<![^\W_])(?:[Dd]r|[Pp]rof|M[rs]|Mrs|Mme|Mlle|Herrn?|Hr|Frau|[Ss]ra?|Sig(?:\.?ra)?|Dott(?:\.?ssa)?|Dhr|Mevr|"
    r"(?i:señora?|signora?|senhora?|mevrouw|monsieur|madame|rouva|herra|domnul|doamna|gospođa|sayın)|Pan[ií])\.? )"
    r"(?P<particles>(?:(?:van|von|vom|zum?|der|den|de(?! novo)|het|del|la|le|el|al|da|do|di|lo|ter|ten|bin|du) )*)"
    r"(?P<name>[a-zà-ÿ\u0100-\u017f]{2,})(?![\w'’-])"
)
_NOT_CALLED = frozenset("will may said wants day right left als".split())  # noqa: SIM905 - reads best as one
# Who did what, by a word in capitals or small ones, at the end of a line or before a time or day.
_DONE_BY = Spotted(
    r"(?P<cue>(?<![^\W_])(?i:verified|signed|dictated|approved|vetted|reported|checked|transcribed|"
    r"(?:bx|read|done|seen|made|drawn|taken|given|[a-z]{2,}ed) by) )"
    r"(?P<name>[^\W\d_]{2,})(?P<second> and [A-ZÀ-Þ][a-zß-ÿ]+)?"
    r"(?=\s*(?:$|\n|[;,.)]|\d|\0|[\U000f0000-\U000ffffd]|(?:on|at|in|for|from|before|after)(?![^\W_])))"
)
# Doctors of one part of medicine.
_SPECIALIST = r"[a-z]{3,}(?:ologist|odontist|iatrist|iatrician)"
# Behind a patient or an office and a colon a single word with a capital is somebody.
_PATIENT_IS = Spotted(
    r"(?P<cue>(?<![^\W_])(?i:patient|pt|pt name|patient name|name|resident|attending|fellow|registrar|consultant|"
    r"radiologist|sonographer|physicist|dosimetrist|planner|locum|dentist|vet|veterinarian|owner|client|volunteer|annotator|"
    r"tech|op|ord(?:ering)? phys(?:ician)?|phys(?:ician)?|md|dvm|"
    rf"{_SPECIALIST})(?:\s*[:=]\s*|(?<=name)\s+|(?<=attending)\s+|(?<=resident)\s+|(?<=registrar)\s+|(?<=fellow)\s+|(?<=[oa]logist)\s+|(?<=odontist)\s+|"
    r"(?<=iatrist)\s+))(?P<name>[A-ZÀ-Þ][\w'’-]+)(?=\s*(?:$|[,;.:\n]))"
)
# A patient in capitals among words that are not.
_PATIENT_SHOUTED = Spotted(
    r"(?P<cue>(?<![^\W_])(?i:patient|pt|subject) )(?P<name>[A-ZÀ-Þ]{4,})(?=[.,]?(?:\s*$|\s+[a-z]{2}))"
)
_GREAT = "A-ZÀ-Þ\u0100-\u017f\u0386-\u03ab\u0400-\u042f"
# The whole name behind what only a patient's has before it, whatever its words are elsewhere.
_PATIENT_NAMED = Spotted(
    r"(?P<cue>(?<![^\W_])(?i:patient(?:in|e|s?[ ']*s? name)?|patiënt|pat|pt|name|surname|nom|prénom|nombre|apellidos?|nome|"
    r"cognome|nachname|vorname|naam|nazwisko|imię i nazwisko|jméno|příjmení|namn|navn|adı? soyadı|hasta(?: adı)?|potilas|nimi|"
    r"pacjent(?:ka)?|pacient(?:ka|e)?|paciente|paziente|doente|utente|pasient|beteg|név|nume|"
    r"ασθενής|ονοματεπώνυμο|пациент(?:ка)?|больн(?:ой|ая)|фио)\s*[:=]\s*)"
    rf"(?P<names>[{_GREAT}][^\W\d_]*(?:(?:, ?|[ ^-])[{_GREAT}][^\W\d_]*){{1,3}})(?![\w^])"
)
# Whose an animal is and who treats it or teeth, behind a colon: any word that medicine does not know.
_OWNER_IS = Spotted(
    r"(?P<cue>(?<![^\W_])(?i:owner|client|besitzer(?:in)?|halter(?:in)?|überweiser(?:in)?|tierarzt|zahnarzt|eigenaar|dierenarts|"
    r"tandarts|propriétaire|vétérinaire|dentiste|propietari[oa]|veterinari[oa]|proprietari[oa]|vet|dentist)\s*[:=]\s*)"
    r"(?P<name>[A-ZÀ-Þ][\w'’-]+)(?=\s*(?:$|[,;.\n]))"
)
# Somebody right behind what they are, without a colon.
_WHO_IS = Spotted(
    r"(?P<cue>(?<![^\W_])(?i:locum|dentist|dds|dvm|orthodontist|vet|veterinarian|owner|client|annotator|volunteer|besitzer|"
    r"tierarzt|zahnarzt) )(?P<name>[A-ZÀ-Þ][a-zß-ÿ][\w'’-]*)(?![^\W_])"
)
# Animals are called as people are; behind some a given name that is a word of radiology elsewhere.
_ANIMAL = Spotted(
    r"(?P<cue>(?<![^\W_])(?i:dog|cat|horse|pony|rabbit|parrot|puppy|kitten|mare|gelding|stallion|hund|katze|pferd|chien|chat|"
    r"perro|gato|cane|gatto|hond|kat|paard)[ :,]{1,2}[\"“„']?)(?P<name>[A-ZÀ-Þ][a-zß-ÿ]+)(?=[\"”“']?\s*(?:$|[,.;:()\n]))"
)
# What a patient is called, in quotation marks; and an animal with its owner's surname.
_QUOTED = Spotted(
    r"(?P<cue>(?<![^\W_])(?i:pt|patient|called|named) )[\"“„”'](?P<name>[A-ZÀ-Þ][\w'’ -]{1,24})[\"“”](?![^\W_])"
    rf"(?P<surname>(?= ?(?:(?:v[ao]n|de[rnl]?|d[aiu]|l[aeo]|te[rn]|al|bin) ){{0,2}}(?:[A-ZÀ-Þ][a-zß-ÿ]|{GONE})))?"
)
_ANIMAL_OF = Spotted(
    r"(?P<cue>(?<![^\W_])(?i:dog|cat|horse|pony|rabbit|hund|katze|pferd|chien|chat|cheval|perro|gato|cane|gatto|hond|kat|paard)"
    rf"[ :,]{{1,2}})(?P<name>[A-ZÀ-Þ][a-zß-ÿ]+) (?P<owner>[A-ZÀ-Þ][\w'’-]+|{GONE})(?![^\W_])"
)
# A short name with a degree or an office behind it.
_OFFICE = Spotted(
    r"(?<![^\W_])(?P<name>[A-ZÀ-Þ][a-zß-ÿ]{1,}|[A-Z]{2,})"
    r"(?=,? (?:MD|M\.D\.|RN|RT\(R\)|RT|ARRT|RDMS|CNMT)(?![\w])|, (?:DO|MBBS|FRCR|PhD)\s*(?:$|[.;)\n]))"
)
# Behind a name, at the end of what is said, where even a word of medicine is one.
_DEGREE_ENDS = re.compile(r", (?:MD|M\.D\.|DO|MBBS|FRCR|PhD)\s*(?:$|[.;)\n])")
# What orders say of patients in two or three capitals.
_COMPLAINTS = frozenset("ams ca sob cp loc abd ams uti dvt pe mi cva tia gsw mva mvc".split())  # noqa: SIM905 - reads best as one
_NO_OFFICER = frozenset("ref dr by per the and or to lt rt ap pa mr ct".split())  # noqa: SIM905 - reads best as one
_LABELS = AnyOf(
    _OFFICE, _PATIENT_IS, _PATIENT_NAMED, _PATIENT_SHOUTED, _OWNER_IS, _ANIMAL_OF, _QUOTED, _ANIMAL, _WHO_IS, _DONE_BY,
    _TITLED_SMALL,
)  # fmt: skip


def without_labelled_people(text: str) -> str:
    """Return *text* without names behind a patient's label, a title or what was done, and before a degree."""
    if not _LABELS.may_stand_in(text):
        return text
    if CAPITAL.search(text):
        text = _OFFICE.sub(_without_officer, _PATIENT_IS.sub(_without_patient, text))
        text = _PATIENT_NAMED.sub(_without_whole, _PATIENT_SHOUTED.sub(_without_patient, text))
        text = _OWNER_IS.sub(_without_owner, text)
        text = _ANIMAL_OF.sub(_without_owned, _QUOTED.sub(_without_quoted, text))
        text = _ANIMAL.sub(_without_animal, _WHO_IS.sub(_without_patient, text))
    return _DONE_BY.sub(_without_doer, _TITLED_SMALL.sub(_without_doctor, text))


def _without_doctor(match: re.Match[str]) -> str:
    """Return a title without a name behind it that is written small, or a word as well."""
    name = match["name"]
    named = match["particles"] or name in words_written_small() or may_name(name)
    named = named and name not in _NOT_CALLED
    return match["cue"] + GONE if named else match.group()


def _without_doer(match: re.Match[str]) -> str:
    """Return what was done without by whom; of words written small only those that are names first of all."""
    name = match["name"]
    low = folded(name).lower()
    named = is_named(low) or not may_stay(low) if name.islower() else may_name(low) or low in BODY_TOO
    by = match["cue"].lower().endswith("by ")
    short = name.isupper() and (len(name) <= SHORT or not by or is_abbreviation(name))
    if not named or short or (match["second"] and not by):
        return match.group()
    second = match["second"] or ""
    other = folded(second.removeprefix(" and ")).lower()
    return match["cue"] + GONE + (f" and {GONE}" if may_name(other) or other in BODY_TOO else second)


def _without_patient(match: re.Match[str]) -> str:
    """Return the label of a patient without a name that is a word as well."""
    low = folded(match["name"]).lower()
    return match["cue"] + GONE if may_name(low) or low in BODY_BEHIND_LABELS else match.group()


def _without_whole(match: re.Match[str]) -> str:
    """Return the label of a patient without all the words of a name, of which one is no word or a common name."""
    words = re.findall(r"[^\W\d_]+", match["names"])
    named = any(not may_stay(word) or (is_named(word) and not is_clinical(word)) for word in words)
    return match["cue"] + GONE if named else match.group()


def _without_owner(match: re.Match[str]) -> str:
    """Return the label of an owner without a name, which may be any word."""
    name = match["name"]
    stays = is_medical(name) and not may_name(name) and folded(name).lower() not in BODY_BEHIND_LABELS
    return match.group() if stays else match["cue"] + GONE


def _without_quoted(match: re.Match[str]) -> str:
    """Return what stands before a name in quotation marks; words that are no names are quoted of patients as well."""
    words = match["name"].split()
    quoted = match["surname"] is None and all(may_stay(word) and not may_name(word) for word in words)
    return match.group() if quoted else match["cue"] + GONE


def _without_owned(match: re.Match[str]) -> str:
    """Return what kind of animal it is, without its name where a surname stands behind it."""
    owner, listed = match["owner"], "," in match["cue"]
    owned = (owner == GONE or not may_stay(owner)) and (listed or not is_medical(match["name"]))
    return f"{match['cue']} " if owned else match.group()


def _without_animal(match: re.Match[str]) -> str:
    """Return what kind of animal it is without what it is called."""
    name = match["name"]
    return (
        match["cue"] + GONE if may_name(name) and folded(name).lower() not in SURNAMES_TOO else match.group()
    )


def _without_officer(match: re.Match[str]) -> str:
    """Return nothing for a short word before a degree that medicine does not know."""
    name = match["name"]
    low = folded(name).lower()
    known = (is_clinical(name) and not is_named(low)) or is_abbreviation(name)
    known = known and not (_DEGREE_ENDS.match(match.string, match.end()) and name.istitle())
    stays = low in _NO_OFFICER or known or (name.isupper() and low in _COMPLAINTS)
    return match.group() if stays else GONE
