"""What headers say before anybody looks at pixels, what is looked at together, and what is found on each."""

from pathlib import Path

import pydicom
import pytest
from PIL import Image
from pydicom.data import get_testdata_file

from deid.engine.finding.text_series import FEWEST_ALIKE
from deid.engine.formats.kinds import Kind
from deid.engine.looking.reading import text_on
from deid.engine.looking.surveying import SHORT, STRETCH, Surveyed, in_series, looked_at_together, survey
from deid.engine.sandbox.pool import Pool
from tests.deid.images_with_words import announcing, fundus, of_numbers, slices, undecodable
from tests.deid.signs import ROWS, ultrasound

SURFACE = "1.2.840.10008.5.1.4.1.1.66.5"


@pytest.fixture(scope="module")
def pool():
    with Pool() as one:
        yield one


def written(path, **values):
    """Write a CT image with other values in its header."""
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    for name, value in values.items():
        setattr(ds, name, value)
    ds.save_as(path)


def test_a_header_says_whose_an_image_is_where_it_stands_and_how_large_it_is(pool, tmp_path):
    path = tmp_path / "a.dcm"
    written(path, PatientID="P7", SeriesInstanceUID="1.2", InstanceNumber=9, FrameOfReferenceUID="1.3",
            NumberOfFrames="1")  # fmt: skip
    assert survey(pool, [(path, "x/a.dcm")]) == [
        Surveyed(path, "x/a.dcm", Kind.DICOM, patient_id="P7", series="1.2", number=9, frame_of_reference="1.3",
                 modality="CT", rows=128, columns=128, alone=False)
    ]  # fmt: skip


def test_a_header_says_what_must_be_looked_at_by_itself_and_by_whom(pool, tmp_path):
    made = {"announced": announcing, "fundus": fundus, "numbers": of_numbers}
    for name, write in made.items():
        write(tmp_path / f"{name}.dcm")
    ultrasound(tmp_path)
    written(tmp_path / "plain.dcm")
    written(tmp_path / "unknown.dcm", Modality="QQ")
    names = (*made, "us", "plain", "unknown")
    announced, eye, numbers, us, plain, unknown = survey(
        pool, [(tmp_path / f"{name}.dcm", f"{name}.dcm") for name in names]
    )
    assert announced.alone and announced.announces_text and not plain.announces_text
    assert eye.identifies and eye.alone and eye.has_pixels and not plain.identifies
    assert numbers.alone and not numbers.can_show_text and plain.can_show_text
    assert us.alone and us.has_zones and us.rows == ROWS and not plain.has_zones
    assert unknown.alone and not unknown.announces_text


def test_files_of_other_kinds_are_seen_by_their_names_and_what_shows_nothing_is_left_out(pool, tmp_path):
    ds = pydicom.dcmread(get_testdata_file("rtplan.dcm"))
    ds.save_as(tmp_path / "plan.dcm")
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = SURFACE
    ds.save_as(tmp_path / "surface.dcm")
    (tmp_path / "broken.dcm").write_bytes(b"nothing of DICOM")
    kinds = {"a.stl": Kind.MODEL, "a.png": Kind.IMAGE, "a.nii.gz": Kind.NIFTI}
    names = (*kinds, "a.txt", "a.csv", "plan.dcm", "surface.dcm", "broken.dcm")
    found = dict(zip(names, survey(pool, [(tmp_path / name, name) for name in names]), strict=True))
    assert {name: one.kind for name, one in found.items() if one} == kinds | {"surface.dcm": Kind.DICOM}
    shown = {name: (one.has_pixels, one.identifies) for name, one in found.items() if one}
    surface, picture = (False, True), (True, False)
    assert shown == {"a.stl": surface, "surface.dcm": surface, "a.png": picture, "a.nii.gz": picture}


def test_a_colour_image_and_one_of_several_frames_say_so(pool, tmp_path):
    written(tmp_path / "a.dcm", NumberOfFrames="4", SamplesPerPixel=3)
    (found,) = survey(pool, [(tmp_path / "a.dcm", "a.dcm")])
    assert found.frames == 4 and not found.grey


def image(name, number=0, *, series="1", patient="P", kind=Kind.DICOM, alone=False, frames=1):
    return Surveyed(
        Path(name), name, kind, patient_id=patient, series=series, number=number, alone=alone, frames=frames
    )


def names(groups):
    return [[one.relative for one in group] for group in groups]


def test_images_of_a_series_stand_in_the_order_of_their_numbers_and_two_patients_series_apart():
    given = [image("c", 3), image("b", 2), image("q", 1, patient="Q"), image("b2", 2), image("a", 10)]
    given += [image("lone1", series=""), image("lone2", series=""), image("p.png", kind=Kind.IMAGE)]
    assert names(in_series(given)) == [["b", "b2", "c", "a"], ["lone1"], ["lone2"], ["q"]]


def test_a_long_series_of_a_scanner_is_looked_at_in_stretches_and_everything_else_by_itself():
    short = [image(f"s{n:03}", n, series="short") for n in range(SHORT)]
    assert names(looked_at_together(short, read_all=False)) == [[one.relative] for one in short]
    long = [image(f"l{n:03}", n, series="long") for n in range(STRETCH + 2)]
    assert [len(group) for group in looked_at_together(long, read_all=False)] == [STRETCH, 2]
    assert [len(group) for group in looked_at_together(long, read_all=True)] == [1] * (STRETCH + 2)
    mixed = [image(f"m{n:03}", n, series="m", alone=n == 2) for n in range(SHORT + 2)]
    mixed += [image("p.png", kind=Kind.IMAGE), image("v.nii", kind=Kind.NIFTI)]
    rest = [one.relative for one in mixed[: SHORT + 2] if not one.alone]
    assert names(looked_at_together(mixed, read_all=False)) == [["p.png"], ["v.nii"], ["m002"], rest]


def test_frames_count_as_images_of_a_series():
    two = [image("a", 1, frames=SHORT - 1), image("b", 2)]
    assert names(looked_at_together(two, read_all=False)) == [["a"], ["b"]]
    two.append(image("c", 3))
    assert names(looked_at_together(two, read_all=False)) == [["a", "b", "c"]]


@pytest.fixture(scope="module")
def look(pool):
    pytest.importorskip("rapidocr_onnxruntime", reason="THE OCR EXTRA IS MISSING: no text was looked for")

    def looked(folder):
        given = [(path, path.name) for path in sorted(folder.iterdir())]
        found = text_on(pool, [one for one in survey(pool, given) if one], folder)
        return {path.name: boxes for path, boxes in found.items()}

    return looked


def test_words_are_found_on_the_slice_that_shows_them_and_on_no_other(look, tmp_path):
    slices(tmp_path / "in", 3, {1})
    found = look(tmp_path / "in")
    assert not found["0.dcm"] and not found["2.dcm"]
    assert all(0 <= box["x"] < 256 and box["y"] < 40 for box in found["1.dcm"]) and found["1.dcm"]


def test_words_on_every_slice_are_found_on_every_slice_of_that_size(look, tmp_path):
    slices(tmp_path / "in", FEWEST_ALIKE, set(range(FEWEST_ALIKE)))
    found = look(tmp_path / "in")
    assert all(found.values()) and len({str(boxes) for boxes in found.values()}) == 1
    (box,) = found["0.dcm"]
    assert (box["image"], box["frame"]) == (None, None)
    written(tmp_path / "in" / "small.dcm")
    found = look(tmp_path / "in")
    assert all(found[f"{n}.dcm"] for n in range(FEWEST_ALIKE)) and not found["small.dcm"]


def test_slices_without_words_were_looked_at_and_show_none(look, tmp_path):
    slices(tmp_path / "in", 3, set())
    assert look(tmp_path / "in") == {"0.dcm": [], "1.dcm": [], "2.dcm": []}


def test_one_image_that_nobody_can_decode_hides_no_word_of_the_others(look, tmp_path):
    slices(tmp_path / "in", 1, {0})
    undecodable(tmp_path / "in" / "1.dcm", "")
    found = look(tmp_path / "in")
    assert found["0.dcm"] and found["1.dcm"] is None


def test_pixels_with_a_decimal_point_are_not_looked_at(look, tmp_path):
    (tmp_path / "in").mkdir()
    of_numbers(tmp_path / "in" / "a.dcm")
    assert look(tmp_path / "in") == {"a.dcm": None}


def test_words_of_a_raster_image_and_of_a_later_frame_are_found(look, tmp_path):
    for name in ("png", "frames"):
        (tmp_path / name).mkdir()
    slices(tmp_path / "src", 2, {1})
    two = [pydicom.dcmread(tmp_path / "src" / f"{n}.dcm") for n in range(2)]
    shown = (two[1].pixel_array // 8).clip(0, 255).astype("u1")
    Image.fromarray(shown).save(tmp_path / "png" / "a.png")
    assert look(tmp_path / "png")["a.png"]
    two[0].NumberOfFrames, two[0].PixelData = 2, two[0].PixelData + two[1].PixelData
    two[0].save_as(tmp_path / "frames" / "a.dcm")
    assert {box["frame"] for box in look(tmp_path / "frames")["a.dcm"]} == {1}


@pytest.mark.parametrize(("shown_on", "runs"), [({2, 3}, [[2, 4]]), ({0, 5}, [[0, 1], [5, 6]])])
def test_words_that_few_frames_bear_are_said_to_stand_on_these(look, tmp_path, shown_on, runs):
    (tmp_path / "frames").mkdir()
    slices(tmp_path / "src", 6, shown_on)
    each = [pydicom.dcmread(tmp_path / "src" / f"{n}.dcm") for n in range(6)]
    each[0].NumberOfFrames, each[0].PixelData = 6, b"".join(one.PixelData for one in each)
    each[0].save_as(tmp_path / "frames" / "a.dcm")
    boxes = look(tmp_path / "frames")["a.dcm"]
    assert boxes and all(box["frames"] == runs for box in boxes)


def test_signs_outside_the_region_of_an_ultrasound_image_are_found_though_no_letters(look, tmp_path):
    (tmp_path / "in").mkdir()
    ultrasound(tmp_path / "in")
    assert any(box["y"] < 60 for box in look(tmp_path / "in")["us.dcm"])
