"""A well cleaned picture, volume, model or raw file into which words were put back: the second reader tells them."""

import gzip
import io
import struct
import zlib

import h5py
import nibabel
import numpy as np
import pytest
from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from deid.engine import Identity
from deid.engine.formats.images.cleaning import clean_image
from deid.engine.formats.nifti import clean_nifti
from deid.engine.verification.needles import needles_of_values
from deid.engine.verification.nifti import verify_nifti
from deid.engine.verification.others import verify_other
from deid.engine.verification.tiffs import tiff_hits
from tests.deid.test_raster_bytes import chunk, seg
from tests.deid.test_tiff_bytes import APART, RGB, page, parted, shorts, tiff

IDENTITY = Identity(bytes(32))
SHADES = np.random.default_rng(5).integers(40, 250, (24, 32), np.uint8)
GREY = Image.fromarray(SHADES)
# No needle knows these words: that there is room for them is what is told.
WORDS = b"Featherington"


def saved(kind: str, picture: Image.Image = GREY, **more) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def cleaned(content: bytes) -> bytes:
    out = io.BytesIO()
    clean_image(io.BytesIO(content), out, identity=IDENTITY, subject_key="s")
    return out.getvalue()


def kinds(folder, before: bytes, after: bytes, ending: str, *needles: str) -> list[str]:
    (folder / f"a{ending}").write_bytes(before)
    (folder / f"b{ending}").write_bytes(after)
    given = needles_of_values(needles)
    return [hit.kind for hit in verify_other(folder / f"a{ending}", folder / f"b{ending}", given)]


PNG, END = cleaned(saved("PNG")), chunk(b"IEND")
IDAT = PNG[PNG.index(b"IDAT") - 4 : -12]


@pytest.mark.parametrize(
    ("after", "count"),
    [
        (PNG, 0), (PNG + chunk(b"tEXt", WORDS), 1), (PNG + chunk(b"pHYs", WORDS[:9]), 1), (PNG + IDAT, 1),
        (PNG[:-12] + chunk(b"IEND", WORDS), 1), (PNG[:-12] + chunk(b"pHYs", WORDS[:9]) + END, 0),
        (PNG[:-12] + chunk(b"pHYs", WORDS) + END, 1), (PNG[:-12] + chunk(b"pHYs", WORDS[:9]) * 2 + END, 1),
        (PNG[:-12] + chunk(b"IDAT", WORDS) + END, 1),
        (PNG.replace(IDAT, chunk(b"IDAT", IDAT[8:-4] + WORDS)), 1),
        (PNG.replace(IDAT, chunk(b"IDAT", IDAT[8:40]) + chunk(b"IDAT", IDAT[40:-4])), 0),
        (PNG + WORDS, 1), (PNG[:-12], 0),
    ],
)  # fmt: skip
def test_room_for_words_in_a_png_is_told(tmp_path, after, count):
    """ISO/IEC 15948: nothing behind IEND or the image data, each chunk once and no longer than it may be."""
    assert min(1, kinds(tmp_path, after, after, ".png").count("metadata")) == count


JPEG = cleaned(saved("JPEG", progressive=True))
JFIF, SECOND = seg(0xE0, b"JFIF\0\x01\x02\0\0\1\0\1\0\0"), JPEG.rindex(b"\xff\xda")


@pytest.mark.parametrize(
    ("after", "count"),
    [
        (JPEG, 0), (JPEG[:SECOND] + seg(0xFE, WORDS) + JPEG[SECOND:], 1), (JPEG[:-2] + seg(0xFE, WORDS) + JPEG[-2:], 1),
        (JPEG + WORDS + b"\xff\xd9", 1), (JPEG + JPEG, 1), (JPEG[:2] + JFIF + JPEG[2:], 1), (JPEG[:-2], 1),
        (JPEG[:SECOND] + seg(0xE1, WORDS * 2) + JPEG[SECOND:], 0), (JPEG[:SECOND] + seg(0xE1, WORDS * 3) + JPEG[SECOND:], 1),
        (JPEG[:2] + b"\xff\xff\xff" + JPEG[2:], 0),
    ],
)  # fmt: skip
def test_room_for_words_in_a_jpeg_is_told_up_to_its_end(tmp_path, after, count):
    """T.81 B.1: segments between scans and bytes behind the end of the image."""
    assert kinds(tmp_path, after, after, ".jpg").count("metadata") == count
    assert "pixels changed" not in kinds(tmp_path, JPEG, after, ".jpg")


@pytest.mark.parametrize(
    ("ending", "content", "place"),
    [
        (".png", PNG[:-12] + chunk(b"tEXt", WORDS) + END, "chunk"),
        (".png", PNG.replace(IDAT, chunk(b"IDAT", IDAT[8:-4] + WORDS)), "image data"),
        (".jpg", JPEG[:2] + seg(0xFE, WORDS) + JPEG[2:], "segment"), (".jpg", JPEG + WORDS, "trailing bytes"),
        (".tif", saved("TIFF") + WORDS, "bytes beside the pages"), (".pgm", b"P5 # who\n1 1\n255\n0", "remark"),
    ],
)  # fmt: skip
def test_it_is_told_where_a_picture_has_room_for_words(tmp_path, ending, content, place):
    (tmp_path / f"a{ending}").write_bytes(content)
    found = verify_other(tmp_path / f"a{ending}", tmp_path / f"a{ending}")
    assert [(hit.place, hit.kind) for hit in found] == [(place, "metadata")]


def tagged(kind: str = "TIFF", pages: int = 1, **tags) -> bytes:
    """Return a TIFF with tags (`t270` is tag 270) on its last page."""
    told = ImageFileDirectory_v2()
    for name, value in tags.items():
        told[int(name[1:])] = value
    last = GREY.copy()
    last.encoderinfo = {"tiffinfo": told}
    more = {"save_all": True, "append_images": [last]} if pages == 2 else {"tiffinfo": told}
    return saved(kind, **more)


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("packing", ["raw", "tiff_lzw", "tiff_adobe_deflate", "jpeg"])
@pytest.mark.parametrize("order", ["<", ">"])
def test_a_cleaned_tiff_is_told_to_have_no_room_for_words(tmp_path, big, packing, order):
    picture = Image.fromarray(SHADES.astype(">u2")) if order == ">" and packing == "raw" else GREY
    content = saved("TIFF", picture, big_tiff=big, compression=packing)
    after = cleaned(content)
    assert kinds(tmp_path, content, after, ".tif") == []
    assert kinds(tmp_path, content, after + WORDS, ".tif") == ["metadata"]
    assert kinds(tmp_path, content, after + bytes(9), ".tif") == []
    assert kinds(tmp_path, content, after[:-9], ".tif") != []


@pytest.mark.parametrize(
    ("more", "places"),
    [
        ({}, []), ({"t270": "who"}, ["tag"]), ({"t315": "who", "t306": "2019:03:02 10:15:00"}, ["tag", "tag"]),
        ({"t700": b"<x/>"}, ["tag"]), ({"t40091": b"who"}, ["tag"]), ({"t282": 72.0, "t283": 72.0, "t296": 2}, []),
        ({"pages": 2, "t254": 1}, ["page"]), ({"pages": 2, "t255": 2}, ["page"]), ({"pages": 2, "t270": "who"}, ["tag"]),
        ({"pages": 2}, []), ({"t34675": b"icc"}, ["tag"]), ({"t318": (0.5,) * 17}, ["tag"]), ({"t318": (0.5,) * 16}, []),
        ({"t330": 8}, ["tag"]), ({"t301": tuple(range(99))}, []),
    ],
)  # fmt: skip
def test_tags_and_small_pages_left_in_a_tiff_are_told(tmp_path, more, places):
    content = tagged(**more)
    assert [hit.place for hit in tiff_hits(content) if hit.place in ("tag", "page")] == places
    assert kinds(tmp_path, content, cleaned(content), ".tif") == []


@pytest.mark.parametrize(("packing", "end"), [("tiff_adobe_deflate", b""), ("jpeg", b"\xff\xd9")])
def test_what_follows_the_pixels_in_a_strip_of_a_tiff_is_told(tmp_path, packing, end):
    after = bytearray(cleaned(saved("TIFF", compression=packing)))
    entry = after.index(struct.pack("<HHI", 279, 4, 1)) + 8
    (length,) = struct.unpack_from("<I", after, entry)
    struct.pack_into("<I", after, entry, length + len(WORDS + end))
    content = bytes(after) + WORDS + end
    assert kinds(tmp_path, content, content, ".tif") == ["metadata"]


RASTER = SHADES.tobytes()
NETPBM = {
    "pgm": (b"P5\n32 24\n255\n", RASTER), "pgm of 16 bits": (b"P5\n32 12\n256\n", RASTER), "ppm": (b"P6\n16 16\n255\n", RASTER),
    "pbm": (b"P4\n30 192\n", RASTER), "plain pgm": (b"P2\n2 3\n255\n", b"1 22 3 44 5 6\n"),
    "plain ppm": (b"P3\n1 2\n255\n", b"1 22 3 44 5 6\n"), "plain pbm": (b"P1\n3 2\n", b"101 110\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", NETPBM)
def test_a_netpbm_image_is_its_head_and_its_whole_raster(tmp_path, name):
    head, raster = NETPBM[name]
    assert kinds(tmp_path, head + raster, cleaned(head + raster), ".pgm") == []
    if not name.startswith("plain"):
        longer = head + raster + WORDS
        assert kinds(tmp_path, longer, cleaned(longer), ".pgm") == []
        assert kinds(tmp_path, longer, longer, ".pgm") == ["pixels changed"]
    for less in (head + raster[:-1].rstrip()[:-1], head + raster[:1], head):
        assert kinds(tmp_path, head + raster, less, ".pgm") == ["pixels changed"]
    remark = head.replace(b"\n", b" # who\n", 1) + raster
    assert kinds(tmp_path, remark, remark, ".pgm") == ["metadata"]
    assert kinds(tmp_path, remark, cleaned(remark), ".pgm") == []


@pytest.mark.parametrize(
    "head",
    [
        b"P5\n24 32\n255\n",
        b"P5\n32 24\n254\n",
        b"P5\n16 48\n255\n",
        b"P5\n32\n",
        b"P4\n30 192\n",
        b"P6\n16 16\n255\n",
    ],
)
def test_a_netpbm_image_with_another_head_is_another_image(tmp_path, head):
    before = b"P5\n32 24\n255\n" + RASTER
    assert kinds(tmp_path, before, head + RASTER, ".pgm") == ["pixels changed"]


def test_numbers_of_a_plain_image_are_compared_one_by_one(tmp_path):
    before = b"P2\n2 1\n255\n1 23\n"
    assert kinds(tmp_path, before, b"P2\n2 1\n255\n12 3\n", ".pgm") == ["pixels changed"]
    assert kinds(tmp_path, before, b"P2\n2 1\n255\n1\n23", ".pgm") == []
    remark = b"P2\n2 1\n255\n1 23 # who\n"
    assert kinds(tmp_path, remark, remark, ".pgm") == ["metadata"]
    longer = before + b"4 5\n"
    assert kinds(tmp_path, longer, longer, ".pgm") == ["pixels changed"]


@pytest.mark.parametrize(
    "content", [b"", b"II*\0", b"MM\0*\0\0\0\x08\0\1", b"P5", b"PX\n", b"\x89PNG\r\n\x1a\n"]
)
def test_a_picture_that_nobody_can_walk_does_not_pass(tmp_path, content):
    assert kinds(tmp_path, PNG, content, ".tif") != []


def volume(kind=nibabel.Nifti1Image, behind: bytes = b"", packed: bool = False) -> bytes:
    image = kind(np.arange(60, dtype=np.int16).reshape(5, 4, 3), np.eye(4))
    content = image.to_bytes() + behind
    return gzip.compress(content) if packed else content


def volume_hits(folder, before: bytes, after: bytes) -> list[tuple[str, str]]:
    (folder / "a.nii").write_bytes(before)
    (folder / "b.nii").write_bytes(after)
    return [(hit.place, hit.kind) for hit in verify_nifti(folder / "a.nii", folder / "b.nii")]


@pytest.mark.parametrize("kind", [nibabel.Nifti1Image, nibabel.Nifti2Image])
def test_what_follows_the_image_of_a_volume_is_told_although_its_source_has_it(tmp_path, kind):
    source, out = volume(kind, WORDS), io.BytesIO()
    clean_nifti(io.BytesIO(source), out, identity=IDENTITY, subject_key="s")
    assert volume_hits(tmp_path, source, out.getvalue()) == []
    assert volume_hits(tmp_path, source, out.getvalue() + WORDS) == [("image", "pixels changed")]
    assert volume_hits(tmp_path, source, out.getvalue()[:-1]) == [("image", "pixels changed")]


@pytest.mark.parametrize(
    ("flags", "time", "more", "found"),
    [(0, 0, b"", False), (8, 0, WORDS + b"\0", True), (16, 0, WORDS + b"\0", True), (4, 0, b"\5\0words", True),
     (0, 1551521700, b"", True), (0, 1 << 24, b"", True)],
)  # fmt: skip
def test_the_gzip_header_of_a_volume_is_looked_at(tmp_path, flags, time, more, found):
    """RFC 1952 2.3: a name, a comment, an extra field, the time of the file."""
    source, out = volume(packed=True), io.BytesIO()
    clean_nifti(io.BytesIO(source), out, identity=IDENTITY, subject_key="s")
    released = out.getvalue()
    spoilt = released[:3] + struct.pack("<BI", flags, time) + released[8:10] + more + released[10:]
    assert volume_hits(tmp_path, source, spoilt) == ([("gzip header", "header text")] if found else [])


def raw(folder, plant) -> list[str]:
    with h5py.File(folder / "a.h5", "w") as file:
        file["kspace"] = np.arange(12.0)
        plant(file)
    path = folder / "a.h5"
    return [hit.kind for hit in verify_other(path, path, needles_of_values(["Jones^Ada", "20190302"]))]


PLANTS = {
    "attribute": lambda file: file.attrs.__setitem__("note", "of Jones"),
    "attributes": lambda file: file["kspace"].attrs.__setitem__("note", ["one", "of Jones"]),
    "name of an attribute": lambda file: file["kspace"].attrs.__setitem__("Jones", 1),
    "attribute of numbers": lambda file: file.attrs.__setitem__("note", np.frombuffer(b"of Jones", np.uint8)),
    "name of a group": lambda file: file.create_group("scan/of Jones"),
    "texts": lambda file: file.create_dataset("x", data=["one", "of Jones"]),
    "lzf": lambda file: file.create_dataset("x", data=np.array([b"one", b"of Jones"]), compression="lzf", shuffle=True),
    "gzip": lambda file: file.create_dataset("x", data=np.array([b"one", b"2019-03-02"]), compression="gzip", shuffle=True),
    "numbers": lambda file: file.create_dataset("x", data=np.frombuffer(b"of Jones" * 9, np.uint8), compression="lzf"),
    "name of a field": lambda file: file.create_dataset("x", data=np.zeros(2, [("Jones", "u1")])),
}  # fmt: skip


@pytest.mark.parametrize("place", PLANTS)
def test_words_in_raw_data_are_told_in_names_attributes_and_packed_arrays(tmp_path, place):
    assert raw(tmp_path, lambda _file: None) == []
    assert len(raw(tmp_path, PLANTS[place])) == 1


def test_a_stream_that_lies_across_two_blocks_of_a_document_is_told(tmp_path):
    packed = zlib.compress(
        np.random.default_rng(2).integers(0, 256, 30_000, np.uint8).tobytes() + b" of Jones "
    )
    content = b"%PDF-1.4\n" + b" " * ((8 << 20) - 10_000) + packed
    assert kinds(tmp_path, content, content, ".pdf", "Jones^Ada") == ["name"]


@pytest.mark.parametrize(
    ("more", "parts", "released", "same"),
    [
        ({}, [6], [6], True), ({}, [9], [6], True), ({}, [9], [9], False), ({}, [6], [5], False), ({}, [6], [0], False),
        ({"t278": shorts(1)}, [9, 3], [3, 3], True), ({"t278": shorts(1)}, [9, 3], [6, 0], False),
        ({"t278": shorts(1)}, [9, 3], [9, 3], False), (RGB, [20], [18], True), (RGB, [20], [19], False),
        (RGB | {"t258": shorts(8)}, [20], [18], True), (RGB | {"t258": shorts(8, 8, 16)}, [30], [24], True),
        (APART, [9, 9, 9], [6, 6, 6], True), (APART, [9, 9, 9], [9, 9, 9], False), ({"t258": shorts(1)}, [9], [2], True),
        ({"t258": shorts(3)}, [9], [4], True), ({"t262": shorts(6)}, [9], [9], True), ({"t262": shorts(6)}, [9], [6], False),
    ],
)  # fmt: skip
def test_plain_samples_of_a_tiff_are_as_many_as_its_head_says(tmp_path, more, parts, released, same):
    before, after = (
        parted([bytes([65 + at]) * size for at, size in enumerate(sizes)], **more)
        for sizes in (parts, released)
    )
    assert ("pixels changed" not in kinds(tmp_path, before, after, ".tif")) is same
    assert "pixels changed" not in kinds(tmp_path, before, cleaned(before), ".tif")


def tiled(sizes: list[int], **more) -> bytes:
    """Return a page of one tile of 16 by 16 for each size, in the order of the planes."""
    base = {"t322": shorts(16), "t323": shorts(16), **more}
    zeros = (4, bytes(4 * len(sizes)))
    fields = [one for one in page("<", t324=zeros, t325=zeros, **base) if one[0] not in (273, 278, 279)]
    start = len(tiff(fields, b""))
    told = {324: [start + sum(sizes[:at]) for at in range(len(sizes))], 325: sizes}
    placed = [
        (tag, kind, struct.pack(f"<{len(sizes)}I", *told[tag]) if tag in told else raw)
        for tag, kind, raw in fields
    ]
    return tiff(placed, b"".join(bytes([65 + at]) * size for at, size in enumerate(sizes)))


@pytest.mark.parametrize(
    ("more", "sizes", "less", "same"),
    [
        ({}, [256], [256], True), ({}, [260], [256], True), ({}, [260], [260], False), ({}, [260], [255], False),
        (APART, [260, 260, 260], [256] * 3, True), (APART, [260] * 3, [260, 256, 256], False), (RGB, [800], [768], True),
        ({"t256": shorts(32)}, [260, 256], [256, 256], True), ({"t322": shorts(32)}, [512], [512], True),
        ({"t323": shorts(32)}, [512], [512], True), ({"t322": shorts(32)}, [520], [256], False),
    ],
)  # fmt: skip
def test_plain_tiles_of_a_tiff_are_as_large_as_its_head_says(tmp_path, more, sizes, less, same):
    found = kinds(tmp_path, tiled(sizes, **more), tiled(less, **more), ".tif")
    assert ("pixels changed" not in found) is same
    assert "pixels changed" not in kinds(
        tmp_path, tiled(sizes, **more), cleaned(tiled(sizes, **more)), ".tif"
    )
