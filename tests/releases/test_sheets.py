"""A workbook of several sheets: each sheet of subjects is a table of the collection, and is released as one."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from examples.walking import curate, publish, upload
from portal.jobs.inline import run_queued
from portal.models import ClinicalTable
from storage.models import SubmissionFile
from tests.deid.test_workbook_sheets import NOTES, PEOPLE, VISITS, workbook
from tests.releases.conftest import members_of, walk_to_release
from tests.releases.test_ownership import image

pytestmark = pytest.mark.django_db


@pytest.fixture
def collection(world, objects):
    collection = world.collection("sheets", published=False)
    files = [("trial.xlsx", workbook(PEOPLE, NOTES, VISITS)), ("P1/1.dcm", image(1, "P1"))]
    upload(collection, files, world.manager)
    run_queued()
    return collection


def test_the_uploader_reads_which_sheets_are_left_out_and_why(collection):
    file = SubmissionFile.objects.get(path="trial.xlsx")
    assert file.state == "accepted"
    assert file.reason.startswith("Sheet 2 is left out: No column names the subject.")
    tables = list(ClinicalTable.objects.values_list("title", "sheet", "row_count"))
    assert tables == [("trial, sheet 1", 1, 2), ("trial, sheet 3", 3, 2)]


def test_the_same_workbook_is_a_duplicate_and_another_one_a_conflict(collection, world):
    upload(collection, [("trial.xlsx", workbook(PEOPLE, VISITS, NOTES))], world.manager)
    run_queued()
    (refused,) = SubmissionFile.objects.filter(state="rejected")
    assert (
        refused.reason_code == "conflicting_name"
        and "another name" in refused.reason
        and "UID" not in refused.reason
        and ClinicalTable.objects.count() == 2
    )


def test_a_workbook_without_subjects_is_refused(world, objects):
    collection = world.collection("notes", published=False)
    upload(collection, [("notes.xlsx", workbook(NOTES, NOTES))], world.manager)
    run_queued()
    (file,) = SubmissionFile.objects.all()
    assert (file.state, file.reason_code) == (
        "rejected",
        "bad_table",
    ) and "None of its 2 sheets" in file.reason


def test_each_sheet_is_looked_at_and_released_with_one_pseudonym_and_clock(collection, world):
    client = Client()
    client.force_login(world.manager)
    visits = ClinicalTable.objects.get(sheet=3)
    shown = client.get(reverse("deid:table_columns", args=[visits.pk])).content.decode()
    assert "S-1" in shown and "2019-03-04" in shown and "P2" not in shown
    curate(collection, world.curator)
    publish(collection, world.people)
    members = members_of(walk_to_release(world, collection))
    top = next(iter(members)).split("/")[0]
    people, scores = (
        list(csv.DictReader(io.StringIO(members[f"{top}/clinical/table-{number}.csv"].decode("utf-8-sig"))))
        for number in (1, 2)
    )
    ages = {row["age"]: row["patient_id"] for row in people}
    assert {row["subject_id"] for row in scores} == {ages["61"]} and "90+" in ages
    assert {row["score"] for row in scores} == {"7", "8"}
