"""What is wrong or doubtful in a profile's own rules: each held against what the cleaner would make of it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydicom.datadict import dictionary_has_tag, dictionary_VR

from deid.engine.deciding.rules import DATE_VRS, PSEUDONYM_TAGS, WORD_VRS
from deid.engine.profiles.profile import OVERRIDE_CODES, Profile, load_table, make_profile
from deid.engine.review.complaints import Complaint
from deid.engine.review.outcomes import EMPTIED, INSIDE, KEPT, NEW_UIDS, REMOVED, outcome_of
from deid.engine.review.required import (
    CHARACTER_SET,
    TYPE_1,
    TYPE_2,
    UNTOUCHABLE,
    kinds_that_need,
    never_passed_on,
)
from deid.engine.review.wording import DONE, attribute_name
from deid.engine.writing.statement import BURNED_IN, RECOGNIZABLE, STATED

_TAG = re.compile(r"[0-9A-Fa-f]{8}")
# Attributes that say by themselves who the patient is; no profile of ours keeps them.
DIRECT = frozenset(
    {0x00100030, 0x00100032, 0x00101000, 0x00101001, 0x00101002, 0x00101005, 0x00101040, 0x00101060}
    | {0x00102154, 0x00102155, 0x00101090, 0x00080050}
)
BIRTH_DATE = 0x00100030
CLEANED = WORD_VRS | DATE_VRS | {"SQ"}
MODIFIED, FULL = "retain_modified_dates", "retain_full_dates"


def override_errors(options: frozenset[str], overrides: Mapping[str, str]) -> Iterator[Complaint]:
    """Yield an error for each rule that nobody understands, or that the cleaner would not or must not follow."""
    known = {tag: code for tag, code in overrides.items() if _TAG.fullmatch(tag) and code in OVERRIDE_CODES}
    profile = _profile_of(options, known)
    for key, code in sorted(overrides.items()):
        if not _TAG.fullmatch(key):
            yield Complaint(
                "error", f"{key[:20]} is no tag: write eight hexadecimal digits, such as 00081030."
            )
        elif code not in OVERRIDE_CODES:
            yield Complaint("error", f"{key} has no known action: choose one of {', '.join(sorted(DONE))}.")
        else:
            yield from _one_override(profile, int(key, 16), code)


def _one_override(profile: Profile, tag: int, code: str) -> Iterator[Complaint]:
    name = attribute_name(tag)
    gone = never_passed_on(tag, code)
    if tag in STATED:
        yield Complaint("error", f"{name} is what the cleaner states of its own work. Leave it out.")
    elif gone:
        yield Complaint("error", f"{name} cannot be {DONE[code]}. {gone}. Leave the rule out.")
    elif tag in (BURNED_IN, RECOGNIZABLE):
        yield Complaint(
            "error",
            f"{name} is stated by the cleaner where it looked after the pixels, and else stays as it was. Leave it out.",
        )
    elif tag == CHARACTER_SET:
        yield Complaint("error", f"{name} says how texts are written and always stays. Leave it out.")
    elif tag >> 16 & 1:
        yield Complaint(
            "error", f"{name} is private: the safe list decides on private attributes, not a tag."
        )
    elif not dictionary_has_tag(tag) or dictionary_VR(tag) == "NONE":
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
    else:
        yield from _unmeant(profile, tag, code)


def _unmeant(profile: Profile, tag: int, code: str) -> Iterator[Complaint]:
    """Yield where the cleaner would not do what the rule says, or would contradict what the file says of all dates."""
    name, vr = attribute_name(tag), dictionary_VR(tag)
    outcome, options = outcome_of(profile, tag), profile.options
    if code in "KC" and outcome == KEPT and tag in DIRECT:
        yield Complaint("error", f"{name} names or locates a person and cannot be kept.")
    elif code == "K" and outcome == NEW_UIDS:
        yield Complaint(
            "error",
            f"{name} would be given new UIDs all the same, as every UID is: choose Retain UIDs, or leave it out.",
        )
    elif code in "KC" and outcome in (REMOVED, EMPTIED):
        yield Complaint(
            "error", f"{name} cannot be {DONE[code]}: a value of its kind ({vr}) is always {outcome}."
        )
    elif code == "D" and outcome == REMOVED:
        yield Complaint(
            "error", f"{name} would be removed: for its kind of value ({vr}) there is no dummy. Choose X."
        )
    elif vr in ("DA", "DT"):
        yield from _one_date(options, name, code)
    elif vr == "TM" and code in "KC" and not options & {MODIFIED, FULL}:
        yield from _one_date(options, name, "K")


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


def override_warnings(options: frozenset[str], overrides: Mapping[str, str]) -> Iterator[Complaint]:
    """Yield a warning for each rule that may tell somebody, or cost the file what others need."""
    profile = _profile_of(options, overrides)
    for key, code in sorted(overrides.items()):
        tag = int(key, 16)
        vr, name = dictionary_VR(tag), attribute_name(tag)
        if code == "K" and vr in WORD_VRS:
            yield Complaint(
                "warning", f"{name} is text that people type. Kept as it is, it may hold a name: clean it."
            )
        elif code == "C" and tag == BIRTH_DATE:
            yield Complaint(
                "warning",
                f"{name} would be shifted with all dates: with the day of a visit it gives the exact age, over 89 too.",
            )
        elif code == "D" and vr in ("DA", "DT") and options & {MODIFIED, FULL}:
            yield Complaint(
                "warning",
                f"{name} would be one and the same day for everybody amid dates that tell intervals: choose Z, or X.",
            )
        elif code in "KC" and _goes_always(profile, tag):
            yield Complaint(
                "warning",
                f"{name} goes under every option of Table E.1-1: what stays of it may say who somebody is.",
            )
        elif code == "U" and vr == "UI" and "retain_uids" in options:
            yield Complaint(
                "warning",
                f"{name} would be replaced while other UIDs stay: what refers to it would lead nowhere.",
            )
        if code == "X" and tag in TYPE_2:
            yield Complaint(
                "warning",
                f"{name} would be removed. In every kind of image it must be there (Type 2): choose Z.",
            )
        for kind, count, of in kinds_that_need(tag, code):
            wants = (
                "must have a value (Type 1): choose D" if kind == "1" else "must be there (Type 2): choose Z"
            )
            yield Complaint(
                "warning", f"{name} would be {DONE[code]}. In {count} of {of} kinds of objects it {wants}."
            )


def _goes_always(profile: Profile, tag: int) -> bool:
    """Say whether a rule leaves something of what the Standard takes out under all of its options."""
    rows: Any = load_table()["attributes"]
    row = rows.get(f"{tag:08X}")
    if row is None or row[1][0] != "X" or "U" in row[1] or not {"K", "C"}.isdisjoint(row[2].values()):
        return False
    return outcome_of(profile, tag) == INSIDE


def _profile_of(options: frozenset[str], overrides: Mapping[str, str]) -> Profile:
    """Return the profile of these rules; of two spellings of a tag the last one counts."""
    return make_profile("own", options, {tag.upper(): code for tag, code in overrides.items()})
