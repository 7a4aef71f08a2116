"""Whose a file beside images is, in the portal: what it says itself, the images around it, who is known already."""

import csv
import gzip
import io
import re
import zipfile
from datetime import date, datetime, timedelta

import numpy as np
import pydicom
import pytest
from django.db.models import F

from deid.keys import collection_key
from deid.models import Finding, SubjectAlias
from deid.services.intake import indexing
from deid.services.intake.reading import known_subject
from examples.walking import curate, publish, upload
from portal.errors import TryLaterError
from portal.jobs.inline import run_queued
from portal.models import ClinicalTable, Instance, Job, Series, Subject
from storage.models import SubmissionFile
from tests.releases.conftest import members_of, walk_to_release
from tests.releases.test_leafing import dicom

pytestmark = pytest.mark.django_db
PICTURE = np.zeros((40, 48), np.int16)


@pytest.fixture(autouse=True)
def unread(settings):
    """Nothing is read, so nothing slow runs."""
    settings.INSPECT_MOST_IMAGES = settings.READ_AGAIN_MOST_IMAGES = 0


def image(number, patient, **values):
    values = {"PatientID": patient, "StudyDate": "20190302", **values}
    return dicom(number, PICTURE, **values)


def subject_of(path):
    key = SubmissionFile.objects.get(path=path).object_key
    return Instance.objects.get(source_key=key).series.study.subject


@pytest.fixture
def collection(world, objects):
    return world.collection("owned", published=False)


def take(collection, world, *files):
    upload(collection, files, world.manager)
    run_queued()
    assert not SubmissionFile.objects.filter(state="rejected").exists()


@pytest.mark.parametrize("nobodys", ["", "ANON", "0000"])
def test_images_without_a_patient_id_are_whose_their_study_is(collection, world, nobodys):
    studies = {
        f"{number}/a.dcm": image(number, nobodys, StudyInstanceUID=f"1.2.7.{number}") for number in (1, 2)
    }
    take(collection, world, *studies.items())
    assert len({subject_of(path) for path in studies}) == 2


def test_a_report_beside_images_has_their_pseudonym_their_clock_and_none_of_their_names(collection, world):
    report = b"Quillfeather Ottilie was seen on 4 March 2019. No lesion of the liver."
    values = {"PatientName": "QUILLFEATHER^OTTILIE", "SeriesDate": "20190302"}
    take(
        collection,
        world,
        ("site 1/folder 17/report.txt", report),
        ("site 1/folder 17/dicom/a.dcm", image(1, "TR-0042", **values)),
        ("site 1/folder 18/dicom/b.dcm", image(2, "TR-0043", SeriesInstanceUID="1.2.826.0.1.77")),
    )
    assert Subject.objects.count() == 2
    assert subject_of("site 1/folder 17/report.txt") == subject_of("site 1/folder 17/dicom/a.dcm")
    curate(collection, world.curator)
    publish(collection, world.people)
    run_queued()
    members = members_of(walk_to_release(world, collection))
    ((path, text),) = (
        (name, one.decode()) for name, one in members.items() if name.endswith(".txt") and "/data/" in name
    )
    assert "uillfeather" not in text.casefold() and "No lesion of the liver." in text
    pseudonym = re.search(r"/data/([^/]+)/", path)[1]
    images = [
        pydicom.dcmread(io.BytesIO(one))
        for name, one in members.items()
        if f"/{pseudonym}/" in name and name.endswith(".dcm")
    ]
    assert [one.PatientID for one in images] == [pseudonym]
    moved = datetime.strptime(re.search(r"\d+ \w+ \d{4}", text)[0], "%d %B %Y").date()
    assert moved != date(2019, 3, 4)
    assert moved - pydicom.valuerep.DA(images[0].StudyDate) == timedelta(days=2)


@pytest.mark.parametrize("late", [False, True])
def test_what_a_file_says_itself_goes_before_its_folder_also_of_somebody_known_from_before(
    collection, world, late
):
    images = [(f"x/{n}.dcm", image(n, f"TR-004{n}", SeriesInstanceUID=f"1.2.826.0.1.{n}")) for n in (1, 2)]
    report = ("y/letter.txt", b"Patient ID: TR-0042\nStable disease.")
    take(collection, world, *images, *([] if late else [report]))
    if late:
        take(collection, world, report)
    assert subject_of("y/letter.txt") == subject_of("x/2.dcm")
    assert Subject.objects.count() == 2


def test_rows_of_a_table_say_who_a_folder_is(collection, world):
    table = b"subject_id,patient_id,arm\nS-17,TR-0042,A\nS-18,TR-0043,B\n"
    images = [
        (f"dicom/{n}.dcm", image(n, f"TR-004{n}", SeriesInstanceUID=f"1.2.826.0.1.{n}")) for n in (2, 3)
    ]
    take(
        collection,
        world,
        ("S-17/report.txt", b"Stable disease."),
        ("S-18/report.txt", b"Progress."),
        *images,
        ("subjects.csv", table),
    )
    assert subject_of("S-17/report.txt") == subject_of("dicom/2.dcm")
    assert subject_of("S-18/report.txt") == subject_of("dicom/3.dcm")


def test_a_table_by_other_numbers_is_released_under_the_pseudonyms_of_the_images(collection, world):
    images = [
        (f"dicom/{n}.dcm", image(n, f"TR-004{n}", SeriesInstanceUID=f"1.2.826.0.1.{n}")) for n in (2, 3)
    ]
    linking = b"subject_id,patient_id\nS-17,TR-0042\nS-18,TR-0043\n"
    take(collection, world, *images, ("subjects.csv", linking))
    take(collection, world, ("ages.csv", b"subject_id,age\nS-17,61\nS-18,54\nS-19,33\n"))
    take(collection, world, ("participants.tsv", b"participant_id\tage\nsub-TR0042\t47\n"))
    take(collection, world, ("S-18/report.txt", b"Stable disease."))
    assert subject_of("S-18/report.txt") == subject_of("dicom/3.dcm") and Subject.objects.count() == 2
    table = ClinicalTable.objects.get(title="ages")
    curate(collection, world.curator)
    run_queued()
    publish(collection, world.people)
    run_queued()
    members = members_of(walk_to_release(world, collection))
    images = [pydicom.dcmread(io.BytesIO(one)) for name, one in members.items() if name.endswith(".dcm")]
    pseudonyms = {int(one.InstanceNumber): one.PatientID for one in images}
    tables = [one.decode("utf-8-sig") for name, one in members.items() if "/clinical/" in name]
    rows = {
        row["age"]: next(iter(row.values()))
        for text in tables
        for row in csv.DictReader(io.StringIO(text))
        if "age" in row
    }
    assert (rows["61"], rows["54"], rows["47"]) == (pseudonyms[2], pseudonyms[3], pseudonyms[2])
    assert rows["33"] not in pseudonyms.values() and table.row_count == 3


def test_a_number_that_two_tables_give_to_two_people_is_nobodys(collection, world):
    images = [
        (f"dicom/{n}.dcm", image(n, f"TR-004{n}", SeriesInstanceUID=f"1.2.826.0.1.{n}")) for n in (2, 3)
    ]
    take(collection, world, *images, ("one.csv", b"subject_id,patient_id\nS-17,TR-0042\n"))
    alias = SubjectAlias.objects.filter(key=known_subject(collection_key(collection), "S-17"))
    assert alias.get().subject == subject_of("dicom/2.dcm")
    take(collection, world, ("two.csv", b"subject_id,patient_id\nS-17,TR-0043\n"))
    assert alias.get().subject is None
    take(collection, world, ("three.csv", b"subject_id,patient_id,arm\nS-17,TR-0042,A\n"))
    assert alias.get().subject is None, "who comes last is not right"


def test_a_file_that_may_be_anybodys_is_shown_to_a_person(collection, world):
    images = [(f"all/{n}.dcm", image(n, f"TR-004{n}", SeriesInstanceUID=f"1.2.826.0.1.{n}")) for n in (2, 3)]
    take(collection, world, *images, ("all/notes.txt", b"Stable disease."))
    whose = subject_of("all/notes.txt")
    assert whose not in {subject_of("all/2.dcm"), subject_of("all/3.dcm")}
    finding = Finding.objects.get(series__study__subject=whose, kind="quality")
    assert finding.state == "open" and "Nothing says whose it is" in finding.summary
    assert Series.objects.get(study__subject=whose).state == "inspected"


def test_a_run_that_died_between_images_and_report_comes_to_the_same(collection, world, monkeypatch):
    files = [("f/dicom/a.dcm", image(1, "TR-0042")), ("f/report.txt", b"Stable disease.")]
    with monkeypatch.context() as dying:
        dying.setattr(indexing.Indexing, "_recall", lambda *_: (_ for _ in ()).throw(TryLaterError("Died.")))
        upload(collection, files, world.manager)
        run_queued()
    assert SubmissionFile.objects.filter(state="received").count() == 1
    Job.objects.update(not_before=F("created_at"))
    run_queued()
    assert subject_of("f/report.txt") == subject_of("f/dicom/a.dcm")


def packed(*files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, body in files:
            archive.writestr(path, body)
    return out.getvalue()


def test_archives_with_the_same_names_inside_are_told_apart(collection, world):
    archives = [
        (
            f"{name}.zip",
            packed(("dicom/a.dcm", image(n, f"TR-004{n}", SeriesInstanceUID=f"1.2.3.{n}")), report),
        )
        for n, name in enumerate(("first", "second", "third"), 1)
        for report in [(f"report-{name}.txt", b"Stable disease.")]
    ]
    take(collection, world, *archives)
    reports = [subject_of(f"report-{name}.txt") for name in ("first", "second", "third")]
    keys = [known_subject(collection_key(collection), f"TR-004{n}") for n in (1, 2, 3)]
    assert [one.key for one in reports] == keys and Subject.objects.count() == 3


@pytest.mark.parametrize("around", [None, "all.zip"])
def test_a_packed_report_lies_where_its_archive_lies(collection, world, around):
    files = [
        *((f"site/folder {n}/a.dcm", image(n, f"TR-004{n}", SeriesInstanceUID=f"1.2.3.{n}")) for n in (1, 2)),
        ("site/folder 1/report.txt.gz", gzip.compress(b"Stable disease.")),
    ]
    take(collection, world, *([(around, packed(*files))] if around else files))
    assert subject_of("report.txt") == subject_of("site/folder 1/a.dcm")


def test_images_that_are_there_already_still_say_whose_the_report_beside_them_is(
    collection, world, monkeypatch
):
    images = [(f"s/folder {n}/a.dcm", image(n, f"TR-004{n}", SeriesInstanceUID=f"1.2.3.{n}")) for n in (1, 2)]
    take(collection, world, *images)
    whose = subject_of("s/folder 1/a.dcm")
    upload(collection, [*images, ("s/folder 1/report.txt", b"Stable disease.")], world.manager)
    with monkeypatch.context() as dying:
        dying.setattr(indexing.Indexing, "_recall", lambda *_: (_ for _ in ()).throw(TryLaterError("Died.")))
        run_queued()
    Job.objects.update(not_before=F("created_at"))
    run_queued()
    assert SubmissionFile.objects.filter(state="here_already").count() == 2
    assert subject_of("s/folder 1/report.txt") == whose


def test_a_table_that_is_refused_does_not_say_who_is_who(collection, world):
    images = [(f"f/{n}/a.dcm", image(n, f"TR-004{n}", SeriesInstanceUID=f"1.2.3.{n}")) for n in (1, 2)]
    take(collection, world, *images, ("who.csv", b"subject_id,patient_id\nS-1,TR-0041\n"))
    upload(collection, [("who.csv", b"subject_id,patient_id\nS-1,TR-0042\n")], world.manager)
    run_queued()
    assert SubmissionFile.objects.filter(reason_code="conflicting_name").count() == 1
    alias = SubjectAlias.objects.get(key=known_subject(collection_key(collection), "S-1"))
    assert alias.subject == subject_of("f/1/a.dcm")
