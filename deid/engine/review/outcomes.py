"""What a profile does to an attribute, in words: told from the compiled action, as the cleaner will run it."""

from collections.abc import Mapping
from types import MappingProxyType

from deid.engine.acting import checks, dates, plain, substances, uids, words
from deid.engine.acting.context import Action
from deid.engine.acting.plain import keep
from deid.engine.cleaning import CHARACTER_SET, FIRST_OF_DATA_SET, GRAPHIC_GROUPS
from deid.engine.deciding.rules import Rule, compile_rules, conditional_code
from deid.engine.profiles.profile import Profile
from deid.engine.reading.dictionary import vr_of
from deid.engine.writing.statement import STATED

REMOVED, EMPTIED, DUMMY, NEW_UIDS = "removed", "emptied", "replaced by a dummy", "given new UIDs"
KEPT, CLEANED, SHIFTED, INSIDE = "kept", "cleaned", "shifted with all dates", "kept and cleaned inside"
PSEUDONYM, CHECKED, STATEMENT = (
    "replaced by the pseudonym",
    "kept if it fits its VR",
    "written by the cleaner itself",
)
# Study, Series and SOP Instance UID.
NAMING_UIDS = (0x0020000D, 0x0020000E, 0x00080018)
NAMES_OUT = "kept without known identifiers"
_WORDS: Mapping[Action, str] = MappingProxyType(
    {
        plain.remove: REMOVED,
        plain.empty: EMPTIED,
        plain.dummy: DUMMY,
        plain.pseudonym: PSEUDONYM,
        plain.keep_sequence: INSIDE,
        uids.new_uids: NEW_UIDS,
        keep: KEPT,
        dates.keep_date: KEPT,
        dates.shift: SHIFTED,
        words.clean_words: CLEANED,
        words.clean_meaning: CLEANED,
        words.screen_words: CLEANED,
        substances.clean_substance: CLEANED,
        substances.screen_substance: CLEANED,
        words.keep_words: NAMES_OUT,
        words.keep_term: NAMES_OUT,
        words.keep_code: NAMES_OUT,
        words.check_words: NAMES_OUT,
        words.keep_maker: NAMES_OUT,
        checks.cap_age: "kept, ages over 89 as one",
        checks.check_code: CHECKED,
        checks.check_number: CHECKED,
        checks.check_binary_number: CHECKED,
        checks.check_bytes: CHECKED,
    }
)
_BYTES = checks.KNOWN_BYTES | {checks.PIXEL_DATA}
# Table E.1-1a: what a conditional code comes to depends on the attribute's type in the instance's IOD.
_CONDITIONAL: Mapping[str, str] = MappingProxyType(
    {
        "X/Z": "removed, or emptied where the kind of image needs it",
        "X/D": "removed, or replaced by a dummy where the kind of image needs it",
        "X/Z/D": "removed, emptied or replaced by a dummy, as the kind of image needs it",
        "Z/D": "emptied, or replaced by a dummy where the kind of image needs it",
    }
)


def outcomes(profile: Profile) -> dict[int, str]:
    """Return in words what happens at the top of a data set to each attribute that *profile* has a rule for."""
    return {tag: outcome_of(profile, tag) for tag in compile_rules(profile, "").by_tag}


def outcome_of(profile: Profile, tag: int) -> str:
    """Return in words what *profile* does to the attribute *tag* in every kind of image."""
    if tag >> 16 in GRAPHIC_GROUPS or tag < FIRST_OF_DATA_SET:
        return REMOVED
    if tag in STATED:
        return STATEMENT
    if tag == CHARACTER_SET:
        return CHECKED
    rules = compile_rules(profile, "")
    rule = rules.by_tag.get(tag) or rules.by_vr.get(vr_of(tag), ("X", plain.remove))
    conditional = conditional_code(profile, tag)
    if conditional in _CONDITIONAL and rule[1] is not plain.pseudonym:
        return _CONDITIONAL[conditional]
    if rule[1] is checks.check_bytes and vr_of(tag) == "OB" and tag not in _BYTES:
        return REMOVED
    return _in_words(rule, vr_of(tag))


def keeps_uids(profile: Profile) -> bool:
    """Say whether *profile* leaves any of the UIDs that name a study, a series or an instance as it was."""
    return any(outcome_of(profile, tag) == KEPT for tag in NAMING_UIDS)


def outcomes_outside(profile: Profile) -> dict[str, str]:
    """Return in words what happens to attributes that no row of the table names, by VR."""
    return {vr: _in_words(rule, vr) for vr, rule in compile_rules(profile, "").by_vr.items()}


def _in_words(rule: Rule, vr: str) -> str:
    action = rule[1]
    if action is plain.dummy and vr in ("UI", "SQ"):
        return NEW_UIDS if vr == "UI" else INSIDE
    if action is dates.shift and vr == "TM":
        return KEPT
    if action is plain.dummy and vr not in plain.DUMMIES:
        return REMOVED
    return _WORDS[action]
