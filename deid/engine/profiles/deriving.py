"""One profile made from another: what a sponsor's or a collection's rules change of those they stand on."""

from collections.abc import Mapping

from deid.engine.profiles.profile import Profile, make_profile


def derive_profile(
    base: Profile,
    *,
    name: str,
    add: frozenset[str] = frozenset(),
    drop: frozenset[str] = frozenset(),
    overrides: Mapping[str, str] | None = None,
) -> Profile:
    """Return *base* with options added and dropped, and with actions of its own that go before those of *base*.

    The result is a profile like any other: its digest covers everything it inherits, so that a later change of
    *base* never changes what was derived from it. Raises `ProfileError` for what `make_profile` refuses.
    """
    return make_profile(name, (base.options - drop) | add, {**base.overrides, **(overrides or {})})
