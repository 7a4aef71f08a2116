"""A release comes to its end, once and whole, whatever dies or fails meanwhile; with real workers and servers."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from itertools import chain

import pytest
from django.db.models.functions import Now

from deid.models import Release
from examples.images.dicom import ct_trial
from examples.images.volumes import brain_trial
from examples.walking import publish, upload
from portal.celery import app
from portal.jobs.running import run
from portal.jobs.sweeping import sweep
from portal.ledger.checking import verify
from portal.models import Job, LedgerEvent, Series
from storage.models import Submission
from storage.objects import released_store
from tests.releases.conftest import walk_to_grant
from tests.releases.watching import Watch
from tests.servers.faults import FaultProxy, status
from tests.servers.worker import Worker, wait_for
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)
Start = Callable[..., Worker]


@pytest.fixture
def release(committed_world: World, objects: None) -> Release:
    """A planned release of seven series and a table, none of which was looked at: that is not what is tested here."""
    empty_the_broker()
    collection = committed_world.collection("faults", published=False)
    upload(
        collection, chain(ct_trial(4, 2, size=32), brain_trial(2, size=16, slices=4)), committed_world.manager
    )
    for name in ("storage.receive_submission", "deid.index_submission"):
        job = Job.objects.get(name=name)
        run(name, str(job.pk))
    Series.objects.update(state="cleared")
    Submission.objects.update(state="accepted")
    publish(collection, committed_world.people)
    grant = walk_to_grant(committed_world, collection)
    Job.objects.exclude(name="deid.build_release").delete()
    empty_the_broker()
    return Release.objects.get(grant_id=grant.pk)


@pytest.fixture
def watch(committed_world: World, release: Release) -> Iterator[Watch]:
    """Watch the release all the time; nothing of it may be seen before all of it."""
    with Watch(committed_world.researcher, release) as watching:
        yield watching
    assert watching.looks > 5
    assert watching.early == []


def empty_the_broker() -> None:
    with app.connection_for_write() as connection:
        connection.default_channel.client.flushall()


def send(release: Release) -> Job:
    """Hand the release's first job to the broker."""
    a_minute_passes()
    sweep()
    return Job.objects.get(name="deid.build_release", identifier=str(release.pk))


def done(release: Release, state: str) -> int:
    return release.items.filter(state=state).count()


def a_minute_passes() -> None:
    """Leases run out, and what was sent is missed; the tests do not wait for it."""
    Job.objects.filter(state="running").update(lease_until=Now())
    Job.objects.filter(state="queued").update(sent_at=None, not_before=Now())


def swept_to_the_end(release: Release, seconds: float = 60) -> None:
    """Do what beat does until the release is sealed."""

    def is_sealed() -> bool:
        sweep()
        release.refresh_from_db()
        assert release.state not in {"failed", "stopped"}, release.failure_code
        return bool(release.state == "sealed")

    wait_for(is_sealed, seconds=seconds, why=lambda: f"{release.state}: {open_jobs()}")


def open_jobs() -> list[tuple[str, str, int, str]]:
    rows = Job.objects.exclude(state="done").values_list("name", "state", "attempt", "error_code")
    return list(rows)


def assert_whole_and_once(release: Release, watching: Watch) -> None:
    """Every file is there with its bytes, nothing else lies beside it, and the ledger tells of one sealing."""
    wait_for(lambda: watching.whole > 0, why=lambda: f"sealed, but not shown: {watching.early}")
    files = list(release.files.all())
    assert {file.item_id for file in files} - {None} == set(release.items.values_list("pk", flat=True))
    for file in files:
        body = b"".join(released_store().get_stream(file.object_key, start=file.offset, length=file.size))
        assert hashlib.sha256(body).hexdigest() == file.sha256, file.path
    stored = {one.key for one in released_store().list_prefix(f"releases/{release.pk}/")}
    assert stored == {file.object_key for file in files}
    told = LedgerEvent.objects.filter(subject_id=str(release.pk)).values_list("verb", flat=True)
    assert sorted(told.exclude(verb="download began")) == [
        "release building",
        "release planned",
        "release sealed",
        "release verifying",
    ]
    assert not verify()
    assert not Job.objects.filter(state="failed").exists()


def test_workers_killed_at_any_moment_leave_a_whole_release(
    release: Release, watch: Watch, start_worker: Start
) -> None:
    send(release)
    items = release.items.count()
    moments: list[Callable[[], bool]] = [
        lambda: Job.objects.filter(name="deid.clean_item", state="running").exists(),
        lambda: done(release, "cleaned") >= items // 2,
        lambda: done(release, "verified") >= 1,
        lambda: done(release, "verified") == items,
    ]
    for moment in moments:
        worker = start_worker()
        wait_for(moment, seconds=30, why=lambda: f"{open_jobs()}")
        worker.kill()
        a_minute_passes()
        sweep()
    start_worker()
    swept_to_the_end(release)
    assert_whole_and_once(release, watch)


@pytest.mark.soak
def test_an_emptied_broker_only_delays_a_release(release: Release, watch: Watch, start_worker: Start) -> None:
    start_worker()
    send(release)
    for state in ("cleaned", "verified"):
        wait_for(lambda state=state: done(release, state) >= 2, seconds=30)
        empty_the_broker()
        a_minute_passes()
        sweep()
    swept_to_the_end(release)
    assert_whole_and_once(release, watch)


@pytest.mark.soak
def test_a_store_that_answers_500_for_a_while_only_delays_a_release(
    release: Release, watch: Watch, start_worker: Start
) -> None:
    port = int(os.environ["S3_RELEASED_ENDPOINT_URL"].rsplit(":", 1)[1])
    proxy = FaultProxy(port)
    start_worker(S3_RELEASED_ENDPOINT_URL=proxy.url)
    # Five tries are one request; a job meets more than that and must come back later.
    proxy.plan("PUT", None, *[status(500)] * 6, None, *[status(503)] * 2)
    proxy.plan("GET", None, None, *[status(500)] * 6)
    send(release)
    swept_to_the_end(release, seconds=120)
    assert not any(proxy.planned.values()), "the store was not asked often enough to fail"
    assert Job.objects.filter(attempt__gt=1).exists(), "no job had to come back"
    assert_whole_and_once(release, watch)
    proxy.shutdown()


@pytest.mark.soak
def test_two_workers_and_messages_that_come_three_times_do_everything_once(
    release: Release, watch: Watch, start_worker: Start
) -> None:
    start_worker()
    start_worker()
    job = send(release)
    for _ in range(2):
        app.send_task(job.name, args=[str(job.pk)])

    def all_again() -> bool:
        for one in Job.objects.filter(state__in=["queued", "running"]):
            app.send_task(one.name, args=[str(one.pk)])
        release.refresh_from_db()
        return bool(release.state == "sealed")

    wait_for(all_again, seconds=60, why=lambda: f"{open_jobs()}")
    assert_whole_and_once(release, watch)
    items = {str(pk) for pk in release.items.values_list("pk", flat=True)}
    for name in ("deid.clean_item", "deid.verify_item"):
        jobs = list(Job.objects.filter(name=name).values_list("identifier", "attempt", "state"))
        assert sorted(jobs) == sorted((item, 1, "done") for item in items), name
    assert Job.objects.filter(name="requests_app.announce_release").count() == 1
