"""The difference between two profiles, in words."""

from deid.engine.deciding.rules import compile_rules
from deid.engine.profiles.options import OPTIONS
from deid.engine.profiles.profile import Profile
from deid.engine.review.wording import DONE, attribute_name, listed


def profile_difference(one: Profile, other: Profile) -> list[str]:
    """Return a sentence for each thing in which *other* differs from *one*; empty when both do the same.

    Actions are compared as they come out where the IOD is unknown, so that an override that changes nothing is
    no difference.
    """
    said = [f"Option added: {OPTIONS[name].meaning}." for name in sorted(other.options - one.options)]
    said += [f"Option dropped: {OPTIONS[name].meaning}." for name in sorted(one.options - other.options)]
    if one.edition != other.edition:
        said.append(f"Table E.1-1 of edition {other.edition} instead of {one.edition}.")
    changed: dict[tuple[str, str], list[str]] = {}
    before, after = actions_by_tag(one), actions_by_tag(other)
    for tag in sorted(before.keys() | after.keys()):
        pair = before.get(tag, ""), after.get(tag, "")
        if pair[0] != pair[1]:
            changed.setdefault(pair, []).append(attribute_name(tag))
    return said + [_sentence(pair, names) for pair, names in sorted(changed.items())]


def actions_by_tag(profile: Profile) -> dict[int, str]:
    """Return the plain action code of each attribute that *profile* has a rule for, where the IOD is unknown."""
    return {tag: rule[0] for tag, rule in compile_rules(profile, "").by_tag.items()}


def _sentence(pair: tuple[str, str], names: list[str]) -> str:
    was, now = (DONE.get(code, "treated by its VR") for code in pair)
    if len(names) == 1:
        return f"{names[0]} was {was} and is now {now}."
    return f"{len(names)} attributes that were {was} are now {now}: {listed(names)}."
