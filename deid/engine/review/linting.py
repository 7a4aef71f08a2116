"""What is wrong or doubtful in a profile, named before anything is cleaned by it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from pydicom.datadict import dictionary_has_tag, dictionary_VR

from deid.engine.deciding.rules import DATE_VRS, PSEUDONYM_TAGS, WORD_VRS, compile_rules
from deid.engine.profiles.options import OPTIONS
from deid.engine.profiles.profile import OVERRIDE_CODES, load_table, make_profile
from deid.engine.review.required import TYPE_1, UNTOUCHABLE, kinds_that_need, never_passed_on
from deid.engine.review.wording import DONE, attribute_name, listed
from deid.engine.writing.statement import STATED

_TAG = re.compile(r"[0-9A-Fa-f]{8}")
# Attributes that say by themselves who the patient is; no profile of ours keeps them.
DIRECT = frozenset(
    {0x00100030, 0x00100032, 0x00101000, 0x00101001, 0x00101002, 0x00101005, 0x00101040, 0x00101060}
    | {0x00102154, 0x00102155, 0x00101090, 0x00080050}
)
CLEANED = WORD_VRS | DATE_VRS | {"SQ"}


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing about a profile: an `error` forbids its use, a `warning` wants a decision, a `note` informs."""

    level: str
    text: str


def lint_profile(options: frozenset[str], overrides: Mapping[str, str]) -> list[Complaint]:
    """Return what contradicts itself, endangers privacy or does nothing, errors first.

    *overrides* maps tags of eight hexadecimal digits to action codes, as in `make_profile`; what that refuses is
    an error here, with the way to mend it.
    """
    found = [*_option_errors(options), *_override_errors(options, overrides)]
    overrides = {key.upper(): code for key, code in overrides.items()}
    if not found:
        found = [
            *_option_warnings(options),
            *_override_warnings(options, overrides),
            *_idle(options, overrides),
        ]
    order = ("error", "warning", "note")
    return sorted(found, key=lambda one: order.index(one.level))


def _option_errors(options: frozenset[str]) -> Iterator[Complaint]:
    for name in sorted(options - OPTIONS.keys()):
        yield Complaint("error", f"There is no option called {name}.")
    if {"retain_full_dates", "retain_modified_dates"} <= options:
        yield Complaint("error", "Dates cannot be kept and shifted at once: choose full or modified dates.")


def _override_errors(options: frozenset[str], overrides: Mapping[str, str]) -> Iterator[Complaint]:
    for key, code in sorted(overrides.items()):
        if not _TAG.fullmatch(key):
            yield Complaint(
                "error", f"{key[:20]} is no tag: write eight hexadecimal digits, such as 00081030."
            )
        elif code not in OVERRIDE_CODES:
            yield Complaint("error", f"{key} has no known action: choose one of {', '.join(sorted(DONE))}.")
        else:
            yield from _one_override(options, int(key, 16), code)


def _one_override(options: frozenset[str], tag: int, code: str) -> Iterator[Complaint]:
    name = attribute_name(tag)
    gone = never_passed_on(tag, code)
    if tag in STATED:
        yield Complaint("error", f"{name} is what the cleaner states of its own work. Leave it out.")
    elif gone:
        yield Complaint("error", f"{name} cannot be {DONE[code]}. {gone}. Leave the rule out.")
    elif tag >> 16 & 1:
        yield Complaint(
            "error", f"{name} is private: the safe list decides on private attributes, not a tag."
        )
    elif not dictionary_has_tag(tag):
        yield Complaint("error", f"{name}: the Standard (PS3.6) has no attribute of this tag.")
    elif tag in PSEUDONYM_TAGS:
        yield Complaint("error", f"{name} always becomes the subject's pseudonym. Leave it out.")
    elif tag in UNTOUCHABLE:
        yield Complaint("error", f"{name} cannot be changed: without it the file is no valid image.")
    elif tag in TYPE_1 and (code in "XZ" or (code == "D" and dictionary_VR(tag) != "UI")):
        yield Complaint(
            "error", f"{name} is required (Type 1): {DONE[code]}, the file is no valid image. Leave it out."
        )
    elif code == "K" and (tag in DIRECT or dictionary_VR(tag) == "PN"):
        yield Complaint("error", f"{name} names or locates a person and cannot be kept.")
    elif not _fits(code, dictionary_VR(tag)):
        yield Complaint("error", f"{name} cannot be {DONE[code]}: its values are {dictionary_VR(tag)}.")
    elif dictionary_VR(tag) in ("DA", "DT"):
        yield from _one_date(options, name, code)


def _one_date(options: frozenset[str], name: str, code: str) -> Iterator[Complaint]:
    """Yield where a rule for one date contradicts what the file says of all dates (0028,0303)."""
    if code == "K" and "retain_modified_dates" in options:
        yield Complaint(
            "error", f"{name} would stay while all other dates move: it would give the shift away."
        )
    elif code == "K" and "retain_full_dates" not in options:
        yield Complaint(
            "error",
            f"{name} would stay as it is, and the file would say that all dates were removed: choose Retain Longitudinal"
            " Temporal Information Full Dates, or leave it out.",
        )
    elif code == "C" and "retain_modified_dates" not in options:
        others = "stay" if "retain_full_dates" in options else "go"
        yield Complaint(
            "error",
            f"{name} would move while all other dates {others}: choose Retain Longitudinal Temporal Information Modified"
            " Dates, or leave it out.",
        )


def _fits(code: str, vr: str) -> bool:
    if code == "U":
        return vr in ("UI", "SQ")
    return code != "C" or vr in CLEANED


def _option_warnings(options: frozenset[str]) -> Iterator[Complaint]:
    told = {
        "retain_uids": "UIDs of the source stay: releases can be joined with each other and with the source.",
        "retain_full_dates": "True dates stay: visits can be matched with what others know of a person.",
        "retain_institution_identity": "Institutions stay named: with age and sex that may single a person out.",
    }
    for name, text in told.items():
        if name in options:
            yield Complaint("warning", text)
    if "retain_uids" in options and "retain_full_dates" not in options:
        yield Complaint(
            "warning",
            "UIDs of the source stay while dates do not: many makers write date and time into them. Replace UIDs, or keep dates.",
        )
    yield from _both_named(options)
    wanted = {
        "clean_descriptors": "Descriptions are removed whole: nobody will know what a series shows.",
        "retain_safe_private": "All private attributes go: diffusion weighting and PET scaling of some makers are lost.",
        "retain_patient_characteristics": "Sex, age and weight go: nobody can look for bias.",
    }
    for name, text in wanted.items():
        if name not in options:
            yield Complaint("note", text)
    if not options & {"retain_modified_dates", "retain_full_dates"}:
        yield Complaint("note", "All dates go: intervals between visits are lost.")


def _both_named(options: frozenset[str]) -> Iterator[Complaint]:
    """Yield the pairs of options of which one cleans what the other keeps, with what becomes of it."""
    rows: Any = load_table()["attributes"]
    for cleans, keeps in product(sorted(options), repeat=2):
        columns = OPTIONS[cleans].column, OPTIONS[keeps].column
        both = [
            int(key, 16)
            for key, row in rows.items()
            if "x" not in key and [row[2].get(column) for column in columns] == ["C", "K"]
        ]
        if both:
            named = listed([attribute_name(tag) for tag in both], 3)
            words = [OPTIONS[name].meaning.removesuffix(" Option") for name in (cleans, keeps)]
            yield Complaint(
                "note", f"{words[0]} goes before {words[1]} where both name an attribute: {named}."
            )


def _override_warnings(options: frozenset[str], overrides: Mapping[str, str]) -> Iterator[Complaint]:
    for key, code in sorted(overrides.items()):
        tag = int(key, 16)
        vr, name = dictionary_VR(tag), attribute_name(tag)
        if code == "K" and vr in WORD_VRS:
            yield Complaint(
                "warning", f"{name} is text that people type. Kept as it is, it may hold a name: clean it."
            )
        elif code == "K" and vr == "UI" and "retain_uids" not in options:
            yield Complaint(
                "warning", f"{name} would stay while other UIDs are replaced: releases could be joined by it."
            )
        elif code == "U" and vr == "UI" and "retain_uids" in options:
            yield Complaint(
                "warning",
                f"{name} would be replaced while other UIDs stay: what refers to it would lead nowhere.",
            )
        for kind, count, of in kinds_that_need(tag, code):
            wants = (
                "must have a value (Type 1): choose D" if kind == "1" else "must be there (Type 2): choose Z"
            )
            yield Complaint(
                "warning", f"{name} would be {DONE[code]}. In {count} of {of} kinds of objects it {wants}."
            )


def _idle(options: frozenset[str], overrides: Mapping[str, str]) -> Iterator[Complaint]:
    without = compile_rules(make_profile("without", options, {}), "").by_tag
    for key, code in sorted(overrides.items()):
        rule = without.get(int(key, 16))
        if rule and rule[0] == code:
            yield Complaint(
                "note", f"{attribute_name(int(key, 16))} is {DONE[code]} anyway: the override does nothing."
            )
