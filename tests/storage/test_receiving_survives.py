"""Receiving goes on after a killed worker and a store that was down, and loses and doubles nothing."""

import io
import zipfile
from uuid import uuid4

import pytest
from django.db.models.functions import Now

from portal.jobs import enqueue, jobs_before
from portal.jobs.running import run
from portal.jobs.sweeping import sweep
from portal.models import Job
from storage.errors import StoreDownError
from storage.models import Submission, SubmissionFile
from storage.objects import ObjectStore, raw_store
from tests.servers.worker import wait_for

pytestmark = pytest.mark.django_db(transaction=True)

MEMBERS = 300


def archive() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for number in range(MEMBERS):
            packed.writestr(f"{number}.dcm", bytes(128) + b"DICM" + str(number).encode())
    return target.getvalue()


def assert_all_is_there(submission: Submission) -> None:
    counts = submission.counts()
    assert (counts["received"], counts["expanded"], counts["rejected"]) == (MEMBERS, 1, 0)
    stored = {stored.key for stored in raw_store().list_prefix("")}
    assert stored == set(SubmissionFile.objects.filter(state="received").values_list("object_key", flat=True))
    for file in SubmissionFile.objects.filter(state="received"):
        assert (
            raw_store().get_bytes(file.object_key).endswith(b"DICM" + file.path.removesuffix(".dcm").encode())
        )


def test_a_worker_killed_while_it_unpacks_leaves_no_gap_and_no_twin(uploader, start_worker):
    uploader.send("scans.zip", archive())
    worker = start_worker()
    assert uploader.hand_in().status_code == 200
    wait_for(lambda: SubmissionFile.objects.filter(state="received").count() > MEMBERS // 10)
    worker.kill()
    done = SubmissionFile.objects.filter(state="received").count()
    assert 0 < done < MEMBERS, "it was not killed in the middle"
    # Not waiting a minute for the lease to run out.
    Job.objects.filter(name="storage.receive_submission").update(lease_until=Now())
    start_worker()

    def received() -> bool:
        sweep()
        return Submission.objects.get(pk=uploader.pk).state == "received"

    wait_for(received, seconds=60)
    assert_all_is_there(Submission.objects.get(pk=uploader.pk))


def test_an_upload_is_received_while_nobody_is_free_to_inspect(uploader, start_worker):
    inspection = enqueue("deid.inspect_series", uuid4())
    uploader.send("scan.dcm", bytes(128) + b"DICM")
    # The hands for inspections are busy for hours: none of them is here.
    start_worker(queues="quick,receiving")
    assert uploader.hand_in().status_code == 200
    wait_for(
        lambda: Submission.objects.get(pk=uploader.pk).state not in {"submitted", "receiving"}, seconds=30
    )
    # It was read too, and is no image.
    wait_for(lambda: SubmissionFile.objects.get().state == "rejected", seconds=60)
    inspection.refresh_from_db()
    assert (inspection.state, jobs_before(inspection)) == ("queued", 0)


def test_a_store_that_is_down_for_a_while_only_delays(uploader, monkeypatch):
    uploader.send("scans.zip", archive())
    uploader.hand_in()
    job = Job.objects.get(name="storage.receive_submission")
    put, calls = ObjectStore.put_file, []

    def sometimes(self, *args, **kwargs):
        calls.append(1)
        if len(calls) == 50:
            raise StoreDownError("down")
        return put(self, *args, **kwargs)

    monkeypatch.setattr(ObjectStore, "put_file", sometimes)
    run(job.name, str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("queued", "store_down")
    assert Submission.objects.get(pk=uploader.pk).state == "receiving"
    Job.objects.filter(pk=job.pk).update(not_before=Now())
    run(job.name, str(job.pk))
    assert_all_is_there(Submission.objects.get(pk=uploader.pk))
