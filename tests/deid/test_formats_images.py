"""Raster images: what people and programs write beside the pixels goes, the pixels stay to the bit."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin, TiffImagePlugin

from deid.engine import Mask, RefusedError
from deid.engine.formats.images.cleaning import clean_image

WORDS = ("uackenbush", "MRN77123")


def grey(mode="L", size=(40, 30)):
    pixels = np.random.default_rng(3).integers(0, 255, (size[1], size[0]), dtype=np.uint8)
    if mode == "I;16":
        return Image.fromarray(pixels.astype(np.uint16) * 200)
    return Image.fromarray(pixels).convert(mode)


def saved(picture, kind, **more):
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def exif(orientation=1):
    made = Image.Exif()
    made[0x010E], made[0x013B], made[0x0132] = "Quackenbush^Ada", "Dr Quackenbush", "2019:03:02 10:11:12"
    made[0x0112] = orientation
    return made


def profile():
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return made.replace(b"sRGB", b"uack", 1) + b"Quackenbush"


def png(mode="RGB", **more):
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Patient", "Quackenbush")
    notes.add_text("MRN", "MRN77123", zip=True)
    notes.add_itxt("XML:com.adobe.xmp", "<x>Quackenbush</x>")
    notes.add(b"prVt", b"Quackenbush")
    return saved(grey(mode), "PNG", pnginfo=notes, exif=exif(), icc_profile=profile(), **more)


def jpeg(**more):
    whole = saved(
        grey("RGB"),
        "JPEG",
        exif=exif(6),
        comment=b"Quackenbush",
        icc_profile=profile(),
        dpi=(200, 200),
        **more,
    )
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0bQuackenbush\0"
    segment = b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc
    return whole[:2] + segment + whole[2:]


def tiff(pages=2, mode="L", **more):
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[270], tags[315], tags[306], tags[700] = (
        "Quackenbush",
        "Quackenbush",
        "2019:03:02 10:11:12",
        b"<x>Quackenbush</x>",
    )
    tags[65000] = "MRN77123"
    made = [grey(mode, (40 + 8 * n, 30)) for n in range(pages)]
    return saved(made[0], "TIFF", save_all=True, append_images=made[1:], tiffinfo=tags, **more)


def cleaned(content, identity, **more):
    out = io.BytesIO()
    report = clean_image(io.BytesIO(content), out, identity=identity, subject_key="s", **more)
    assert report.size == len(out.getvalue())
    return out.getvalue(), report


def planted(content):
    return [
        word
        for word in (*WORDS, "2019:03:02")
        for form in ("latin-1", "utf-16-le")
        if word.lower().encode(form) in content.lower()
    ]


def pages_of(content):
    picture = Image.open(io.BytesIO(content))
    pages = []
    for number in range(getattr(picture, "n_frames", 1)):
        picture.seek(number)
        pages.append(np.asarray(picture).copy())
    return pages


def same(one, other):
    return len(one) == len(other) and all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_png_keeps_its_coded_pixels_and_loses_every_text(mode, identity):
    source = png(mode)
    assert planted(source)
    content, report = cleaned(source + b"Quackenbush", identity)
    assert not planted(content) and same(pages_of(content), pages_of(source))
    assert report.counts["X"] >= 6 and report.pseudonym == identity.pseudonym("s")
    assert b"".join(_idat(source)) == b"".join(_idat(content))


def _idat(content):
    place = 8
    while place < len(content):
        length, kind = struct.unpack_from(">I4s", content, place)
        if kind == b"IDAT":
            yield content[place + 8 : place + 8 + length]
        place += 12 + length


def test_interlaced_png_is_measured_right(identity):
    # Adam7, 3 × 3 of 8-bit grey: passes 1, 4, 5 ,6 ,7 hold rows.
    header = struct.pack(">IIBBBBB", 3, 3, 8, 0, 0, 0, 1)
    rows = b"\0a" + b"\0b" + b"\0cd" + b"\0e" + b"\0f" + b"\0ghi"
    content, _ = cleaned(_png(header, zlib.compress(rows)), identity)
    assert zlib.decompress(b"".join(_idat(content))) == rows


def _png(header, data):
    parts = [b"\x89PNG\r\n\x1a\n"]
    for kind, body in ((b"IHDR", header), (b"IDAT", data), (b"IEND", b"")):
        parts.append(struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)))
    return b"".join(parts)


HEADER = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("header", "data", "code"),
    [
        (HEADER, zlib.compress(bytes(72)) + b"Quackenbush", "left_over_bytes"),
        (HEADER, zlib.compress(bytes(72) + b"Quackenbush"), "left_over_bytes"),
        (HEADER, zlib.compress(bytes(71)), "truncated"),
        (HEADER, b"Quackenbush", "bad_image"),
        (
            struct.pack(">IIBBBBB", 60000, 60000, 16, 6, 0, 0, 0),
            zlib.compress(bytes(1 << 20)),
            "image_too_large",
        ),
        (struct.pack(">IIBBBBB", 8, 8, 7, 0, 0, 0, 0), b"", "bad_image"),
        (struct.pack(">IIBBBBB", 0, 8, 8, 0, 0, 0, 0), b"", "bad_image"),
    ],
)
def test_a_png_that_lies_is_refused(header, data, code, identity):
    with pytest.raises(RefusedError) as refusal:
        cleaned(_png(header, data), identity)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "more", [{}, {"progressive": True}, {"quality": 100, "subsampling": 0}, {"optimize": True}]
)
def test_a_jpeg_keeps_its_coded_pixels_and_orientation_and_loses_every_segment_of_text(more, identity):
    source = jpeg(**more)
    assert planted(source)
    content, report = cleaned(source + b"Quackenbush", identity)
    assert not planted(content) and same(pages_of(content), pages_of(source))
    after = Image.open(io.BytesIO(content))
    assert after.getexif()[0x0112] == 6 and len(after.getexif()) == 1
    assert "icc_profile" not in after.info and "comment" not in after.info
    assert after.info["dpi"] == (200, 200) and report.counts["X"] >= 3


def test_a_jpeg_thumbnail_and_adobe_colours_are_told_apart(identity):
    source = saved(grey("CMYK"), "JPEG")
    content, _ = cleaned(source, identity)
    assert Image.open(io.BytesIO(content)).mode == "CMYK" and same(pages_of(content), pages_of(source))
    thumbnail = (
        b"\xff\xe0"
        + struct.pack(">H", 16 + 33)
        + b"JFIF\0\x01\x02\x01\0\x48\0\x48\x04\x04"
        + b"Quackenbush" * 3
    )
    plain = saved(grey(), "JPEG")
    assert not planted(cleaned(plain[:2] + thumbnail + plain[20:], identity)[0])


def test_damaged_jpegs_are_refused(identity):
    source = jpeg()
    tables = source.index(b"\xff\xdb")
    longer = (
        source[: tables + 2]
        + struct.pack(">H", 67 + 11)
        + source[tables + 4 : tables + 69]
        + b"Quackenbush"
        + source[tables + 69 :]
    )
    for broken in (source[:300], source[:-2], b"\xff\xd8\xff\xd9", b"\xff\xd8\xff\xe0\0\1", longer):
        with pytest.raises(RefusedError):
            cleaned(broken, identity)


@pytest.mark.parametrize("packing", ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"])
@pytest.mark.parametrize("big", [False, True])
def test_a_tiff_keeps_every_page_and_loses_every_text(packing, big, identity):
    source = tiff(3, "RGB" if packing == "jpeg" else "L", compression=packing, big_tiff=big)
    assert planted(source)
    content, report = cleaned(source + b"Quackenbush", identity)
    assert not planted(content) and same(pages_of(content), pages_of(source))
    assert report.counts["X"] >= 3
    assert cleaned(content, identity)[0] == content


def test_sixteen_bits_and_bilevel_tiffs_survive(identity):
    for mode, packing in (("I;16", "raw"), ("1", "group4"), ("F", "tiff_adobe_deflate")):
        source = tiff(1, mode, compression=packing)
        content, _ = cleaned(source, identity)
        assert same(pages_of(content), pages_of(source)) and not planted(content)


def test_reduced_pages_of_a_tiff_such_as_a_slides_label_are_dropped(identity):
    # Two pages; the second one's NewSubfileType (tag 254) is set to "reduced".
    source = bytearray(tiff(2, compression="raw"))
    picture = Image.open(io.BytesIO(source))
    picture.seek(1)
    first = source.rindex(struct.pack("<HHII", 256, 4, 1, picture.width))
    (count,) = struct.unpack_from("<H", source, first - 2)
    assert count == len(picture.tag_v2)
    struct.pack_into("<HHII", source, first + 12 * count - 12, 254, 4, 1, 1)
    assert len(pages_of(bytes(source))) == 2
    assert len(pages_of(cleaned(bytes(source), identity)[0])) == 1


def test_what_hides_behind_the_pixels_of_a_strip_is_cut_off(identity):
    source = tiff(1, compression="raw")
    picture = Image.open(io.BytesIO(source))
    (start,), (count,) = picture.tag_v2[273], picture.tag_v2[279]
    entry = (
        source.index(struct.pack("<HHI", 279, 4, 1))
        if struct.pack("<HHI", 279, 4, 1) in source
        else source.index(struct.pack("<HHI", 279, 3, 1))
    )
    longer = bytearray(
        source[:start] + source[start : start + count] + b"Quackenbush" + source[start + count :]
    )
    if start + count == len(source):
        struct.pack_into("<HHII", longer, entry, 279, 4, 1, count + 11)
        content, _ = cleaned(bytes(longer), identity)
        assert not planted(content) and same(pages_of(content), pages_of(source))


def test_tiffs_that_lie_are_refused(identity):
    source = tiff(2, compression="raw")
    (first,) = struct.unpack_from("<I", source, 4)
    (count,) = struct.unpack_from("<H", source, first)
    circle = bytearray(source)
    struct.pack_into("<I", circle, first + 2 + 12 * count, first)
    for broken in (
        bytes(circle),
        source[:60],
        source[:8],
        b"II*\0" + struct.pack("<I", 1 << 30),
        b"II*\0\x08\0\0\0\xff\xff",
    ):
        with pytest.raises(RefusedError):
            cleaned(broken, identity)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b"P5 # Quackenbush\n3 2\n# MRN77123\n255\n" + b"abcdef", b"P5\n3 2\n255\nabcdef"),
        (b"P5\n3 1 65535\n" + b"abcdef", b"P5\n3 1\n65535\nabcdef"),
        (b"P6\n1 2\n255\n" + b"abcdefQuackenbush", b"P6\n1 2\n255\nabcdef"),
        (b"P2\n2 2\n9\n1 2 # Quackenbush\n3 4\n", b"P2\n2 2\n9\n1 2 3 4\n"),
        (b"P1\n2 2\n10\n0 1\n", b"P1\n2 2\n1 0 0 1\n"),
        (b"P4\n9 1\nab", b"P4\n9 1\nab"),
    ],
)
def test_comments_of_pgm_and_its_kin_go(source, expected, identity):
    assert cleaned(source, identity)[0] == expected


@pytest.mark.parametrize(
    "source",
    [
        b"P5\n3 2\n255\nab",
        b"P5\n99999999 99999999\n255\n",
        b"P2\n2 2\n9\n1 2 3\n",
        b"P2\n1 1\n9\nQ\n",
        b"P5\n3",
        b"P9\n1 1\n1\n",
    ],
)
def test_damaged_pgm_is_refused(source, identity):
    with pytest.raises(RefusedError):
        cleaned(source, identity)


@pytest.mark.parametrize(
    ("source", "exact"),
    [
        (png("L"), True),
        (png("RGB"), True),
        (png("I;16"), True),
        (tiff(2, compression="raw"), True),
        (jpeg(quality=95, subsampling=0), False),
    ],
)
def test_a_mask_blanks_its_rectangle_and_nothing_else(source, exact, identity):
    content, report = cleaned(source, identity, masks=[Mask(range(0, 1), 8, 8, 16, 8)])
    before, after = pages_of(source)[0], pages_of(content)[0]
    inside = np.zeros(before.shape[:2], bool)
    inside[8:16, 8:24] = True
    assert after[inside].max() <= (0 if exact else 40) and not planted(content)
    if exact:
        assert np.array_equal(before[~inside], after[~inside])
    assert report.counts["masked_frames"] == 1


def test_a_mask_outside_of_the_image_is_refused(identity):
    with pytest.raises(RefusedError) as refusal:
        cleaned(png(), identity, masks=[Mask(None, 30, 8, 16, 8)])
    assert refusal.value.code == "mask_outside"
