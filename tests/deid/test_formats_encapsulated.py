"""Documents inside DICOM: cleaned with what the instance knows of its subject, in a valid instance."""

import io
import struct

import pydicom
import pytest
from pdfminer.high_level import extract_text
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from deid.engine import RefusedError, check_structure, sandbox
from deid.engine.formats.moments import shift_text_date
from deid.engine.verification.files import verify_dicom
from tests.deid.conftest import as_bytes
from tests.deid.test_formats_documents import CDA, planted, report

CLASSES = {"application/pdf": "104.1", "text/XML": "104.2", "model/stl": "104.3"}
STL = b"Quackenbush".ljust(80) + struct.pack("<I", 1) + struct.pack("<12f", *range(12)) + b"Qu"


def instance(content, mime):
    ds = pydicom.Dataset()
    ds.file_meta, ds.preamble = FileMetaDataset(), bytes(128)
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = f"1.2.840.10008.5.1.4.1.1.{CLASSES[mime]}"
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = "1.2.840.99999.1"
    ds.StudyInstanceUID, ds.SeriesInstanceUID = "1.2.840.99999.2", "1.2.840.99999.3"
    ds.PatientName, ds.PatientID, ds.PatientBirthDate, ds.Modality = (
        "Quackenbush^Ada",
        "MRN77123",
        "19610203",
        "DOC",
    )
    ds.ReferringPhysicianName = "Grimwade^Otto"
    ds.StudyDate, ds.DocumentTitle, ds.BurnedInAnnotation = "20190302", "CT of Quackenbush", "YES"
    ds.EncapsulatedDocument = content + bytes(len(content) % 2)
    ds.EncapsulatedDocumentLength, ds.MIMETypeOfEncapsulatedDocument = len(content), mime
    return ds


@pytest.mark.parametrize("profile", ["basic", "research"])
@pytest.mark.parametrize(
    ("content", "mime"), [(report(), "application/pdf"), (CDA.encode(), "text/XML"), (STL, "model/stl")]
)
def test_an_encapsulated_document_is_cleaned_where_it_lies(content, mime, profile, clean, tmp_path):
    source = as_bytes(instance(content, mime))
    after, raw, _ = clean(source, profile)
    assert not planted(raw) and b"Stone" not in raw and after.MIMETypeOfEncapsulatedDocument == mime
    # The document identified its patient (PS3.3 C.24.2), and does no longer.
    assert after.BurnedInAnnotation == "NO"
    made = after.EncapsulatedDocument[: after.EncapsulatedDocumentLength]
    assert 0 < len(made) <= len(after.EncapsulatedDocument) <= len(made) + 1
    if mime == "application/pdf":
        assert "nodule of 8 mm" in extract_text(io.BytesIO(made))
    (tmp_path / "a.dcm").write_bytes(source)
    (tmp_path / "b.dcm").write_bytes(raw)
    assert check_structure(tmp_path / "b.dcm")["format"] == "dicom"
    assert verify_dicom(tmp_path / "a.dcm", tmp_path / "b.dcm") == []


def test_dates_in_an_encapsulated_report_move_with_the_study(clean, identity):
    after, _, _ = clean(as_bytes(instance(report(), "application/pdf")))
    day = shift_text_date("20190302", identity.shift_days("subject"))
    assert after.StudyDate == day
    assert f"{day[:4]}-{day[4:6]}-{day[6:]}" in extract_text(io.BytesIO(after.EncapsulatedDocument))


@pytest.mark.parametrize("content", [b"%PDF-1.7 broken", report(encrypt="secret"), b"MZ" + bytes(50)])
def test_a_document_that_cannot_be_read_is_refused_in_the_sandbox(content, tmp_path):
    (tmp_path / "a.dcm").write_bytes(as_bytes(instance(content, "application/pdf")))
    with pytest.raises(RefusedError) as refusal:
        sandbox.run("clean_dicom_file", tmp_path / "a.dcm", tmp_path / "b.dcm", "research", "ab" * 32, "s")
    assert refusal.value.code in {"bad_document", "encrypted"}


def test_a_document_of_another_type_is_refused(clean):
    ds = instance(STL, "model/stl")
    ds.MIMETypeOfEncapsulatedDocument = "application/msword"
    with pytest.raises(RefusedError) as refusal:
        clean(as_bytes(ds))
    assert refusal.value.code == "encapsulated_document"
