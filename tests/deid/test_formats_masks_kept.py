"""What a mask on a raster image must leave alone: blocks of a JPEG, size and turning, small pictures that would tell all."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageDraw, PngImagePlugin

from deid.engine import Mask, sandbox
from tests.deid.test_formats_masks import code_of, masked, saved, values
from tests.deid.test_second_reader_pixels import picture, reduced

MASK = Mask(None, 37, 21, 30, 12)


def turned(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[274] = orientation
    exif[315] = "Ada Quackenbush"
    return exif


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize(
    "how",
    [
        {"quality": 75}, {"quality": 95, "subsampling": 0}, {"quality": 40, "subsampling": 1}, {"quality": 80, "subsampling": 2},
        {"quality": 75, "progressive": True}, {"quality": 75, "restart_marker_blocks": 4, "optimize": True},
    ],
)  # fmt: skip
def test_of_a_jpeg_only_blocks_that_a_mask_touches_are_coded_anew(mode, how):
    content = saved([picture(mode)], "JPEG", **how)
    after, report = masked(content, MASK)
    side = 16 if mode == "RGB" and how.get("subsampling", 2) else 8
    touched = np.zeros((64, 96), bool)
    # Colours are smoothed over the edge of a block, by a pixel of theirs.
    reach = 2 if side == 16 else 0
    top, left = 21 // side * side, 37 // side * side
    touched[top - reach : -(-33 // side) * side + reach, left - reach : -(-67 // side) * side + reach] = True
    assert np.array_equal(values(content)[~touched], values(after)[~touched])
    assert values(after)[21:33, 37:67].mean() < 20 < values(content)[21:33, 37:67].mean()
    assert report.counts["masked_frames"] == 1


def test_a_jpeg_whose_samples_are_red_green_and_blue_stays_one():
    content = saved([picture("RGB")], "JPEG", keep_rgb=True)
    after, _ = masked(content, MASK)
    inside = np.zeros((64, 96), bool)
    inside[16:40, 32:72] = True
    assert np.array_equal(values(content)[~inside], values(after)[~inside])
    assert values(after)[21:33, 37:67].mean() < 20


def test_a_jpeg_of_four_colours_is_refused_with_advice():
    assert code_of(masked, saved([picture("CMYK")], "JPEG"), MASK) == "jpeg_not_maskable"


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_masked_jpeg_keeps_its_size_and_turning_and_nothing_else(orientation):
    content = saved(
        [picture("RGB")], "JPEG", exif=turned(orientation), dpi=(254, 254), comment=b"Quackenbush"
    )
    after, _ = masked(content, MASK)
    shown = Image.open(io.BytesIO(after))
    assert shown.info["dpi"] == (254, 254) and shown.getexif().get(274, 1) == orientation
    assert b"Quackenbush" not in after


def test_a_masked_png_shows_its_colours_as_before():
    told = PngImagePlugin.PngInfo()
    told.add(b"gAMA", (45455).to_bytes(4, "big"))
    told.add_text("Author", "Quackenbush")
    content = saved([picture("RGB")], "PNG", pnginfo=told, dpi=(254, 254))
    after, _ = masked(content, MASK)
    shown = Image.open(io.BytesIO(after))
    assert shown.info["gamma"] == pytest.approx(0.45455) and shown.info["dpi"][0] == pytest.approx(
        254, abs=0.1
    )
    assert b"Quackenbush" not in after


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_masked_tiff_keeps_the_size_of_its_pixels_and_stands_as_it_is_shown(orientation):
    pages = [picture("L"), picture("I;16")]
    content = saved(pages, "TIFF", dpi=(254, 127), tiffinfo={274: orientation})
    after, _ = masked(content, Mask(None, 3, 70 if orientation > 4 else 40, 20, 10))
    shown, before = Image.open(io.BytesIO(after)), Image.open(io.BytesIO(content))
    for page in range(2):
        shown.seek(page)
        before.seek(page)
        assert shown.info["dpi"] == ((127, 254) if orientation > 4 else (254, 127))
        assert shown.tag_v2.get(274, 1) == 1
        expected = np.asarray(before).copy()
        expected[70 if orientation > 4 else 40 :][:10, 3:23] = 0
        assert np.array_equal(np.asarray(shown), expected)


def test_a_small_picture_in_a_tiff_does_not_show_what_the_mask_hides():
    shown = picture("L")
    ImageDraw.Draw(shown).rectangle((37, 21, 66, 32), fill=255)
    content = saved([shown, reduced(shown), picture("L")], "TIFF")
    for mask in (MASK, Mask(range(1), 37, 21, 30, 12)):
        after, report = masked(content, mask)
        assert Image.open(io.BytesIO(after)).n_frames == 2
        assert [values(after, page).shape for page in range(2)] == [(64, 96), (64, 96)]
        assert not values(after, 0)[21:33, 37:67].any()
        assert report.counts["masked_frames"] == (2 if mask is MASK else 1)


def test_a_photograph_that_carries_another_one_is_masked_without_it():
    out = io.BytesIO()
    picture("RGB").save(out, "MPO", save_all=True, append_images=[picture("RGB")])
    assert Image.open(io.BytesIO(out.getvalue())).format == "MPO"
    after, report = masked(out.getvalue(), MASK)
    assert Image.open(io.BytesIO(after)).format == "JPEG" and report.counts["masked_frames"] == 1
    assert values(after)[21:33, 37:67].mean() < 20


def test_whether_a_mask_would_work_is_told_beforehand(tmp_path):
    for name, image, kind, reason in (
        ("a.png", picture("RGB"), "PNG", None), ("b.jpg", picture("RGB"), "JPEG", None),
        ("c.jpg", picture("CMYK"), "JPEG", "This kind of JPEG cannot be masked."),
    ):  # fmt: skip
        (tmp_path / name).write_bytes(saved([image], kind))
        told = sandbox.run("can_mask_image", str(tmp_path / name))
        assert (told or "").startswith(reason or "") and bool(told) == bool(reason)


def test_sixteen_bits_a_colour_are_not_silently_halved():
    deep = np.random.default_rng(1).integers(0, 1 << 16, (8, 8, 3), np.uint16)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in deep)
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 16, 2, 0, 0, 0))
    content += chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    assert code_of(masked, content, Mask(None, 0, 0, 2, 2)) == "deep_colours"
    assert code_of(masked, content) == ""
