"""Find people whose names are words by a label, a title or a degree that only people have."""

import re

from deid.engine.text.flat import folded
from deid.engine.text.names import BODY_TOO, is_named, may_name
from deid.engine.text.words import GONE, is_clinical, may_stay

# A doctor written small, whose name is a word.
_DOCTOR_SMALL = re.compile(r"(?P<cue>(?<![^\W_])(?:[Dd]r|[Pp]rof)\.? )(?P<name>[a-zà-ÿ]{2,})(?![\w'’-])")
_NOT_CALLED = frozenset("will may said wants day right left".split())  # noqa: SIM905 - reads best as one
# Who did what, by a word in capitals or small ones, at the end of a line or before a time or day.
_DONE_BY = re.compile(
    r"(?P<cue>(?<![^\W_])(?i:verified|signed|dictated|approved|vetted|reported|checked|transcribed|(?:bx|read|done|seen) by) )"
    r"(?P<name>[^\W\d_]{2,})(?=\s*(?:$|\n|[;,.)]|\d|\0|[\U000f0000-\U000ffffd]))"
)
# Behind a patient or an office and a colon a single word with a capital is somebody.
_PATIENT_IS = re.compile(
    r"(?P<cue>(?<![^\W_])(?i:patient|pt|pt name|patient name|name|resident|attending|fellow|registrar|consultant|"
    r"radiologist|sonographer|physicist|dosimetrist|planner)(?:\s*[:=]\s*|(?<=name)\s+))"
    r"(?P<name>[A-ZÀ-Þ][\w'’-]+)(?=\s*(?:$|[,;.\n]))"
)
# A short name with a degree or an office behind it.
_OFFICE = re.compile(
    r"(?<![^\W_])(?P<name>[A-ZÀ-Þ][a-zß-ÿ]{1,}|[A-Z]{2,})(?=,? (?:MD|M\.D\.|RN|RT\(R\)|RT|ARRT|RDMS|CNMT)(?![\w]))"
)
_NO_OFFICER = frozenset("ref dr by per the and or to lt rt ap pa mr ct".split())  # noqa: SIM905 - reads best as one


def without_labelled_people(text: str) -> str:
    """Return *text* without names behind a patient's label, a doctor's title or what was done, and before a degree."""
    text = _OFFICE.sub(_without_officer, _PATIENT_IS.sub(_without_patient, text))
    return _DONE_BY.sub(_without_doer, _DOCTOR_SMALL.sub(_without_doctor, text))


def _without_doctor(match: re.Match[str]) -> str:
    """Return the title of a doctor written small, without a name that is a word as well."""
    name = match["name"]
    return match["cue"] + GONE if may_name(name) and name not in _NOT_CALLED else match.group()


def _without_doer(match: re.Match[str]) -> str:
    """Return what was done without by whom; of words written small only those that are names first of all."""
    name = match["name"]
    low = folded(name).lower()
    named = is_named(low) or not may_stay(low) if name.islower() else may_name(low) or low in BODY_TOO
    return match["cue"] + GONE if named and not name.isupper() else match.group()


def _without_patient(match: re.Match[str]) -> str:
    """Return the label of a patient without a name that is a word as well."""
    low = folded(match["name"]).lower()
    return match["cue"] + GONE if may_name(low) or low in BODY_TOO else match.group()


def _without_officer(match: re.Match[str]) -> str:
    """Return nothing for a short word before a degree that medicine does not know."""
    name = match["name"]
    low = folded(name).lower()
    stays = low in _NO_OFFICER or (is_clinical(name) and not is_named(low))
    return match.group() if stays else GONE
