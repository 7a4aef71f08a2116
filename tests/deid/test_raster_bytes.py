"""Raster images written anew byte for byte: what decoding needs stays as it is, and of anything else nothing."""

import io
import struct
import zlib
from collections import Counter

import pytest

from deid.engine import RefusedError
from deid.engine.formats.images.directories import TiffReader
from deid.engine.formats.images.jpeg import cleaned_jpeg, orientation_of
from deid.engine.formats.images.netpbm import rewrite_netpbm
from deid.engine.formats.images.png import rewrite_png
from deid.engine.formats.images.tiff import rewrite_tiff
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


# TIFF 6.0, BigTIFF


def tiff(fields, image: bytes, order: str = "<", *, big: bool = False, pages: int = 1) -> bytes:
    """Return a file of pages with the same *fields* (tag, kind, values as bytes or `None` for the place of the image)."""
    word, place, inline = ("Q", "Q", 8) if big else ("H", "I", 4)
    mark = b"II" if order == "<" else b"MM"
    size = struct.calcsize("<" + word) + (20 if big else 12) * len(fields) + struct.calcsize("<" + place)
    start = 16 if big else 8
    head = mark + (
        struct.pack(order + "HHHQ", 43, 8, 0, start) if big else struct.pack(order + "HI", 42, start)
    )
    behind = start + size * pages
    data, parts, widths = b"", [], {1: 1, 3: 2, 4: 4, 5: 8, 7: 1, 12: 8, 16: 8, 2: 1}
    at = behind
    for page in range(pages):
        entries = []
        for tag, kind, raw in fields:
            value = (
                raw
                if raw is not None
                else struct.pack(order + "I", behind + len(data_of(fields, inline) * pages))
            )
            count = len(value) // widths[kind]
            if len(value) <= inline:
                entries.append(
                    struct.pack(order + "HH" + place, tag, kind, count) + value.ljust(inline, b"\0")
                )
            else:
                entries.append(struct.pack(order + "HH" + place + place, tag, kind, count, at + len(data)))
                data += value + bytes(len(value) % 2)
        following = start + size * (page + 1) if page + 1 < pages else 0
        parts.append(
            struct.pack(order + word, len(fields)) + b"".join(entries) + struct.pack(order + place, following)
        )
    return head + b"".join(parts) + data + image


def data_of(fields, inline: int) -> bytes:
    return b"".join(
        raw + bytes(len(raw) % 2) for _tag, _kind, raw in fields if raw is not None and len(raw) > inline
    )


def page(order: str, **more):
    """Return the fields of a page of 3 × 2 grey pixels in one strip."""
    short = lambda value: struct.pack(order + "H", value)  # noqa: E731
    fields = {
        256: (3, short(3)), 257: (3, short(2)), 258: (3, short(8)), 259: (3, short(1)), 262: (3, short(1)), 273: (4, None),
        277: (3, short(1)), 278: (3, short(2)), 279: (4, struct.pack(order + "I", 6)), 282: (5, struct.pack(order + "II", 72, 1)),
    }  # fmt: skip
    fields |= {int(tag[1:]): value for tag, value in more.items()}
    return [(tag, kind, raw) for tag, (kind, raw) in sorted(fields.items())]


def read(content: bytes):
    """Return for each page its fields by tag as raw values, and the bytes of its strips or tiles."""
    reader = TiffReader(io.BytesIO(content), len(content))
    pages = []
    for directory in reader.directories(99):
        fields = {tag: (entry.kind, reader.raw(entry)) for tag, entry in directory.entries.items()}
        offsets, counts = (
            directory.numbers(273) or directory.numbers(324),
            directory.numbers(279) or directory.numbers(325),
        )
        pages.append((fields, [content[one : one + size] for one, size in zip(offsets, counts, strict=True)]))
    return pages


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("pages", [1, 2, 3])
def test_a_tiff_keeps_what_decoding_and_measuring_need(order, big, pages):
    words = {
        "t270": (2, b"Quackenbush\0"),
        "t315": (2, b"Q\0"),
        "t700": (1, b"xmp"),
        "t65000": (7, b"1234"),
        "t34675": (7, b"icc"),
    }
    content = tiff(page(order, **words), b"abcdef", order, big=big, pages=pages)
    written, counts = rewritten(rewrite_tiff, content + b"Quackenbush")
    before, after = read(content), read(written)
    kept = {256, 257, 258, 259, 262, 277, 278, 282}
    assert len(after) == pages and counts == Counter(K=8 * pages, X=7 * pages)
    for (old, strips), (new, again) in zip(before, after, strict=True):
        assert strips == again == [b"abcdef"] and set(new) == kept | {273, 279}
        assert {tag: new[tag] for tag in kept} == {tag: old[tag] for tag in kept}
    header = 16 if big else 8
    mark = b"II" if order == "<" else b"MM"
    assert written.startswith(
        mark + (struct.pack(order + "HHHQ", 43, 8, 0, 16) if big else struct.pack(order + "HI", 42, 8))
    )
    # Nothing lies between: header, directories with their values, image data, to the byte.
    each = (8 + 20 * 10 + 8) if big else (2 + 12 * 10 + 4 + 8)
    assert len(written) == header + pages * each + 6 * pages
    assert rewritten(rewrite_tiff, written)[0] == written


@pytest.mark.parametrize(
    ("more", "image", "strips"),
    [
        ({"t258": (3, struct.pack("<H", 16)), "t279": (4, struct.pack("<I", 12))}, b"abcdefghijkl", [b"abcdefghijkl"]),
        ({"t258": (3, struct.pack("<H", 1)), "t279": (4, struct.pack("<I", 2))}, b"ab", [b"ab"]),
        ({"t258": (3, struct.pack("<H", 1)), "t279": (4, struct.pack("<I", 5))}, b"abQua", [b"ab"]),
        ({"t279": (4, struct.pack("<I", 9))}, b"abcdefQua", [b"abcdef"]),
        ({"t277": (3, b"\3\0"), "t258": (3, b"\x08\0" * 3), "t279": (4, struct.pack("<I", 20))}, b"x" * 20, [b"x" * 18]),
        ({"t277": (3, b"\3\0"), "t258": (3, b"\x08\0"), "t279": (4, struct.pack("<I", 20))}, b"x" * 20, [b"x" * 18]),
        ({"t278": (3, b"\x09\0"), "t279": (4, struct.pack("<I", 9))}, b"abcdefQua", [b"abcdef"]),
        ({"t278": (3, b"\0\0"), "t279": (4, struct.pack("<I", 9))}, b"abcdefQua", [b"abcdef"]),
        ({"t322": (3, b"\x10\0"), "t323": (3, b"\x10\0"), "t324": (4, None), "t325": (4, struct.pack("<I", 260))},
         b"t" * 260, [b"t" * 256]),
    ],
)  # fmt: skip
def test_a_strip_or_tile_is_as_long_as_its_header_says(more, image, strips):
    fields = page("<", **more)
    if "t324" in more:
        fields = [one for one in fields if one[0] not in (273, 278, 279)]
    written, _ = rewritten(rewrite_tiff, tiff(fields, image))
    assert read(written)[0][1] == strips


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({}, ""), ({"t259": (3, b"\6\0")}, "unsupported"), ({"t256": (3, b"\0\0")}, "bad_image"),
        ({"t257": (3, b"\0\0")}, "bad_image"),
        ({"t277": (3, b"\x11\0")}, "bad_image"), ({"t277": (3, b"\0\0")}, "bad_image"), ({"t258": (3, b"\x41\0")}, "bad_image"),
        ({"t279": (4, struct.pack("<I", 7))}, "truncated"), ({"t279": (4, struct.pack("<I", 1 << 20))}, "image_too_large"),
        ({"t279": (4, struct.pack("<II", 3, 3))}, "bad_image"), ({"t273": (4, struct.pack("<I", 1 << 20))}, "truncated"),
        (dict.fromkeys(("t256", "t257", "t278"), (4, struct.pack("<I", 1 << 16))), "image_too_large"),
        ({"t254": (4, b"\1\0\0\0")}, "bad_image"), ({"t255": (3, b"\2\0")}, "bad_image"), ({"t254": (4, b"\2\0\0\0")}, ""),
        ({"t255": (3, b"\1\0")}, ""),
        ({"t347": (7, SOI + QUANT + EOI)}, ""), ({"t347": (7, b"Quackenbush")}, "bad_image"),
    ],
)  # fmt: skip
def test_a_tiff_that_lies_is_refused_by_its_code(more, code):
    assert code_of(rewritten, rewrite_tiff, tiff(page("<", **more), b"abcdef")) == code


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("big", [False, True])
def test_a_tiff_that_ends_anywhere_is_refused(order, big):
    content = tiff(page(order), b"abcdef", order, big=big, pages=2)
    codes = {code_of(rewritten, rewrite_tiff, content[:end]) for end in range(len(content))}
    assert codes <= {"truncated", "bad_image", "image_too_large"} and "" not in codes
    assert code_of(rewritten, rewrite_tiff, content) == ""


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"II*\0\x08\0\0\0\0\0\0\0\0\0", "bad_image"), (b"II*\0\x08\0\0\0\x01\x10" + bytes(60_000), "bad_image"),
        (b"II\x2c\0\x08\0\0\0", "bad_image"),
        (b"XX*\0\x08\0\0\0", "bad_image"), (b"II*\0\0\0\0\0", "bad_image"), (b"MM\0*\0\0\0\x08", "truncated"),
    ],
)  # fmt: skip
def test_what_is_no_tiff_is_refused(content, code):
    assert code_of(rewritten, rewrite_tiff, content) == code
