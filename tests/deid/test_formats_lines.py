"""Dates, ages and NIfTI headers against tables of what each comes to."""

import gzip
import io
import struct

import numpy as np
import pytest

from deid.engine import Identity, RefusedError, clean_nifti
from deid.engine.formats.ages import group_age
from deid.engine.formats.moments import DayOrder, day_order, shift_text_date
from deid.engine.formats.nifti import LARGEST_GAP, clean_header, parse_header

IDENTITY = Identity(bytes(32), shift_range_days=(10, 10))
PSEUDONYM = IDENTITY.pseudonym("s")


def cleaned(act, content: bytes, **more) -> tuple[bytes, dict]:
    out = io.BytesIO()
    report = act(io.BytesIO(content), out, identity=IDENTITY, subject_key="s", **more)
    assert report.size == len(out.getvalue()) and report.pseudonym == PSEUDONYM
    return out.getvalue(), {code: number for code, number in report.counts.items() if number}


def code_of(act, *given, **more) -> str:
    try:
        act(*given, **more)
    except RefusedError as error:
        return error.code
    return ""


# Dates as tables write them


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("2019-03-02", "2019-03-12"), (" 2019-03-02 ", "2019-03-12"), ("2019-03", "2019-03"), ("2019", "2019"),
        ("2019-03-UN", "2019-03-UN"),
        ("2019-UN-UN", "2019-UN-UN"), ("2019-UN", "2019-UN"), ("2019-UNK-15", "2019-UN-UN"), ("2019---15", "2019-UN-UN"),
        ("2019-03-XX", "2019-03-UN"),
        ("2019-12-25", "2020-01-04"), ("2019-12", "2019-12"), ("2019-03-02T10:11:12", "2019-03-12T10:11:12"),
        ("2019-03-02 10:11", "2019-03-12 10:11"),
        ("2019-03-02T10:11:12.5Z", "2019-03-12T10:11:12.5Z"), ("2019-03-02T10:11+01:00", "2019-03-12T10:11+01:00"),
        ("2019-03-UNT10:11", ""),
        ("2019-13-02", ""), ("2019-02-30", ""), ("20190302", "20190312"), ("201903", "201903"),
        ("201903021011", "201903121011"),
        ("20190302101112.5", "20190312101112.5"), ("43526", "43536"), ("43526.25", "43536.25"), ("00001", "11"),
        ("2019/3/2", "2019/03/12"),
        ("2019.03.02", "2019.03.12"), ("2019/3/2 10:11", "2019/03/12 10:11"), ("2019/13/2", ""), ("2019/3.2", ""),
        ("2.3.2019", "12.03.2019"),
        ("02.03.2019 10:11", "12.03.2019 10:11"), ("31.12.2019", "10.01.2020"), ("31.02.2019", ""), ("02/03/2019", ""),
        ("2 Mar 2019", "12 Mar 2019"),
        ("02MAR2019", "12MAR2019"), ("2-mar-2019", "12-mar-2019"), ("2 March 2019", "12 Mar 2019"),
        ("25 Dec 2019 10:11", "04 Jan 2020 10:11"),
        ("25DEC2019:10:11", "04JAN2020 10:11"), ("31 Feb 2019", ""), ("2 Mar-2019", ""), ("yesterday", ""), ("", ""),
        ("2019-03-02T25:00", ""),
        ("10:11", ""), ("9999-12-31", ""), ("99999999", ""),
    ],
)  # fmt: skip
def test_a_written_date_moves_in_its_own_writing(text, moved):
    """ISO 8601 with unknown parts, DICOM DA and DT, serial days, dates with points, names of months."""
    assert shift_text_date(text, 10) == moved


@pytest.mark.parametrize(
    ("text", "order", "days", "moved"),
    [
        ("02/03/2019", DayOrder.DAY_FIRST, 10, "12/03/2019"), ("02/03/2019", DayOrder.MONTH_FIRST, 10, "02/13/2019"),
        ("12/25/2019", DayOrder.MONTH_FIRST, 10, "01/04/2020"), ("25/12/2019", DayOrder.DAY_FIRST, 10, "04/01/2020"),
        ("25/12/2019", DayOrder.MONTH_FIRST, 10, ""), ("2-3-2019", DayOrder.DAY_FIRST, 10, "12-03-2019"),
        ("2.3.2019", DayOrder.MONTH_FIRST, 10, "12.03.2019"),
        ("02/03/2019 10:11", DayOrder.DAY_FIRST, 10, "12/03/2019 10:11"), ("43526", DayOrder.UNKNOWN, -43525, "1"),
        ("43526", DayOrder.UNKNOWN, -43526, ""),
        ("0001-01-01", DayOrder.UNKNOWN, -1, ""), ("2019-01", DayOrder.UNKNOWN, -1, "2018-12"),
        ("2019", DayOrder.UNKNOWN, -1, "2018"),
    ],
)  # fmt: skip
def test_an_order_decides_which_number_is_the_day(text, order, days, moved):
    assert shift_text_date(text, days, order) == moved


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["13/02/2019", "01/02/2019"], DayOrder.DAY_FIRST), (["02/13/2019"], DayOrder.MONTH_FIRST),
        (["12/12/2019"], DayOrder.UNKNOWN),
        (["13/02/2019", "02/13/2019"], DayOrder.UNKNOWN), (["13.02.2019"], DayOrder.UNKNOWN),
        ([" 13-02-2019 "], DayOrder.DAY_FIRST), ([], DayOrder.UNKNOWN),
        (["12/02/2019"], DayOrder.UNKNOWN), (["text"], DayOrder.UNKNOWN),
    ],
)  # fmt: skip
def test_a_column_proves_its_order(texts, order):
    assert day_order(texts) is order


@pytest.mark.parametrize(
    ("text", "age"),
    [("45", "45"), ("89", "89"), ("89.5", "90+"), ("90", "90+"), ("101 years", "90+"), (" 45 y ", "45 y"), ("90+", "90+"),
        ("forty", ""), ("", ""), ("4567", "")],
)  # fmt: skip
def test_ages_over_89_are_one_group(text, age):
    """45 CFR 164.514(b)(2)(i)(C)."""
    assert group_age(text) == age


# NIfTI headers


FIELDS = {
    1: {"size": 348, "magic": (344, b"n+1\0"), "dims": (40, "8h"), "bits": 72,
        "offset": (108, "f"), "spacing": (76, "8f"),
        "texts": [(4, 28), (148, 80), (228, 24), (328, 16)]},
    2: {"size": 540, "magic": (4, b"n+2\0\r\n\x1a\n"), "dims": (16, "8q"), "bits": 14,
        "offset": (168, "q"), "spacing": (104, "8d"),
        "texts": [(240, 80), (320, 24), (508, 16), (525, 15)]},
}  # fmt: skip


def header(
    version: int, order: str = "<", dims=(3, 4, 3, 2, 9, 9, 9, 9), bits: int = 16, offset: float | None = None
) -> bytearray:
    """Return a header with every byte that nothing says set to 7."""
    where = FIELDS[version]
    raw = bytearray(b"\7" * where["size"])
    struct.pack_into(order + "i", raw, 0, where["size"])
    raw[where["magic"][0] : where["magic"][0] + len(where["magic"][1])] = where["magic"][1]
    struct.pack_into(order + where["dims"][1], raw, where["dims"][0], *dims)
    struct.pack_into(order + "h", raw, where["bits"], bits)
    struct.pack_into(
        order + where["offset"][1], raw, where["offset"][0], where["size"] + 4 if offset is None else offset
    )
    struct.pack_into(order + where["spacing"][1], raw, where["spacing"][0], *range(8))
    return raw


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("count", [1, 3, 4, 7])
def test_a_header_keeps_every_byte_but_texts_and_what_no_dimension_uses(version, order, count):
    """nifti1.h, nifti2.h."""
    raw, where = header(version, order, (count, 4, 3, 2, 5, 6, 7, 8)), FIELDS[version]
    expected = header(version, order, (count, *(4, 3, 2, 5, 6, 7, 8)[:count], *[1] * (7 - count)))
    for start, length in where["texts"]:
        expected[start : start + length] = bytes(length)
    struct.pack_into(
        order + where["spacing"][1], expected, where["spacing"][0], *range(count + 1), *[1.0] * (7 - count)
    )
    parsed = parse_header(bytes(raw))
    assert (parsed.order, parsed.dims, parsed.bits, parsed.data_offset) == (
        order,
        (4, 3, 2, 5, 6, 7, 8)[:count],
        16,
        where["size"] + 4,
    )
    assert parsed.data_size == int(np.prod(parsed.dims)) * 2
    assert clean_header(bytes(raw) + b"more", parsed) == bytes(expected) + bytes(4)


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({}, ""), ({"dims": (0, 4, 3, 2, 1, 1, 1, 1)}, "nifti_dimensions"),
        ({"dims": (8, 4, 3, 2, 1, 1, 1, 1)}, "nifti_dimensions"),
        ({"dims": (3, 4, 0, 2, 1, 1, 1, 1)}, "nifti_dimensions"), ({"dims": (3, 4, 3, 2, 0, 0, 0, 0)}, ""),
        ({"dims": (1, 1, 0, 0, 0, 0, 0, 0)}, ""),
        ({"bits": 0}, "nifti_offset"), ({"bits": 1}, ""), ({"offset": 347}, "nifti_offset"), ({"offset": LARGEST_GAP}, ""),
        ({"offset": LARGEST_GAP * 2}, "nifti_offset"),
    ],
)  # fmt: skip
def test_a_header_that_contradicts_itself_is_refused(version, more, code):
    assert code_of(parse_header, bytes(header(version, **more))) == code
    exact = header(version, offset=FIELDS[version]["size"])
    assert parse_header(bytes(exact)).data_offset == FIELDS[version]["size"]
    assert code_of(parse_header, bytes(header(version, offset=FIELDS[version]["size"] - 1))) == "nifti_offset"
    assert code_of(parse_header, bytes(exact[:-1])) == "not_nifti"


@pytest.mark.parametrize(("bits", "size"), [(1, 3), (8, 24), (16, 48), (64, 192)])
def test_an_image_is_as_long_as_its_header_says(bits, size):
    raw = bytes(header(1, bits=bits)) + bytes(4)
    pixels = bytes(range(1, size + 1))
    for packed in (False, True):
        source = raw + pixels
        written, counts = cleaned(clean_nifti, gzip.compress(source) if packed else source)
        assert (gzip.decompress(written) if packed else written)[352:] == pixels and counts == {
            "Z": 4,
            "K": 1,
        }
        short = gzip.compress(source[:-1]) if packed else source[:-1]
        assert code_of(cleaned, clean_nifti, short) == "truncated"
    behind = bytes(header(1, bits=bits, offset=400)) + b"x" * 52 + pixels + b"Quackenbush"
    assert cleaned(clean_nifti, behind)[0][352:] == pixels


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda packed: packed + b"x", "left_over_bytes"), (lambda packed: packed + bytes(9), ""),
        (lambda packed: packed[:-9], "truncated"),
        (lambda packed: packed[:20] + b"\xff\xff\xff" + packed[23:], "bad_gzip"),
        (lambda _packed: b"ni1", "not_nifti"),
        (lambda _packed: bytes(344) + b"ni1\0", "nifti_pair"),
    ],
)  # fmt: skip
def test_a_packed_volume_that_is_damaged_is_refused(spoil, code):
    noise = np.random.default_rng(1).integers(0, 255, 400, np.uint8).tobytes()
    packed = gzip.compress(bytes(header(1)) + bytes(4) + noise[:48] + noise)
    assert code_of(cleaned, clean_nifti, spoil(packed)) == code
