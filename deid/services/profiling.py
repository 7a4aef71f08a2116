"""Sponsors' own profiles: resolved for the engine, checked, and kept revision by revision."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from pydicom.datadict import tag_for_keyword

from deid.engine import Profile, load_profile, make_profile
from deid.engine.profiles.deriving import derive_profile
from deid.engine.profiles.files import profile_json
from deid.engine.review.complaints import Complaint
from deid.engine.review.linting import lint_profile
from deid.policies import can_write_profiles
from portal import ledger
from portal.errors import InvalidInputError, NotThereError
from portal.models import CleaningProfile, Organisation, Person
from portal.models.profiles import SHIPPED
from portal.verdicts import require

TAG = re.compile(r"[0-9A-Fa-f]{8}")


def profile_of(reference: str) -> Profile:
    """Return the profile that *reference* names: a shipped one, or a revision of a sponsor's own."""
    own = CleaningProfile.objects.filter(reference=reference).first()
    if own is None:
        return load_profile(reference)
    return make_profile(own.reference, frozenset(own.options), own.overrides)


def is_pinned(reference: str, digest: str) -> bool:
    """Say whether the profile of that name still is the one of this digest: an upgrade may change its table or options."""
    return profile_of(reference).digest == digest


def profile_for_child(reference: str) -> dict[str, Any]:
    """Return the profile in the form in which a limited child takes it."""
    return profile_json(profile_of(reference))


def tag_of(written: str) -> str:
    """Return the tag of eight hexadecimal digits that somebody wrote: `(0008,1030)`, `00081030` or a keyword."""
    plain = re.sub(r"[(),\s]", "", written)
    if TAG.fullmatch(plain):
        return plain.upper()
    number = tag_for_keyword(plain)
    if number is None:
        raise InvalidInputError(
            f"There is no attribute called “{written[:60]}”. Write a keyword such as StudyDescription, or a tag.",
            fields={"overrides": ["Unknown attribute."]},
        )
    return f"{number:08X}"


def complaints_about(
    stands_on: Profile, options: Sequence[str], overrides: Mapping[str, str]
) -> list[Complaint]:
    """Return what the linter says of a profile that stands on another and has these *options* and own *overrides*."""
    return lint_profile(frozenset(options), {**stands_on.overrides, **overrides})


def derived(stands_on: Profile, name: str, options: Sequence[str], overrides: Mapping[str, str]) -> Profile:
    """Return that profile; raise `ProfileError` where it contradicts itself."""
    wanted = frozenset(options)
    add, drop = wanted - stands_on.options, stands_on.options - wanted
    return derive_profile(stands_on, name=name, add=add, drop=drop, overrides=overrides)


@transaction.atomic
def save_profile(
    *,
    person: Person,
    sponsor_id: UUID,
    name: str,
    title: str,
    stands_on: str,
    options: Sequence[str],
    overrides: Mapping[str, str],
    note: str = "",
) -> CleaningProfile:
    """Keep a new revision of a sponsor's profile; earlier ones, and whatever follows them, stay as they are.

    What the last revision says already makes no other one: that is returned. Raises `InvalidInputError` with what the linter
    calls an error.
    """
    sponsor = Organisation.objects.select_for_update().filter(pk=sponsor_id).first()
    if sponsor is None:
        raise NotThereError("There is no such organisation.")
    require(can_write_profiles(person, sponsor))
    _require_base(sponsor, stands_on)
    base = profile_of(stands_on)
    errors = [one.text for one in complaints_about(base, options, overrides) if one.level == "error"]
    if errors:
        raise InvalidInputError("The rules contradict themselves: " + " ".join(errors))
    if name in dict(SHIPPED):
        raise InvalidInputError("A shipped profile has this name. Choose another one.")
    last = CleaningProfile.objects.filter(sponsor=sponsor, name=name).order_by("-revision").first()
    revision = last.revision + 1 if last else 1
    reference = f"{sponsor.slug}/{name}@{revision}"
    profile = derived(base, reference, options, overrides)
    says = {
        "title": title,
        "note": note,
        "stands_on": stands_on,
        "options": sorted(profile.options),
        "overrides": dict(sorted(profile.overrides.items())),
    }
    if last and all(getattr(last, field) == value for field, value in says.items()):
        return last
    saved = CleaningProfile.objects.create(
        sponsor=sponsor,
        name=name,
        revision=revision,
        reference=reference,
        digest=profile.digest,
        made_by=person,
        **says,
    )
    ledger.record(person, "profile written", saved, revision=revision, digest=profile.digest)
    return saved


def _require_base(sponsor: Organisation, stands_on: str) -> None:
    own = CleaningProfile.objects.filter(sponsor=sponsor, reference=stands_on)
    if stands_on not in dict(SHIPPED) and not own.exists():
        raise InvalidInputError("Choose what the profile stands on: a shipped one, or one of your own.")
