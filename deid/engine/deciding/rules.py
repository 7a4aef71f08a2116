"""Compile a profile into one dictionary from tag to action, once per profile and IOD."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from deid.engine.acting.checks import cap_age, check_binary_number, check_bytes, check_code, check_number
from deid.engine.acting.context import Action
from deid.engine.acting.dates import keep_date, shift
from deid.engine.acting.plain import CODE_MEANING, dummy, empty, keep, keep_sequence, pseudonym, remove
from deid.engine.acting.substances import clean_substance, screen_substance
from deid.engine.acting.uids import new_uids
from deid.engine.acting.words import (
    check_words,
    clean_meaning,
    clean_words,
    keep_code,
    keep_maker,
    keep_term,
    keep_words,
    screen_words,
)
from deid.engine.deciding.conditional import attribute_types, decide
from deid.engine.profiles.options import OPTIONS
from deid.engine.profiles.profile import Profile, load_table
from deid.engine.reading.dictionary import vr_of

Rule = tuple[str, Action]
PATIENT_NAME, PATIENT_ID, TRIAL_SUBJECT_ID = 0x00100010, 0x00100020, 0x00120040
PSEUDONYM_TAGS = (PATIENT_NAME, PATIENT_ID, TRIAL_SUBJECT_ID)
# Makers, models, versions: full of numbers and odd words that name nobody.
TECHNICAL_TAGS = (0x00080070, 0x00081090, 0x00181020, 0x00181000, 0x00080103)
CODE_TAGS = (0x00080100, 0x00080102)
# Kernels, sequences, coils: named in tokens of letters and digits.
TERM_TAGS = (0x00181210, 0x00180024, 0x00189005, 0x00181250, 0x00181251)
# Contrast/Bolus Agent, Radiopharmaceutical, Intervention Drug Name.
SUBSTANCE_TAGS = (0x00180010, 0x00180031, 0x00180034)
OF_SUBSTANCES: Mapping[Action, Action] = MappingProxyType(
    {clean_words: clean_substance, screen_words: screen_substance}
)
DATE_VRS = frozenset({"DA", "DT", "TM"})
WORD_VRS = frozenset({"LO", "SH", "LT", "ST", "UT", "UC"})
IDENTIFYING_VRS = WORD_VRS | {"PN", "AE", "UR"}
PLAIN_ACTIONS: Mapping[str, Action] = MappingProxyType({"X": remove, "Z": empty, "D": dummy, "U": new_uids})


@dataclass(frozen=True, eq=False, slots=True)
class Rules:
    """A compiled profile: actions by tag at the top and in sequences, by VR for all other tags, and who is
    named."""

    by_tag: Mapping[int, Rule]
    nested: Mapping[int, Rule]
    by_vr: Mapping[str, Rule]
    identifying: frozenset[int]
    descriptive: frozenset[int]
    safe_private: bool
    dates_kept: bool
    dates_shifted: bool
    hidden_dates: frozenset[int]


def _by_vr(profile: Profile) -> dict[str, Rule]:
    """Return what happens to attributes outside the table, by VR."""
    dates: Rule = ("X", remove)
    if profile.has("retain_full_dates"):
        dates = ("K", keep_date)
    elif profile.has("retain_modified_dates"):
        dates = ("C", shift)
    rules: dict[str, Rule] = dict.fromkeys(("LT", "ST", "UT", "UC"), ("C", clean_words))
    rules |= dict.fromkeys(("LO", "SH"), ("K", screen_words))
    rules |= dict.fromkeys(("US", "SS", "UL", "SL", "FL", "FD", "SV", "UV", "AT"), ("K", check_binary_number))
    rules |= dict.fromkeys(("OB", "OW", "OF", "OD", "OL", "OV"), ("K", check_bytes))
    rules |= dict.fromkeys(("DS", "IS"), ("K", check_number))
    rules |= dict.fromkeys(DATE_VRS, dates)
    rules |= dict.fromkeys(("AE", "UR", "UN"), ("X", remove))
    rules |= {"PN": ("Z", empty), "AS": ("K", cap_age), "CS": ("K", check_code), "SQ": ("K", keep_sequence)}
    uid: Rule = ("K", keep) if profile.has("retain_uids") else ("U", new_uids)
    return rules | {"UI": uid}


def _table_code(basic: str, columns: Mapping[str, str], profile: Profile, vr: str) -> str:
    """Return the code that holds for one row: an option's where one is chosen, else the Basic Profile's.

    Of several chosen options C goes before K: what is cleaned keeps its use, what is kept may keep a name.
    """
    chosen = {columns[o.column] for n, o in OPTIONS.items() if profile.has(n) and o.column in columns}
    if "C" in chosen and vr not in ("UN", "OB", "OW"):
        return "C"
    return "K" if "K" in chosen else basic


def _action(code: str, vr: str, by_vr: Mapping[str, Rule]) -> Action:
    """Return the function for a plain *code* on a value of *vr*."""
    if code == "U" and vr == "SQ":
        return keep_sequence
    if code in PLAIN_ACTIONS:
        return PLAIN_ACTIONS[code]
    if code == "C" and vr in WORD_VRS:
        return clean_words
    if code == "C" and vr in DATE_VRS:
        return shift
    if code == "K" and vr in DATE_VRS:
        return keep_date
    return by_vr.get(vr, ("X", remove))[1]


def _kept_words(vr: str, columns: Mapping[str, str], profile: Profile) -> Action | None:
    """Return how words are kept that an option retains as they are: of institutions whole, of devices
    what looks like one."""
    chosen = {o.column for name, o in OPTIONS.items() if profile.has(name) and o.column in columns}
    if vr in WORD_VRS and chosen == {"rtnInstIdOpt"}:
        return check_words
    return keep_words if chosen == {"rtnDevIdOpt"} and vr in WORD_VRS | {"AE"} else None


def _row_rule(
    tag: int, row: list[Any], profile: Profile, kind: str | None, by_vr: Mapping[str, Rule]
) -> Rule:
    vr = vr_of(tag)
    plain = decide(_code(tag, row, profile, vr), kind)
    kept = plain in ("K", "C") and _kept_words(vr, row[2], profile)
    return plain, kept or _action(plain, vr, by_vr)


def _code(tag: int, row: list[Any], profile: Profile, vr: str) -> str:
    """Return the code of a row under a profile: its own rule, an option's, else the Basic Profile's."""
    return profile.overrides.get(f"{tag:08X}") or _table_code(row[1], row[2], profile, vr)


def conditional_code(profile: Profile, tag: int) -> str:
    """Return the code of an attribute's row under *profile* if it depends on the IOD (`X/Z`), else an empty text."""
    row = _rows().get(tag)
    code = _code(tag, row, profile, vr_of(tag)) if row else ""
    return code if "/" in code else ""


@lru_cache(maxsize=32)
def _unconditional(profile: Profile) -> tuple[dict[int, Rule], tuple[int, ...]]:
    """Return the rules that are the same for every IOD, and the tags that each IOD decides anew."""
    by_vr, rows = _by_vr(profile), _rows()
    conditional = tuple(tag for tag, row in rows.items() if "/" in _code(tag, row, profile, vr_of(tag)))
    plain = {tag: _row_rule(tag, row, profile, None, by_vr) for tag, row in rows.items()}
    return plain, conditional


@lru_cache(maxsize=1)
def _rows() -> Mapping[int, list[Any]]:
    """Return the rows of the table that name one attribute."""
    rows: Any = load_table()["attributes"]
    return {int(key, 16): row for key, row in rows.items() if key != "private" and "x" not in key}


def _by_tag(profile: Profile, sop_class: str, by_vr: Mapping[str, Rule], *, nested: bool) -> dict[int, Rule]:
    """Return the rule of each row of the table, at the top of a data set or in its sequences."""
    types = attribute_types(sop_class, nested=nested)
    by_tag: dict[int, Rule] = dict.fromkeys(TECHNICAL_TAGS, ("K", keep_maker))
    by_tag[CODE_MEANING] = (by_vr["LO"][0], clean_meaning)
    by_tag |= dict.fromkeys(TERM_TAGS, ("K", keep_term))
    by_tag |= dict.fromkeys(CODE_TAGS, ("K", keep_code))
    plain, conditional = _unconditional(profile)
    by_tag |= plain
    for tag in conditional:
        kind = None if types is None else types.get(f"{tag:08X}", "3")
        by_tag[tag] = _row_rule(tag, _rows()[tag], profile, kind, by_vr)
    for tag in SUBSTANCE_TAGS:
        code, action = by_tag.get(tag, by_vr[vr_of(tag)])
        by_tag[tag] = (code, OF_SUBSTANCES.get(action, action))
    for key, code in profile.overrides.items():
        vr = vr_of(int(key, 16))
        kept = check_words if code == "K" and vr in WORD_VRS else None
        by_tag[int(key, 16)] = (code, kept or _action(code, vr, by_vr))
    return by_tag | {tag: (by_tag[tag][0], pseudonym) for tag in PSEUDONYM_TAGS}


@lru_cache(maxsize=1)
def _descriptive() -> frozenset[int]:
    """Return the attributes that describe rather than name: of what is removed from them only odd words are searched."""
    rows: Any = load_table()["attributes"]
    return frozenset(int(key, 16) for key, row in rows.items() if "cleanDescOpt" in row[2] and "x" not in key)


@lru_cache(maxsize=256)
def compile_rules(profile: Profile, sop_class: str) -> Rules:
    """Return the rules of *profile* for instances of *sop_class*."""
    by_vr = _by_vr(profile)
    by_tag = _by_tag(profile, sop_class, by_vr, nested=False)
    nested = _by_tag(profile, sop_class, by_vr, nested=True)
    gone = {t for t, (c, _) in by_tag.items() if c in "XZD" and vr_of(t) in IDENTIFYING_VRS}
    return Rules(
        by_tag,
        nested,
        by_vr,
        frozenset(gone),
        _descriptive(),
        profile.has("retain_safe_private"),
        profile.has("retain_full_dates"),
        profile.has("retain_modified_dates"),
        frozenset(t for t, (c, _) in by_tag.items() if c in "XZD" and vr_of(t) in ("DA", "DT")),
    )
