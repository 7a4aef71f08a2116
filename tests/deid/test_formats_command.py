"""The command over a tree of every kind of file: one subject, one pseudonym, one clock, and names that say nothing."""

import gzip
import io
import json
import shutil
from datetime import date

import h5py
import nibabel
import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.data import get_testdata_file

from deid.engine import Identity, RefusedError, sandbox, subject_key
from deid.engine.formats.bids.names import bids_name
from deid.engine.formats.bids.recordings import clean_recording
from deid.engine.formats.bids.sidecars import clean_gradients, clean_sidecar
from deid.engine.formats.moments import shift_text_date
from tests.deid.raw_words import HEADER
from tests.deid.test_command import outputs, run
from tests.deid.test_formats_documents import CDA, report
from tests.deid.test_formats_images import png
from tests.deid.test_formats_tables import DM, workbook

SECRET = bytes.fromhex("ab" * 32)
SIDECAR = {
    "EchoTime": 0.03, "RepetitionTime": 2.5, "SliceTiming": [0, 0.5, 1.0], "Manufacturer": "Siemens",
    "PatientName": "Quackenbush^Ada", "PatientBirthDate": "19610203", "InstitutionName": "Brambleton General",
    "DeviceSerialNumber": "45387", "AcquisitionDateTime": "2019-03-02T10:11:12.345600", "AcquisitionTime": "10:11:12.34",
    "SeriesDescription": "t1 mprage of Quackenbush", "ImageType": ["ORIGINAL", "PRIMARY", "M"], "PhaseEncodingDirection": "j-",
    "SeriesInstanceUID": "1.2.840.99999.7.8.9", "Quackenbush": 7, "global": {"x": "Quackenbush"}, "EchoNumber": "Quackenbush",
    "MRAcquisitionType": "Quackenbush",
    "IntendedFor": "sub-P77/ses-20190302/anat/sub-P77_ses-20190302_acq-Quackenbush_T1w.nii.gz",
}  # fmt: skip


@pytest.fixture
def identity():
    return Identity(SECRET)


def cleaned(function, content, identity, **more):
    out = io.BytesIO()
    function(io.BytesIO(content), out, identity=identity, subject_key="s", **more)
    return out.getvalue()


def test_a_sidecar_keeps_acquisition_keys_and_moves_its_dates(identity):
    after = cleaned(clean_sidecar, json.dumps(SIDECAR).encode(), identity)
    assert not [word for word in (b"uackenbush", b"1961", b"Brambleton", b"45387", b"2019") if word in after]
    kept = json.loads(after)
    day = shift_text_date("2019-03-02", identity.shift_days("s"))
    assert (
        kept["AcquisitionDateTime"] == f"{day}T10:11:12.345600" and kept["AcquisitionTime"] == "10:11:12.34"
    )
    assert kept["SeriesInstanceUID"] == identity.uid("1.2.840.99999.7.8.9")
    assert {
        key: kept[key]
        for key in ("EchoTime", "RepetitionTime", "SliceTiming", "ImageType", "PhaseEncodingDirection")
    } == {
        key: SIDECAR[key]
        for key in ("EchoTime", "RepetitionTime", "SliceTiming", "ImageType", "PhaseEncodingDirection")
    }
    assert "mprage" in kept["SeriesDescription"]
    assert set(kept) == set(SIDECAR) - {"PatientName", "PatientBirthDate", "InstitutionName", "DeviceSerialNumber",
                                        "Quackenbush", "global", "EchoNumber", "MRAcquisitionType"}  # fmt: skip
    label = identity.pseudonym("s").replace("-", "")
    assert (
        kept["IntendedFor"]
        == f"ses-{day.replace('-', '')}/anat/sub-{label}_ses-{day.replace('-', '')}_T1w.nii.gz"
    )


def test_a_dictionary_of_columns_stays_readable(identity):
    source = {
        "sex": {
            "Description": "sex of Quackenbush",
            "Levels": {"F": "female", "M": "male"},
            "x": "Quackenbush",
        }
    }
    kept = json.loads(cleaned(clean_sidecar, json.dumps(source).encode(), identity))
    assert kept["sex"]["Levels"] == {"F": "female", "M": "male"} and "uackenbush" not in json.dumps(kept)


@pytest.mark.parametrize("content", [b"", b"[1]", b"{", b'{"EchoTime": NaN}', b"[" * 100000, b"\xff\xfe"])
def test_a_sidecar_that_is_none_is_refused_in_the_sandbox(content, tmp_path):
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(RefusedError) as refusal:
        sandbox.run("clean_file", "sidecar", tmp_path / "a", tmp_path / "b", "ab" * 32, "s")
    assert refusal.value.code == "bad_sidecar"


def test_gradient_tables_hold_numbers_only(identity):
    assert cleaned(clean_gradients, b"0 1000\t1e3 \n\n-0.5 .5 1\n", identity) == b"0 1000 1e3\n-0.5 .5 1\n"
    for content in (b"", b"0 Quackenbush\n", b"0 1000 # Quackenbush\n"):
        with pytest.raises(RefusedError):
            cleaned(clean_gradients, content, identity)


def test_recordings_keep_their_numbers_and_their_columns_their_places(identity):
    packed = gzip.compress(b"0.1\t-2e3\tn/a\r\n0.3\t.4\t17", mtime=77)
    after = cleaned(clean_recording, packed, identity, known_values=["1"])
    assert gzip.decompress(after) == b"0.1\t-2e3\tn/a\n0.3\t.4\t17\n" and after[4:8] == bytes(4)
    columns = b'{"Columns": ["cardiac", "of Quackenbush", "trigger", "quackenbush"], "StartTime": -3.2}'
    assert json.loads(cleaned(clean_sidecar, columns, identity))["Columns"] == [
        "cardiac", "column_2", "trigger", "column_4",
    ]  # fmt: skip
    for content in (
        b"",
        b"onset\n1\n",
        b"1\t2\n3\n",
        b"1552000000\n",
        b"Quackenbush\n",
        b"4711471\n",
        b"1\n\n2\n",
    ):
        with pytest.raises(RefusedError):
            cleaned(clean_recording, gzip.compress(content), identity, known_values=["4711471"])
    with pytest.raises(RefusedError):
        cleaned(clean_recording, packed[:-9], identity)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("sub-P77/anat/sub-P77_T1w.nii.gz", "{s}/anat/{s}_T1w.nii.gz"),
        (
            "sub-P77/func/sub-P77_task-rest_acq-Quackenbush_run-02_bold.nii.gz",
            "{s}/func/{s}_task-rest_run-02_bold.nii.gz",
        ),
        ("x/sub-P77/dwi/sub-P77_dir-AP_Quackenbush_dwi.bval", "{s}/dwi/{s}_dir-AP_dwi.bval"),
        ("sub-P77_run-Q_quackenbush.json", "{s}/{s}.json"),
        (
            "sub-P77/ses-M06/anat/sub-P77_ses-M06_echo-1_T2w.JSON",
            "{s}/ses-M06/anat/{s}_ses-M06_echo-1_T2w.json",
        ),
    ],
)
def test_a_bids_name_keeps_known_entities_only(path, expected, identity):
    label = "sub-" + identity.pseudonym("s").replace("-", "")
    assert bids_name(path, identity, "s") == expected.format(s=label)


@pytest.fixture
def tree(tmp_path):
    """DICOM, report, photograph, k-space and table of one patient, and a BIDS data set, all full of identity."""
    (tmp_path / "key").write_text("ab" * 32)
    source = tmp_path / "in"
    folder, anat = source / "Quackenbush", source / "sub-P77" / "anat"
    folder.mkdir(parents=True)
    anat.mkdir(parents=True)
    shutil.copy(get_testdata_file("CT_small.dcm"), folder / "one.dcm")
    (folder / "Quackenbush.pdf").write_bytes(report())
    (folder / "Quackenbush.xml").write_bytes(CDA.encode())
    (folder / "Quackenbush.png").write_bytes(png("RGB"))
    with h5py.File(folder / "Quackenbush.h5", "w") as file:
        file["ismrmrd_header"] = HEADER.encode()
        file["kspace"] = np.ones((2, 8, 6), np.complex64)
    volume = nibabel.Nifti1Image(np.zeros((4, 4, 4), np.int16), np.eye(4))
    volume.header["descrip"] = b"Quackenbush"
    volume.header.set_slope_inter(2.0, 3.0)
    nibabel.save(volume, anat / "sub-P77_acq-Quackenbush_T1w.nii.gz")
    (anat / "sub-P77_acq-Quackenbush_T1w.json").write_text(json.dumps(SIDECAR))
    (source / "participants.tsv").write_text("participant_id\tage\nsub-P77\t93\n")
    (source / "clinical.xlsx").write_bytes(
        workbook([["patient_id", "visit_date"], ["P77", date(2019, 3, 2)]])
    )
    (source / "dm.xpt").write_bytes(DM)
    (source / "ae.csv").write_text("USUBJID,AESEV\nTRIAL7-01-1CT1,MILD\nTRIAL7-01-9CT9,MILD\n")
    return source


def test_a_tree_of_every_kind_comes_out_with_one_identity_and_one_clock(tree, tmp_path, identity):
    done, told = run(tmp_path, tree, tmp_path / "out")
    assert done.returncode == 0, {k: v for k, v in told["files"].items() if "refused" in v}
    files = outputs(tmp_path / "out")
    for name, content in files.items():
        flat = content.lower()
        assert not [
            w
            for w in (b"uackenbush", b"mrn77123", b"brambleton", b"grimwade")
            if w in flat + name.lower().encode()
        ], name
    made = {relative: entry["output"] for relative, entry in told["files"].items()}
    patient = identity.pseudonym(
        subject_key(SECRET, pydicom.dcmread(get_testdata_file("CT_small.dcm")).PatientID)
    )
    for name in ("one.dcm", "Quackenbush.pdf", "Quackenbush.xml", "Quackenbush.png", "Quackenbush.h5"):
        assert made[f"Quackenbush/{name}"].startswith(f"{patient}/"), name
    key = subject_key(SECRET, "P77")
    label = "sub-" + identity.pseudonym(key).replace("-", "")
    assert made["sub-P77/anat/sub-P77_acq-Quackenbush_T1w.nii.gz"] == f"{label}/anat/{label}_T1w.nii.gz"
    assert made["sub-P77/anat/sub-P77_acq-Quackenbush_T1w.json"] == f"{label}/anat/{label}_T1w.json"
    assert files["participants.tsv"].decode() == f"participant_id\tage\n{label}\t90+\n"
    sidecar = json.loads(files[f"{label}/anat/{label}_T1w.json"])
    day = shift_text_date("2019-03-02", identity.shift_days(key))
    assert sidecar["AcquisitionDateTime"].startswith(day)
    assert files[made["clinical.xlsx"]].decode().splitlines()[1] == f"{identity.pseudonym(key)},{day}"
    assert identity.pseudonym(key) in files[made["dm.xpt"]].decode()
    other = identity.pseudonym(subject_key(SECRET, "TRIAL7-01-9CT9"))
    assert files[made["ae.csv"]].decode().splitlines()[1:] == [f"{patient},MILD", f"{other},MILD"]
    volume = nibabel.load(tmp_path / "out" / label / "anat" / f"{label}_T1w.nii.gz")
    assert (volume.dataobj.slope, volume.dataobj.inter) == (2.0, 3.0)
    assert Image.open(io.BytesIO(files[made["Quackenbush/Quackenbush.png"]])).size == (40, 30)


@pytest.mark.parametrize("patient", ["P77", "sub-P77"])
def test_a_bids_label_and_a_patient_id_that_are_the_same_are_one_subject(patient, tmp_path, identity):
    source = tmp_path / "in" / "sub-P77"
    source.mkdir(parents=True)
    (tmp_path / "key").write_text("ab" * 32)
    image = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    image.PatientID = patient
    image.save_as(source / "one.dcm")
    (source / "sub-P77_T1w.json").write_text(json.dumps(SIDECAR))
    _, told = run(tmp_path, tmp_path / "in", tmp_path / "out")
    made = {name.rpartition(".")[2]: entry["output"] for name, entry in told["files"].items()}
    pseudonym = identity.pseudonym(subject_key(SECRET, "P77"))
    assert made["dcm"].startswith(f"{pseudonym}/")
    assert made["json"] == f"sub-{pseudonym.replace('-', '')}/sub-{pseudonym.replace('-', '')}_T1w.json"


def bids_of(tmp_path, *images):
    """Return the outputs of a BIDS data set with `sub-P77` and the *images* (path, Patient ID) by their inputs."""
    anat = tmp_path / "in" / "sub-P77" / "anat"
    anat.mkdir(parents=True)
    (tmp_path / "key").write_text("ab" * 32)
    for path, patient in images:
        image = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
        image.PatientID, image.SOPInstanceUID = patient, f"1.2.3.{len(path)}"
        (tmp_path / "in" / path).parent.mkdir(parents=True, exist_ok=True)
        image.save_as(tmp_path / "in" / path)
    (anat / "sub-P77_T1w.json").write_text(json.dumps(SIDECAR))
    (tmp_path / "in" / "participants.tsv").write_text("participant_id\tage\nsub-P77\t93\n")
    _, told = run(tmp_path, tmp_path / "in", tmp_path / "out")
    assert not told["refused"]
    return {
        name: (tmp_path / "out" / entry["output"]).relative_to(tmp_path / "out").as_posix()
        for name, entry in told["files"].items()
    }


@pytest.mark.parametrize(
    ("patient", "images"),
    [
        ("MRN77", [("sourcedata/sub-P77/ses-1/one.dcm", "MRN77"), ("sourcedata/sub-P78/one.dcm", "MRN78")]),
        ("p-7.7", [("dicom/one.dcm", "p-7.7"), ("dicom/three.dcm", "P78")]),
        ("P77", [("sourcedata/sub-P77/one.dcm", "MRN1"), ("dicom/three.dcm", "P77")]),
        ("P77", [("sourcedata/sub-P77/one.dcm", "MRN1"), ("sourcedata/sub-P77/ses-2/one.dcm", "MRN2")]),
        ("P77", [("dicom/one.dcm", "P-77"), ("dicom/three.dcm", "P7-7")]),
    ],
)
def test_a_bids_label_stands_for_the_patient_of_its_folder_or_its_letters(
    patient, images, tmp_path, identity
):
    made = bids_of(tmp_path, *images)
    pseudonym = identity.pseudonym(subject_key(SECRET, patient))
    label = "sub-" + pseudonym.replace("-", "")
    assert made["sub-P77/anat/sub-P77_T1w.json"] == f"{label}/anat/{label}_T1w.json"
    assert (tmp_path / "out" / "participants.tsv").read_text() == f"participant_id\tage\n{label}\t90+\n"
    theirs = [made[path] for path, of in images if of == patient]
    assert all(path.startswith(f"{pseudonym}/") for path in theirs)
    moved = json.loads((tmp_path / "out" / f"{label}/anat/{label}_T1w.json").read_text())
    days = identity.shift_days(subject_key(SECRET, patient))
    assert moved["AcquisitionDateTime"].startswith(shift_text_date("2019-03-02", days))


def test_a_report_beside_the_images_of_several_patients_is_nobodys_of_them_and_a_person_is_told(
    tmp_path, identity
):
    source = tmp_path / "in" / "batch"
    source.mkdir(parents=True)
    (tmp_path / "key").write_text("ab" * 32)
    for name in ("CT_small.dcm", "MR_small.dcm"):
        shutil.copy(get_testdata_file(name), source / name)
    (source / "report.txt").write_text("There is a nodule of 8 mm.")
    _, told = run(tmp_path, tmp_path / "in", tmp_path / "out")
    entry = told["files"]["batch/report.txt"]
    assert entry["output"].startswith(identity.pseudonym(subject_key(SECRET, "batch/report")) + "/document/")
    assert entry["needs_person"] == ["subject_in_doubt"]


def test_companions_share_a_name(tmp_path):
    source = tmp_path / "in" / "P77"
    source.mkdir(parents=True)
    (tmp_path / "key").write_text("ab" * 32)
    (source / "a.cfl").write_bytes(bytes(64))
    (source / "a.hdr").write_bytes(b"# Dimensions\n4 2\n# Command\nquackenbush\n")
    _, told = run(tmp_path, tmp_path / "in", tmp_path / "out")
    names = {entry["output"].rpartition(".")[0] for entry in told["files"].values()}
    assert len(names) == 1 and told["refused"] == 0


def test_a_report_above_the_images_of_one_patient_is_theirs_and_so_is_one_beside_them_alone(
    tmp_path, identity
):
    trial = tmp_path / "trial"
    for folder in ("s1", "s2"):
        (trial / folder / "dicom").mkdir(parents=True)
        (trial / folder / "report.txt").write_text("Seen on 2019-03-02. Small pleural effusion.\n")
    shutil.copy(get_testdata_file("CT_small.dcm"), trial / "s1" / "dicom" / "one.dcm")
    beside = tmp_path / "beside"
    beside.mkdir()
    shutil.copy(get_testdata_file("CT_small.dcm"), beside / "one.dcm")
    shutil.copy(trial / "s1" / "report.txt", beside / "report.txt")
    (tmp_path / "key").write_text(SECRET.hex())
    _done, told = run(tmp_path, trial, tmp_path / "out")
    _done, alone = run(tmp_path, beside / "report.txt", tmp_path / "alone")
    key = subject_key(SECRET, pydicom.dcmread(get_testdata_file("CT_small.dcm")).PatientID)
    made = told["files"]["s1/report.txt"]["output"]
    assert made.startswith(identity.pseudonym(key) + "/")
    assert shift_text_date("2019-03-02", identity.shift_days(key)) in (tmp_path / "out" / made).read_text()
    assert alone["files"]["report.txt"]["output"].startswith(identity.pseudonym(key) + "/")
    assert told["files"]["s2/report.txt"]["output"].startswith(
        identity.pseudonym(subject_key(SECRET, "s2")) + "/"
    )
