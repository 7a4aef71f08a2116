"""What the second reader holds a released file against: its duties, the pixels of its source, the plan that blanked them."""

import gzip
import hashlib
import io
import struct
import zipfile
import zlib

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file

from deid.engine import Mask
from deid.engine.verification.duties import check_duties
from deid.engine.verification.needles import needles_of_values
from deid.engine.verification.others import verify_other
from deid.engine.verification.pixels import compare_pixels
from deid.engine.verification.search import Hit, search_bytes
from deid.engine.verification.unpacking import unpacked
from deid.engine.verification.voxels import name_of, stored_as_planned
from deid.engine.verification.walker import Seen, Walker
from tests.deid.conftest import as_bytes

pytestmark = pytest.mark.filterwarnings("ignore")
NAME = needles_of_values(["Quackenbush^Xiomara"])


STATED = [
    Seen((0x00120062,), "CS", b"YES "), Seen((0x00120063,), "LO", b"x"), Seen((0x00120064,), "SQ", b""),
    Seen((0x00280303,), "CS", b"REMOVED"), Seen((0x00100020,), "LO", b"T-1"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "hits"),
    [
        ([], []),
        ([Seen((0x50003000,), "OW", b"")], ["forbidden element"]), ([Seen((0x50FE3000,), "OW", b"")], ["forbidden element"]),
        ([Seen((0x60003000,), "OW", b"")], ["forbidden element"]), ([Seen((0x60FE0010,), "US", b"")], ["forbidden element"]),
        ([Seen((0x61000010,), "US", b"")], []), ([Seen((0x51000010,), "US", b"")], []), ([Seen((0x4FFE0010,), "US", b"")], []),
        ([Seen((0x0040A730, 0x60003000), "OW", b"")], ["forbidden element"]),
        ([Seen((0xFFFAFFFA,), "SQ", b"")], ["forbidden element"]), ([Seen((0xFFFCFFFC,), "OB", b"")], ["forbidden element"]),
        ([Seen((0x04000561,), "SQ", b"")], ["forbidden element"]), ([Seen((0x00880200,), "SQ", b"")], ["forbidden element"]),
        ([Seen((0x00020016,), "AE", b"")], ["file meta"]), ([Seen((0x00020013,), "SH", b"")], []),
        ([Seen((0x0020000D,), "UI", b"1.2.826.1")], ["foreign uid"]), ([Seen((0x0020000D,), "UI", b"2.25.1\0")], []),
        ([Seen((0x0020000D,), "UI", b"2.25.1\\1.2.826")], ["foreign uid"]), ([Seen((0x0020000D,), "UI", b"")], []),
        ([Seen((0x00080016,), "UI", b"1.2.840.10008.5.1.4.1.1.2\0")], []), ([Seen((0x0020000D,), "LO", b"1.2.826.1")], []),
        ([Seen((0x00190010,), "LO", b"SIEMENS MR HEADER "), Seen((0x0019100C,), "IS", b"1")], []),
        ([Seen((0x00190010,), "LO", b"siemens  mr header\0"), Seen((0x0019100C,), "IS", b"1")], []),
        ([Seen((0x00190011,), "LO", b"SIEMENS MR HEADER "), Seen((0x0019110C,), "IS", b"1")], []),
        ([Seen((0x00190011,), "LO", b"SIEMENS MR HEADER "), Seen((0x0019100C,), "IS", b"1")], ["private element"]),
        ([Seen((0x00190010,), "LO", b"SIEMENS MR HEADER "), Seen((0x001910FE,), "IS", b"1")], ["private element"]),
        ([Seen((0x00190010,), "LO", b"SIEMENS MR HEADER "), Seen((0x00211 << 12 | 0x00C,), "IS", b"1")], ["private element"]),
        ([Seen((0x00190010,), "LO", b"SIEMENS MR HEADER "), Seen((0x00400260, 0x0019100C), "IS", b"1")], ["private element"]),
        ([Seen((0x00400260, 0x00190010), "LO", b"SIEMENS MR HEADER "), Seen((0x00400260, 0x0019100C), "IS", b"1")], []),
        ([Seen((0x00400260, 0x00190010), "LO", b"SIEMENS MR HEADER "), Seen((0x0019100C,), "IS", b"1")], ["private element"]),
        ([Seen((0x0019000F,), "LO", b"1")], ["private element"]), ([Seen((0x00190100,), "LO", b"1")], ["private element"]),
        ([Seen((0x00190001,), "LO", b"1")], ["private element"]), ([Seen((0x001900FF,), "LO", b"1")], []),
    ],
)  # fmt: skip
def test_what_must_not_be_there_is_told(more, hits):
    """PS3.15 E.1.1 and E.3.10 (private elements by creator, whatever the block), PS3.10 7.1."""
    assert [hit.kind for hit in check_duties([*STATED, *more])] == hits
    kept = check_duties([*STATED, *more], retain_uids=True)
    assert [hit.kind for hit in kept] == [kind for kind in hits if kind != "foreign uid"]


@pytest.mark.parametrize("place", range(5))
def test_what_must_be_there_is_told_by_its_place(place):
    rest = [one for number, one in enumerate(STATED) if number != place]
    assert check_duties(rest) == [Hit(STATED[place].place, "missing statement")]
    nested = Seen((0x0040A730, *STATED[place].path), STATED[place].vr, STATED[place].value)
    assert [hit.kind for hit in check_duties([*rest, nested])] == ["missing statement"]
    for answer in (b"NO", b"xYESx", b""):
        said = [Seen((0x00120062,), "CS", answer), *STATED[1:]]
        assert check_duties(said) == [Hit("(0012,0062)", "missing statement")]


def zipped(*members: tuple[str, bytes], more: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            member = zipfile.ZipInfo(name)
            member.compress_type, member.extra = zipfile.ZIP_DEFLATED, more
            archive.writestr(member, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b"xx" + gzip.compress(b"eight by") + b"yy", [b"eight by"]), (gzip.compress(b"seven b"), []),
        (b"xx" + zlib.compress(b"eight by", 1), [b"eight by"]), (b"xx" + zlib.compress(b"eight by", 9), [b"eight by"]),
        (b"xx" + zlib.compress(b"eight by" * 9), [b"eight by" * 9]), (b"\x78\x9cnothing packed", []),
        (b"xx" + zipped(("a.txt", b"one")), [b"a.txt", b"one"]), (b"PK\x03\x04 broken", []), (b"", []),
        (zipped(("a.txt", b"one"), ("b", b"two"), more=b"\x01\xca\x05\x00extra"), [b"a.txt", b"one", b"b", b"two"]),
    ],
)  # fmt: skip
def test_what_lies_packed_comes_out(value, found):
    assert [one for one in unpacked(value) if one in found] == found
    assert found or list(unpacked(value)) == []


def test_no_more_is_unpacked_than_is_fit():
    streams = b"".join(gzip.compress(b"number %04d" % number) for number in range(70))
    assert sorted(unpacked(streams)) == [b"number %04d" % number for number in range(64)]
    many = zipped(*((f"{number:03}", b"") for number in range(70)))
    assert [one for one in unpacked(many) if one][:64] == [b"%03d" % number for number in range(64)]


def picture(values: np.ndarray, *, stored: int = 16, high: int | None = None) -> bytes:
    """Return a file of frames (frames, rows, columns) of 16 bits."""
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    ds.NumberOfFrames, ds.Rows, ds.Columns = values.shape
    ds.BitsStored, ds.HighBit, ds.PixelRepresentation = stored, stored - 1 if high is None else high, 0
    ds.PixelData = values.astype("<u2").tobytes()
    return as_bytes(ds)


def compared(before, after, masks=(), blanked=None):
    one, other = (list(Walker(content).elements()) for content in (before, after))
    return [hit.kind for hit in compare_pixels(before, one, after, other, masks, blanked)]


VALUES = np.arange(3 * 8 * 10).reshape(3, 8, 10) + 1


@pytest.mark.parametrize(
    ("mask", "area"),
    [
        (Mask(range(0, 3), 2, 1, 4, 3), np.s_[:, 1:4, 2:6]), (Mask(None, 2, 1, 4, 3), np.s_[:, 1:4, 2:6]),
        (Mask(range(1, 2), 2, 1, 4, 3), np.s_[1:2, 1:4, 2:6]), (Mask(range(0, 3, 2), 0, 0, 1, 1), np.s_[0:3:2, 0:1, 0:1]),
        (Mask(None, -2, -1, 4, 3), np.s_[:, 0:2, 0:2]), (Mask(None, 8, 6, 9, 9), np.s_[:, 6:8, 8:10]),
    ],
)  # fmt: skip
def test_a_mask_is_applied_where_it_lies_and_nowhere_else(mask, area):
    after = VALUES.copy()
    after[area] = 0
    assert compared(picture(VALUES), picture(after), [mask]) == []
    assert compared(picture(VALUES), picture(VALUES), [mask]) == (
        ["mask not applied"] if VALUES[area].size > 1 else []
    )
    inside = tuple(part.start or 0 for part in area)
    spoiled = after.copy()
    spoiled[inside] = 9
    assert compared(picture(VALUES), picture(spoiled), [mask]) == ["mask not applied"]
    for place in np.argwhere(after == VALUES)[::29]:
        spoiled = after.copy()
        spoiled[tuple(place)] += 1
        assert compared(picture(VALUES), picture(spoiled), [mask]) == ["pixels changed"]
    assert compared(picture(VALUES), picture(after[:, :-1]), [mask]) == ["pixels changed"]


def test_a_face_and_a_mask_are_held_against_the_image_together():
    blanked = np.zeros(VALUES.shape, bool)
    blanked[:, 0:3, 0:5] = True
    after = VALUES.copy()
    after[:, 2:5, 4:8], mask = 0, Mask(None, 4, 2, 4, 3)
    after[blanked] = 7
    assert compared(picture(VALUES), picture(after), [mask], blanked) == []
    assert compared(picture(VALUES), picture(after), [], blanked) == ["pixels changed"]
    assert compared(picture(VALUES), picture(after), [mask], blanked[:2]) == ["mask not applied"]
    for place, kind in (
        ((1, 0, 0), "mask not applied"),
        ((1, 3, 5), "mask not applied"),
        ((1, 7, 9), "pixels changed"),
    ):
        spoiled = after.copy()
        spoiled[place] += 1
        assert compared(picture(VALUES), picture(spoiled), [mask], blanked) == [kind]


@pytest.mark.parametrize(
    ("stored", "high", "bit", "kinds"),
    [
        (12, 11, 12, []), (12, 11, 15, []), (12, 11, 11, ["pixels changed"]), (12, 11, 0, ["pixels changed"]),
        (1, 0, 0, ["pixels changed"]), (1, 0, 1, []), (16, 15, 15, ["pixels changed"]), (12, 15, 0, []),
        (12, 15, 12, ["pixels changed"]),
        (16, 16, 0, ["pixels changed"]), (17, 16, 15, ["pixels changed"]), (12, 10, 15, ["pixels changed"]),
        (12, 15, 4, ["pixels changed"]), (12, 15, 3, []), (12, 13, 14, []), (12, 13, 13, ["pixels changed"]),
    ],
)  # fmt: skip
def test_only_the_bits_of_the_image_count(stored, high, bit, kinds):
    """PS3.5 8.1.1: what lies above High Bit, or below the bits stored, is no part of the image."""
    after = VALUES.copy()
    after[1, 2, 3] ^= 1 << bit
    assert (
        compared(picture(VALUES, stored=stored, high=high), picture(after, stored=stored, high=high)) == kinds
    )


def test_voxels_are_as_planned_where_they_are_one_value_inside_and_untouched_outside():
    before, blanked = np.arange(48).reshape(2, 2, 3, 4), np.zeros((2, 3, 4), bool)
    blanked[0, 1] = True
    after = np.where(blanked, 5, before)
    assert stored_as_planned(before, after, blanked) and stored_as_planned(before, before, ~blanked & blanked)
    assert not stored_as_planned(before, before, blanked) and not stored_as_planned(
        before, after + 1, blanked
    )
    assert not stored_as_planned(before, after[:1], blanked) and not stored_as_planned(
        before[..., 1:], after[..., 1:], blanked
    )
    assert name_of(b"1.2.3") == hashlib.sha256(b"1.2.3").hexdigest()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", bytes(13))
    + chunk(b"IDAT", b"ab")
    + chunk(b"IDAT", b"cd")
    + chunk(b"IEND", b"")
)


def segments(*parts: tuple[int, int]) -> bytes:
    """Return a JPEG with segments of a marker and a length."""
    told = b"".join(struct.pack(">BBH", 0xFF, marker, length) + bytes(length - 2) for marker, length in parts)
    return b"\xff\xd8" + told + b"\xff\xda\0\x02pixels\xff\xd9"


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        (PNG, PNG, []), (PNG, PNG[:-12] + chunk(b"tEXt", b"") + PNG[-12:], ["metadata"]), (PNG, PNG + b"x", ["metadata"]),
        (PNG, PNG + bytes(20), ["metadata", "metadata"]), (PNG, PNG.replace(b"cd", b"ce"), ["pixels changed"]),
        (PNG, PNG.replace(b"IDAT", b"sBIT", 1), ["pixels changed"]), (PNG, PNG[:-12] + chunk(b"pHYs", b"") + PNG[-12:], []),
        (PNG, PNG[:8] + chunk(b"gAMA", b"abcd") + PNG[8:], []),
        (b"", segments((0xDB, 90), (0xE0, 16)), []), (b"", segments((0xE0, 17)), ["metadata"]), (b"", segments((0xE1, 34)), []),
        (b"", segments((0xE1, 35)), ["metadata"]), (b"", segments((0xEE, 14)), []), (b"", segments((0xEE, 15)), ["metadata"]),
        (b"", segments((0xFE, 2)), ["metadata"]), (b"", segments((0xEF, 2)), ["metadata"]), (b"", segments((0xDB, 90),
        (0xFE, 9)), ["metadata"]),
        (b"", segments((0xDB, 90), (0xE2, 9), (0xED, 9)), ["metadata"] * 2), (b"", segments() + b"x", ["metadata"]),
        (b"", segments((0xDF, 2), (0xF0, 2), (0xFD, 2)), []),
    ],
)  # fmt: skip
def test_no_room_for_words_is_left_beside_the_pixels_of_a_raster_image(tmp_path, before, after, kinds):
    """ISO/IEC 15948 (PNG), ISO/IEC 10918-1 B.2.4 (JPEG): chunks and segments that decoding does not need."""
    (tmp_path / "a").write_bytes(before or after)
    (tmp_path / "b").write_bytes(after)
    assert [hit.kind for hit in verify_other(tmp_path / "a", tmp_path / "b")] == kinds


@pytest.mark.parametrize(
    ("ending", "content", "kinds"),
    [
        (".txt", b"PT12 here", ["identifier"]), (".seq", b"PT12 here", ["identifier"]), (".TXT", b"PT12 here", ["identifier"]),
        (".stl", b"\1PT12 here", []), (".stl", b"PT12 here", ["identifier"]), (".stl", b"xQuackenbushx", ["name"]),
        (".stl", b"xx" + gzip.compress(b"of Quackenbush here"), ["name"]),
        (".stl", b"xx" + gzip.compress(b"of PT12 here"), ["identifier"]), (".txt", b"nothing", []),
        (".txt", b"Quackenbush PT12", ["identifier", "name"]),
    ],
)  # fmt: skip
def test_other_files_are_searched_as_text_or_as_bytes(tmp_path, ending, content, kinds):
    path = tmp_path / f"x{ending}"
    path.write_bytes(content)
    hits = verify_other(path, path, [*NAME, *needles_of_values(["PT12"])])
    assert hits == [Hit("file", kind) for kind in kinds]


def test_the_bytes_of_any_file_are_searched_packed_or_not():
    assert search_bytes(b"xx" + zipped(("Quackenbush.txt", b"x")), NAME, "a") == [Hit("a", "name")]
    assert (
        search_bytes(b"of Quackenbush", NAME, "a") == [Hit("a", "name")]
        and search_bytes(b"of", NAME, "a") == []
    )
