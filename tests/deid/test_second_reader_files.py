"""The second reader on whole files: NIfTI headers and images against their plan, words that are read in pixels."""

import gzip
import importlib.machinery
import io
import struct
import sys
import types
import zipfile

import nibabel
import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.data import get_testdata_file

from deid.engine.verification import reading_again, verify_nifti
from deid.engine.verification.files import verify_dicom, verify_file_json, verify_table
from deid.engine.verification.needles import Needle, needles_of_values
from deid.engine.verification.structure import new_faults
from deid.engine.verification.voxels import name_of
from tests.deid.conftest import as_bytes

pytestmark = pytest.mark.filterwarnings("ignore")
KINDS = {1: nibabel.Nifti1Image, 2: nibabel.Nifti2Image}
# nifti1.h and nifti2.h: where each text field lies.
TEXTS = {
    1: {"data_type": (4, 10), "db_name": (14, 18), "descrip": (148, 80), "aux_file": (228, 24), "intent_name": (328, 16)},
    2: {"descrip": (240, 80), "aux_file": (320, 24), "intent_name": (508, 16), "unused_str": (525, 15)},
}  # fmt: skip
SIZE = {1: 348, 2: 540}


def volume(version: int, order: str = "<", kind=np.int16, shape=(4, 3, 2)) -> bytes:
    """Return a NIfTI file with an empty header and its image right behind it."""
    header = KINDS[version].header_class(endianness=order)
    image = KINDS[version](np.arange(np.prod(shape)).reshape(shape).astype(kind), np.eye(4), header)
    image.set_data_dtype(kind)
    return image.to_bytes()


def hits(tmp_path, before, after, **more):
    (tmp_path / "a.nii").write_bytes(before)
    (tmp_path / "b.nii").write_bytes(after)
    return [(hit.place, hit.kind) for hit in verify_nifti(tmp_path / "a.nii", tmp_path / "b.nii", **more)]


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("order", ["<", ">"])
def test_every_text_of_a_nifti_header_is_looked_at_from_its_first_byte_to_its_last(tmp_path, version, order):
    clean = volume(version, order)
    assert hits(tmp_path, clean, clean) == []
    for start, length in TEXTS[version].values():
        for place in (start, start + length - 1):
            spoiled = bytearray(clean)
            spoiled[place] = ord("x")
            found = hits(tmp_path, clean, bytes(spoiled))
            assert [kind for _place, kind in found] == ["header text"]
            assert start >= int(found[0][0].removeprefix("header byte ")) > start - 15
    extended = clean[: SIZE[version]] + b"\1\0\0\0" + clean[SIZE[version] + 4 :]
    assert hits(tmp_path, clean, extended) == [("extension", "header text")]


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("packed", [False, True])
def test_the_image_of_a_nifti_file_is_what_its_source_has_where_its_offset_points(
    tmp_path, version, order, packed
):
    clean = volume(version, order)
    size, gap = SIZE[version], 32
    source = bytearray(clean[: size + 4] + bytes(gap) + clean[size + 4 :])
    form, place = (order + "f", 108) if version == 1 else (order + "q", 168)
    struct.pack_into(form, source, place, size + 4 + gap)
    source[size] = 1
    before = gzip.compress(bytes(source)) if packed else bytes(source)
    after = gzip.compress(clean, mtime=0) if packed else clean
    assert hits(tmp_path, before, after) == []
    assert hits(tmp_path, bytes(source) + b"what lay behind the image", clean) == []
    for place in (size + 4, len(clean) - 1):
        changed = bytearray(clean)
        changed[place] ^= 1
        assert hits(tmp_path, before, bytes(changed)) == [("image", "pixels changed")]
    assert hits(tmp_path, before, clean + b"x") == [("image", "pixels changed")]


def test_the_header_of_a_nifti_file_is_searched_and_its_image_is_not(tmp_path):
    needles = needles_of_values(["Quackenbush^Xiomara"])
    clean = bytearray(volume(1, shape=(4, 4, 4)))
    clean[352 + 9 : 352 + 20] = b"Quackenbush"
    assert hits(tmp_path, bytes(clean), bytes(clean), needles=needles) == []
    clean[56:67] = b"Quackenbush"
    assert ("header", "name") in hits(tmp_path, bytes(clean), bytes(clean), needles=needles)


def plan(path, source: bytes, blanked: np.ndarray):
    """Write a plan without the code that plans: an archive with the shape and the bits of what is blanked."""
    with zipfile.ZipFile(path, "w") as archive:
        for part, values in (("shape", np.array(blanked.shape)), ("bits", np.packbits(blanked))):
            out = io.BytesIO()
            np.save(out, values)
            archive.writestr(f"{name_of(source)}/{part}.npy", out.getvalue())
    return path


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.float64, np.complex128])
@pytest.mark.parametrize("volumes", [1, 2])
def test_a_volume_is_blank_where_planned_and_untouched_elsewhere(tmp_path, version, order, kind, volumes):
    shape = (4, 3, 2, volumes)[: 3 if volumes == 1 else 4]
    source = volume(version, order, kind, shape)
    blanked = np.zeros((2, 3, 4), bool)
    blanked[1, 1:3, 2:4] = True
    path = plan(tmp_path / "plan", source, blanked)
    size, start = np.dtype(kind).itemsize, SIZE[version] + 4
    image = np.frombuffer(source[start:], np.uint8).reshape(volumes, 2, 3, 4, size).copy()
    image[:, blanked] = np.arange(size) + 1
    after = source[:start] + image.tobytes()
    assert hits(tmp_path, source, after, voxel_mask=path) == []
    assert hits(tmp_path, source, source, voxel_mask=path) == [("image", "pixels changed")]
    assert hits(tmp_path, source, after) == [("image", "pixels changed")]
    for place in (
        (0, 1, 1, 2, size - 1),
        (volumes - 1, 1, 2, 3, 0),
        (0, 0, 0, 0, 0),
        (volumes - 1, 1, 2, 1, size - 1),
    ):
        spoiled = image.copy()
        spoiled[place] ^= 1
        assert hits(tmp_path, source, source[:start] + spoiled.tobytes(), voxel_mask=path)
    assert hits(tmp_path, source, after[:-1], voxel_mask=path) == [("image", "pixels changed")]
    assert hits(tmp_path, source, after, voxel_mask=plan(tmp_path / "other", b"another", blanked))
    assert hits(tmp_path, source, after, voxel_mask=plan(tmp_path / "wrong", source, blanked[:, :2]))


@pytest.mark.parametrize(("version", "bits", "dims"), [(1, 72, "<8h"), (2, 14, "<8q")])
def test_voxels_of_256_bits_are_compared_too(tmp_path, version, bits, dims):
    """nifti1.h, DT_COMPLEX256."""
    source = bytearray(volume(version, kind=np.complex128, shape=(8, 3, 2)))
    struct.pack_into("<h", source, bits, 256)
    struct.pack_into(dims, source, 40 if version == 1 else 16, 3, 4, 3, 2, 1, 1, 1, 1)
    blanked = np.zeros((2, 3, 4), bool)
    blanked[1, 1:3, 2:4] = True
    start = SIZE[version] + 4
    image = np.frombuffer(bytes(source[start:]), np.uint8).reshape(2, 3, 4, 32).copy()
    image[blanked] = 7
    path = plan(tmp_path / "plan", bytes(source), blanked)
    assert hits(tmp_path, bytes(source), bytes(source[:start]) + image.tobytes(), voxel_mask=path) == []
    assert hits(tmp_path, bytes(source), bytes(source), voxel_mask=path) == [("image", "pixels changed")]


@pytest.mark.parametrize(
    ("name", "released"),
    [
        ("x.nii", "header text"), ("x.nii.gz", "header text"), ("x.txt", "name"), ("x.dcm", "missing statement"),
        ("x.png", "name"),
    ],
)  # fmt: skip
def test_a_file_is_verified_by_its_ending(tmp_path, name, released):
    dicom = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    spoiled = bytearray(volume(1))
    spoiled[148:159] = b"Quackenbush"
    content = {
        "x.nii": bytes(spoiled), "x.nii.gz": gzip.compress(spoiled), "x.dcm": as_bytes(dicom),
    }.get(name, b"of Quackenbush")  # fmt: skip
    path = tmp_path / name
    path.write_bytes(content)
    found = verify_file_json(str(path), str(path), known_values=["Quackenbush^X"])
    assert released in {hit["kind"] for hit in found}
    assert all(set(hit) == {"place", "kind"} and "uackenbush" not in str(hit) for hit in found)


def test_masks_and_options_reach_the_comparison_of_instances(tmp_path, clean):
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    ds.StationName = "SCANNER77"
    source, released = tmp_path / "a.dcm", tmp_path / "b.dcm"
    source.write_bytes(as_bytes(ds))
    after = clean(source.read_bytes())[0]
    pixels = after.pixel_array.copy()
    pixels[3:8, 2:12] = 0
    after.PixelData = pixels.tobytes()
    released.write_bytes(as_bytes(after))
    mask = {"frames": [0, 1], "x": 2, "y": 3, "width": 10, "height": 5}

    def kinds(**more):
        return {hit["kind"] for hit in verify_file_json(str(source), str(released), **more)}

    assert kinds(masks=[mask]) == kinds(masks=[mask | {"frames": None}]) == set()
    assert kinds() == {"pixels changed"} and kinds(masks=[mask | {"width": 9}]) == {"pixels changed"}
    assert kinds(masks=[mask | {"height": 6}]) == {"mask not applied"}
    assert "device" in kinds(masks=[mask], options=["retain_modified_dates"])
    assert {hit.kind for hit in verify_dicom(source, source)} >= {"missing statement", "foreign uid", "date"}


def test_lines_of_a_table_are_counted_from_one(tmp_path):
    (tmp_path / "t").write_text("of Quackenbush\nfine\nof Quackenbush\n")
    found = verify_table(tmp_path / "t", [Needle("name", "x", ("Quackenbush",))])
    assert [hit.place for hit in found] == ["line 1", "line 3"]
    (tmp_path / "t").write_bytes(b"fine\n\1of Jones\n")
    assert [hit.place for hit in verify_table(tmp_path / "t", needles_of_values(["Jones^Ada"]))] == ["line 2"]


def test_a_value_that_lies_across_rows_of_a_table_is_told_and_numbers_in_cells_are_no_date(tmp_path):
    needles = needles_of_values(["Larkspur Valley Hospital", "Quackenbush^Xiomara", "20190302"])
    (tmp_path / "t").write_text('a,b\n1,"Larkspur\nValley Hospital"\nXiomara,Quackenbush\n')
    assert [(hit.place, hit.kind) for hit in verify_table(tmp_path / "t", needles)] == [
        ("line 4", "name"), ("table", "identifier"),
    ]  # fmt: skip
    (tmp_path / "t").write_text("a,b,c\n3,2,2019\n2019,3,2\n2019\n3\n2\n")
    assert verify_table(tmp_path / "t", needles) == []


def searched(*values: str):
    return reading_again._searched(needles_of_values(values))


@pytest.mark.parametrize(
    ("known", "line", "shown"),
    [
        ("Quackenbush^Xiomara", "QUACKENBUSH", True), ("Quackenbush^Xiomara", "of QUACKENBU5H 12", True),
        ("Quackenbush^Xiomara", "Quackenbosh", True), ("Quackenbush^Xiomara", "Quakenbosh", False),
        ("Quackenbush^Xiomara", "Quackxxbush", False), ("Quackenbush^Xiomara", "xxQuackenbushxx", True),
        ("Quackenbush^Xiomara", "QUA CKEN BUSH", True), ("Quackenbush^Xiomara", "thorax 12 cm", False),
        ("Abel^Wu", "ABEL", True), ("Abel^Wu", "Abelard", False), ("Abel^Wu", "4BEL", False), ("Abe^Wu", "ABE", False),
        ("Abelar^Wu", "xAbelarx", True), ("Abelar^Wu", "xAbelxrx", False), ("Abelard^Wu", "Abelxrd", False),
        ("Abelarde^Wu", "Abelxrde", True), ("Abelarde^Wu", "Abelxrdx", False),
        ("PT123456", "PT123456", True), ("PT123456", "PTI23456", True), ("12345678", "12345678", True),
        ("12345678", "12345679", False), ("1234", "1234", True), ("1234", "12345", False), ("123", "123", False),
        ("Bolz^Wu", "8012", False), ("Bolzio^Wu", "801210", True), ("19870203", "1987-02-03", True),
        ("Müller^Wu", "MULLER", True), ("Zoélié^Wu", "zoelie", True),
    ],
)  # fmt: skip
def test_a_word_that_was_read_is_one_that_is_searched_for(known, line, shown):
    """Letters that look alike count as the same; of eight letters one may be wrong; numbers must be right."""
    assert reading_again._shows(line, searched(known)) is shown


def test_devices_and_uids_are_not_searched_for_in_pictures():
    kinds = ("name", "identifier", "place", "date", "device", "uid")
    found = [reading_again._searched([Needle(kind, "x", ("Quackenbush",))]) for kind in kinds]
    assert [bool(one) for one in found] == [True] * 4 + [False] * 2


@pytest.mark.parametrize(
    ("frames", "masked", "read"),
    [
        (1, [], [0]),
        (2, [], [0, 1]),
        (3, [], [0, 1, 2]),
        (4, [], [0, 2, 3]),
        (9, [], [0, 4, 8]),
        (9, [range(2, 6)], [0, 1, 4, 6, 8]),
        (9, [range(9)], [0, 4, 8]),
    ],
)
def test_the_first_the_middle_and_the_last_frame_and_those_beside_masked_ones_are_read(frames, masked, read):
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    values = np.zeros((frames, 8, 8), np.int16)
    values[:, 0, 0], values[np.arange(frames), 1, np.arange(frames) % 8] = 100, 50
    values[8:, 2, 2] = 50
    ds.NumberOfFrames, ds.Rows, ds.Columns, ds.PixelData = frames, 8, 8, values.tobytes()
    shown = [one for one in reading_again._frames(as_bytes(ds), masked) if one[1].max() in (127, 128)]
    assert sorted(int(np.argmax(one[1])) for one in shown) == sorted(number % 8 for number in read)
    assert sum(int(one[2, 2] > 0) for one in shown) == (8 in read)


def test_pixels_are_read_again_where_the_models_are_at_hand(monkeypatch):
    monkeypatch.setitem(sys.modules, reading_again.MODELS, types.ModuleType(reading_again.MODELS))
    sys.modules[reading_again.MODELS].__spec__ = importlib.machinery.ModuleSpec(reading_again.MODELS, None)
    assert reading_again.can_read()
    monkeypatch.setitem(sys.modules, reading_again.MODELS, None)
    assert not reading_again.can_read()


def test_a_picture_is_stretched_over_its_values_and_over_most_of_them():
    flat = np.full((20, 20), 7.0)
    assert list(reading_again._greys(flat)) == []
    even = np.arange(400.0).reshape(20, 20) * 3 - 50
    (one,) = reading_again._greys(even)
    assert (one.min(), one.max(), one.dtype) == (0, 255, np.uint8) and (
        np.diff(one.astype(int).ravel()) >= 0
    ).all()
    even[0, 0] = 1e6
    wide, narrow = sorted(reading_again._greys(even), key=np.mean)
    assert wide.astype(int).sum() == 255 and narrow.mean() > 100 and (narrow == 255).sum() >= 4
    assert len(list(reading_again._greys(even + 5e6))) == len(list(reading_again._greys(even - 5e6))) == 2


def test_colours_are_read_by_their_brightest_part_and_palettes_by_their_colours(tmp_path):
    picture = np.zeros((6, 6, 3), np.uint8)
    picture[1, 1, 2], picture[2, 2, 0] = 200, 100
    Image.fromarray(picture).save(tmp_path / "x.png")
    shown = list(reading_again._pages(tmp_path / "x.png"))
    assert any((one[1, 1], one[2, 2], one[0, 0]) == (255, 127, 0) for one in shown)
    pages = [Image.fromarray(np.eye(6, k=number, dtype=np.uint8) * 200) for number in range(5)]
    pages[0].save(tmp_path / "x.tif", save_all=True, append_images=pages[1:])
    assert len({one.tobytes() for one in reading_again._pages(tmp_path / "x.tif")}) == 3
    Image.new("1", (8001, 8000)).save(tmp_path / "large.png")
    assert list(reading_again._pages(tmp_path / "large.png")) == []
    content = get_testdata_file("examples_palette.dcm")
    with open(content, "rb") as file:  # noqa: PTH123
        shown = list(reading_again._frames(file.read(), ()))
    rgb = pydicom.pixels.apply_color_lut(pydicom.dcmread(content).pixel_array, pydicom.dcmread(content)).max(
        axis=2
    )
    low, high = float(rgb.min()), float(rgb.max())
    expected = ((rgb - low) / (high - low) * 255).astype(np.uint8)
    assert any(np.abs(one.astype(int) - expected).max() <= 1 for one in shown)


def test_what_no_decoder_reads_is_not_read():
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    del ds.Rows
    assert list(reading_again._frames(as_bytes(ds), ())) == []


def test_new_faults_are_told_without_values_and_old_ones_are_not(tmp_path):
    from deid.engine.verification.structure import has_checker

    if not has_checker():
        pytest.skip("DCIODVFY IS MISSING (Debian: dicom3tools)")
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    (tmp_path / "a").write_bytes(as_bytes(ds))
    ds.PatientSex, ds.SliceLocation = "QUACKENBUSH", None
    ds.StudyDate = "Quackenbush"
    (tmp_path / "b").write_bytes(as_bytes(ds))
    faults = new_faults(tmp_path / "a", tmp_path / "b")
    assert faults and faults == sorted(faults) and all(fault.startswith("Error") for fault in faults)
    assert "uackenbush" not in str(faults).lower()
    assert new_faults(tmp_path / "b", tmp_path / "b") == [] == new_faults(tmp_path / "b", tmp_path / "a")
    (tmp_path / "c").write_bytes(b"no dicom")
    assert new_faults(tmp_path / "c", tmp_path / "b") == []
