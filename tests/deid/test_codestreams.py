"""What stands in a compressed frame beside its image, and which fragments make up a frame: streams written byte by byte."""

import io
import struct

import pydicom
import pytest
from pydicom.encaps import generate_frames, parse_basic_offsets

from deid.engine.pixels.codestreams import coded_bits
from deid.engine.pixels.codestreams.jpeg import beside_jpeg
from deid.engine.pixels.codestreams.jpeg2000 import beside_jpeg2000
from deid.engine.pixels.codestreams.rle import beside_rle
from deid.engine.pixels.fragments import Frame, frames_of, items_of
from deid.engine.pixels.reencoding import parts_of
from deid.engine.reading.files import read_data_set
from tests.deid.conftest import as_bytes, wheel_file

START, END = b"\xff\xd8", b"\xff\xd9"


def part(marker, payload):
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def apart(act, frame):
    """Return the stretches that no decoder needs, without empty ones."""
    return [found for start, end in act(frame) if (found := frame[start:end])]


SCAN = part(0xDA, b"head") + b"\x01\xff\x00\xff\xd3\x02"


@pytest.mark.parametrize(
    ("frame", "found"),
    [
        (START + SCAN + END, []), (START + SCAN + END + b"tail", [b"tail"]), (START + SCAN, []),
        (START + part(0xFE, b"words") + SCAN + END, [b"words"]), (START + SCAN + part(0xFE, b"words") + SCAN + END, [b"words"]),
        (START + b"\xff\xff\xff" + part(0xFE, b"words") + SCAN + END, [b"words"]),
        (START + SCAN + b"\xff\xff" + END + b"tail", [b"tail"]),
        (START + part(0xE0, b"JFIF\0" + bytes(9) + b"thumb") + SCAN + END, [b"thumb"]),
        (START + part(0xE0, b"JFIF\0" + bytes(3)) + SCAN + END, []), (START + part(0xE1, b"JFIF\0words") + END, [b"JFIF\0words"]),
        (START + part(0xE8, b"mrfx\1words") + END, [b"words"]), (START + part(0xE8, b"\0\0\0\1words") + END, [b"words"]),
        (START + part(0xE8, b"SPIFF\0" + bytes(24) + b"words") + part(0xE8, b"\0\0\0\1") + START + SCAN + END, [b"words"]),
        (START + part(0xEE, b"Adobe" + bytes(7) + b"words") + END, [b"words"]), (START + part(0xEF, b"words") + END, [b"words"]),
        (START + part(0xDB, b"table") + part(0xF0, b"other") + SCAN + END, []),
        (START + part(0xF7, b"frame") + part(0xDA, b"head") + b"\1\xff\x7f\2" + END + b"tail", [b"tail"]),
        (START + part(0xFE, b""), None), (START + b"\xff", None), (START + b"words", None),
        (START + part(0xFE, b"words")[:-1], None), (START + b"\xff\xfe\0\1", None), (START + b"\xff\xfe\0\2" + END, []),
    ],
)  # fmt: skip
def test_what_no_decoder_of_jpeg_needs_is_found(frame, found):
    if found is None:
        with pytest.raises(ValueError, match=r"marker|segment"):
            list(beside_jpeg(frame))
    else:
        assert apart(beside_jpeg, frame) == found


def note(words):
    return struct.pack(">HHH", 0xFF64, len(words) + 4, 1) + words


def tile(inside=b"", data=b"data", size=None):
    whole = 12 + len(inside) + 2 + len(data)
    return (
        struct.pack(">HHHLBB", 0xFF90, 10, 0, whole if size is None else size, 0, 1)
        + inside + b"\xff\x93" + data
    )  # fmt: skip


def box(kind, content, *, long=False, size=None):
    size = len(content) + (16 if long else 8) if size is None else size
    return (struct.pack(">L4sQ", 1, kind, size) if long else struct.pack(">L4s", size, kind)) + content


OPEN = b"\xff\x4f" + part(0x51, b"size")
MARK = box(b"jP  ", b"\r\n\x87\n") + box(b"ftyp", b"jp2 \0\0\0\0jp2 ") + box(b"jp2h", b"head")


@pytest.mark.parametrize(
    ("frame", "found"),
    [
        (OPEN + tile() + END, []), (OPEN + tile() + END + b"tail", [b"tail"]), (OPEN + tile(), []),
        (OPEN + note(b"words") + tile() + END, [b"words"]), (OPEN + tile(note(b"words")) + END, [b"words"]),
        (OPEN + tile(note(b"one")) + tile(note(b"other")) + END, [b"one", b"other"]),
        (OPEN + tile(data=b"d" * 4096 + END + b"x") + END + b"tail", [b"tail"]),
        (OPEN + tile(size=0) + END + b"tail", [b"tail"]), (OPEN + tile(size=0), []),
        (OPEN + tile(size=9999) + END, None), (b"words of somebody", None), (OPEN + part(0x64, b"")[:3] + b"\1", None),
        (OPEN + part(0x5C, b"quality")[:-2], None),
        (MARK + box(b"jp2c", OPEN + tile() + END), []), (MARK + box(b"jp2c", OPEN + tile() + END, size=0), []),
        (MARK + box(b"jp2c", OPEN + tile() + END + b"tail"), [b"tail"]),
        (MARK + box(b"jp2c", OPEN + note(b"words") + tile() + END, long=True), [b"words"]),
        (MARK + box(b"xml ", b"words") + box(b"jp2c", OPEN + tile() + END) + box(b"uuid", b"more"), [b"words", b"more"]),
        (MARK + box(b"xml ", b"words", long=True) + box(b"jp2c", OPEN + tile() + END + b"tail"), [b"words", b"tail"]),
        (MARK + box(b"jp2c", OPEN + tile() + END) + b"no box behind the image", [b"no box behind the image"]),
        (MARK + box(b"jp2c", OPEN + tile() + END) + b"short", [b"short"]),
        (MARK + box(b"xml ", b"words", size=99), None), (MARK + box(b"xml ", b"words", size=7), None),
    ],
)  # fmt: skip
def test_what_no_decoder_of_jpeg_2000_needs_is_found(frame, found):
    if found is None:
        with pytest.raises(ValueError, match=r"marker|tile|box"):
            list(beside_jpeg2000(frame))
    else:
        assert apart(beside_jpeg2000, frame) == found


def run_lengths(*segments, starts=None, between=b""):
    """Return an RLE frame of segments."""
    at = 64 + len(between)
    if starts is None:
        starts = [at + sum(map(len, segments[:n])) for n in range(len(segments))]
    return (
        struct.pack("<L", len(segments))
        + struct.pack(f"<{len(starts)}L", *starts).ljust(60, b"\0")
        + between
        + b"".join(segments)
    )


@pytest.mark.parametrize(
    ("frame", "found"),
    [
        (run_lengths(b"\xfb\7"), [bytes(56)]), (run_lengths(b"\5abcdef"), [bytes(56)]),
        (run_lengths(b"\2abc\xfe\7"), [bytes(56)]), (run_lengths(b"\2abc\x80\xfe\7tail"), [bytes(56), b"tail"]),
        (run_lengths(b"\xfb\7one", b"\xfb\7other"), [bytes(52), b"one", b"other"]),
        (run_lengths(b"\xfb\7", between=b"words"), [bytes(56), b"words"]), (run_lengths(b"\xfe\7"), [bytes(56)]),
        (run_lengths(b"\xff\7\xff\7\xff\7"), [bytes(56)]), (run_lengths(b"\xff\7\xff\7\xff\7tail"), [bytes(56), b"tail"]),
        (run_lengths(b"\x7f" + bytes(128)), [bytes(56)]), (run_lengths(*[b"\xfb\7"] * 15), []),
        (run_lengths(), None), (run_lengths(*[b"\xfb\7"] * 15)[:63], None), (run_lengths(b"\xfb\7", starts=[63]), None),
        (run_lengths(b"\xfb\7", b"\xfb\7", starts=[66, 64]), None), (run_lengths(b"\xfb\7", starts=[67]), None),
        (b"\x10\0\0\0" + bytes(80), None),
    ],
)  # fmt: skip
def test_what_no_decoder_of_run_lengths_needs_is_found(frame, found):
    if found is None:
        with pytest.raises(ValueError, match="damaged"):
            list(beside_rle(frame, 6))
    else:
        assert apart(lambda one: beside_rle(one, 6), frame) == found


@pytest.mark.parametrize(
    ("name", "bits"),
    [
        ("MR_small_jp2klossless.dcm", 16), ("693_J2KI.dcm", 16), ("MR_small_jpeg_ls_lossless.dcm", 16),
        ("SC_rgb_small_odd_jpeg.dcm", 8), ("JPGExtended.dcm", 12), ("MR_small_RLE.dcm", 99),
    ],
)  # fmt: skip
def test_a_frame_says_with_how_many_bits_a_sample_is_coded(name, bits):
    frame = next(generate_frames(pydicom.dcmread(io.BytesIO(wheel_file(name))).PixelData, number_of_frames=1))
    assert coded_bits(frame, 99) == bits


@pytest.mark.parametrize(("length", "bits"), [(42, 99), (43, 12), (60, 12)])
def test_a_frame_that_ends_before_it_says_so_is_as_long_as_its_header_tells(length, bits):
    frame = (b"\xff\x4f\xff\x51" + bytes(38) + b"\x8b" + bytes(20))[:length]
    assert coded_bits(frame, 99) == bits


def test_frames_are_put_together_so_that_every_reader_finds_them():
    frames = [b"one frame", b"another frame", b"x"]
    written = b"".join(parts_of(b"head", frames).parts)
    assert written.startswith(b"head") and written.endswith(b"\xfe\xff\xdd\xe0\0\0\0\0")
    value = written[4:-8]
    assert parse_basic_offsets(value) == [0, 18, 40]
    assert list(generate_frames(value, number_of_frames=3)) == [b"one frame\0", b"another frame\0", b"x\0"]


def test_a_stretch_of_a_frame_is_found_in_its_fragments():
    frame = Frame(((10, 14), (20, 25), (30, 31)))
    places = {(0, 10): [(10, 14), (20, 25), (30, 31)], (2, 6): [(12, 14), (20, 22)], (4, 9): [(20, 25)],
              (9, 10): [(30, 31)], (3, 3): [], (5, 7): [(21, 23)]}  # fmt: skip
    assert {asked: list(frame.places(*asked)) for asked in places} == places
    assert frame.content(bytes(range(40))) == bytes((*range(10, 14), *range(20, 25), 30))


@pytest.mark.parametrize(
    ("begins", "count", "frames"),
    [
        ("J--", 1, [3]), ("J-J", 3, [1, 1, 1]), ("J-J-", 2, [2, 2]), ("KJ--B", 3, [1, 3, 1]), ("-JJ-", 2, []), ("J--J", 3, []),
        ("J---", 2, []),
    ],
)  # fmt: skip
def test_fragments_are_put_together_to_frames_where_an_image_begins(begins, count, frames):
    marks = {"J": b"\xff\xd8\xff\xe0", "K": b"\xff\x4f\xff\x51", "B": b"\0\0\0\x0c", "-": b"\1\2\3\4"}
    buffer = b"".join(marks[sign] for sign in begins)
    fragments = [(at, at + 4) for at in range(0, len(buffer), 4)]
    found = frames_of(buffer, fragments, count)
    assert [len(frame.fragments) for frame in found] == frames
    assert not found or [one for frame in found for one in frame.fragments] == fragments


def test_the_items_of_compressed_pixels_are_found_up_to_what_is_none():
    content = as_bytes(pydicom.dcmread(io.BytesIO(wheel_file("SC_rgb_small_odd_jpeg.dcm"))))
    data = read_data_set(io.BytesIO(content))
    (pixels,) = (one for one in data.elements if one.tag == 0x7FE00010)
    table, *fragments = items_of(data.buffer, pixels)
    assert table[0] == table[1] or content[table[0] - 8 : table[0] - 4] == b"\xfe\xff\x00\xe0"
    assert [content[start : start + 2] for start, _end in fragments] == [START]
    assert b"".join(content[start:end] for start, end in fragments).rstrip(b"\0").endswith(END)
