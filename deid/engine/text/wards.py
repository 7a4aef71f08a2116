"""Find where in a hospital somebody lies: wards that are called by a word, and the beds in them."""

import re

from deid.engine.text.spotting import AnyOf, Spotted
from deid.engine.text.words import is_medical

_NAME = r"[A-ZÀ-Þ][a-zß-ÿ][\w'’]+"
_BED = r"(?:\W{1,3}\d{1,4}(?:-\d{1,3})?(?:-?[A-Z])?(?![\w.]))?"
# What wards are called after other than saints, trees, benefactors: who lies there and why.
_KINDS_TEXT = """
labor labour delivery maternity antenatal postnatal private general short stay admission discharge observation assessment step
down isolation the this his her our same which from to in on off and each every any other another open locked
clerk round rounds nurse manager staff list bed beds patient patients adult elderly adolescent rehab respite orthopaedic
"""
_KINDS = frozenset(_KINDS_TEXT.split())
_SPECIALTY = re.compile(r"(?:tric|ics|paedics?|ology|ical|natal|iatry)$")
_BEFORE_WARD = Spotted(
    rf"(?<![^\W_])(?P<names>{_NAME}(?:[ -]{_NAME})?) (?P<ward>Ward|WARD|ward)(?![^\W_]){_BED}"
)
# A ward is a Station in German; a station of work or of a network is none.
_BEHIND_WARD = Spotted(
    rf"(?<![\w-])(?P<ward>(?:Ward|Station|Pflegestation|Avdeling|Avdelning|Afdeling|Reparto)(?: ?: ?| ))"
    rf"(?P<name>{_NAME}){_BED}"
)
_LABELLED = Spotted(
    r"(?<![^\W_])(?i:room|rm|bed|bay|ward|cubicle|zimmer|zi|bett|chambre|lit|stanza|letto|kamer)\W{1,2}\d{1,4}-[A-Z](?![\w-])"
)
# In wings and towers of a house: "4 North Tower", "ICU 12-A", "Magnolia Unit 699-C".
_WING = Spotted(
    rf"(?<![\w.])\d{{1,2}} ?(?:North|South|East|West) ?(?:Tower|Wing|Pavilion|Building)(?![^\W_]){_BED}"
)
_BED_BEHIND = Spotted(
    r"(?P<kept>(?<![^\W_])(?i:unit|tower|wing|pavilion|floor|pod|suite|(?:[nmps])?icu|ccu|pacu|hdu|ed|er|a&e|north|south|east|west))"
    r" \d{2,4}-[A-Z](?![\w-])"
)
_WARDS = AnyOf(_BEFORE_WARD, _BEHIND_WARD, _LABELLED, _WING, _BED_BEHIND)


def without_wards(text: str) -> str:
    """Return *text* without names of wards and the beds behind them; kinds of wards stay (Stroke Ward), as do their numbers."""
    if not _WARDS.may_stand_in(text):
        return text
    text = _BEHIND_WARD.sub(_without_name, _BEFORE_WARD.sub(_without_names, text))
    return _BED_BEHIND.sub(r"\g<kept> ", _WING.sub(" ", _LABELLED.sub(" ", text)))


def _is_kind(word: str) -> bool:
    return word.lower() in _KINDS or is_medical(word) or _SPECIALTY.search(word) is not None


def _without_names(match: re.Match[str]) -> str:
    """Return what stands before a ward's name; all of it where the word beside it says what kind of ward it is."""
    *before, last = re.split("[ -]", match["names"])
    if _is_kind(last):
        return match.group()
    return " ".join((*(word for word in before if is_medical(word)), match["ward"], " "))


def _without_name(match: re.Match[str]) -> str:
    return match.group() if _is_kind(match["name"]) else f"{match['ward']} "
