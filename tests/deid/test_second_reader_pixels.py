"""The second reader holds pixels of raster images and arrays of raw data against their source, with and without masks."""

import io
import struct

import h5py
import numpy as np
import pytest
from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from deid.engine import Identity, Mask
from deid.engine.formats.images.cleaning import clean_image
from deid.engine.formats.raw.hdf5 import clean_hdf5
from deid.engine.verification.blanked_rasters import _nearly_black
from deid.engine.verification.coded import same_coded
from deid.engine.verification.files import verify_file_json
from deid.engine.verification.others import verify_other

IDENTITY = Identity(bytes(32))
CHANGED, NOT_APPLIED = "pixels changed", "mask not applied"
MASK = Mask(None, 20, 10, 40, 20)
SHADES = np.random.default_rng(5).integers(40, 250, (64, 96), np.uint8)
SMOOTH = np.add.outer(np.arange(64) * 2, np.arange(96) + 40).astype(np.uint8)


def picture(mode: str = "L", shades: np.ndarray = SHADES) -> Image.Image:
    if mode == "I;16":
        return Image.fromarray(shades.astype(np.uint16) * 99)
    if mode == "F":
        return Image.fromarray(shades.astype(np.float32))
    grey = Image.fromarray(shades)
    return (
        Image.merge("RGB", (grey, grey.rotate(180), grey.transpose(0)))
        if mode == "RGB"
        else grey.convert(mode)
    )


def saved(image: Image.Image, kind: str, *more_pages: Image.Image, **more) -> bytes:
    out = io.BytesIO()
    pages = {"save_all": True, "append_images": more_pages} if more_pages else {}
    image.save(out, kind, **pages, **more)
    return out.getvalue()


def reduced(image: Image.Image) -> Image.Image:
    """Return a small picture of *image* that a TIFF names as one."""
    small = image.resize((48, 32))
    small.encoderinfo = {"tiffinfo": ImageFileDirectory_v2()}
    small.encoderinfo["tiffinfo"][254] = 1
    return small


def cleaned(content: bytes, *masks: Mask) -> bytes:
    out = io.BytesIO()
    clean_image(io.BytesIO(content), out, identity=IDENTITY, subject_key="s", masks=masks)
    return out.getvalue()


def kinds(folder, before: bytes, after: bytes, ending: str, *masks: Mask) -> list[str]:
    (folder / f"a{ending}").write_bytes(before)
    (folder / f"b{ending}").write_bytes(after)
    return [hit.kind for hit in verify_other(folder / f"a{ending}", folder / f"b{ending}", masks=masks)]


RASTERS = {
    "png": (saved(picture("RGB"), "PNG"), ".png"),
    "png of a palette": (saved(picture("P"), "PNG"), ".png"),
    "png of 16 bits": (saved(picture("I;16"), "PNG"), ".png"),
    "jpeg": (saved(picture("RGB"), "JPEG", comment=b"who"), ".jpg"),
    "progressive jpeg": (saved(picture(), "JPEG", progressive=True), ".jpeg"),
    "tiff": (saved(picture("RGB"), "TIFF"), ".tif"),
    "tiff of two pages and a small one": (
        saved(picture(), "TIFF", reduced(picture()), picture("I;16")), ".tif",
    ),
    "tiff, packed": (saved(picture("RGB"), "TIFF", compression="tiff_adobe_deflate"), ".tiff"),
    "tiff, lzw": (saved(picture("I;16"), "TIFF", compression="tiff_lzw"), ".tiff"),
    "tiff, bits": (saved(picture("1"), "TIFF", compression="group4"), ".tif"),
    "tiff, jpeg": (saved(picture("RGB"), "TIFF", compression="jpeg"), ".tif"),
    "tiff, big": (saved(picture("F"), "TIFF", big_tiff=True), ".tif"),
    "tiff, the other order": (saved(Image.fromarray(SHADES.astype(">u2")), "TIFF"), ".tif"),
    "pgm": (saved(picture(), "PPM"), ".pgm"),
    "ppm": (saved(picture("RGB"), "PPM"), ".ppm"),
    "pbm": (saved(picture("1"), "PPM"), ".pbm"),
    "plain pgm": (b"P2\n# Ada\n96 64\n255\n" + b" ".join(b"%d" % one for one in SHADES.ravel()) + b"\n", ".pgm"),
    "pgm with a remark": (b"P5 # Ada\n96 64 255 # Ada\n" + SHADES.tobytes() + b"Ada", ".pgm"),
}  # fmt: skip


@pytest.mark.parametrize("name", RASTERS)
def test_a_cleaned_image_has_the_pixels_of_its_source_and_no_other_byte_of_them_passes(tmp_path, name):
    content, ending = RASTERS[name]
    after = cleaned(content)
    assert kinds(tmp_path, content, after, ending) == []
    for place in (len(after) * 2 // 3, len(after) * 9 // 10):
        spoilt = bytearray(after)
        spoilt[place] = spoilt[place] % 9 + ord("0") if name == "plain pgm" else spoilt[place] ^ 0x15
        assert CHANGED in kinds(tmp_path, content, bytes(spoilt), ending)


def test_a_tiff_must_keep_its_pages_and_how_their_bytes_are_read(tmp_path):
    content = RASTERS["tiff of two pages and a small one"][0]
    first = cleaned(saved(picture(), "TIFF"))
    assert kinds(tmp_path, content, first, ".tif") == [CHANGED]
    assert kinds(tmp_path, saved(picture(), "TIFF"), cleaned(content), ".tif") == [CHANGED]
    wide = bytearray(cleaned(saved(picture(), "TIFF")))
    place = (
        wide.index(struct.pack("<HHII", 256, 4, 1, 96)) if struct.pack("<HHII", 256, 4, 1, 96) in wide else -1
    )
    place = place if place >= 0 else wide.index(struct.pack("<HHI", 256, 3, 1))
    wide[place + 8] = 95
    assert kinds(tmp_path, saved(picture(), "TIFF"), bytes(wide), ".tif") == [CHANGED]


def test_what_cannot_be_walked_is_not_the_same(tmp_path):
    (tmp_path / "a").write_bytes(saved(picture(), "TIFF"))
    for content in (b"", b"II*\0\xff\xff\xff\0", b"P5\n", b"II*\0\0\0\0\0", b"\xff\xd8\xff"):
        (tmp_path / "b").write_bytes(content)
        assert not same_coded(tmp_path / "a", tmp_path / "b")


MASKED = {
    "png": (saved(picture("RGB"), "PNG"), ".png"),
    "png of a palette": (saved(picture("P"), "PNG"), ".png"),
    "png of 16 bits": (saved(picture("I;16"), "PNG"), ".png"),
    "jpeg": (saved(picture("RGB", SMOOTH), "JPEG"), ".jpg"),
    "jpeg with a second picture": (saved(picture("RGB", SMOOTH), "MPO", picture("RGB")), ".jpg"),
    "coarse jpeg": (saved(picture("RGB", SMOOTH), "JPEG", quality=40, subsampling=1), ".jpg"),
    "grey jpeg": (saved(picture(), "JPEG", quality=90), ".jpg"),
    "tiff with a small picture": (saved(picture(), "TIFF", reduced(picture()), picture("I;16")), ".tif"),
    "tiff of numbers": (saved(picture("F"), "TIFF"), ".tif"),
    "ppm": (saved(picture("RGB"), "PPM"), ".ppm"),
}


@pytest.mark.parametrize("name", MASKED)
def test_a_masked_image_is_black_inside_and_the_same_outside(tmp_path, name):
    content, ending = MASKED[name]
    after = cleaned(content, MASK)
    assert kinds(tmp_path, content, after, ending, MASK) == []
    assert kinds(tmp_path, content, cleaned(content), ending, MASK) == [NOT_APPLIED]
    more = Mask(None, 66, 40, 25, 20)
    assert kinds(tmp_path, content, cleaned(content, MASK, more), ending, MASK) == [CHANGED]
    assert kinds(tmp_path, content, after, ending, MASK, more) == [NOT_APPLIED]
    assert kinds(tmp_path, content, after, ending) == [CHANGED]


@pytest.mark.parametrize("spoil", [
    lambda image: image.crop((0, 0, 95, 64)), lambda image: image.crop((0, 0, 96, 63)), lambda image: image.convert("RGB"),
    lambda image: Image.fromarray(np.asarray(image).astype(np.uint16)),
])  # fmt: skip
def test_a_masked_image_has_the_size_and_the_kind_of_numbers_of_its_source(tmp_path, spoil):
    content = saved(picture(), "PNG")
    after = Image.open(io.BytesIO(cleaned(content, MASK)))
    assert kinds(tmp_path, content, saved(after, "PNG"), ".png", MASK) == []
    assert kinds(tmp_path, content, saved(spoil(after), "PNG"), ".png", MASK) == [CHANGED]


@pytest.mark.parametrize("kept", [1, 3])
def test_a_masked_image_has_as_many_pages_as_its_source(tmp_path, kept):
    shown = [picture(), picture(shades=SMOOTH), picture("I;16")]
    content, released = saved(*[shown[0], "TIFF", shown[1]]), saved(shown[0], "TIFF", *shown[1:kept])
    assert kinds(tmp_path, content, cleaned(content, MASK), ".tif", MASK) == []
    assert kinds(tmp_path, content, cleaned(released, MASK), ".tif", MASK) == [CHANGED]


def test_masks_of_pages_count_small_pictures_too(tmp_path):
    content = MASKED["tiff with a small picture"][0]
    last = Mask(range(2, 3), 20, 10, 40, 20)
    after = cleaned(content, last)
    assert kinds(tmp_path, content, after, ".tif", last) == []
    assert kinds(tmp_path, content, after, ".tif", Mask(range(1), 20, 10, 40, 20)) == [NOT_APPLIED]
    assert kinds(tmp_path, content, after, ".tif", Mask(range(1, 2), 20, 10, 40, 20)) == [CHANGED]


def test_masks_reach_the_comparison_of_raster_images(tmp_path):
    content = saved(picture("RGB"), "PNG")
    (tmp_path / "a.png").write_bytes(content)
    (tmp_path / "b.png").write_bytes(cleaned(content, MASK))
    given = [{"frames": None, "x": 20, "y": 10, "width": 40, "height": 20}]
    paths = str(tmp_path / "a.png"), str(tmp_path / "b.png")
    assert verify_file_json(*paths, masks=given) == []
    assert verify_file_json(*paths) == [{"place": "image", "kind": CHANGED}]


def test_a_mask_for_one_page_allows_no_other_to_be_blanked(tmp_path):
    content = saved(picture(), "TIFF", picture(shades=SMOOTH))
    paths = str(tmp_path / "a.tif"), str(tmp_path / "b.tif")
    (tmp_path / "a.tif").write_bytes(content)
    (tmp_path / "b.tif").write_bytes(cleaned(content, MASK))
    given = {"x": 20, "y": 10, "width": 40, "height": 20}
    assert verify_file_json(*paths, masks=[given]) == []
    assert verify_file_json(*paths, masks=[given | {"frames": [1, 2]}]) == [
        {"place": "image", "kind": CHANGED}
    ]


def raw(path) -> None:
    kind = np.dtype([("head", [("version", "<u2"), ("scan", "<u4")]), ("data", h5py.vlen_dtype(np.float32))])
    rows = np.empty(70, kind)
    for number in range(70):
        rows[number] = ((1, number), np.arange(number % 5, dtype=np.float32))
    with h5py.File(path, "w") as file:
        file["dataset/data"] = rows
        file["kspace"] = np.random.default_rng(2).normal(size=(4, 8, 8)).astype(np.complex64)
        file["flag"] = np.int16(3)
        file["Mrs Quackenbush"] = np.arange(7)


@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("kspace", lambda array: array.__setitem__((3, 7, 7), 5)),
        ("flag", lambda array: array.__setitem__((), 4)),
        ("dataset/data", lambda array: array.__setitem__(69, ((1, 68), np.arange(4, dtype=np.float32)))),
        ("dataset/data", lambda array: array.__setitem__(69, ((1, 69), np.arange(3, dtype=np.float32)))),
        ("dataset/data", lambda array: array.__setitem__(69, ((1, 69), np.arange(1, 5, dtype=np.float32)))),
    ],
)
def test_every_released_array_is_one_of_the_source_value_for_value(tmp_path, place, change):
    before, after = tmp_path / "a.h5", tmp_path / "b.h5"
    raw(before)
    with before.open("rb") as source, after.open("w+b") as target:
        clean_hdf5(source, target, identity=IDENTITY, subject_key="s")
    with h5py.File(after) as file:
        assert "unnamed_1" in file
    assert verify_other(before, after) == []
    with h5py.File(after, "a") as file:
        change(file[place])
    assert [hit.kind for hit in verify_other(before, after)] == [CHANGED]


def test_an_array_that_the_source_has_not_is_noticed_and_one_that_is_left_out_is_not(tmp_path):
    for name in "ab":
        raw(tmp_path / f"{name}.h5")
    with h5py.File(tmp_path / "b.h5", "a") as file:
        del file["kspace"]
    assert verify_other(tmp_path / "a.h5", tmp_path / "b.h5") == []
    with h5py.File(tmp_path / "b.h5", "a") as file:
        file["again"] = file["flag"][()]
    assert [hit.kind for hit in verify_other(tmp_path / "a.h5", tmp_path / "b.h5")] == [CHANGED]
    (tmp_path / "b.h5").write_bytes(b"no such file")
    assert [hit.kind for hit in verify_other(tmp_path / "a.h5", tmp_path / "b.h5")] == ["unreadable", CHANGED]


@pytest.mark.parametrize(
    ("ending", "before", "after", "faults"),
    [
        (".cfl", bytes(16), bytes(16), []), (".cfl", bytes(16), bytes(15) + b"\1", [CHANGED]),
        (".cfl", bytes(16), bytes(8), [CHANGED]),
        (".bval", b"0 1000  2000\r\n", b"0 1000 2000\n", []), (".bvec", b"0 1\n", b"0 2\n", [CHANGED]),
        (".bvec", b"0 1\n", b"0\n", [CHANGED]), (".seq", b"one", b"two", []),
    ],
)  # fmt: skip
def test_bare_numbers_are_those_of_the_source(tmp_path, ending, before, after, faults):
    assert kinds(tmp_path, before, after, ending) == faults


@pytest.mark.parametrize(("row", "column"), [(9, 30), (30, 30), (15, 19), (15, 60)])
def test_the_pixels_right_beside_a_mask_are_those_of_the_source(tmp_path, row, column):
    content = saved(picture(), "PNG")
    values = np.asarray(Image.open(io.BytesIO(cleaned(content, MASK)))).copy()
    values[row, column] ^= 1
    assert kinds(tmp_path, content, saved(Image.fromarray(values), "PNG"), ".png", MASK) == [CHANGED]


@pytest.mark.parametrize(("tag", "value"), [(254, 1), (254, 9), (255, 2)])
def test_small_pictures_are_known_by_either_tag(tmp_path, tag, value):
    small = reduced(picture())
    small.encoderinfo["tiffinfo"] = ImageFileDirectory_v2()
    small.encoderinfo["tiffinfo"][tag] = value
    content = saved(picture(), "TIFF", small, picture("I;16"))
    for masks in ((), (MASK,)):
        after = cleaned(content, *masks)
        assert Image.open(io.BytesIO(after)).n_frames == 2
        assert kinds(tmp_path, content, after, ".tif", *masks) == []


@pytest.mark.parametrize("ending", [".png", ".tif"])
@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 9), (9, 1)])
def test_a_mask_of_a_single_row_or_column_is_held_against_the_image(tmp_path, ending, width, height):
    content = saved(picture("RGB"), ending[1:].replace("tif", "tiff"))
    mask = Mask(None, 3, 4, width, height)
    assert kinds(tmp_path, content, cleaned(content, mask), ending, mask) == []
    wide = Mask(None, 3, 4, width + 1, height)
    assert kinds(tmp_path, content, cleaned(content, mask), ending, wide) == [NOT_APPLIED]


@pytest.mark.parametrize(("dark", "bright", "count", "applied"), [
    (32, 32, 0, True), (33, 33, 0, False), (28, 72, 1, True), (10, 73, 11, False), (10, 72, 11, True), 
    (0, 255, 9, True), (0, 255, 11, False),
])  # fmt: skip
def test_a_mask_on_a_jpeg_is_nearly_black(dark, bright, count, applied):
    """Its mean up to 32, and nine of ten samples up to 72: blocks ring at the edges of a mask."""
    inside = np.full((10, 10), dark, np.uint8)
    inside.ravel()[:count] = bright
    assert _nearly_black(inside) is applied
