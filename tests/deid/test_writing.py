"""What is written down: elements (PS3.5 7.1), file meta information (PS3.10 7.1), the statement (PS3.15 E.1.1), pieces."""

import hashlib
import io
import struct

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset

from deid.engine import make_profile
from deid.engine.reading.encoding import EXPLICIT_BE, EXPLICIT_LE, IMPLICIT_LE, encoding_of
from deid.engine.writing.elements import Writer
from deid.engine.writing.meta import file_meta
from deid.engine.writing.statement import PixelWork, statement
from deid.engine.writing.stream import BLOCK, HashingTarget, Parts

LONG = {"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"}
SHORT = [
    "AE",
    "AS",
    "AT",
    "CS",
    "DA",
    "DS",
    "DT",
    "FL",
    "FD",
    "IS",
    "LO",
    "LT",
    "PN",
    "SH",
    "SL",
    "SS",
    "ST",
    "TM",
    "UI",
    "UL",
    "US",
]
# PS3.16 CID 7050; the meanings of two options are longer than an LO (64 characters) and are cut at a word.
CID_7050 = {
    "": ("113100", "Basic Application Confidentiality Profile"),
    "clean_pixel_data": ("113101", "Clean Pixel Data Option"),
    "clean_recognizable_visual_features": ("113102", "Clean Recognizable Visual Features Option"),
    "clean_graphics": ("113103", "Clean Graphics Option"),
    "clean_structured_content": ("113104", "Clean Structured Content Option"),
    "clean_descriptors": ("113105", "Clean Descriptors Option"),
    "retain_full_dates": ("113106", "Retain Longitudinal Temporal Information Full Dates Option"),
    "retain_modified_dates": ("113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
    "retain_patient_characteristics": ("113108", "Retain Patient Characteristics Option"),
    "retain_device_identity": ("113109", "Retain Device Identity Option"),
    "retain_uids": ("113110", "Retain UIDs Option"),
    "retain_safe_private": ("113111", "Retain Safe Private Option"),
    "retain_institution_identity": ("113112", "Retain Institution Identity Option"),
}
LOOKED, DEFACED = "clean_pixel_data", "clean_recognizable_visual_features"


def head(order: str, tag: int, vr: str, length: int) -> bytes:
    """Return the head of an explicit element as PS3.5 7.1.2 draws it."""
    if vr in LONG or length > 0xFFFF:
        name = vr if vr in LONG else "UN"  # PS3.5 6.2.2, note on lengths that do not fit
        return struct.pack(order + "HH2sHL", tag >> 16, tag & 0xFFFF, name.encode(), 0, length)
    return struct.pack(order + "HH2sH", tag >> 16, tag & 0xFFFF, vr.encode(), length)


@pytest.mark.parametrize("vr", [*sorted(LONG), *SHORT, "UI", "UL", "US"])
@pytest.mark.parametrize("length", [0, 2, 0xFFFE, 0xFFFF, 0x10000, 0x123456])
def test_heads_have_the_form_of_their_vr_and_length(vr, length):
    tag = 0x00189ABC
    for encoding, order in ((EXPLICIT_LE, "<"), (EXPLICIT_BE, ">")):
        assert Writer(encoding).head(tag, vr, length) == head(order, tag, vr, length)
    assert Writer(IMPLICIT_LE).head(tag, vr, length) == struct.pack("<HHL", 0x0018, 0x9ABC, length)


@pytest.mark.parametrize(
    "syntax", ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"]
)
def test_elements_are_what_pydicom_writes(syntax):
    encoding = encoding_of(syntax)
    ds, item, writer = Dataset(), Dataset(), Writer(encoding)
    item.CodeMeaning = "odd"
    ds.SOPInstanceUID, ds.StudyDescription, ds.ProcedureCodeSequence = "1.2.3", "chest", [item]
    out = DicomBytesIO()
    out.is_implicit_VR, out.is_little_endian = not encoding.explicit, not encoding.big
    write_dataset(out, ds)
    code = writer.item(writer.text(0x00080104, "LO", "odd"))
    assert out.getvalue() == (
        writer.text(0x00080018, "UI", "1.2.3")
        + writer.text(0x00081030, "LO", "chest")
        + writer.element(0x00081032, "SQ", code)
    )
    assert writer.text(0x00081030, "LO", "even")[-4:] == b"even"


def test_pixels_in_fragments_have_an_undefined_length():
    assert Writer(EXPLICIT_LE).undefined_head(0x7FE00010, "OB") == b"\xe0\x7f\x10\0OB\0\0" + b"\xff" * 4


def test_the_file_meta_information_is_ours_and_whole():
    written = file_meta("1.2.840.10008.5.1.4.1.1.2", "2.25.123", "1.2.840.10008.1.2.1")
    assert written[:132] == bytes(128) + b"DICM"
    meta = pydicom.dcmread(io.BytesIO(written)).file_meta
    assert meta.FileMetaInformationGroupLength == len(written) - 144
    assert meta.FileMetaInformationVersion == b"\0\x01"
    assert (meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID, meta.TransferSyntaxUID) == (
        "1.2.840.10008.5.1.4.1.1.2", "2.25.123", "1.2.840.10008.1.2.1",
    )  # fmt: skip
    assert meta.ImplementationClassUID == "2.25.214430923419683640313208917466385403137"
    assert meta.ImplementationVersionName == "TESSERA_1"
    assert len(meta) == 7


def stated(profile, work, encoding=EXPLICIT_LE) -> Dataset:
    """Return a statement as pydicom reads it."""
    pieces = statement(profile, encoding, work)
    raw = b"".join(piece for _tag, piece in sorted(pieces.items()))
    ds = pydicom.filereader.read_dataset(
        io.BytesIO(raw), is_implicit_VR=not encoding.explicit, is_little_endian=not encoding.big
    )
    assert {int(element.tag): True for element in ds} == dict.fromkeys(pieces, True)
    return ds


@pytest.mark.parametrize("option", list(CID_7050))
@pytest.mark.parametrize(
    "work", [PixelWork(p, t, f) for p in (0, 1) for t in (0, 1) for f in (0, 1)], ids=str
)
def test_what_was_done_is_stated_and_nothing_else(option, work):
    """PS3.15 E.1.1; options on pixels are claimed where the work was done; PS3.3 C.7.6.1 for the two attributes on pixels."""
    ds = stated(make_profile("own", frozenset({option} - {""}), {}), work)
    done = {"", option} - {LOOKED, DEFACED}
    done |= {LOOKED} if option == LOOKED and work.text_cleaned else set()
    done |= {DEFACED} if work.faces_removed else set()
    codes = [
        (i.CodeValue, i.CodingSchemeDesignator, i.CodeMeaning) for i in ds.DeidentificationMethodCodeSequence
    ]
    assert codes == [(code, "DCM", meaning) for name, (code, meaning) in CID_7050.items() if name in done]
    assert ds.PatientIdentityRemoved == "YES"
    assert ds.DeidentificationMethod == "PS3.15 2025b, Tessera profile own"
    assert ds.get("BurnedInAnnotation") == ("NO" if work.has_pixels and work.text_cleaned else None)
    assert ds.get("RecognizableVisualFeatures") == ("NO" if work.has_pixels and work.faces_removed else None)
    dates = {"retain_full_dates": "UNMODIFIED", "retain_modified_dates": "MODIFIED"}.get(option, "REMOVED")
    assert ds.LongitudinalTemporalInformationModified == dates


@pytest.mark.parametrize("encoding", [EXPLICIT_LE, EXPLICIT_BE, IMPLICIT_LE])
@pytest.mark.parametrize(("name", "said"), [("a\\b", "a/b"), ("Süd", "S?d"), ("n" * 90, "n" * 34)])
def test_the_method_is_one_value_of_an_lo_whatever_a_profile_is_called(name, said, encoding):
    ds = stated(make_profile(name, frozenset(), {}), PixelWork(), encoding)
    assert ds.DeidentificationMethod == f"PS3.15 2025b, Tessera profile {said}"


@given(
    st.lists(
        st.one_of(
            st.binary(max_size=9),
            st.tuples(st.binary(max_size=5), st.integers(0, 2 * BLOCK), st.integers(0, BLOCK + 9)),
        ),
        max_size=5,
    ),
    st.integers(0, 5),
)
def test_pieces_are_written_in_order_and_counted(pieces, grouped):
    buffer = bytes(range(251)) * (4 * BLOCK // 251)
    whole = b"".join(
        one if isinstance(one, bytes) else one[0] + buffer[one[1] : one[1] + one[2]] for one in pieces
    )
    out = io.BytesIO()
    target = HashingTarget(out)
    target.pieces([Parts(tuple(pieces[:grouped])), *pieces[grouped:]], buffer)
    assert out.getvalue() == whole
    assert (target.size, target.sha256) == (len(whole), hashlib.sha256(whole).hexdigest())


def test_what_is_written_is_counted_for_compressors_too():
    target = HashingTarget(io.BytesIO())
    assert target.write(b"seven c") == 7 and target.write(memoryview(b"ab")) == 2
    assert target.size == 9
