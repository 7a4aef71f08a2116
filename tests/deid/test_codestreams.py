"""What stands in a compressed frame beside its image, and which fragments make up a frame: streams written byte by byte."""

import io
import struct

import pydicom
import pytest

from deid.engine.pixels.codestreams.jpeg import beside_jpeg
from deid.engine.pixels.codestreams.jpeg2000 import beside_jpeg2000
from deid.engine.pixels.fragments import Frame, frames_of, items_of
from deid.engine.pixels.pictures import pixel_quality
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


def test_what_is_said_of_pixels_is_what_they_are(tmp_path):
    path = tmp_path / "a.dcm"
    ds = pydicom.dcmread(io.BytesIO(wheel_file("CT_small.dcm")))
    ds.save_as(path)
    said, values = pixel_quality(path), ds.pixel_array
    assert (said["frames"], said["looked_at"], said["blank"]) == (1, [0], False)
    assert (said["minimum"], said["maximum"]) == (values.min(), values.max())
    assert said["mean"] == pytest.approx(values.mean())
    ds.PixelData, ds.NumberOfFrames = ds.PixelData[:2] * (128 * 128 * 5), 5
    ds.save_as(path)
    said = pixel_quality(path)
    assert (said["frames"], said["looked_at"], said["blank"]) == (5, [0, 2, 4], True)
