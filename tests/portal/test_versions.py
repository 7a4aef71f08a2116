"""A version is drafted, handed over, published for ever, and withdrawn with a reason."""

import pytest
from django.db import connection, transaction

from portal import slots
from portal.errors import IllegalMoveError, InvalidInputError, NotAllowedError
from portal.models import CollectionVersion, Job, LedgerEvent, Series, SeriesState
from portal.services import versions
from portal.states import VersionState
from tests.portal.builders import (
    collection,
    curator_of,
    fill,
    manager_of,
    only_own_conditions,
    person,
    published,
    sponsor,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def alone():
    with only_own_conditions():
        yield


@pytest.fixture
def house():
    organisation = sponsor()
    return manager_of(organisation), curator_of(organisation)


@pytest.fixture
def handed_over(house):
    made = collection(house[0])
    fill(made)
    version = versions.open_draft_version(collection=made, actor=house[0])
    return versions.submit_version(version_id=version.pk, actor=house[0])


def test_opening_twice_gives_the_same_draft(house):
    made = collection(house[0])
    first = versions.open_draft_version(collection=made, actor=house[0])
    assert versions.open_draft_version(collection=made, actor=house[0]) == first
    assert LedgerEvent.objects.filter(verb="version opened").count() == 1


def test_a_curator_publishes_what_is_cleared_and_nothing_else(house, handed_over):
    withheld = Series.objects.first()
    Series.objects.filter(pk=withheld.pk).update(state=SeriesState.WITHHELD)
    version = versions.publish_version(version_id=handed_over.pk, actor=house[1])
    version.refresh_from_db()
    assert version.state == VersionState.PUBLISHED
    assert version.series.count() == 11
    assert not version.series.filter(pk=withheld.pk).exists()
    assert len(version.content_digest) == 64
    event = LedgerEvent.objects.get(verb="version published")
    assert event.detail["content_digest"] == version.content_digest
    assert Job.objects.filter(name="portal.announce_version", identifier=str(version.pk)).exists()


def test_a_data_manager_may_not_publish_and_a_stranger_neither(house, handed_over):
    for nobody in (house[0], person("Rosa"), person("Ada", is_staff=True, is_superuser=True)):
        with pytest.raises(NotAllowedError, match="curator"):
            versions.publish_version(version_id=handed_over.pk, actor=nobody)
    handed_over.refresh_from_db()
    assert handed_over.state == VersionState.IN_CURATION


def test_publishing_names_the_condition_that_is_not_met(house, handed_over):
    def asked(version):
        return [slots.Condition("Every finding is signed off", met=False, detail="Two are open.")]

    slots.register_conditions("version.publish", asked)
    with pytest.raises(NotAllowedError, match=r"Every finding is signed off.*Two are open"):
        versions.publish_version(version_id=handed_over.pk, actor=house[1])
    assert not LedgerEvent.objects.filter(verb="version published").exists()


def test_nothing_cleared_means_nothing_published(house, handed_over):
    Series.objects.update(state=SeriesState.INSPECTED)
    with pytest.raises(NotAllowedError, match="Something is cleared"):
        versions.publish_version(version_id=handed_over.pk, actor=house[1])


def test_the_version_before_steps_back(house):
    made = collection(house[0])
    fill(made)
    first = published(made, *house)
    fill(made, sexes="FFFFF")
    second = published(made, *house)
    first.refresh_from_db()
    assert (first.state, second.state) == (VersionState.SUPERSEDED, VersionState.PUBLISHED)
    assert (first.series.count(), second.series.count()) == (12, 17)
    assert second.number == 2


def test_publishing_twice_is_refused(house, handed_over):
    versions.publish_version(version_id=handed_over.pk, actor=house[1])
    with pytest.raises(NotAllowedError):
        versions.publish_version(version_id=handed_over.pk, actor=house[1])


def test_the_same_content_has_the_same_digest_and_other_content_another(house):
    from portal.models import Instance
    from portal.services.versions.content import digest

    made = collection(house[0])
    series = fill(made)[0]
    version = published(made, *house)
    empty = digest(version)
    instance = Instance.objects.create(
        series=series, key="a" * 64, source_key="raw/x", sha256="b" * 64, size=1
    )
    assert digest(version) != empty
    before = digest(version)
    Instance.objects.filter(pk=instance.pk).update(sha256="c" * 64)
    assert digest(version) != before


def test_sending_back_needs_a_reason_and_reaches_the_sponsor(house, handed_over):
    with pytest.raises(InvalidInputError):
        versions.send_back_version(version_id=handed_over.pk, actor=house[1], reason="  ")
    version = versions.send_back_version(
        version_id=handed_over.pk, actor=house[1], reason="Slices are missing."
    )
    version.refresh_from_db()
    assert (version.state, version.notes) == (VersionState.DRAFT, "Slices are missing.")


def test_withdrawing_keeps_the_reason_and_cannot_be_done_twice(house):
    made = collection(house[0])
    fill(made)
    version = published(made, *house)
    versions.withdraw_version(version_id=version.pk, actor=house[0], reason="Consent was withdrawn.")
    version.refresh_from_db()
    assert (version.state, version.withdrawn_reason) == (VersionState.WITHDRAWN, "Consent was withdrawn.")
    with pytest.raises(IllegalMoveError):
        versions.withdraw_version(version_id=version.pk, actor=house[0], reason="Again.")
    assert LedgerEvent.objects.filter(verb="version withdrawn").count() == 1


def test_a_failed_publication_leaves_nothing_behind(house, handed_over, monkeypatch):
    def broken(version):
        raise ValueError("no figures")

    monkeypatch.setattr("portal.services.versions.publishing.describe", broken)
    with pytest.raises(ValueError, match="no figures"), transaction.atomic():
        versions.publish_version(version_id=handed_over.pk, actor=house[1])
    assert not connection.needs_rollback
    version = CollectionVersion.objects.get(pk=handed_over.pk)
    assert version.state == VersionState.IN_CURATION
    assert version.series.count() == 0
