"""Releases: all or nothing, one grant at a time, and gone when the grant has ended."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.core import serializers
from django.db.models.functions import Now

from deid.models import Finding, Release, ReleaseFile, ReleaseItem
from deid.services.planning import rebuild_release, stop_release
from deid.services.releasing.containers import write_container
from deid.services.releasing.sources import fetch_instance
from deid.services.releasing.steps import build_release
from portal.jobs.inline import run_queued
from portal.jobs.running import run
from portal.models import Collection, Instance, Job, LedgerEvent, Subject
from portal.policies import catalogue
from requests_app.models import Collaborator, Grant, Review
from requests_app.policies import readable_releases, readable_series
from requests_app.services import ending
from requests_app.services.drafting import remove_collaborator
from storage.objects import released_store
from tests.releases.conftest import PLANTED, members_of
from tests.world import World


def test_a_published_collection_is_pictured_and_its_index_holds_no_identifying_value(
    published: Collection,
) -> None:
    assert catalogue().get() == published
    kinds = published.published_version().series.exclude(thumbnail_key="").values_list("kind", flat=True)
    assert sorted(kinds) == ["dicom"] * 3 + ["nifti"] * 2
    assert not Finding.objects.filter(kind="quality", series__kind="nifti").exists()
    for series in published.published_version().series.all():
        assert released_store().get_bytes(series.thumbnail_key).startswith(b"\x89PNG")
    models = (Subject, Instance, Job, LedgerEvent, Finding)
    dump = "".join(serializers.serialize("json", model.objects.all()) for model in models).lower()
    for who in PLANTED:
        assert who.patient_id.lower() not in dump
        assert who.name.split("^")[0].lower() not in dump


def test_holders_read_a_sealed_release_until_it_is_revoked(world: World, sealed: Release) -> None:
    for file in sealed.files.all():
        body = b"".join(released_store().get_stream(file.object_key, start=file.offset, length=file.size))
        assert hashlib.sha256(body).hexdigest() == file.sha256
    assert readable_releases(world.researcher).get() == sealed
    assert readable_releases(world.collaborator).get() == sealed
    assert not readable_releases(world.chair).exists()
    assert not readable_releases(world.manager).exists()
    remove_collaborator(person=world.researcher, collaborator_id=Collaborator.objects.get().pk)
    assert not readable_releases(world.collaborator).exists()
    ending.revoke_grant(person=world.manager, grant_id=sealed.grant_id, reason="Breach.")
    assert not readable_releases(world.researcher).exists()
    run_queued()
    assert not list(released_store().list_prefix(f"releases/{sealed.pk}/"))


def test_a_grant_ends_by_the_databases_clock_without_any_job(world: World, sealed: Release) -> None:
    world.collaborator.is_active = False
    world.collaborator.save()
    assert not readable_releases(world.collaborator).exists()
    assert readable_series(world.researcher).count() == sealed.items.filter(series__isnull=False).count()
    Grant.objects.update(starts_at=Now() - timedelta(days=2), expires_at=Now() - timedelta(seconds=1))
    assert not readable_series(world.researcher).exists()
    assert ending.expire_grants() == 1
    assert Grant.objects.get().state == "expired"


def test_building_again_gives_the_same_bytes(sealed: Release, world: World) -> None:
    before = set(sealed.files.filter(item__isnull=False).values_list("path", "sha256"))
    stop_release(grant_id=sealed.grant_id)
    run_queued()
    assert not list(released_store().list_prefix(f"releases/{sealed.pk}/"))
    rebuild_release(person=world.admin, release_id=sealed.pk)
    run_queued()
    sealed.refresh_from_db()
    assert sealed.state == "sealed"
    assert set(sealed.files.filter(item__isnull=False).values_list("path", "sha256")) == before


def test_two_grants_share_no_identifier(
    world: World, sealed: Release, published: Collection, grant_on: Callable[[Collection], Grant]
) -> None:
    Review.objects.update(requester=world.manager)
    second_grant = grant_on(published)
    run_queued()
    second = Release.objects.get(grant_id=second_grant.pk)
    assert second.state == "sealed"
    assert not _identifiers(sealed) & _identifiers(second)


def _identifiers(release: Release) -> set[str]:
    paths = release.files.filter(item__series__isnull=False).values_list("path", flat=True)
    # What BIDS itself calls its folders is nobody's.
    return {part for path in paths for part in path.split("/")[1:]} - {"bids", "anat"}


def test_an_identity_that_slipped_through_fails_the_release_and_nothing_becomes_visible(
    world: World, published: Collection, grant_on: Callable[[Collection], Grant], tmp_path: Path
) -> None:
    release = Release.objects.get(grant_id=grant_on(published).pk)
    build_release(release.pk)
    while Release.objects.get(pk=release.pk).state == "building":
        job = Job.objects.filter(name="deid.clean_item", state="queued").first()
        run(job.name, str(job.pk))
    _swap_in_the_source(release, tmp_path)
    run_queued()
    release.refresh_from_db()
    assert release.state == "failed"
    assert release.failure_code
    assert not readable_releases(world.researcher).exists()
    assert not list(released_store().list_prefix(f"releases/{release.pk}/"))


def _swap_in_the_source(release: Release, folder: Path) -> None:
    """Put the uncleaned source where a cleaned file was, as a broken cleaner would, with rows that agree."""
    item = release.items.filter(series__modality="US").get()
    file = item.files.get()
    source = fetch_instance(file.instance, "dicom", folder)
    with (folder / "container").open("w+b") as target:
        (member,) = write_container(target, [(file.path, source)])
        stored = released_store().put_file(item.object_key, target)
    ReleaseItem.objects.filter(pk=item.pk).update(sha256=stored.sha256, size=stored.size)
    ReleaseFile.objects.filter(pk=file.pk).update(
        offset=member.offset, size=member.size, sha256=member.sha256
    )


def test_a_name_that_can_still_be_read_in_an_image_fails_the_release(
    world: World, published: Collection, grant_on: Callable[[Collection], Grant]
) -> None:
    Finding.objects.filter(kind="burned_in_text", series__modality="US").update(boxes=[])
    grant = grant_on(published)
    run_queued()
    release = Release.objects.get(grant_id=grant.pk)
    assert (release.state, release.failure_code) == ("failed", "text in pixels")
    assert not readable_releases(world.researcher).exists()
    assert not list(released_store().list_prefix(f"releases/{release.pk}/"))


def test_a_certificate_says_how_many_images_were_read_again(sealed: Release) -> None:
    certificate = json.loads(members_of(sealed)[f"{sealed.name}/certificate.json"])
    series = sealed.items.filter(series__kind="dicom").count()
    assert certificate["verified"]["images_read_again"] == series > 1
    assert "images_read_again" not in certificate["actions"]


def test_no_door_sees_a_release_that_is_not_sealed(world: World, sealed: Release) -> None:
    for state in ("planned", "building", "verifying", "failed", "stopped", "purged"):
        Release.objects.update(state=state)
        assert not readable_releases(world.researcher).exists(), state
