"""What a certificate counts: hits, builds that were stopped before, and what was held back and why."""

from collections.abc import Callable

from deid.models import Finding, Release
from deid.services.planning import rebuild_release
from deid.services.releasing.certifying import certificate
from deid.services.releasing.sealing import seal_release
from portal.jobs.inline import run_queued
from portal.models import Collection, LedgerEvent, Series
from requests_app.models import Grant
from tests.world import World


def test_hits_are_counted_and_a_release_with_one_is_never_sealed(
    published: Collection, grant_on: Callable[[Collection], Grant]
) -> None:
    release = Release.objects.get(grant_id=grant_on(published).pk)
    run_queued()
    release.refresh_from_db()
    first = release.certificate
    release.items.filter(series__modality="US").update(hits=2)
    assert certificate(release)["verified"]["hits"] == 2
    Release.objects.filter(pk=release.pk).update(state="verifying", certificate={})
    seal_release(release.pk)
    release.refresh_from_db()
    assert (release.state, release.failure_code, release.certificate) == ("failed", "hits are recorded", {})
    run_queued()
    assert certificate(release)["verified"]["earlier_failures"] == {"hits_are_recorded": 1}
    assert first["verified"]["earlier_failures"] == {}


def test_a_hit_of_the_second_reader_is_recorded_with_its_item(
    published: Collection, grant_on: Callable[[Collection], Grant]
) -> None:
    Finding.objects.filter(kind="burned_in_text", series__modality="US").update(boxes=[])
    grant = grant_on(published)
    run_queued()
    release = Release.objects.get(grant_id=grant.pk)
    assert release.state == "failed"
    assert list(release.items.exclude(hits=0).values_list("series__modality", "hits")) == [("US", 1)]
    assert LedgerEvent.objects.filter(subject_id=str(release.pk), verb="release failed").count() == 1


def test_what_was_held_back_is_counted_by_its_reason(sealed: Release) -> None:
    assert certificate(sealed)["held_back"] == {}
    volumes = Series.objects.filter(kind="nifti")
    sealed.items.filter(series__in=volumes).delete()
    sealed.items.filter(table__isnull=False).delete()
    assert certificate(sealed)["held_back"] == {"not_selected": 2, "not_selected_table": 1}
    sealed.version.series.remove(*volumes)
    assert certificate(sealed)["held_back"] == {"later": 2, "not_selected_table": 1}
    one, other = volumes
    Series.objects.filter(pk=one.pk).update(state="inspected")
    Series.objects.filter(pk=other.pk).update(state="withheld")
    assert certificate(sealed)["held_back"] == {"not_selected_table": 1, "sent_back": 1, "waiting": 1}
    finding = Finding.objects.filter(decided_by__isnull=False).first()
    assert finding is not None
    Finding.objects.filter(series=other).delete()
    Finding.objects.filter(pk=finding.pk).update(series=other, kind="face", state="withheld")
    assert certificate(sealed)["held_back"] == {"not_selected_table": 1, "waiting": 1, "withheld_face": 1}


def test_a_release_whose_profile_changed_on_the_way_fails_and_is_built_by_the_new_one(
    world: World, published: Collection, grant_on: Callable[[Collection], Grant]
) -> None:
    release = Release.objects.get(grant_id=grant_on(published).pk)
    pinned = release.profile_digest
    Release.objects.filter(pk=release.pk).update(profile_digest="0" * 64)
    run_queued()
    release.refresh_from_db()
    assert (release.state, release.failure_code) == ("failed", "profile has changed")
    assert not release.files.exists()
    rebuild_release(person=world.admin, release_id=release.pk)
    run_queued()
    release.refresh_from_db()
    assert release.state == "sealed"
    assert release.certificate["profile"]["sha256"] == pinned
    assert release.certificate["verified"]["earlier_failures"] == {"profile_has_changed": 1}


def test_sealing_twice_keeps_one_certificate_with_one_time(sealed: Release) -> None:
    before = sealed.certificate
    digest = sealed.files.get(path="certificate.json").sha256
    Release.objects.filter(pk=sealed.pk).update(state="verifying")
    seal_release(sealed.pk)
    sealed.refresh_from_db()
    assert sealed.state == "sealed"
    assert sealed.certificate == before
    assert sealed.files.get(path="certificate.json").sha256 == digest
