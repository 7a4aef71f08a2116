"""The difference between two profiles, in words: what each of them does, not what its table says."""

from deid.engine.profiles.options import OPTIONS
from deid.engine.profiles.profile import Profile
from deid.engine.review.outcomes import outcome_of, outcomes, outcomes_outside
from deid.engine.review.wording import attribute_name, listed

# Kinds of values that options treat alike outside of the table, with the words for them.
_OUTSIDE = {"DA": "Dates", "TM": "Times", "UI": "UIDs"}
_PRIVATE = {True: "kept where the safe list names them", False: "removed"}


def profile_difference(one: Profile, other: Profile) -> list[str]:
    """Return a sentence for each thing in which *other* differs from *one*; empty when both do the same.

    An override that changes nothing is no difference. Where what happens depends on the kind of image (Table E.1-1a), the
    sentence says so.
    """
    said = [f"Option added: {OPTIONS[name].meaning}." for name in sorted(other.options - one.options)]
    said += [f"Option dropped: {OPTIONS[name].meaning}." for name in sorted(one.options - other.options)]
    if one.edition != other.edition:
        said.append(f"Table E.1-1 of edition {other.edition} instead of {one.edition}.")
    changed: dict[tuple[str, str], list[str]] = {}
    for tag in sorted(outcomes(one).keys() | outcomes(other).keys()):
        pair = outcome_of(one, tag), outcome_of(other, tag)
        if pair[0] != pair[1]:
            changed.setdefault(pair, []).append(attribute_name(tag))
    return said + [_sentence(pair, names) for pair, names in sorted(changed.items())] + _outside(one, other)


def _sentence(pair: tuple[str, str], names: list[str]) -> str:
    if len(names) == 1:
        return f"{names[0]} was {pair[0]} and is now {pair[1]}."
    return f"{len(names)} attributes that were {pair[0]} are now {pair[1]}: {listed(names)}."


def _outside(one: Profile, other: Profile) -> list[str]:
    """Return how they differ in what no row of the table names."""
    before, after = outcomes_outside(one), outcomes_outside(other)
    pairs = [(f"{word} outside of the table", before[vr], after[vr]) for vr, word in _OUTSIDE.items()]
    was, now = (_PRIVATE[profile.has("retain_safe_private")] for profile in (one, other))
    pairs.append(("Private attributes", was, now))
    return [f"{what} were {was} and are now {now}." for what, was, now in pairs if was != now]
