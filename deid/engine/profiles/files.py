"""A profile as JSON: on disk, as the portal exports it, and on its way to a limited child.

    {"name": "halcyon/head@2", "options": ["clean_descriptors", …], "overrides": {"00081030": "X"}, "edition": …, "digest": …}

`name` may be missing (then it is the file's), and so may `overrides`, `edition` and `digest`; where the last two stand, they must
be right.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from deid.engine.errors import ProfileError
from deid.engine.profiles.profile import SHIPPED, Profile, load_profile, make_profile

LARGEST = 1 << 20
FIELDS = frozenset({"name", "options", "overrides", "edition", "digest"})


@dataclass(frozen=True, slots=True)
class Written:
    """What a file says, before anybody has judged it; `digest` and `edition` are empty where it does not."""

    name: str
    options: frozenset[str]
    overrides: Mapping[str, str]
    edition: str = ""
    digest: str = ""


def profile_json(profile: Profile) -> dict[str, Any]:
    """Return *profile* as its file says it."""
    return {
        "name": profile.name,
        "options": sorted(profile.options),
        "overrides": dict(sorted(profile.overrides.items())),
        "edition": profile.edition,
        "digest": profile.digest,
    }


def profile_given(given: str | Mapping[str, Any]) -> Profile:
    """Return the shipped profile of that name, or the one that name, options and overrides describe."""
    if isinstance(given, str):
        return load_profile(given)
    return _made(given["name"], frozenset(given["options"]), frozenset(given.get("overrides", {}).items()))


@lru_cache(maxsize=8)
def _made(name: str, options: frozenset[str], overrides: frozenset[tuple[str, str]]) -> Profile:
    """Return one and the same profile for all files of a release."""
    return make_profile(name, options, dict(overrides))


def written_profile(named: str) -> Written:
    """Return what the shipped profile called *named* says, or the file of that path; raise `ProfileError` for neither."""
    if named in SHIPPED:
        shipped = load_profile(named)
        return Written(named, shipped.options, shipped.overrides)
    path = Path(named)
    if not path.is_file():
        names = ", ".join(sorted(SHIPPED))
        raise ProfileError(
            f"there is no profile and no file called {named!r}; name a file, or one of {names}"
        )
    return _checked(path, _content(path))


def read_profile(named: str) -> Profile:
    """Return the shipped profile called *named*, or the one in the file of that path.

    Raises `ProfileError` where it cannot be read or contradicts itself, or is not what its digest or edition say.
    """
    written = written_profile(named)
    profile = make_profile(written.name, written.options, written.overrides)
    if written.edition and written.edition != profile.edition:
        raise ProfileError(
            f"the profile {profile.name!r} is over edition {written.edition} of Table E.1-1, and the one here is"
            f" {profile.edition}: look at it again and remove `edition` and `digest`"
        )
    if written.digest and written.digest != profile.digest:
        raise ProfileError(
            f"the profile {profile.name!r} is not what its digest says: remove `digest` if you changed it, or export it again"
        )
    return profile


def _content(path: Path) -> object:
    try:
        if path.stat().st_size > LARGEST:
            raise ProfileError("the profile's file is larger than 1 MiB: it is no profile")
        return json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ProfileError(f"the profile's file cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ProfileError("the profile's file is no JSON in UTF-8: export it anew, or mend it") from error


def _checked(path: Path, found: object) -> Written:
    if not isinstance(found, dict) or not isinstance(found.get("options"), list):
        raise ProfileError(
            'the profile\'s file has no list of options: write {"options": […], "overrides": {…}}'
        )
    unknown = sorted(found.keys() - FIELDS)
    if unknown:
        raise ProfileError(f"the profile's file has fields that nobody knows: {', '.join(unknown)}")
    overrides = found.get("overrides", {})
    texts = [found.get(name, "") for name in ("name", "edition", "digest")]
    plain = isinstance(overrides, dict) and all(isinstance(code, str) for code in overrides.values())
    if not plain or not all(isinstance(one, str) for one in (*texts, *found["options"])):
        raise ProfileError("the profile's file holds something else than texts: options and rules are texts")
    name, edition, digest = texts
    return Written(name or path.stem, frozenset(found["options"]), overrides, edition, digest)
