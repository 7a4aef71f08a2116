"""What no row of the table names is kept only when the value is what its VR allows, to the letter and the byte."""

import struct
from dataclasses import replace

import numpy as np
import pytest

from deid.engine.acting.checks import (
    cap_age,
    check_binary_number,
    check_bytes,
    check_code,
    check_number,
)
from deid.engine.acting.context import KEEP, Context
from deid.engine.acting.dates import keep_date, shift, shift_date, shift_date_time
from deid.engine.acting.tails import hidden_tail, image_bytes
from deid.engine.acting.uids import new_uids
from deid.engine.acting.words import clean_words, keep_words, screen_words
from deid.engine.errors import UnreadableError
from deid.engine.identity import Identity
from deid.engine.reading.elements import DataSet, Element
from deid.engine.reading.encoding import EXPLICIT_BE, EXPLICIT_LITTLE, encoding_of
from deid.engine.text.known import compile_known

LARGE = 1 << 20
JET = np.concatenate([np.linspace(0, 255, 64), np.full(128, 255), np.linspace(255, 0, 64)]).astype(np.uint16)


def acted(action, raw, vr, tag=0x00189999, *, days=10, syntax=EXPLICIT_LITTLE, numbers=()):
    """Return what an action answers for a value: "keep", None for removed, or the new bytes."""
    element = Element(tag, vr, 0, len(raw))
    data = DataSet(raw, syntax, {}, [[element]])
    context = Context(data, encoding_of(syntax), Identity(bytes(32)), "T-X", days)
    context.known = compile_known(frozenset({"Quackenbush^Xiomara"}), frozenset(numbers))
    outcome = action(context, element)
    return "keep" if outcome is KEEP else outcome and outcome[1]


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        (b"1.5", "keep"),
        (b" -1.5E+3 ", "keep"),
        (b"1234567890123456", "keep"),
        (b"12345678901234567", b""),
        (b"1\\2\\3", "keep"),
        (b"1\\12345678901234567", b""),
        (b"1\\x", b""),
        (b"Smith", b""),
        (b"5551234", b""),
        (b"1\\5551234", b""),
        (b"1\\55512", "keep"),
        (b"-1.5e-3", "keep"),
        (b"780-86-364", b""),
        (b"555-1234", b""),
        (b"19840111", b""),
        (b"20100627101500", b""),
        (b"20100627.000", b""),
        (b"1\\2\\19840111 ", b""),
        (b"19841311", "keep"),
        (b"19840111.5", "keep"),
        (b"-19840111", "keep"),
        (b"370000000", "keep"),
    ],
)
def test_numbers_are_numbers_of_at_most_sixteen_characters_and_no_known_one(raw, answer):
    assert acted(check_number, raw, "DS", numbers=["5551234"]) == answer


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        (b"AXIAL", "keep"),
        (b"HEAD\\AXIAL ", "keep"),
        (b"OBLONG", "keep"),
        (b"AXIAL\\ZIMMERLINGER", b"AXIAL\\"),
        (b"ZIMMERLINGER\\AXIAL", b"\\AXIAL"),
        (b"QUACKENBUSH", b""),
        (b"A:B", b""),
        (b"ISO_IR 100", "keep"),
        (b"AXIAL\\CALL AT +34884514040 RE HEAD", b"AXIAL\\"),
        (b"AXIAL\\HEAD AND NECK OF THE CT SLICE", b"AXIAL\\"),
    ],
)
def test_codes_are_made_of_code_characters_and_known_words(raw, answer):
    got = acted(check_code, raw, "CS")
    assert got == (answer if answer == "keep" else answer + b" " * (len(answer) % 2))


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        (b"089Y", "keep"), (b"090Y", b"090Y"), (b"101Y", b"090Y"), (b"120M", "keep"), (b"045Y ", "keep"),
        (b"5Y", b"005Y"), (b"45Y", b"045Y"), (b"Y045", b""), (b"045", b""), (b"0045Y", b""), (b"999D", "keep"),
        (b"", "keep"),
    ],
)  # fmt: skip
def test_ages_keep_their_form_and_nobody_is_older_than_ninety(raw, answer):
    assert acted(cap_age, raw, "AS") == answer


@pytest.mark.parametrize(
    ("raw", "vr", "tag", "answer"),
    [
        (b"\1\2", "US", 0x00280010, "keep"),
        (b"\1\2\3", "US", 0x00280010, None),
        (b"\1\2\3\4", "US", 0x00280010, None),
        (bytes(8), "FD", 0x00189073, "keep"),
        (bytes(4), "FD", 0x00189073, None),
        (bytes(6), "OF", 0x00660016, None),
        (bytes(8), "OF", 0x00660016, "keep"),
        (b"Xiomara!", "US", 0x00189999, None),
        (b"ab cd!", "US", 0x00189999, "keep"),
        (b"lives on", "US", 0x00189999, None),
        ("Зимина А".encode(), "US", 0x00189999, None),
        ("Зимина Мария".encode("iso8859-5"), "FL", 0x00189999, None),
        ("Bärbel Öztürk ".encode("latin-1"), "US", 0x00189999, None),
        (struct.pack("<3d", -12.345, 99.75, 1 / 3), "FD", 0x00189999, "keep"),
        (struct.pack("<4f", 1234.5, -0.001, 77.7, 2e5), "FL", 0x00189999, "keep"),
        (bytes(range(0x80, 0xC0)), "US", 0x00189999, "keep"),
    ],
)
def test_binary_numbers_have_the_length_of_their_kind_and_do_not_read_as_text(raw, vr, tag, answer):
    assert acted(check_binary_number, raw, vr, tag) == answer


@pytest.mark.parametrize(
    ("raw", "vr", "tag", "answer"),
    [
        (b"anything", "OW", 0x7FE00010, "keep"),
        (bytes(64), "OB", 0x00420099, None),
        (bytes(64), "OW", 0x00281201, "keep"),
        (bytes(63), "OW", 0x00281201, None),
        (np.arange(256, dtype="<u2") * 257, "OW", 0x00281201, "keep"),
        (np.arange(127, 0, -1, dtype=">u2").repeat(2) * 257, "OW", 0x00281203, "keep"),
        (np.arange(65, 122, dtype="<u2").repeat(4) * 257, "OW", 0x00283006, "keep"),
        (np.arange(65, 122, dtype="<u2").repeat(4) * 257, "OW", 0x00283010, None),
        (np.arange(65, 122, dtype="<u2") * 257, "OW", 0x00281201, None),
        (JET * 257, "OW", 0x00281201, "keep"),
        (b"seen by somebody else today " * 10, "OW", 0x00281201, None),
        ((JET * 257).tobytes() + b"Quackenbush.", "OW", 0x00281201, None),
        (bytes(36) + b"acsp" + b" made for the colour of screens" * 9, "OB", 0x00282000, "keep"),
        (bytes(36) + b"acsp" + b"Quackenbush" + bytes(99), "OB", 0x00282000, None),
        (b"some sentence that is no profile" * 3, "OB", 0x00282000, None),
        (bytes(LARGE + 2), "OB", 0x00282000, "keep"),
        (bytes(LARGE) + b"Quackenbush" + bytes(9), "OB", 0x00282000, None),
        (bytes(LARGE - 5) + b"Quackenbush" + bytes(LARGE), "OW", 0x00281201, None),
        (bytes(LARGE + 8), "OW", 0x00281201, "keep"),
        (bytes(40) + b"Q\0u\0a\0c\0k\0e\0n\0b\0u\0s\0h\0", "OW", 0x00281201, None),
        (b"\0".join(bytes([c]) for c in b"a sentence is written") + b"\0", "OW", 0x00281201, None),
        (b"\0" + b"\0".join(bytes([c]) for c in b"a sentence is written"), "OW", 0x00281201, None),
        (b"abcdefgh" + bytes(24), "OW", 0x00281201, "keep"),
        (b"abcdefgh" + bytes(22), "OW", 0x00281201, None),
        (b"abc defg" * 4 + bytes(LARGE - 32), "OW", 0x00281201, "keep"),
        (b"abc defg" * (LARGE // 8), "OW", 0x00281201, None),
        (b"abc defg" * (LARGE // 8) + b"ab", "OW", 0x00281201, "keep"),
        (b"abcdefgh" * 4, "OB", 0x54001010, None),
        (bytes(35) + b"acsp" + b" made for the colour of screens" * 9, "OB", 0x00282000, None),
        (bytes(36) + b"acsx" + b" made for the colour of screens" * 9, "OB", 0x00282000, None),
        (bytes(31), "OB", 0x00282000, "keep"),
    ],
    ids=lambda value: str(value)[:24] if not isinstance(value, bytes) else f"{len(value)} bytes",
)
def test_bytes_are_kept_where_images_need_them_and_no_text_hides(raw, vr, tag, answer):
    raw = raw if isinstance(raw, bytes) else raw.tobytes()
    assert acted(check_bytes, raw, vr, tag) == answer


@pytest.mark.parametrize(
    ("text", "days", "moved"),
    [
        ("20200228", 2, "20200301"), ("2020.02.28", 2, "2020.03.01"), ("2020", 40, "2020"), ("202002", 40, "202003"),
        ("2020", -1, "2019"), ("2020", 365, "2020"), ("2020", 366, "2021"), ("202002", -1, "202001"), ("202002", 28, "202002"),
        ("202002", 29, "202003"), ("99991231", 1, ""), ("2020-02-28", 2, "2020-03-01"), ("2020/02/28", 2, "2020/03/01"),
        ("2020.02/28", 2, ""), ("00020101", -1, "00011231"), ("20201301", 1, ""), ("20200230", 1, ""), ("yesterday", 1, ""),
        ("00010101", -1, ""), ("20200101", -1, "20191231"),
    ],
)  # fmt: skip
def test_a_day_moves_and_partial_ones_stay_partial(text, days, moved):
    assert shift_date(text, days) == moved


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("20200228101530.25+0100", "20200309101530.25+0100"), ("2020", "2020"), ("202002", "202002"),
        ("20200228", "20200309"), ("2020022810", "2020030910"), ("20209928", ""), ("x", ""),
        ("20200228-0500", "20200309-0500"), ("2020+0100", "2020+0100"), ("20200228101530.1234567", ""), ("202002281015306", ""),
    ],
)  # fmt: skip
def test_a_moment_moves_with_its_time_of_day(text, moved):
    assert shift_date_time(text, 10) == moved


@pytest.mark.parametrize(
    ("text", "days", "moved"),
    [
        ("2020", -1, "2019"), ("2020", 365, "2020"), ("2020", 366, "2021"), ("202002", -1, "202001"), ("202002", 28, "202002"),
        ("202002", 29, "202003"), ("99991231", 1, ""), ("20200230101530", 1, ""), ("00010101", -1, ""),
        ("00020101", -1, "00011231"),
    ],
)  # fmt: skip
def test_a_partial_moment_moves_from_the_first_day_that_it_can_mean(text, days, moved):
    assert shift_date_time(text, days) == moved


@pytest.mark.parametrize(
    ("raw", "vr", "answer"),
    [
        (b"20200101", "DA", b"20200111"),
        (b"20200101-20200103", "DA", b"20200111-20200113 "),
        (b"-20200103", "DA", b"-20200113 "),
        (b"20200101\\20200102", "DA", b"20200111\\20200112 "),
        (b"\\20200102", "DA", b"\\20200112 "),
        (b"\xff020", "DA", b""),
        (b"20200101101530", "DT", b"20200111101530"),
        (b"101530", "TM", "keep"),
        (b"ten past nine", "TM", b""),
    ],
)
def test_values_of_dates_are_moved_one_by_one(raw, vr, answer):
    assert acted(shift, raw, vr) == answer


@pytest.mark.parametrize(
    ("raw", "vr", "answer"),
    [
        (b"20200101", "DA", "keep"), (b"20200101\\", "DA", "keep"), (b"Smith", "DA", b""), (b"2020Smith", "DT", b""),
        (b"20200101101530", "DT", "keep"), (b"20200101\\Smith", "DA", b""), (b"101530.5", "TM", "keep"), (b"noon", "TM", b""),
    ],
)  # fmt: skip
def test_full_dates_stay_only_where_they_are_dates(raw, vr, answer):
    assert acted(keep_date, raw, vr) == answer


def test_uids_are_mapped_one_by_one_to_even_lengths():
    both = acted(new_uids, b"1.2.3.4\\1.2.3.5", "UI")
    first, second = both.rstrip(b"\0").split(b"\\")
    assert len(both) % 2 == 0
    assert first != second
    assert first == acted(new_uids, b"1.2.3.4\0", "UI").rstrip(b"\0")
    assert acted(new_uids, b"1.2.840.10008.1.2.1\0", "UI") == "keep"
    assert acted(new_uids, b"1.2.840.10008.9.9.9", "UI") != "keep"
    assert acted(new_uids, b"Smith", "UI").startswith(b"2.25.")


def image(behind=b"", *, rows=4, columns=6, bits=16, samples=1, frames=b"", photometric=b"MONOCHROME2"):
    """Return a data set of an image with bytes behind its last frame, by tag."""
    parts = {
        0x00280002: samples.to_bytes(2, "little"), 0x00280004: photometric, 0x00280008: frames,
        0x00280010: rows.to_bytes(2, "little"), 0x00280011: columns.to_bytes(2, "little"),
        0x00280100: bits.to_bytes(2, "little"),
    }  # fmt: skip
    count = int(frames or b"1")
    size = -(-rows * columns * samples * bits * count // 8)
    size = size * 2 // 3 if photometric.startswith(b"YBR_FULL_422") else size
    buffer, elements = b"", {}
    for tag, raw in [*((t, r) for t, r in parts.items() if r), (0x7FE00010, bytes(size) + behind)]:
        elements[tag] = Element(tag, "OW", len(buffer), len(raw))
        buffer += raw
    buffer += b"what stands behind is of another element and of Quackenbush"
    data = DataSet(buffer, EXPLICIT_LITTLE, {}, [list(elements.values())])
    context = Context(data, encoding_of(EXPLICIT_LITTLE), Identity(bytes(32)), "T-X", 0)
    context.known = compile_known(frozenset({"Quackenbush^Xiomara"}), frozenset())
    return context, elements, size


@pytest.mark.parametrize(
    "said",
    [
        {}, {"frames": b"3"}, {"samples": 3, "bits": 8}, {"bits": 1, "columns": 16}, {"bits": 8, "columns": 7},
        {"samples": 3, "bits": 8, "photometric": b"YBR_FULL_422"}, {"bits": 1, "columns": 5, "rows": 5, "frames": b"3 "},
        {"frames": b"12"}, {"bits": 32}, {"rows": 300, "columns": 2},
    ],
)  # fmt: skip
def test_text_behind_the_image_is_found_where_the_image_ends(said):
    context, elements, size = image(b"seen by Quackenbush", **said)
    assert image_bytes(context, elements) == size
    assert hidden_tail(context, elements) == size


@pytest.mark.parametrize("behind", [b"", b"\0", b"Q", bytes(64), bytes(range(1, 30))])
def test_padding_behind_the_image_is_no_text(behind):
    context, elements, _size = image(behind)
    assert hidden_tail(context, elements) == 0


def test_an_image_of_unknown_size_has_no_tail():
    context, elements, _size = image(bytes(19))
    del elements[0x00280010]
    assert hidden_tail(context, elements) == 0


@pytest.mark.parametrize("sized", [True, False])
def test_text_in_place_of_an_image_is_refused(sized):
    context, elements, _size = image(b"seen by Quackenbush", rows=1, columns=1)
    many = replace(
        elements[0x00280010], start=elements[0x00280004].start
    )  # two letters of it, read as a number
    elements = {tag: one for tag, one in elements.items() if tag != 0x00280010}
    with pytest.raises(UnreadableError) as refused:
        hidden_tail(context, {**elements, 0x00280010: many} if sized else elements)
    assert refused.value.code == "pixels_short"


def test_the_size_of_an_image_is_read_in_the_byte_order_of_the_file():
    context, elements, _size = image(b"seen by Quackenbush")
    assert image_bytes(replace(context, encoding=EXPLICIT_BE), elements) > image_bytes(context, elements)


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        (b"Quackenbush thorax", b"thorax"), (b"Quackenbush thorax\0\0", b"thorax"), (b"Quackenbush knee", b"knee"),
        (b"see\x01Quackenbush", b""), (b"thorax\0", "keep"),
    ],
)  # fmt: skip
def test_words_lose_what_is_known_and_their_padding_alone(raw, answer):
    got = acted(clean_words, raw, "LO")
    assert got == (answer if answer == "keep" else answer + b" " * (len(answer) % 2))


@pytest.mark.parametrize("action", [screen_words, keep_words])
def test_a_sentence_in_a_technical_attribute_is_read_as_free_text(action):
    assert acted(action, b"called back on 25.7.13 about pain ", "LO") == b"called back on about pain "
    assert acted(action, b"asked for 123456 again", "LO") == b"asked for again "
    assert acted(action, b"Coil 25.7.13 B123456", "LO") == "keep"


@pytest.mark.parametrize(
    "code", ["ASYMX", "MLCY", "REL_ELEC_DENSITY", "IRRAD_VOLUME", "DIFFUSION_ANISO", "PASL", "PROPCPS"]
)
def test_defined_terms_of_the_standard_stay(code):
    assert acted(check_code, code.encode() + b" " * (len(code) % 2), "CS") == "keep"
