"""Every kind of file the whole way: uploaded with identity, released with one pseudonym and one clock, bit for bit."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import date
from pathlib import Path

import h5py
import nibabel
import numpy as np
import openpyxl
import pytest
from pdfminer.high_level import extract_text
from PIL import Image, ImageDraw, PngImagePlugin
from reportlab.pdfgen.canvas import Canvas

from deid.engine import Identity
from deid.engine.formats.raw.pulseq import clean_pulseq
from deid.models import Finding
from deid.services.curating import decide_finding
from deid.states import FindingMove
from delivery.services.packaging import package_stream
from examples.walking import curate, publish, upload
from portal.jobs.inline import run_queued
from portal.models import ClinicalTable, Collection, Series
from storage.models import SubmissionFile
from tests.deid.raw_words import HEADER, SEQ
from tests.releases.conftest import walk_to_release
from tests.world import World

WORDS = (
    "quackenbush",
    "mrn77123",
    "grimwade",
    "brambleton",
    "45387",
    "55443322",
    "1961-02-03",
    "19610203",
    "2019-03-02",
)


def photograph() -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Patient", "Quackenbush")
    out = io.BytesIO()
    pixels = np.tile(np.arange(96, dtype=np.uint8), (64, 1))
    Image.fromarray(pixels).save(out, "PNG", pnginfo=notes)
    return out.getvalue()


def raw_data() -> bytes:
    out = io.BytesIO()
    with h5py.File(out, "w") as file:
        file["ismrmrd_header"] = HEADER.encode()
        file["kspace"] = (np.random.default_rng(1).normal(size=(2, 8, 6)) + 1j).astype(np.complex64)
        file.attrs["patient_id"] = "MRN77123"
    return out.getvalue()


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.properties.creator = "Dr Grimwade"
    book.active.append(["participant_id", "visit_date", "age", "arm", "surname"])
    book.active.append(["TRIAL7-01-P77", date(2019, 3, 2), 93, "placebo", "Quackenbush"])
    book.active.append(["TRIAL7-01-P77", date(2019, 4, 1), 64, "placebo", "Quackenbush"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def volume() -> bytes:
    made = nibabel.Nifti1Image(np.arange(24 * 24 * 8, dtype=np.int16).reshape(24, 24, 8), np.eye(4))
    made.header["descrip"] = b"Quackenbush"
    return made.to_bytes()


def letter() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.setAuthor("Dr Grimwade")
    canvas.drawString(72, 700, "Patient: Quackenbush, Ada, seen on 2019-03-02")
    canvas.drawString(72, 680, "There is a nodule of 8 mm.")
    canvas.save()
    return out.getvalue()


SIDECAR = {
    "EchoTime": 0.03,
    "PatientName": "Quackenbush^Ada",
    "AcquisitionDateTime": "2019-03-02T10:11:12",
    "InstitutionName": "Brambleton",
}
FILES = {
    "sub-P77/anat/sub-P77_acq-Quackenbush_T1w.nii": volume(),
    "sub-P77/anat/sub-P77_acq-Quackenbush_T1w.json": json.dumps(SIDECAR).encode(),
    "sub-P77/photos/Quackenbush.png": photograph(),
    "sub-P77/raw/Quackenbush.h5": raw_data(),
    "sub-P77/raw/Quackenbush.hdr": b"# Dimensions\n4 2\n# Command\n/home/quackenbush/run\n",
    "sub-P77/raw/Quackenbush.cfl": np.arange(16, dtype=np.float32).tobytes(),
    "sub-P77/letter of Quackenbush.pdf": letter(),
    "clinical.xlsx": workbook(),
    "sub-P77/raw/lying.hdr": b"# Dimensions\n4 3\n",
    "sub-P77/raw/lying.cfl": bytes(64),
    "sub-P77/locked.pdf": b"%PDF-1.4 nothing",
    "dataset_description.json": b'{"Name": "Quackenbush"}',
    "task-rest_bold.json": b'{"RepetitionTime": 2}',
}


@pytest.fixture
def walked(world: World, objects: None) -> Collection:
    collection = world.collection("other-kinds", published=False)
    upload(collection, FILES.items(), world.manager)
    run_queued()
    return collection


def unpacked(world: World, collection: Collection, folder: Path) -> Path:
    curate(collection, world.curator)
    run_queued()
    publish(collection, world.people)
    run_queued()
    release = walk_to_release(world, collection)
    stream, _ = package_stream(release)
    with zipfile.ZipFile(io.BytesIO(b"".join(stream))) as archive:
        archive.extractall(folder)
    return folder / release.name


def test_each_kind_is_indexed_as_what_it_is_and_what_is_unsound_is_rejected(walked: Collection) -> None:
    kinds = sorted(Series.objects.values_list("kind", flat=True))
    assert kinds == ["document", "image", "nifti", "raw", "raw", "raw", "raw", "sidecar"]
    raw = Series.objects.get(kind="raw", field_strength_t__isnull=False)
    assert (raw.field_strength_t, raw.manufacturer, raw.rows, raw.columns) == (2.89, "Siemens", 6, 8)
    rejected = dict(SubmissionFile.objects.filter(state="rejected").values_list("path", "reason_code"))
    assert rejected == {"sub-P77/raw/lying.cfl": "bad_raw", "sub-P77/locked.pdf": "bad_document",
                        "dataset_description.json": "of_no_subject", "task-rest_bold.json": "of_no_subject"}  # fmt: skip
    assert walked.subjects.count() == 1
    table = ClinicalTable.objects.get()
    assert (table.ending, table.row_count) == (".xlsx", 2)
    assert {c.name: c.role for c in table.columns.all()}["surname"] == "drop"
    assert raw.thumbnail_key
    image = Series.objects.get(kind="image")
    assert (image.rows, image.columns) == (64, 96)
    assert not Finding.objects.filter(kind="quality").exists()


def test_all_kinds_are_released_with_one_pseudonym_and_one_clock(
    world: World, walked: Collection, tmp_path: Path
) -> None:
    package = unpacked(world, walked, tmp_path)
    files = {str(file.relative_to(package)): file for file in package.rglob("*") if file.is_file()}
    for name, file in files.items():
        if name != "AGREEMENT.pdf":
            body = file.read_bytes().lower() + name.lower().encode()
            assert not [word for word in WORDS if word.encode() in body], name
    described = "data/bids/dataset_description.json"
    data = {name: file for name, file in files.items() if name.startswith("data/") and name != described}
    (pseudonym,) = {name.split("/")[1] for name in data} - {"bids"}
    assert len(data) == 8
    rows = list(csv.DictReader((package / "clinical" / "table-1.csv").open()))
    assert [row["participant_id"] for row in rows] == [pseudonym] * 2
    assert [row["age"] for row in rows] == ["90+", "64"]
    first, second = (date.fromisoformat(row["visit_date"]) for row in rows)
    assert (second - first).days == 30
    by_ending = {Path(name).suffix: file for name, file in data.items()}
    assert json.loads(by_ending[".json"].read_text())["AcquisitionDateTime"] == f"{first}T10:11:12"
    assert str(first) in extract_text(by_ending[".pdf"])
    assert by_ending[".json"].stem == by_ending[".nii"].stem == f"sub-{pseudonym.replace('-', '')}_T1w"
    assert np.array_equal(
        np.asarray(Image.open(by_ending[".png"])), np.asarray(Image.open(io.BytesIO(photograph())))
    )
    with h5py.File(by_ending[".h5"]) as after, h5py.File(io.BytesIO(raw_data())) as before:
        assert after["kspace"][()].tobytes() == before["kspace"][()].tobytes()
        assert after.attrs["patient_id"] == pseudonym
        assert f"<studyDate>{first}</studyDate>" in after["ismrmrd_header"].asstr()[()]
    assert by_ending[".cfl"].read_bytes() == FILES["sub-P77/raw/Quackenbush.cfl"]


def test_a_sequence_that_was_changed_after_it_was_signed_is_flagged(world: World, objects: None) -> None:
    signed = io.BytesIO()
    clean_pulseq(io.BytesIO(SEQ.encode()), signed, identity=Identity(bytes(32)), subject_key="s")
    body = signed.getvalue()
    collection = world.collection("sequences", published=False)
    files = [("P77/good.seq", body), ("P78/bad.seq", body.replace(b"250.5", b"999.5"))]
    upload(collection, files, world.manager)
    run_queued()
    (finding,) = Finding.objects.filter(kind="quality")
    assert finding.series.quality[0]["code"] == "wrong_signature"
    assert finding.series.instances.get().sha256 == hashlib.sha256(files[1][1]).hexdigest()


def screenshot() -> bytes:
    pixels = np.full((240, 400), 40, np.uint8)
    picture = Image.fromarray(pixels)
    ImageDraw.Draw(picture).text((20, 20), "ADA QUACKENBUSH", fill=255, font_size=28)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def test_text_drawn_into_an_image_is_found_and_its_signed_off_mask_applied(
    world: World, objects: None, tmp_path: Path
) -> None:
    collection = world.collection("drawn", published=False)
    upload(collection, [("P77/screen.png", screenshot())], world.manager)
    run_queued()
    finding = Finding.objects.get(kind="burned_in_text")
    assert finding.boxes
    assert not finding.series.thumbnail_key
    decide_finding(curator=world.curator, finding_id=finding.pk, move=FindingMove.ACCEPT, note="A name.")
    package = unpacked(world, collection, tmp_path)
    (file,) = package.rglob("*.png")
    before, after = (np.asarray(Image.open(io.BytesIO(body))) for body in (screenshot(), file.read_bytes()))
    inside = np.zeros(before.shape, bool)
    for box in Finding.objects.get(kind="burned_in_text").boxes:
        inside[box["y"] : box["y"] + box["height"], box["x"] : box["x"] + box["width"]] = True
    assert (before[inside] == 255).sum() > 0.95 * (before == 255).sum()
    assert not after[inside].any()
    assert np.array_equal(before[~inside], after[~inside])
