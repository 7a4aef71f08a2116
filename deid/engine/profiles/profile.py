"""A profile: which options are chosen on top of the Basic Profile, as data with a digest."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from types import MappingProxyType

from deid.engine.errors import ProfileError
from deid.engine.profiles.options import OPTIONS

DATA = resources.files("deid.engine") / "data"
SHIPPED = frozenset({"basic", "research"})
_TAG = re.compile(r"[0-9A-Fa-f]{8}")
OVERRIDE_CODES = frozenset({"X", "Z", "D", "K", "C", "U"})


@dataclass(frozen=True)
class Profile:
    """The rules one cleaning follows: a named, versioned choice of options over one edition of the table.

    `overrides` maps a tag of eight hexadecimal digits to an action code that goes before the table's.
    `digest` is the SHA-256 of the canonical JSON of all the rest, with the digest of the table itself.
    """

    name: str
    edition: str
    digest: str
    options: frozenset[str]
    overrides: Mapping[str, str]

    def __hash__(self) -> int:
        return hash(self.digest)

    def has(self, option: str) -> bool:
        """Say whether *option* is chosen."""
        return option in self.options


@lru_cache(maxsize=1)
def load_table() -> Mapping[str, object]:
    """Return Table E.1-1 as shipped, with its source and edition."""
    table: Mapping[str, object] = json.loads(DATA.joinpath("ps3_15_e1_1.json").read_text("utf-8"))
    return table


def make_profile(name: str, options: frozenset[str], overrides: Mapping[str, str]) -> Profile:
    """Return a profile; tags of *overrides* may be written in small letters and are kept in capitals.

    Raises `ProfileError` for options, tags and action codes that nobody knows, naming each.
    """
    unknown = sorted(options - OPTIONS.keys())
    if unknown:
        raise ProfileError(f"the profile {name!r} names unknown options: {', '.join(unknown)}")
    if {"retain_full_dates", "retain_modified_dates"} <= options:
        raise ProfileError(f"the profile {name!r} asks for full and for modified dates at once")
    odd = sorted(repr(tag) for tag in overrides if not (isinstance(tag, str) and _TAG.fullmatch(tag)))
    if odd:
        raise ProfileError(
            f"the profile {name!r} has a rule for {', '.join(odd)}: write a tag as eight hexadecimal digits, such as 00081030"
        )
    overrides = _in_capitals(name, overrides)
    wrong = sorted(tag for tag, code in overrides.items() if code not in OVERRIDE_CODES)
    if wrong:
        raise ProfileError(f"the profile {name!r} has an unknown action for: {', '.join(wrong)}")
    table = load_table()
    canonical = json.dumps(
        {
            "name": name,
            "options": sorted(options),
            "overrides": dict(sorted(overrides.items())),
            "table": table,
        },
        sort_keys=True,
        separators=(",", ":"),
    )
    return Profile(
        name=name,
        edition=str(table["edition"]),
        digest=hashlib.sha256(canonical.encode()).hexdigest(),
        options=options,
        overrides=MappingProxyType(dict(overrides)),
    )


def _in_capitals(name: str, overrides: Mapping[str, str]) -> dict[str, str]:
    """Return the rules by tag in capitals; raise `ProfileError` where two spellings of a tag say two things."""
    plain: dict[str, str] = {}
    for tag, code in overrides.items():
        if plain.setdefault(tag.upper(), code) != code:
            raise ProfileError(f"the profile {name!r} has two rules for {tag.upper()}: keep one of them")
    return plain


@lru_cache(maxsize=32)
def load_profile(name: str) -> Profile:
    """Return a shipped profile: `basic`, or `research`, the portal's default."""
    if name not in SHIPPED:
        raise ProfileError(f"there is no profile called {name!r}")
    text = json.loads((DATA / "profiles" / f"{name}.json").read_text("utf-8"))
    return make_profile(name, frozenset(text["options"]), text["overrides"])
