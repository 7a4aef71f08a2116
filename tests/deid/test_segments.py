"""Words beside the image in compressed frames go, the image stays what it was, and what names nobody stays to the byte."""

import io
import struct
from collections.abc import Callable, Sequence

import numpy as np
import pydicom
import pytest
from pydicom.encaps import encapsulate, generate_fragments, generate_frames

from deid.engine import Mask, UnreadableError, load_profile
from deid.engine.pixels.codestreams import beside_image
from deid.engine.verification import verify_dicom
from tests.deid.conftest import as_bytes, wheel_file

pytestmark = pytest.mark.filterwarnings("ignore")
SECRET = b"Quackenbush^Xiomara MRN77123 2014-03-12"
JPEG = ["SC_rgb_jpeg_dcmtk.dcm", "SC_rgb_small_odd_jpeg.dcm", "examples_ybr_color.dcm"]
JPEG_LS = ["MR_small_jpeg_ls_lossless.dcm", "JPEGLSNearLossless_16.dcm"]
JPEG_2000 = ["MR_small_jp2klossless.dcm", "693_J2KI.dcm", "examples_jpeg2k.dcm"]
RLE = ["MR_small_RLE.dcm", "SC_rgb_rle_16bit_2frame.dcm"]
RESEARCH = load_profile("research").options
Spoil = Callable[[bytes], bytes]


def segment(marker: int, payload: bytes) -> Spoil:
    """Return what puts a segment behind the first marker of a JPEG."""
    return lambda frame: frame[:2] + struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload + frame[2:]


def comment(frame: bytes, words: bytes = SECRET) -> bytes:
    """Return a JPEG 2000 frame with a comment behind its first segment."""
    end = 4 + struct.unpack(">H", frame[4:6])[0]
    return frame[:end] + struct.pack(">HHH", 0xFF64, len(words) + 4, 1) + words + frame[end:]


def comment_in_tile(frame: bytes) -> bytes:
    """Return a JPEG 2000 frame with a comment in the header of its first tile."""
    tile = frame.index(b"\xff\x90\0\x0a")
    (size,) = struct.unpack(">L", frame[tile + 6 : tile + 10])
    told = struct.pack(">HHH", 0xFF64, len(SECRET) + 4, 1) + SECRET
    size = struct.pack(">L", size and size + len(told))
    return frame[: tile + 6] + size + frame[tile + 10 : tile + 12] + told + frame[tile + 12 :]


def boxed(frame: bytes) -> bytes:
    """Return a JPEG 2000 frame in boxes, one of them of words."""

    def box(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">L4s", len(content) + 8, kind) + content

    marks = box(b"jP  ", b"\r\n\x87\n") + box(b"ftyp", b"jp2 \0\0\0\0jp2 ")
    return marks + box(b"xml ", SECRET) + box(b"jp2c", frame) + SECRET


def tail(frame: bytes) -> bytes:
    return frame + SECRET


def unused_offset(frame: bytes) -> bytes:
    return frame[:40] + b"Quackenbush, Xiomara 123" + frame[64:]


def spoiled(name: str, spoil: Spoil, *, split: int = 0) -> bytes:
    """Return a file of the wheel with its first frame spoiled, in *split* fragments."""
    ds = pydicom.dcmread(io.BytesIO(wheel_file(name)))
    frames = list(generate_frames(ds.PixelData, number_of_frames=int(ds.get("NumberOfFrames") or 1)))
    frames[0] = spoil(frames[0])
    ds.PixelData = encapsulate(frames, fragments_per_frame=split or 1, has_bot=False)
    ds.PatientName, ds.PatientID = "Quackenbush^Xiomara", "MRN77123"
    return as_bytes(ds)


def words_left(content: bytes) -> list[bytes]:
    return [word for word in (b"Quackenbush", b"Xiomara", b"MRN77123", b"2014-03-12") if word in content]


def same_image(before: bytes, after: bytes) -> bool:
    one, other = (pydicom.dcmread(io.BytesIO(content)).pixel_array for content in (before, after))
    return bool(np.array_equal(one, other))


@pytest.mark.parametrize(
    ("names", "spoil"),
    [
        (JPEG, segment(0xFE, SECRET)),
        (JPEG, segment(0xE1, b"Exif\0\0II*\0\x08\0\0\0" + SECRET)),
        (JPEG, segment(0xED, b"Photoshop 3.0\0" + SECRET)),
        (JPEG, segment(0xE2, b"ICC_PROFILE\0\1\1" + SECRET)),
        (JPEG, segment(0xE5, b"\1\2\3\4" + SECRET)),
        (JPEG, tail),
        (JPEG_LS, segment(0xFE, SECRET)),
        (JPEG_LS, tail),
        (JPEG_2000, comment),
        (JPEG_2000, comment_in_tile),
        (JPEG_2000, tail),
        (RLE, tail),
        (RLE, unused_offset),
    ],
)
def test_words_beside_the_image_go_and_the_image_stays(names: Sequence[str], spoil: Spoil, clean, tmp_path):
    for name in names:
        source = spoiled(name, spoil)
        _, after, cleaned = clean(source)
        assert words_left(source) and not words_left(after)
        assert cleaned.counts["blanked_segments"] and same_image(wheel_file(name), after)
        (tmp_path / "before").write_bytes(source)
        (tmp_path / "after").write_bytes(after)
        assert verify_dicom(tmp_path / "before", tmp_path / "after", options=RESEARCH) == []


def test_words_in_a_box_and_behind_the_last_go(clean):
    source = spoiled("MR_small_jp2klossless.dcm", boxed)
    after = clean(source)[1]
    assert words_left(source) and not words_left(after) and len(after) > 4000


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("SC_rgb_small_odd_jpeg.dcm", segment(0xFE, b"LEAD Technologies Inc. V1.01")),
        ("SC_rgb_small_odd_jpeg.dcm", segment(0xEE, b"Adobe\0\x64\0\0\0\0\0")),
        (
            "SC_rgb_small_odd_jpeg.dcm",
            segment(0xE2, b"ICC_PROFILE\0\1\1" + bytes(20) + b"acsp colours of a screen"),
        ),
        ("SC_rgb_small_odd_jpeg.dcm", segment(0xE5, bytes(range(1, 32)) * 2)),
        ("SC_rgb_small_odd_jpeg.dcm", segment(0xFE, b"abc")),
        ("MR_small_jp2klossless.dcm", lambda frame: comment(frame, b"Kakadu-v5.2.1")),
        ("MR_small_jp2klossless.dcm", lambda frame: comment(frame, b"Created by OpenJPEG version 2.5.0")),
        ("MR_small_RLE.dcm", lambda frame: frame + b"\0\0"),
    ],
)
def test_what_names_nobody_stays_to_the_byte(name, spoil, clean):
    source = spoiled(name, spoil)
    after, _, cleaned = clean(source)
    assert "blanked_segments" not in cleaned.counts
    assert after.PixelData == pydicom.dcmread(io.BytesIO(source)).PixelData


@pytest.mark.parametrize(
    "name", ["MR_small_jp2klossless.dcm", "MR_small_RLE.dcm", "SC_rgb_small_odd_jpeg.dcm"]
)
def test_words_go_with_a_mask_too(name, clean):
    spoil = {"MR_small_jp2klossless.dcm": comment, "MR_small_RLE.dcm": tail}.get(name, segment(0xFE, SECRET))
    assert not words_left(clean(spoiled(name, spoil), masks=[Mask(range(0, 1), 0, 0, 5, 5)])[1])


def test_a_frame_of_several_fragments_is_one_image(clean):
    source = spoiled("SC_rgb_small_odd_jpeg.dcm", segment(0xFE, SECRET), split=3)
    after, content, _ = clean(source)
    assert len(list(generate_fragments(after.PixelData))) == 1 + 3  # an empty offset table first
    assert not words_left(content) and same_image(wheel_file("SC_rgb_small_odd_jpeg.dcm"), content)


@pytest.mark.parametrize("damage", [b"GIF89a", b"\xff\xd8\xff\xfe\xff\xff", b"\xff\x4f\xff\x51\xff\xff"])
def test_compressed_pixels_that_nobody_understands_do_not_leave_with_a_name(damage, clean):
    with pytest.raises(UnreadableError) as refused:
        clean(spoiled("MR_small_jp2klossless.dcm", lambda frame: damage + SECRET + frame))
    assert refused.value.code == "pixel_encoding" and "Quackenbush" not in refused.value.reason
    assert clean(spoiled("MR_small_jp2klossless.dcm", lambda frame: damage + bytes(40)))


@pytest.mark.parametrize("name", [*JPEG, *JPEG_LS, *JPEG_2000, *RLE])
def test_a_stream_that_ends_anywhere_ends_in_an_answer_or_a_refusal(name):
    ds = pydicom.dcmread(io.BytesIO(wheel_file(name)))
    frame = next(generate_frames(ds.PixelData, number_of_frames=int(ds.get("NumberOfFrames") or 1)))
    for end in (*range(80), *range(80, len(frame), max(1, len(frame) // 40))):
        try:
            found = list(beside_image(frame[:end], ds.file_meta.TransferSyntaxUID, ds.Rows * ds.Columns))
        except ValueError:
            continue
        assert all(first >= 0 and last <= end for first, last in found)
