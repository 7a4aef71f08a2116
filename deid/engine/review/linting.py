"""What is wrong or doubtful in a profile, named before anything is cleaned by it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydicom.datadict import dictionary_has_tag, dictionary_VR

from deid.engine.deciding.rules import DATE_VRS, PSEUDONYM_TAGS, WORD_VRS, compile_rules
from deid.engine.profiles.options import OPTIONS
from deid.engine.profiles.profile import OVERRIDE_CODES, make_profile
from deid.engine.review.wording import DONE, attribute_name

_TAG = re.compile(r"[0-9A-F]{8}")
# Attributes that say by themselves who the patient is; no profile of ours keeps them.
DIRECT = frozenset(
    {0x00100030, 0x00100032, 0x00101000, 0x00101001, 0x00101002, 0x00101005, 0x00101040, 0x00101060}
    | {0x00102154, 0x00102155, 0x00101090, 0x00080050}
)
# Without these there is no image, or no instance at all (PS3.3 C.7.6.3, C.12.1).
NEEDED = frozenset(
    {0x00080016, 0x00080018, 0x00280002, 0x00280004, 0x00280010, 0x00280011, 0x00280100, 0x00280101}
    | {0x00280102, 0x00280103, 0x7FE00010}
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
    if tag >> 16 & 1:
        yield Complaint(
            "error", f"{name} is private: the safe list decides on private attributes, not a tag."
        )
    elif not dictionary_has_tag(tag):
        yield Complaint("error", f"{name}: the Standard (PS3.6) has no attribute of this tag.")
    elif tag in PSEUDONYM_TAGS:
        yield Complaint("error", f"{name} always becomes the subject's pseudonym. Leave it out.")
    elif tag in NEEDED:
        yield Complaint("error", f"{name} cannot be changed: without it the file is no valid image.")
    elif code == "K" and (tag in DIRECT or dictionary_VR(tag) == "PN"):
        yield Complaint("error", f"{name} names or locates a person and cannot be kept.")
    elif not _fits(code, dictionary_VR(tag)):
        yield Complaint("error", f"{name} cannot be {DONE[code]}: its values are {dictionary_VR(tag)}.")
    elif code == "K" and dictionary_VR(tag) in ("DA", "DT") and "retain_modified_dates" in options:
        yield Complaint(
            "error", f"{name} would stay while all other dates move: it would give the shift away."
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


def _idle(options: frozenset[str], overrides: Mapping[str, str]) -> Iterator[Complaint]:
    without = compile_rules(make_profile("without", options, {}), "").by_tag
    for key, code in sorted(overrides.items()):
        rule = without.get(int(key, 16))
        if rule and rule[0] == code:
            yield Complaint(
                "note", f"{attribute_name(int(key, 16))} is {DONE[code]} anyway: the override does nothing."
            )
