"""JPEG, PNG and netpbm written anew byte for byte: what decoding needs stays, and of anything else nothing."""

import io
import struct
import zlib
from collections import Counter

import pytest

from deid.engine import RefusedError
from deid.engine.formats.images.jpeg import cleaned_jpeg, orientation_of
from deid.engine.formats.images.netpbm import rewrite_netpbm
from deid.engine.formats.images.png import rewrite_png
from deid.engine.writing.stream import HashingTarget


def rewritten(rewrite, content: bytes) -> tuple[bytes, Counter]:
    out = io.BytesIO()
    counts = rewrite(io.BytesIO(content), HashingTarget(out))
    return out.getvalue(), counts


def code_of(act, *given) -> str:
    """Return the code by which something is refused, empty where it is not."""
    try:
        act(*given)
    except RefusedError as error:
        return error.code
    return ""


# JPEG, ITU-T T.81


def seg(marker: int, payload: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(payload) + 2) + payload


SOI, EOI = b"\xff\xd8", b"\xff\xd9"
FRAME = seg(0xC0, b"\x08\0\x10\0\x10\x01\x01\x11\0")
QUANT, QUANT_16 = seg(0xDB, b"\0" + bytes(range(64))), seg(0xDB, b"\x10" + bytes(128))
HUFFMAN = seg(0xC4, b"\0" + bytes([0, 2, 1] + [0] * 13) + b"abc")
RESTART, LINES = seg(0xDD, b"\0\4"), seg(0xDC, b"\0\x10")
SCAN = seg(0xDA, b"\x01\x01\0\0\x3f\0") + b"data\xff\0more\xff\xd0again\xff\xd7end"
BODY = QUANT + FRAME + HUFFMAN + SCAN
PLAIN = SOI + BODY + EOI
JFIF, ADOBE = b"JFIF\0\x01\x02\x01\0\x48\0\x48\0\0", b"Adobe\0\x64\0\0\0\0\x02"


def turned(
    value: int, order: str = "<", *, count: int = 1, kind: int = 3, tag: int = 0x0112, before: int = 0
) -> bytes:
    """Return an Exif block whose first directory states an orientation behind *before* other entries."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    other = struct.pack(order + "HHIHH", 0x0100, 3, 1, 9, 0) * before
    entry = struct.pack(order + "HHIHH", tag, kind, count, value, 0)
    return b"Exif\0\0" + mark + struct.pack(order + "IH", 8, before + 1) + other + entry + bytes(4)


@pytest.mark.parametrize(
    ("content", "expected", "counts"),
    [
        (PLAIN, PLAIN, {"K": 4}),
        (PLAIN + b"Quackenbush", PLAIN, {"K": 4}),
        (SOI + seg(0xE0, JFIF) + BODY + EOI, SOI + seg(0xE0, JFIF) + BODY + EOI, {"K": 5}),
        (SOI + seg(0xE0, JFIF[:7] + b"\x07" + JFIF[8:12] + b"\3\3" + bytes(27)) + BODY + EOI,
         SOI + seg(0xE0, JFIF[:7] + b"\x02" + JFIF[8:12] + b"\0\0") + BODY + EOI, {"K": 5}),
        (SOI + seg(0xE0, JFIF) * 2 + BODY + EOI, SOI + seg(0xE0, JFIF) + BODY + EOI, {"K": 5, "X": 1}),
        (SOI + seg(0xE0, JFIF[:12]) + BODY + EOI, SOI + seg(0xE0, JFIF) + BODY + EOI, {"K": 5}),
        (SOI + seg(0xE0, JFIF[:11]) + BODY + EOI, PLAIN, {"K": 4, "X": 1}),
        (SOI + seg(0xE0, b"JFXX" + JFIF[4:]) + BODY + EOI, PLAIN, {"K": 4, "X": 1}),
        (SOI + seg(0xEE, ADOBE) + BODY + EOI, SOI + seg(0xEE, ADOBE) + BODY + EOI, {"K": 5}),
        (SOI + seg(0xEE, ADOBE[:11] + b"\3") + BODY + EOI, SOI + seg(0xEE, ADOBE[:11] + b"\0") + BODY + EOI, {"K": 5}),
        (SOI + seg(0xEE, b"Adobe\1\2\3\4\5\6\1Quackenbush") + BODY + EOI,
         SOI + seg(0xEE, ADOBE[:11] + b"\1") + BODY + EOI, {"K": 5}),
        (SOI + seg(0xEE, ADOBE[:11]) + BODY + EOI, PLAIN, {"K": 4, "X": 1}),
        (SOI + seg(0xE1, ADOBE) + BODY + EOI, PLAIN, {"K": 4, "X": 1}),
        (SOI + seg(0xE1, turned(6, ">", before=3)) + BODY + EOI, SOI + seg(0xE1, turned(6)) + BODY + EOI, {"K": 5}),
        (SOI + seg(0xE1, turned(1)) + BODY + EOI, PLAIN, {"K": 4, "X": 1}),
        (SOI + seg(0xE2, turned(6)) + BODY + EOI, PLAIN, {"K": 4, "X": 1}),
        (SOI + seg(0xFE, b"Quackenbush") + seg(0xEF, b"x") + BODY + EOI, PLAIN, {"K": 4, "X": 2}),
        (SOI + RESTART + BODY + LINES + SCAN + EOI, SOI + RESTART + BODY + LINES + SCAN + EOI, {"K": 7}),
        (SOI + b"\xff\xff" + BODY + EOI, PLAIN, {"K": 4}),
        (SOI + seg(0xCC, b"\0\1\2\3") + BODY + EOI, SOI + seg(0xCC, b"\0\1\2\3") + BODY + EOI, {"K": 5}),
        (SOI + QUANT_16 + BODY + EOI, SOI + QUANT_16 + BODY + EOI, {"K": 5}),
        (SOI + seg(0xC4, HUFFMAN[4:] * 2) + BODY + EOI, SOI + seg(0xC4, HUFFMAN[4:] * 2) + BODY + EOI, {"K": 5}),
        (SOI + seg(0xF7, FRAME[4:]) + SCAN + EOI, SOI + seg(0xF7, FRAME[4:]) + SCAN + EOI, {"K": 2}),
        (SOI + seg(0xCF, FRAME[4:]) + SCAN + EOI, SOI + seg(0xCF, FRAME[4:]) + SCAN + EOI, {"K": 2}),
    ],
)  # fmt: skip
def test_a_jpeg_keeps_tables_frames_and_scans(content, expected, counts):
    """T.81 B.2.4; JFIF 1.02; T.872 6.5.3 (Adobe)."""
    assert cleaned_jpeg(content) == (expected, Counter(counts))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "bad_image"), (b"\xff\xd9", "bad_image"), (SOI, "truncated"), (SOI + EOI, "truncated"),
        (SOI + FRAME + EOI, "truncated"),
        (SOI + b"x" + BODY + EOI, "bad_image"), (SOI + BODY, "truncated"), (SOI + BODY + b"\xff", "truncated"),
        (SOI + QUANT[:-1], "truncated"), (SOI + b"\xff\xdb", "truncated"), (SOI + b"\xff\xdb\0", "truncated"),
        (SOI + b"\xff\xdb\0\1", "truncated"),
        (SOI + seg(0xDB, QUANT[4:-1]) + BODY + EOI, "bad_image"), (SOI + seg(0xDB, QUANT[4:] + b"Q") + BODY + EOI, "bad_image"),
        (SOI + seg(0xDB, QUANT_16[4:-1]) + BODY + EOI, "bad_image"), (SOI + seg(0xC4, HUFFMAN[4:-1]) + BODY + EOI, "bad_image"),
        (SOI + seg(0xC4, HUFFMAN[4:] + b"Q") + BODY + EOI, "bad_image"),
        (SOI + seg(0xC0, FRAME[4:] + b"Q") + SCAN + EOI, "bad_image"),
        (SOI + seg(0xC0, FRAME[4:9]) + SCAN + EOI, "bad_image"), (SOI + seg(0xC8, FRAME[4:]) + SCAN + EOI, "bad_image"),
        (SOI + seg(0xDA, b"\x01\x01\0\0\x3f\0Q") + EOI, "bad_image"), (SOI + seg(0xDA, b"\x01\x01\0") + EOI, "bad_image"),
        (SOI + seg(0xDD, b"\0\4\1") + BODY + EOI, "bad_image"), (SOI + seg(0xDC, b"\0") + BODY + EOI, "bad_image"),
        (SOI + seg(0xCC, b"\0\1\2") + BODY + EOI, "bad_image"), (SOI + seg(0xF0, b"\0\1") + BODY + EOI, "bad_image"),
        (SOI + seg(0xDF, b"\0\1") + BODY + EOI, "bad_image"), (SOI + seg(0xF6, FRAME[4:]) + SCAN + EOI, "bad_image"),
    ],
)  # fmt: skip
def test_a_jpeg_that_holds_more_or_less_than_it_must_is_refused(content, code):
    assert code_of(cleaned_jpeg, content) == code


def test_a_jpeg_that_ends_anywhere_is_refused():
    whole = SOI + seg(0xE0, JFIF) + BODY + EOI
    assert {code_of(cleaned_jpeg, whole[:end]) for end in range(2, len(whole))} == {"truncated"}


def test_tables_alone_are_an_image_where_they_may_be():
    assert cleaned_jpeg(SOI + QUANT + EOI, tables_only=True)[0] == SOI + QUANT + EOI


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("more", "orientation"),
    [
        ({"value": 8}, 8), ({"value": 2}, 2), ({"value": 0}, 1), ({"value": 9}, 1), ({"value": 6, "before": 4}, 6),
        ({"value": 6, "kind": 4}, 1), ({"value": 6, "count": 2}, 1), ({"value": 6, "tag": 0x0111}, 1),
    ],
)  # fmt: skip
def test_an_orientation_is_a_short_of_one_to_eight(order, more, orientation):
    block = turned(order=order, **more)
    assert orientation_of(block) == orientation_of(block[6:]) == orientation
    assert orientation_of(block[:-4]) == orientation and orientation_of(block[:-5]) == 1
    assert orientation_of(b"XX" + block[8:]) == 1 and orientation_of(block[:15]) == 1
    far = block[:10] + struct.pack(order + "I", 1 << 20) + block[14:]
    assert orientation_of(far) == 1


# PNG, ISO/IEC 15948


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def ihdr(width=2, height=2, depth=8, colour=0, packing=0, filters=0, interlace=0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, packing, filters, interlace))


MARK, END = b"\x89PNG\r\n\x1a\n", chunk(b"IEND")
DATA = chunk(b"IDAT", zlib.compress(b"\0ab\0cd"))
SMALL = MARK + ihdr() + DATA + END
FITTING = {
    b"PLTE": 768,
    b"tRNS": 256,
    b"cHRM": 32,
    b"gAMA": 4,
    b"sBIT": 4,
    b"sRGB": 1,
    b"bKGD": 6,
    b"pHYs": 9,
    b"cICP": 4,
}


@pytest.mark.parametrize(("kind", "most"), FITTING.items())
def test_a_chunk_of_colour_stays_once_and_no_longer_than_it_may_be(kind, most):
    body = bytes(most)
    expected = MARK + ihdr() + chunk(kind, body) + DATA + END
    assert rewritten(rewrite_png, expected) == (expected, Counter(K=4))
    twice = MARK + ihdr() + chunk(kind, body) * 2 + DATA + END
    assert rewritten(rewrite_png, twice) == (expected, Counter(K=4, X=1))
    longer = MARK + ihdr() + chunk(kind, body + bytes(3)) + DATA + END
    assert rewritten(rewrite_png, longer) == (SMALL, Counter(K=3, X=1))


@pytest.mark.parametrize(
    ("content", "expected", "counts"),
    [
        (SMALL, SMALL, {"K": 3}), (SMALL + b"Quackenbush", SMALL, {"K": 3, "X": 1}),
        (MARK + ihdr() + chunk(b"tEXt", b"a\0b") + DATA + END, SMALL, {"K": 3, "X": 1}),
        (MARK + ihdr() + DATA + chunk(b"IEND", b"Quackenbush"), SMALL, {"K": 3}),
        (MARK + ihdr() + chunk(b"PLTE", bytes(4)) + DATA + END, SMALL, {"K": 3, "X": 1}),
        (MARK + ihdr() + chunk(b"IHDR", b"Quackenbush!!") + DATA + END, SMALL, {"K": 3, "X": 1}),
        (MARK + ihdr() + chunk(b"tIME", bytes(7)) + chunk(b"iCCP") + chunk(b"hIST") + DATA + END, SMALL, {"K": 3, "X": 3}),
    ],
)  # fmt: skip
def test_a_png_keeps_its_image_and_colours(content, expected, counts):
    assert rewritten(rewrite_png, content) == (expected, Counter(counts))


def filtered(rows: list[int]) -> bytes:
    return zlib.compress(b"".join(b"\0" + bytes(size) for size in rows))


def rows_of(width: int, height: int, bits: int, interlace: int) -> list[int]:
    """Return how many bytes each row has, those of Adam7 counted pixel by pixel."""
    steps = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    rows = []
    for x, y, across, down in steps if interlace else ((0, 0, 1, 1),):
        columns = len(range(x, width, across))
        rows += [-(-columns * bits // 8)] * (len(range(y, height, down)) if columns else 0)
    return rows


@pytest.mark.parametrize("interlace", [0, 1])
@pytest.mark.parametrize(("width", "height"), [(1, 1), (3, 2), (5, 5), (8, 8), (9, 9), (2, 17), (33, 3)])
@pytest.mark.parametrize(
    ("depth", "colour", "samples"),
    [
        (1, 0, 1),
        (2, 0, 1),
        (4, 0, 1),
        (16, 0, 1),
        (8, 2, 3),
        (16, 2, 3),
        (4, 3, 1),
        (8, 4, 2),
        (8, 6, 4),
        (16, 6, 4),
    ],
)
def test_image_data_is_as_long_as_its_header_says_to_the_byte(
    interlace, width, height, depth, colour, samples
):
    """ISO/IEC 15948 7.2, 8.2 (Adam7), 11.2.2."""
    header = ihdr(width, height, depth, colour, interlace=interlace)
    rows = rows_of(width, height, depth * samples, interlace)
    whole = MARK + header + chunk(b"IDAT", filtered(rows)) + END
    assert rewritten(rewrite_png, whole)[0] == whole
    longer = MARK + header + chunk(b"IDAT", filtered([*rows[:-1], rows[-1] + 1])) + END
    assert code_of(rewritten, rewrite_png, longer) == "left_over_bytes"
    shorter = MARK + header + chunk(b"IDAT", filtered([*rows[:-1], rows[-1] - 1])) + END
    assert code_of(rewritten, rewrite_png, shorter) == "truncated"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"x" + SMALL, "bad_image"), (MARK, "truncated"), (MARK + DATA + END, "bad_image"), (MARK + END, "bad_image"),
        (MARK + ihdr() + END, "truncated"),
        (MARK + ihdr() + DATA, "truncated"), (SMALL[:-1], "truncated"),
        (SMALL.replace(b"IHDR\0\0\0\2", b"IHDR\0\0\0\3"), "bad_image"),
        (MARK + chunk(b"IHDR", bytes(12)) + DATA + END, "bad_image"), (MARK + ihdr(depth=3) + DATA + END, "bad_image"),
        (MARK + ihdr(colour=1) + DATA + END, "bad_image"), (MARK + ihdr(colour=2, depth=4) + DATA + END, "bad_image"),
        (MARK + ihdr(packing=1) + DATA + END, "bad_image"), (MARK + ihdr(filters=1) + DATA + END, "bad_image"),
        (MARK + ihdr(height=0) + DATA + END, "bad_image"),
        (MARK + ihdr(width=1 << 31) + DATA + END, "bad_image"), (MARK + ihdr(interlace=2) + DATA + END, "image_too_large"),
        (MARK + ihdr(1 << 15, (1 << 15) + 9) + DATA + END, "image_too_large"),
        (MARK + ihdr() + struct.pack(">I", (1 << 28) + 1) + b"tEXt", "image_too_large"),
        (MARK + ihdr() + struct.pack(">I", 1 << 28) + b"tEXt", "truncated"),
        (MARK + ihdr() + chunk(b"IDAT", b"xyz") + END, "bad_image"),
        (MARK + ihdr() + DATA + chunk(b"IDAT", b"Q") + END, "left_over_bytes"),
        (MARK + ihdr() + chunk(b"IDAT", zlib.compress(b"\0ab\0cd")[:-4]) + END, "truncated"),
    ],
)  # fmt: skip
def test_a_png_that_is_damaged_is_refused_by_its_code(content, code):
    assert code_of(rewritten, rewrite_png, content) == code


# netpbm


@pytest.mark.parametrize(
    ("content", "expected", "dropped"),
    [
        (b"P5\n2 1\n255\nab", b"P5\n2 1\n255\nab", 0), (b"P5 2 1 255 ab", b"P5\n2 1\n255\nab", 0),
        (b"P5\n2 1\n256\nabcd", b"P5\n2 1\n256\nabcd", 0),
        (b"P5\n2 1\n65535\nabcd", b"P5\n2 1\n65535\nabcd", 0), (b"P5\n2 1\n255\nabQuackenbush", b"P5\n2 1\n255\nab", 1),
        (b"P6\n2 1\n255\nabcdef", b"P6\n2 1\n255\nabcdef", 0),
        (b"P6\n1 1\n999\nabcdef", b"P6\n1 1\n999\nabcdef", 0), (b"P4\n8 2\nab", b"P4\n8 2\nab", 0),
        (b"P4\n9 1\nab", b"P4\n9 1\nab", 0), (b"P4\n1 1\na", b"P4\n1 1\na", 0),
        (b"P5#Q\n2#Q\n1 #Q\n255 #Q\nab", b"P5\n2 1\n255\nab", 4), (b"P2\n2 2\n9\n1 2\n3 9", b"P2\n2 2\n9\n1 2 3 9\n", 0),
        (b"P1\n2 2\n1001", b"P1\n2 2\n1 0 0 1\n", 0),
        (b"P3\n1 1\n99999\n", None, 0), (b"P3\n1 1\n65535\n1 65535 0", b"P3\n1 1\n65535\n1 65535 0\n", 0),
        (b"P2\n13 1\n9\n" + b"7 " * 13, b"P2\n13 1\n9\n" + b" ".join([b"7"] * 12) + b"\n7\n", 0),
        (b"P2\n1 1\n9\n10", None, 0), (b"P2\n1 1\n9\n1 2", None, 0), (b"P5\n0 1\n255\n", None, 0),
        (b"P5\n1 0\n255\n", None, 0), (b"P5\n1 1\n0\na", None, 0),
        (b"P5\n1 1\n65536\nab", None, 0), (b"P5\n2 1\n255\na", None, 0), (b"P5\n2 1\n256\nabc", None, 0),
        (b"P7\n1 1\n", None, 0), (b"P0\n1 1\n", None, 0),
        (b"P4\n9 1\na", None, 0), (b"P6\n1 1\n255\nab", None, 0), (b"P2\n1 1\n65535\n000001", None, 0),
        (b"P1\n2 2\n10 02", None, 0),
        (b"P5\n32768 32769\n255\n", None, 0),
    ],
)  # fmt: skip
def test_a_netpbm_image_is_its_header_and_its_raster(content, expected, dropped):
    if expected is None:
        assert code_of(rewritten, rewrite_netpbm, content) in ("bad_image", "truncated", "image_too_large")
        return
    written, counts = rewritten(rewrite_netpbm, content)
    assert written == expected and counts == Counter(K=1, X=dropped)


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (b"P5\n32768 32768\n255\n", "truncated"), (b"P5\n32768 32769\n255\n", "image_too_large"),
        (b"P4\n65536 131072\n", "truncated"), (b"P4\n65536 131073\n", "image_too_large"),
        (b"P5\n32768 16384\n256\n", "truncated"), (b"P5\n32768 16385\n256\n", "image_too_large"),
    ],
)  # fmt: skip
def test_the_largest_netpbm_image_is_read_and_one_row_more_is_not(head, code):
    assert code_of(rewritten, rewrite_netpbm, head + b"ab") == code
