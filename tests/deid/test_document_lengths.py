"""A document inside an instance ends where the instance says."""

import io

import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset

from deid.engine import RefusedError

pytestmark = pytest.mark.filterwarnings("ignore")


def encapsulated(content: bytes, mime: str, length: int | None, *, big: bool) -> bytes:
    ds = Dataset()
    ds.file_meta = pydicom.dcmread(get_testdata_file("CT_small.dcm")).file_meta
    ds.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.2" if big else "1.2.840.10008.1.2.1"
    ds.SOPClassUID, ds.SOPInstanceUID, ds.PatientID = "1.2.840.10008.5.1.4.1.1.104.4", "1.2.3", "MRN77"
    ds.file_meta.MediaStorageSOPClassUID, ds.file_meta.MediaStorageSOPInstanceUID = (
        ds.SOPClassUID,
        ds.SOPInstanceUID,
    )
    ds.MIMETypeOfEncapsulatedDocument = mime
    ds.EncapsulatedDocument = content + b"\0" * (len(content) % 2)
    if length is not None:
        ds.EncapsulatedDocumentLength = length
    out = io.BytesIO()
    ds.save_as(out, enforce_file_format=True)
    return out.getvalue()


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize(
    ("content", "length", "kept"),
    [(b"v 1 2 3\n", 8, b"v 1 2 3\n"), (b"v 1 2 3\n\n", 9, b"v 1 2 3\n"), (b"v 1 2 3\n# Q", None, b"v 1 2 3\n"),
        (b"v 1 2 3", None, b"v 1 2 3\n"), (b"v 1 2 3\nv 4 5 6\n", 8, b"v 1 2 3\n"),
     (b"v 1 2 3\n", 999, b"v 1 2 3\n"), (b"v 1 2 34", 7, b"v 1 2 3\n")],
)  # fmt: skip
def test_a_document_in_an_instance_is_as_long_as_it_says(clean, content, length, kept, big):
    """PS3.3 C.24.2.1: Encapsulated Document Length tells the padding from the document."""
    after, _raw, cleaned = clean(encapsulated(content, "model/OBJ", length, big=big))
    assert after.EncapsulatedDocument == kept + b"\0" * (len(kept) % 2)
    assert (
        after.EncapsulatedDocumentLength == len(kept) and after.MIMETypeOfEncapsulatedDocument == "model/obj"
    )
    assert cleaned.counts["C"] >= 1
    with pytest.raises(RefusedError) as refusal:
        clean(encapsulated(content, "application/msword", length, big=big))
    assert refusal.value.code == "encapsulated_document"
