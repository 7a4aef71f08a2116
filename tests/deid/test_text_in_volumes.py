"""Words on the slices of a volume: found however it is stored, and not let out by the command."""

import gzip

import nibabel
import numpy as np
import pytest
from PIL import Image, ImageDraw

pytest.importorskip("rapidocr_onnxruntime", reason="THE OCR EXTRA IS MISSING: no text was looked for")
from deid.engine.finding.text_volumes import find_text_in_volume
from deid.engine.pixels.volumes import volume_picture, volume_pictures
from tests.deid.test_command_pixels import run

ROWS, COLUMNS = 90, 230
AXES = {
    "as it is drawn": lambda picture: picture.T[:, ::-1],
    "upside down": lambda picture: picture.T,
    "with its rows first": lambda picture: picture,
}
pytestmark = pytest.mark.filterwarnings("ignore")


def body(number):
    y, x = np.ogrid[:ROWS, :COLUMNS]
    inside = ((y - 45) / (20 + 2 * number)) ** 2 + ((x - 115) / 70) ** 2 < 1
    return (inside * 120 + np.random.default_rng(number).integers(0, 20, inside.shape)).astype(np.uint8)


def screen(number=1):
    picture = Image.fromarray(body(number) // 3)
    ImageDraw.Draw(picture).text((12, 10), "HILDEGARD 1951", fill=255, font_size=22)
    return np.asarray(picture)


def saved(folder, slices, name="scan.nii", stored=AXES["as it is drawn"]):
    values = np.stack([stored(one) for one in slices], axis=2)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(nibabel.Nifti1Image(values, np.eye(4)).to_bytes())
    return folder / name


@pytest.mark.parametrize("stored", AXES)
def test_a_screen_is_read_however_its_axes_run(tmp_path, stored):
    boxes = find_text_in_volume(saved(tmp_path, [screen()], stored=AXES[stored]))
    assert boxes and all(box.frame == 0 for box in boxes)


def test_a_box_lies_where_the_words_are_drawn(tmp_path):
    file = saved(tmp_path, [screen()])
    ink = np.asarray(volume_picture(file)) > 200
    (box,) = find_text_in_volume(file)
    assert ink[box.y : box.y + box.height, box.x : box.x + box.width].sum() > 0.95 * ink.sum()


def test_words_on_one_slice_of_a_volume_are_found_there(tmp_path):
    slices = [screen(n) if n == 7 else body(n) for n in range(10)]
    assert {box.frame for box in find_text_in_volume(saved(tmp_path, slices))} == {7}


def test_words_in_one_of_several_volumes_of_a_file_are_found(tmp_path):
    pages = np.stack([AXES["as it is drawn"](screen(n) if n == 4 else body(n)) for n in range(7)], axis=2)
    nibabel.save(nibabel.Nifti1Image(pages[:, :, None, :], np.eye(4)), tmp_path / "pages.nii.gz")
    assert find_text_in_volume(tmp_path / "pages.nii.gz")


def test_colours_are_read_too(tmp_path):
    values = np.zeros((COLUMNS, ROWS, 1), [(name, "u1") for name in "RGB"])
    values["G"] = AXES["as it is drawn"](screen())[:, :, None]
    nibabel.save(nibabel.Nifti1Image(values, np.eye(4)), tmp_path / "colours.nii")
    assert find_text_in_volume(tmp_path / "colours.nii")


def test_a_volume_without_words_has_none(tmp_path):
    assert find_text_in_volume(saved(tmp_path, [body(n) for n in range(3)])) == []


def test_pictures_are_those_that_people_see_and_no_more_than_asked_for(tmp_path):
    file = saved(tmp_path, [body(n) for n in range(6)])
    drawn = dict(volume_pictures(file, 100))
    assert sorted(drawn) == list(range(6))
    assert all(one.tobytes() == volume_picture(file, number).tobytes() for number, one in drawn.items())
    times = np.zeros((20, 20, 4, 10), np.int16)
    nibabel.save(nibabel.Nifti1Image(times, np.eye(4)), tmp_path / "t.nii")
    assert len(list(volume_pictures(tmp_path / "t.nii", 13))) == 12


def test_the_command_lets_no_volume_out_with_words_on_it(tmp_path):
    saved(tmp_path / "in" / "P1", [screen()], "screen.nii")
    (tmp_path / "in" / "P1" / "scan.nii.gz").write_bytes(
        gzip.compress(saved(tmp_path, [body(n) for n in range(2)]).read_bytes())
    )
    _status, report = run(tmp_path, tmp_path / "in", tmp_path / "out")
    entries = report["files"]
    assert entries["P1/screen.nii"]["refused"] == "text_not_masked"
    assert "output" in entries["P1/scan.nii.gz"]
    assert not entries["P1/scan.nii.gz"].get("needs_person")
