"""What files beside images say of whose they are."""

import io
import json

import h5py
import pytest
from reportlab.pdfgen.canvas import Canvas

from deid.engine.formats.kinds import Kind
from deid.engine.whose.stating import LARGEST, patients_stated
from tests.deid.raw_words import HEADER
from tests.deid.test_formats_documents import CDA


def stated(tmp_path, kind, content):
    path = tmp_path / "file"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return patients_stated(kind.value, str(path))


def pdf_of(*pages):
    out = io.BytesIO()
    canvas = Canvas(out)
    for lines in pages:
        for place, line in enumerate(lines):
            canvas.drawString(72, 700 - 30 * place, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (json.dumps({"PatientID": " 80330001 ", "EchoTime": 0.1}), ["80330001"]),
        ("\ufeff" + json.dumps({"PatientID": "80330001"}), ["80330001"]),
        (json.dumps({"PatientID": "  "}), []),
        (json.dumps({"PatientID": 80330001}), []),
        (json.dumps({"EchoTime": 0.1}), []),
        (json.dumps(["PatientID"]), []),
        ("{", []),
        ("[" * 100_000, []),
        (b"\xff\xfe\xfa", []),
    ],
)
def test_a_sidecar_states_its_patient_id_or_nobody(tmp_path, content, said):
    assert stated(tmp_path, Kind.SIDECAR, content) == said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("Patient ID: 80330001, seen today. MRN 80330001.\nSubject No. P-77", ["80330001", "P-77"]),
        ("Pat.-Nr.: 80330001", ["80330001"]),
        ("The patient has 80330001 red cells.", []),
        ("MRN: 7", []),
        ("{\\rtf1\\ansi {\\b MRN: 80330001}\\par}", ["80330001"]),
        ("{\\rtf1\\ansi {\\info{\\title MRN: 80330009}} M{\\b RN: 80330001}}", ["80330001"]),
        (pdf_of(["Report", "MRN: 80330001"], ["Participant number = 80330002"]), ["80330001", "80330002"]),
        (CDA, ["MRN77123"]),
        (CDA.replace('<id extension="MRN77123"/><addr>', '<id root="1.2"/><addr>'), []),
    ],
)
def test_a_document_states_the_patients_of_its_header_or_of_its_words(tmp_path, content, said):
    assert stated(tmp_path, Kind.DOCUMENT, content) == said


def test_raw_data_state_the_patient_of_their_header(tmp_path):
    with h5py.File(tmp_path / "file", "w") as file:
        file["ismrmrd_header"] = HEADER.encode()
        file.attrs["patient"], file.attrs["subject_id"] = 7, [1.5, 2.5]
    assert patients_stated(Kind.HDF5.value, str(tmp_path / "file")) == ["MRN77123"]


def test_a_document_that_is_as_long_as_may_be_is_read(tmp_path):
    words = b"MRN: 80330001 "
    assert stated(tmp_path, Kind.DOCUMENT, words + b" " * (LARGEST - len(words))) == ["80330001"]
