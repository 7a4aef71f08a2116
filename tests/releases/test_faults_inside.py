"""What the engine meets while it works: faults that pass are tried again, refusals end a release with their code."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from deid.models import Release
from deid.services.intake import indexing, inspecting
from deid.services.looking import cleaning_pool, faults_that_pass
from deid.services.releasing import cleaning, verifying
from examples.images.dicom import ct_trial
from examples.walking import publish, upload
from portal.errors import TryLaterError
from portal.jobs.inline import run_queued
from portal.jobs.running import run
from portal.models import Collection, Instance, Job, Series
from requests_app.models import Grant
from storage.models import Submission
from storage.objects import raw_store
from tests.world import World


@pytest.fixture
def uploaded(world: World, objects: None) -> Collection:
    """Two CT slices, handed in; nothing has been done with them yet."""
    collection = world.collection("inside", published=False)
    upload(collection, list(ct_trial(1, 2, size=32))[:2], world.manager)
    return collection


@pytest.fixture
def release(uploaded: Collection, world: World, grant_on: Callable[[Collection], Grant]) -> Release:
    """A planned release of them."""
    for name in ("storage.receive_submission", "deid.index_submission"):
        do(name)
    Series.objects.update(state="cleared")
    Submission.objects.update(state="accepted")
    publish(uploaded, world.people)
    planned = Release.objects.get(grant_id=grant_on(uploaded).pk)
    Job.objects.exclude(name="deid.build_release").delete()
    return planned


def do(name: str) -> Job:
    """Run the open job of that name and return its row."""
    job = Job.objects.get(name=name, state="queued")
    run(name, str(job.pk))
    job.refresh_from_db()
    return job


def vanishes(module: object, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the working copy disappear right after it was fetched, as on a scratch disk that went away."""
    fetch = getattr(module, name)

    def fetched_and_lost(*args: object) -> Path:
        path: Path = fetch(*args)
        path.unlink()
        return path

    monkeypatch.setattr(module, name, fetched_and_lost)


def test_only_a_file_that_cannot_be_reached_is_a_fault_that_passes() -> None:
    with pytest.raises(TryLaterError) as fault, faults_that_pass():
        cleaning_pool().run("clean_nifti_file", "/nowhere/a.nii", "/nowhere/b.nii", "00" * 32, "subject")
    assert fault.value.code == "files_unreachable"


@pytest.mark.parametrize("step", ["deid.clean_item", "deid.verify_item"])
def test_a_release_whose_working_copy_vanishes_comes_back_and_ends_well(
    step: str, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    do("deid.build_release")
    if step == "deid.verify_item":
        do("deid.clean_item")
    with monkeypatch.context() as lost:
        vanishes(cleaning if step == "deid.clean_item" else verifying, "fetch_instance", lost)
        job = do(step)
    assert (job.state, job.error_code) == ("queued", "files_unreachable")
    Job.objects.filter(pk=job.pk).update(not_before=job.created_at)
    run_queued()
    release.refresh_from_db()
    assert release.state == "sealed"


def test_intake_comes_back_when_its_working_copy_vanishes(
    uploaded: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    do("storage.receive_submission")
    with monkeypatch.context() as lost:
        read = indexing.read_file
        lost.setattr(
            indexing, "read_file", lambda pool, file, *more: (file.unlink(), read(pool, file, *more))[1]
        )
        job = do("deid.index_submission")
    assert (job.state, job.error_code) == ("queued", "files_unreachable")
    assert Submission.objects.get().counts()["received"] == 2
    Job.objects.filter(pk=job.pk).update(not_before=job.created_at)
    do("deid.index_submission")
    assert Submission.objects.get().counts()["accepted"] == 2
    with monkeypatch.context() as lost:
        vanishes(inspecting.Inspection, "_fetch", lost)
        job = do("deid.inspect_series")
    assert (job.state, job.error_code) == ("queued", "files_unreachable")
    assert Series.objects.get().state == "indexed"


def test_a_source_that_the_cleaner_refuses_fails_the_release_with_its_code(
    release: Release, world: World
) -> None:
    instance = Instance.objects.get(series__modality="CT", number=1)
    stored = raw_store().put_file(instance.source_key, io.BytesIO(b"not any more what it was" * 20))
    Instance.objects.filter(pk=instance.pk).update(sha256=stored.sha256, size=stored.size)
    run_queued()
    release.refresh_from_db()
    assert (release.state, release.failure_code) == ("failed", "not_dicom")
    assert not list(raw_store().list_prefix(f"releases/{release.pk}/"))
