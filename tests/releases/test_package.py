"""The whole way of real bytes: uploaded with identity, released without, and everything else as it was."""

import csv
import gzip
import io
import json
import subprocess
from datetime import date
from pathlib import Path

import bagit
import nibabel
import numpy as np
import pydicom
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from deid.engine.formats.bids.names import subject_label
from deid.services.releasing.certifying import public_keys
from examples.images.dicom import ct_trial
from examples.images.subjects import invent
from portal.digests import canonical_json
from tests.releases.conftest import PLANTED, Finished, everything

# The fixture writes; without the mark no test database would be made for a run of this file alone.
pytestmark = pytest.mark.django_db


def _dicom(package: Path, modality: str = "") -> list[pydicom.Dataset]:
    images = [pydicom.dcmread(file) for file in sorted(package.rglob("*.dcm"))]
    return [image for image in images if not modality or image.Modality == modality]


def test_the_package_is_a_valid_bag_and_passes_coreutils(package: Path) -> None:
    assert bagit.Bag(str(package)).validate()
    checked = subprocess.run(
        ["sha256sum", "--check", "--quiet", "manifest-sha256.txt"],
        cwd=package,
        capture_output=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr


def test_no_planted_value_is_in_any_released_byte(package: Path) -> None:
    needles = [
        word for who in PLANTED for word in (who.patient_id, *who.name.split("^"), who.doctor.split("^")[0])
    ]
    for file in package.rglob("*"):
        body = file.read_bytes().lower() if file.is_file() and file.name != "AGREEMENT.pdf" else b""
        assert not [word for word in needles if word.lower().encode() in body], file.name


def test_released_dicom_says_what_was_done(package: Path) -> None:
    images = _dicom(package)
    assert len(images) == 7
    for image in images:
        assert image.PatientIdentityRemoved == "YES"
        assert {item.CodeValue for item in image.DeidentificationMethodCodeSequence} >= {"113100", "113107"}
        assert image.PatientName == image.PatientID
        assert not [element for element in image if element.tag.is_private]


def test_pixels_without_a_mask_are_those_of_the_source(package: Path) -> None:
    scans = _dicom(package, "CT")
    first_visit = min(image.StudyDate for image in scans)
    released = {image.InstanceNumber: image.pixel_array for image in scans if image.StudyDate == first_visit}
    for _, body in list(ct_trial(1, 3, size=64))[:3]:
        source = pydicom.dcmread(io.BytesIO(body))
        assert np.array_equal(released[source.InstanceNumber], source.pixel_array)


def test_the_signed_off_mask_is_blank_and_the_rest_untouched(package: Path, finished: Finished) -> None:
    (image,) = _dicom(package, "US")
    (body,) = [body for path, body in everything() if path.startswith("export/")]
    source = pydicom.dcmread(io.BytesIO(body)).pixel_array
    inside = np.zeros(source.shape, dtype=bool)
    for box in finished.mask:
        inside[box["y"] : box["y"] + box["height"], box["x"] : box["x"] + box["width"]] = True
    assert finished.mask
    assert source[inside].any()
    assert not image.pixel_array[inside].any()
    assert np.array_equal(image.pixel_array[~inside], source[~inside])


def test_intervals_of_a_subject_are_exact_and_dates_are_not(package: Path) -> None:
    days = sorted({image.StudyDate for image in _dicom(package, "CT")})
    first, second = (date(int(day[:4]), int(day[4:6]), int(day[6:])) for day in days)
    assert (second - first).days == 91
    assert first != invent(1, "HLC-", 11)[0].first_study


def test_volumes_and_table_share_pseudonyms_and_keep_intervals(package: Path) -> None:
    (table,) = (package / "clinical").glob("*.csv")
    rows = list(csv.DictReader(table.open()))
    folders = {file.relative_to(package / "data" / "bids").parts[0] for file in package.rglob("*.nii.gz")}
    assert {f"sub-{subject_label(row['participant_id'])}" for row in rows} == folders
    assert len(folders) == 2
    days = [[date.fromisoformat(row[name]) for name in ("visit_date", "last_contact_date")] for row in rows]
    # Rows do not stand as they did in the source.
    assert sorted((contact - visit).days for visit, contact in days) == [120, 123]
    assert not {visit for visit, _contact in days} & {who.first_study for who in invent(2, "CUR", 53)}


def test_volumes_keep_their_voxels_and_lose_their_header_text(package: Path) -> None:
    packed = [body for path, body in everything() if path.endswith(".nii.gz")]
    voxels = {nibabel.Nifti1Image.from_bytes(gzip.decompress(body)).get_fdata().tobytes() for body in packed}
    released = [nibabel.load(file) for file in package.rglob("*.nii.gz")]
    assert {image.get_fdata().tobytes() for image in released} == voxels
    assert {image.header["descrip"].tobytes().strip(b"\0") for image in released} == {b""}


def test_the_index_and_the_certificate_agree_with_the_files(package: Path) -> None:
    rows = list(csv.DictReader((package / "index.csv").open()))
    described = package / "data" / "bids" / "dataset_description.json"
    released = [file for file in (package / "data").rglob("*") if file.is_file() and file != described]
    assert sum(int(row["instanceCount"]) for row in rows) == len(released)
    assert all((package / row["series_folder"]).is_dir() for row in rows)
    certificate = json.loads((package / "certificate.json").read_text())
    assert certificate["verified"]["hits"] == 0
    assert certificate["actions"]["U"] > 0
    risk = certificate["risk"]
    subjects = {row["PatientID"] for row in rows}
    assert risk["subjects"] == len(subjects)
    assert sum(int(size) * count for size, count in risk["classes_by_size"].items()) == len(subjects)
    assert {"PatientSex", "PatientAge"} <= set(risk["quasi_identifiers"])
    assert not {"sex", "age"} & set(risk["quasi_identifiers"])  # the table says what the headers say
    signature = certificate.pop("signature")
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signature["public_key"]))
    key.verify(bytes.fromhex(signature["value"]), canonical_json(certificate))
    assert [signature["public_key"]] == public_keys()
    certificate["release"] = "another"
    with pytest.raises(InvalidSignature):
        key.verify(bytes.fromhex(signature["value"]), canonical_json(certificate))
