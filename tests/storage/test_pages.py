"""The pages of uploads: thumbnails, the upload page, and the report on every file."""

import csv
import io

import pytest
from django.db.models.functions import Now
from django.urls import reverse

from portal.jobs import enqueue
from portal.models import Job, Series
from portal.services import versions
from storage.models import Submission, SubmissionFile, UploadedPart
from storage.objects import released_store
from storage.states import FileState, SubmissionState
from tests.portal.builders import collection, curator_of, fill, manager_of, person, published, sponsor

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    organisation = sponsor()
    return {
        "manager": manager_of(organisation),
        "curator": curator_of(organisation),
        "researcher": person("Rosa"),
    }


@pytest.fixture
def report(house):
    submission = Submission.objects.create(
        collection=collection(house["manager"]), person=house["manager"], state=SubmissionState.RECEIVED
    )
    told = {"size": 10, "sha256": "a" * 64, "object_key": "raw/x"}
    archive = SubmissionFile.objects.create(
        submission=submission, path="a.zip", size=99, state=FileState.EXPANDED
    )
    SubmissionFile.objects.create(
        submission=submission, archive=archive, path="1.dcm", state=FileState.ACCEPTED, **told
    )
    SubmissionFile.objects.create(submission=submission, path="2.dcm", state=FileState.RECEIVED, **told)
    SubmissionFile.objects.create(
        submission=submission, path="=cmd.docx", size=5, state=FileState.REJECTED,
        reason_code="not_an_image", reason="It is no image. Leave it out.",
    )  # fmt: skip
    return submission


def test_the_counts_of_the_report_reconcile(client, house, report):
    client.force_login(house["manager"])
    context = client.get(reverse("storage:report", args=[report.pk])).context
    counts = context["counts"]
    assert context["kept"] == counts["accepted"] + counts["rejected"] + context["in_work"] == 3


def test_a_refused_file_stands_with_its_reason_and_can_be_filtered(client, house, report):
    client.force_login(house["manager"])
    page = client.get(reverse("storage:report", args=[report.pk]), {"state": "rejected"}).content.decode()
    assert "It is no image. Leave it out." in page
    assert "2.dcm" not in page


def test_the_table_has_every_file_and_no_formula(client, house, report):
    client.force_login(house["curator"])
    answer = client.get(reverse("storage:report_csv", args=[report.pk]))
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert len(rows) == 4
    assert {row["path"] for row in rows} == {"a.zip", "1.dcm", "2.dcm", "'=cmd.docx"}


def test_the_report_and_the_upload_page_do_not_exist_for_strangers(client, house, report):
    for name in ("researcher",):
        client.force_login(house[name])
        for address in (
            reverse("storage:report", args=[report.pk]),
            reverse("storage:report_csv", args=[report.pk]),
            reverse("storage:upload", args=[report.collection.slug]),
        ):
            assert client.get(address).status_code == 404
    client.force_login(house["curator"])
    assert client.get(reverse("storage:upload", args=[report.collection.slug])).status_code == 404


def test_the_report_asks_again_only_while_work_goes_on(client, house, report):
    client.force_login(house["manager"])
    address = reverse("storage:report", args=[report.pk])
    assert 'hx-trigger="every 3s"' in client.get(address).content.decode()
    Submission.objects.update(state=SubmissionState.ACCEPTED)
    assert 'hx-trigger="every 3s"' not in client.get(address).content.decode()


def test_a_begun_upload_is_offered_again(client, house):
    made = collection(house["manager"])
    begun = Submission.objects.create(collection=made, person=house["manager"])
    client.force_login(house["manager"])
    page = client.get(reverse("storage:upload", args=[made.slug])).content.decode()
    assert f'data-submission="{begun.pk}"' in page
    assert f"Finish your upload to {made.title}" in client.get("/work/").content.decode()


def test_a_thumbnail_is_shown_to_those_who_may_see_the_collection(client, house, objects):
    made = collection(house["manager"])
    series = fill(made)[0]
    released_store().put_bytes(series.thumbnail_key, b"\x89PNG picture")
    address = reverse("storage:thumbnail", args=[series.pk])

    def statuses():
        found = {}
        for role in ("visitor", "researcher", "manager", "curator"):
            client.logout()
            if role != "visitor":
                client.force_login(house[role])
            found[role] = client.get(address).status_code
        return found

    inside = {"visitor": 404, "researcher": 404, "manager": 200, "curator": 200}
    assert statuses() == inside
    version = published(made, house["manager"], house["curator"])
    assert statuses() == dict.fromkeys(inside, 200)
    assert client.get(address).content == b"\x89PNG picture"
    versions.withdraw_version(version_id=version.pk, actor=house["manager"], reason="Gone.")
    assert statuses() == inside


def test_a_series_that_was_not_published_with_the_others_has_no_public_picture(client, house, objects):
    made = collection(house["manager"])
    held = fill(made)[0]
    Series.objects.filter(pk=held.pk).update(state="withheld")
    released_store().put_bytes(held.thumbnail_key, b"x")
    published(made, house["manager"], house["curator"])
    assert client.get(reverse("storage:thumbnail", args=[held.pk])).status_code == 404


def test_a_picture_that_is_not_there_is_a_plain_404(client, house, objects):
    made = collection(house["manager"])
    series = fill(made)[0]
    client.force_login(house["manager"])
    assert client.get(reverse("storage:thumbnail", args=[series.pk])).status_code == 404


def test_who_waits_reads_how_many_jobs_come_first_and_who_is_served_does_not(client):
    manager = manager_of(sponsor())
    submission = Submission.objects.create(
        collection=collection(manager), person=manager, state=SubmissionState.RECEIVING
    )
    for other in ("1", "2"):
        enqueue("storage.receive_submission", other)
    enqueue("deid.inspect_series", "whose workers are others")
    enqueue("portal.sign_ledger", "all")
    mine = enqueue("storage.receive_submission", submission.pk)
    enqueue("storage.receive_submission", "3")
    client.force_login(manager)
    address = reverse("storage:report", args=[submission.pk])
    assert "Waits for a worker; 2 jobs come first" in client.get(address).content.decode()
    Job.objects.filter(identifier="1").update(state="done")
    assert "Waits for a worker; 1 job comes first" in client.get(address).content.decode()
    Job.objects.filter(pk=mine.pk).update(state="running", lease_until=Now())
    page = client.get(address).content.decode()
    assert "Has begun" in page and "Waits for a worker" not in page


def test_only_what_still_lies_in_quarantine_is_counted_as_there(client, report):
    received = SubmissionFile.objects.get(path="2.dcm")
    coming = SubmissionFile.objects.create(
        submission=received.submission, path="3.dcm", size=9, state=FileState.UPLOADING
    )
    for file, size in ((received, 10), (coming, 4)):
        UploadedPart.objects.create(file=file, number=1, size=size, sha256="b" * 64)
    client.force_login(person("Ada", is_staff=True))
    assert "In quarantine: 1 part, 4 B" in client.get(reverse("storage:usage")).content.decode()
