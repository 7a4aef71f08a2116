"""TIFF and BigTIFF written anew: what decoding and measuring need stays, and nothing lies between."""

import io
import struct
from collections import Counter

import pytest

from deid.engine import RefusedError
from deid.engine.formats.images.directories import TiffReader
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


TABLES = b"\xff\xd8\xff\xdb\0\x43\0" + bytes(range(64)) + b"\xff\xd9"


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


@pytest.mark.parametrize(("tag", "code"), [(270, ""), (65000, ""), (256, "bad_image"), (273, "bad_image")])
def test_what_stands_twice_is_refused_only_where_the_image_is_read_by_it(tag, code):
    fields = page("<", t270=(2, b"Quackenbush\0"), t65000=(7, b"1234"))
    again = next(field for field in fields if field[0] == tag)
    content = tiff(sorted([*fields, again], key=lambda field: field[0]), b"abcdef")
    if code:
        with pytest.raises(RefusedError) as refused:
            rewritten(rewrite_tiff, content)
        assert refused.value.code == code
    else:
        assert b"Quackenbush" not in rewritten(rewrite_tiff, content)[0]


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
        ({"t347": (7, TABLES)}, ""), ({"t347": (7, b"Quackenbush")}, "bad_image"),
    ],
)  # fmt: skip
def test_a_tiff_that_lies_is_refused_by_its_code(more, code):
    assert code_of(rewritten, rewrite_tiff, tiff(page("<", **more), b"abcdef")) == code


def number(value: int) -> tuple[int, bytes]:
    return 4, struct.pack("<I", value)


def shorts(*values: int) -> tuple[int, bytes]:
    return 3, struct.pack(f"<{len(values)}H", *values)


def parted(parts, without=(), **more) -> bytes:
    """Return a page whose image lies in *parts* (strips), without some of its tags."""
    counts = struct.pack(f"<{len(parts)}I", *map(len, parts))
    fields = page("<", t273=(4, bytes(4 * len(parts))), t279=(4, counts), **more)
    fields = [field for field in fields if field[0] not in without]
    base = len(tiff(fields, b""))
    places = [base + sum(map(len, parts[:at])) for at in range(len(parts))]
    placed = [
        (tag, kind, struct.pack(f"<{len(parts)}I", *places) if tag == 273 else raw)
        for tag, kind, raw in fields
    ]
    return tiff(placed, b"".join(parts))


RGB = {"t277": shorts(3), "t258": shorts(8, 8, 8)}
APART = RGB | {"t284": shorts(2)}


@pytest.mark.parametrize(
    ("more", "without", "given", "sizes"),
    [
        ({"t278": shorts(1)}, (), [9, 9], [3, 3]), ({"t257": shorts(3)}, (), [9, 9], [6, 3]),
        ({"t257": shorts(5)}, (), [9, 9, 9], [6, 6, 3]), (APART, (), [9, 9, 9], [6, 6, 6]),
        (APART | {"t258": shorts(8)}, (), [9, 9, 9], [6, 6, 6]), (APART | {"t257": shorts(3)}, (), [9] * 6, [6, 3] * 3),
        (APART | {"t284": shorts(1)}, (), [20], [18]), (RGB | {"t258": shorts(8, 16, 8)}, (), [30], [24]),
        (RGB | {"t258": shorts(8, 8)}, (), [30], [18]), (RGB | {"t258": shorts(8, 8, 8, 8)}, (), [30], [24]),
        ({"t262": shorts(6)}, (), [9], [9]), ({}, (277,), [9], [6]), ({}, (258,), [9], [2]), ({}, (278,), [9], [6]),
        ({}, (262,), [9], [6]), ({}, (259,), [9], [6]), ({"t277": shorts(16), "t258": shorts(*[8] * 16)}, (), [99], [96]),
        ({"t258": shorts(64)}, (), [50], [48]), ({"t258": shorts(3)}, (), [9], [4]), ({"t258": shorts(9)}, (), [9], [8]),
    ],
)  # fmt: skip
def test_each_strip_is_cut_to_the_rows_and_samples_that_lie_in_it(more, without, given, sizes):
    """TIFF 6.0, section 8: rows of a strip, the last one shorter; samples together or apart, each row ending with a byte."""
    parts = [bytes([65 + at]) * size for at, size in enumerate(given)]
    written, _ = rewritten(rewrite_tiff, parted(parts, without, **more))
    assert read(written)[0][1] == [part[:size] for part, size in zip(parts, sizes, strict=True)]
    short = [part[:size] for part, size in zip(parts, sizes, strict=True)]
    if "t262" not in more:
        short[-1] = short[-1][:-1]
        assert code_of(rewritten, rewrite_tiff, parted(short, without, **more)) == "truncated"


@pytest.mark.parametrize(
    ("more", "without", "code"),
    [
        ({}, (256,), "bad_image"), ({}, (257,), "bad_image"), ({"t256": number(1 << 31)}, (), "bad_image"),
        ({"t257": number(1 << 31)}, (), "bad_image"), ({"t256": number((1 << 31) - 1)}, (), "image_too_large"),
        ({"t257": number((1 << 31) - 1), "t278": number(1 << 31)}, (), "image_too_large"), ({}, (273,), "bad_image"),
        ({"t256": number(1 << 15), "t257": number(1 << 15), "t278": number(1 << 15)}, (), "truncated"),
        ({"t256": number(1 << 15), "t257": number((1 << 15) + 1), "t278": number(1 << 16)}, (), "image_too_large"),
        ({"t258": shorts(65)}, (), "bad_image"), ({"t277": shorts(17)}, (), "bad_image"),
        ({"t322": shorts(16), "t324": (4, struct.pack("<I", 8)), "t325": (4, struct.pack("<I", 6))}, (), "bad_image"),
    ],
)  # fmt: skip
def test_a_size_that_cannot_be_is_refused_and_the_largest_is_not(more, without, code):
    assert code_of(rewritten, rewrite_tiff, parted([b"abcdef"], without, **more)) == code


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
