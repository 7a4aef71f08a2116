"""Jobs run once, whatever dies, is lost, or comes twice: with a real worker, broker and database."""

import pytest
from django.db import transaction

from portal.celery import app
from portal.jobs import JobHandle, JobOvertakenError, enqueue
from portal.jobs.registry import kind_of
from portal.jobs.running import claim
from portal.jobs.sweeping import sweep
from portal.models import Job, JobState, Organisation
from tests.portal.example_jobs import traces
from tests.servers.worker import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


def state_of(job: Job) -> str:
    job.refresh_from_db()
    return job.state


def swept_until(job: Job, state: JobState, seconds: float = 30) -> None:
    """Do what beat does, until the job is there."""

    def holds() -> bool:
        sweep()
        return state_of(job) == state

    wait_for(holds, seconds=seconds, why=lambda: f"It is {job.state} ({job.error_code}).")


@pytest.fixture(autouse=True)
def _nothing_waits():
    with app.connection_for_write() as connection:
        connection.default_channel.client.flushall()


def test_a_job_runs_after_the_commit_and_not_before(start_worker):
    start_worker()
    with transaction.atomic():
        job = enqueue("tests.quick", "after-commit")
        with app.connection_for_read() as connection:
            assert connection.default_channel.client.llen("quick") == 0
    wait_for(lambda: state_of(job) == JobState.DONE)
    assert Organisation.objects.filter(slug="after-commit").count() == 1


def test_a_rolled_back_change_leaves_no_job():
    with pytest.raises(RuntimeError), transaction.atomic():
        enqueue("tests.quick", "rolled-back")
        raise RuntimeError
    assert not Job.objects.exists()


def test_of_a_name_and_a_thing_one_job_is_open():
    first, second = enqueue("tests.quick", "twice"), enqueue("tests.quick", "twice")
    assert first.pk == second.pk
    assert Job.objects.count() == 1


def test_an_unknown_name_is_refused_at_once():
    with pytest.raises(LookupError):
        enqueue("tests.nobody_registered_this", "x")


def test_a_job_that_is_asked_for_while_it_runs_is_run_once_more(start_worker):
    start_worker()
    job = enqueue("tests.slow", "again")
    wait_for(lambda: state_of(job) == JobState.RUNNING)
    assert enqueue("tests.slow", "again").pk == job.pk
    wait_for(lambda: Job.objects.filter(name="tests.slow").count() == 2)
    assert state_of(job) == JobState.DONE


def test_a_worker_killed_in_the_middle_loses_nothing_and_repeats_no_effect(start_worker):
    worker = start_worker()
    job = enqueue("tests.slow", "killed")
    wait_for(lambda: traces("killed") == ["began-1"])
    worker.kill()
    start_worker()
    swept_until(job, JobState.DONE)
    assert traces("killed") == ["began-1", "began-2", "ended-2"]
    assert [org.name for org in Organisation.objects.filter(slug="killed")] == ["killed by 2"]


def test_an_emptied_broker_loses_nothing(start_worker):
    jobs = [enqueue("tests.quick", f"flushed-{number}") for number in range(20)]
    with app.connection_for_write() as connection:
        assert connection.default_channel.client.llen("quick") == 20
        connection.default_channel.client.flushall()
    start_worker()
    for job in jobs:
        swept_until(job, JobState.DONE)
    assert Organisation.objects.filter(slug__startswith="flushed-").count() == 20


def test_a_message_that_comes_three_times_has_one_effect(start_worker):
    job = enqueue("tests.slow", "thrice")
    for _ in range(2):
        app.send_task("tests.slow", args=[str(job.pk)])
    start_worker()
    start_worker()
    wait_for(lambda: state_of(job) == JobState.DONE)
    with app.connection_for_read() as connection:
        wait_for(lambda: connection.default_channel.client.llen("quick") == 0)
    assert traces("thrice") == ["began-1", "ended-1"]


def test_a_worker_that_wakes_up_after_its_lease_writes_nothing(start_worker):
    zombie = start_worker()
    job = enqueue("tests.slow", "zombie")
    wait_for(lambda: traces("zombie") == ["began-1"])
    zombie.freeze()
    start_worker()
    swept_until(job, JobState.DONE)
    zombie.thaw()
    wait_for(lambda: "job was overtaken" in zombie.log.read_text(), why=zombie.log.read_text)
    assert traces("zombie") == ["began-1", "began-2", "ended-2"]
    assert [org.name for org in Organisation.objects.filter(slug="zombie")] == ["zombie by 2"]


def test_an_overtaken_claim_can_neither_report_nor_finish(person):
    job = enqueue("tests.quick", "fenced")
    claimed = claim(kind_of("tests.quick"), job.pk)
    assert claimed is not None
    Job.objects.filter(pk=job.pk).update(attempt=2)
    with pytest.raises(JobOvertakenError):
        claimed.progress(1, 1)
    with pytest.raises(JobOvertakenError), claimed.finishing():
        Organisation.objects.create(name="never", slug="never")
    assert not Organisation.objects.filter(slug="never").exists()


def test_a_job_is_claimed_by_one_worker_only():
    job = enqueue("tests.quick", "claimed")
    assert isinstance(claim(kind_of("tests.quick"), job.pk), JobHandle)
    assert claim(kind_of("tests.quick"), job.pk) is None


def test_a_poisonous_job_fails_with_a_code_and_without_its_words(start_worker):
    worker = start_worker()
    job = enqueue("tests.poison", "poison")
    wait_for(lambda: state_of(job) == JobState.FAILED)
    assert job.error_code == "ValueError"
    assert traces("poison") == ["ran"]
    log = worker.log.read_text()
    assert '"error": "ValueError"' in log
    assert "DOE" not in log


def test_a_job_that_kills_its_worker_is_given_up_after_its_last_attempt(start_worker):
    start_worker()
    job = enqueue("tests.deadly", "deadly")
    swept_until(job, JobState.FAILED)
    assert job.error_code == "worker_lost"
    assert traces("deadly") == ["ran", "ran"]


def test_a_fault_of_the_network_is_tried_again(start_worker):
    start_worker()
    job = enqueue("tests.offline", "offline")
    swept_until(job, JobState.DONE)
    assert traces("offline") == ["ran", "ran"]
