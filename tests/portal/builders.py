"""Sponsors, people and collections for the tests, made by the services themselves where there is one."""

import itertools
import uuid
from collections.abc import Iterable
from unittest import mock

from django.utils import timezone
from guardian.shortcuts import assign_perm

from deid.models import Finding
from portal import slots
from portal.models import (
    Collection,
    CollectionVersion,
    Organisation,
    Person,
    Series,
    SeriesState,
    Study,
    Subject,
)
from portal.services import trials, versions

PASSWORD = "a long enough password"
_numbers = itertools.count(1)


def sponsor(name: str = "Northwind") -> Organisation:
    return Organisation.objects.create(name=name, slug=name.lower(), is_sponsor=True)


def person(name: str, organisation: Organisation | None = None, **fields: object) -> Person:
    # Without a password: hashing one is slow on purpose, and most tests sign in by force.
    return Person.objects.create_user(
        f"{name.lower()}@example.org", None, full_name=name, organisation=organisation, **fields
    )


def manager_of(organisation: Organisation, name: str = "Mona") -> Person:
    made = person(name, organisation)
    assign_perm("manage_trials", made, organisation)
    return made


def curator_of(organisation: Organisation, name: str = "Carl") -> Person:
    made = person(name, organisation)
    assign_perm("curate_submissions", made, organisation)
    return made


def collection(manager: Person, slug: str = "lung-ct", **fields: object) -> Collection:
    trial = trials.register_trial(
        actor=manager,
        sponsor_id=manager.organisation_id,
        registry_number=f"NCT{next(_numbers):08d}",
        title="A trial of lungs",
        phase="2",
        condition="Lung cancer",
    )
    told = {
        "title": "Lungs",
        "summary": "CT of lungs.",
        "description": "## Background\n\nText.",
        "modalities": ["CT"],
    }
    return trials.register_collection(actor=manager, trial_id=trial.pk, slug=slug, **{**told, **fields})


def fill(
    made: Collection, *, sexes: Iterable[str] = "FMFMFMFMFMFM", modality: str = "CT", images: int = 20
) -> list[Series]:
    series = []
    for number, sex in enumerate(sexes, start=made.subjects.count() + 1):
        subject = Subject.objects.create(
            collection=made, key=uuid.uuid4().hex, number=number, sex=sex, age_years=50 + number % 7
        )
        study = Study.objects.create(subject=subject, key=uuid.uuid4().hex)
        series.append(
            Series.objects.create(
                study=study,
                key=uuid.uuid4().hex,
                state=SeriesState.CLEARED,
                modality=modality,
                body_part="CHEST",
                manufacturer="Acme",
                instance_count=images,
                byte_count=images * 1000,
                thumbnail_key=f"thumbnails/{uuid.uuid4()}",
            )
        )
    return series


def kept(series: Series, curator: Person, kind: str = "face", summary: str = "A face.") -> Finding:
    """Return the finding of a curator who kept knowingly what shows by itself who somebody is."""
    return Finding.objects.create(
        series=series,
        kind=kind,
        state="kept",
        decided_by=curator,
        decided_at=timezone.now(),
        summary=summary,
    )


def published(made: Collection, manager: Person, curator: Person) -> CollectionVersion:
    version = versions.open_draft_version(collection=made, actor=manager)
    versions.submit_version(version_id=version.pk, actor=manager)
    with only_own_conditions():
        return versions.publish_version(version_id=version.pk, actor=curator)


def only_own_conditions():
    """The other apps' conditions of publishing have tests of their own."""
    return mock.patch.dict(slots._conditions, clear=True)
