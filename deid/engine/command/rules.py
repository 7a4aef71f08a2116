"""The parts of the command that look at profiles and touch no image: `lint` and `diff`."""

import argparse
import sys

from deid.engine.errors import ProfileError
from deid.engine.profiles.files import read_profile, written_profile
from deid.engine.profiles.profile import Profile
from deid.engine.review.differing import profile_difference
from deid.engine.review.linting import lint_profile

CLEAN, FOUND, UNUSABLE = 0, 1, 2


def usable_profile(named: str) -> Profile:
    """Return the profile to clean by; raise `ProfileError` with what the linter calls errors."""
    profile = read_profile(named)
    errors = [one.text for one in lint_profile(profile.options, profile.overrides) if one.level == "error"]
    if errors:
        raise ProfileError(f"the profile {profile.name!r} cannot be used: {' '.join(errors)}")
    return profile


def lint(arguments: list[str]) -> int:
    """Print what is wrong or doubtful in a profile, one thing a line; return 1 with an error, 2 if it cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m deid.engine lint", description="Check a profile.")
    parser.add_argument("profile", metavar="PROFILE", help="a profile's file (JSON), or basic or research")
    named = parser.parse_args(arguments).profile
    try:
        written = written_profile(named)
        complaints = lint_profile(written.options, written.overrides)
        if not any(one.level == "error" for one in complaints):
            read_profile(named)
    except ProfileError as error:
        return _unusable(error)
    sys.stdout.writelines(f"{one.level}: {one.text}\n" for one in complaints)
    return FOUND if any(one.level == "error" for one in complaints) else CLEAN


def diff(arguments: list[str]) -> int:
    """Print what the second profile does differently, one thing a line; return 0 where both do the same, 1 where not, 2 if one
    cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m deid.engine diff", description="Compare two profiles.")
    parser.add_argument("one", metavar="A", help="a profile's file (JSON), or basic or research")
    parser.add_argument("other", metavar="B", help="the profile that is compared with it")
    given = parser.parse_args(arguments)
    try:
        said = profile_difference(usable_profile(given.one), usable_profile(given.other))
    except ProfileError as error:
        return _unusable(error)
    sys.stdout.writelines(f"{sentence}\n" for sentence in said)
    return FOUND if said else CLEAN


def _unusable(error: ProfileError) -> int:
    sys.stderr.write(f"error: {error}\n")
    return UNUSABLE
