import json
import shutil

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.data import get_testdata_file

from deid.engine import __main__ as command
from deid.engine.command import wishes
from deid.engine.looking import surveying

pytest.importorskip("rapidocr_onnxruntime", reason="THE OCR EXTRA IS MISSING: no text was looked for")
from tests.deid import burning
from tests.deid.images_with_words import (
    announcing,
    bits,
    filled,
    fundus,
    ink,
    of_numbers,
    slices,
    undecodable,
)
from tests.deid.signs import LEFT, TOP, ultrasound

pytestmark = pytest.mark.filterwarnings("ignore")
# Drawn images with words, the same wherever there are samples.
SEEDS = {"US cine": 8, "PT": 2, "SC": 8}
# A mask may leave a row of pixels at the edge of a word.
ALL_BUT_AN_EDGE = 0.93


def run(folder, source, out, *more):
    """Run the command and return its exit status and its report."""
    (folder / "key").write_text("ab" * 32)
    given = [str(source), str(out), "--key-file", str(folder / "key"), "--report", str(folder / "r.json")]
    status = command.main([*given, *more])
    return status, json.loads((folder / "r.json").read_text())


@pytest.fixture(scope="module", autouse=True)
def short_series():
    """A series of five slices is a long one, so that nothing here has to read twenty-five."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(surveying, "SHORT", 4)
        yield


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """A tree of every kind of trouble with text, cleaned once by two workers."""
    folder = tmp_path_factory.mktemp("pixels")
    source = folder / "in"
    slices(source / "slices", 5, {3})
    burned = {kind: burning.burn(kind, seed) for kind, seed in SEEDS.items()}
    for kind in ("US cine", "PT"):
        burned[kind].dataset.save_as(source / f"{kind}.dcm", enforce_file_format=True)
    Image.fromarray(burned["SC"].dataset.pixel_array).save(source / "page.png")
    _path, signs = ultrasound(source)
    bits(source / "bits.dcm")
    filled(source / "filled.dcm")
    of_numbers(source / "numbers.dcm")
    fundus(source / "fundus.dcm")
    announcing(source / "announced.dcm")
    undecodable(source / "unread.dcm", "")
    undecodable(source / "unread_announced.dcm", "YES")
    shutil.copy(get_testdata_file("rtplan.dcm"), source)
    before = {path.relative_to(source).as_posix(): path for path in source.rglob("*") if path.is_file()}
    status, report = run(folder, source, folder / "out", "--workers", "2")
    return {
        "before": before,
        "out": folder / "out",
        "status": status,
        "report": report,
        "burned": burned,
        "signs": signs,
    }


def output(done, name):
    return done["out"] / done["report"]["files"][name]["output"]


def pair(done, name):
    return pydicom.dcmread(done["before"][name]), pydicom.dcmread(output(done, name))


def codes(ds):
    return [item.CodeValue for item in ds.DeidentificationMethodCodeSequence]


def assert_words_are_blank_and_the_rest_stays(burned, old, new):
    """Hold pixels (frames × rows × columns × samples) against the words that were burned in."""
    near = np.zeros(burned.ink.shape, bool)
    assert burned.words
    for word in burned.words:
        before, after = (pixels[:, word.top : word.bottom, word.left : word.right] for pixels in (old, new))
        assert (before == after.min()).mean() < ALL_BUT_AN_EDGE < (after == after.min()).mean()
        near[max(0, word.top - 20) : word.bottom + 20, max(0, word.left - 20) : word.right + 20] = True
    assert not (old != new)[:, ~near].any()


@pytest.mark.parametrize("kind", ["US cine", "PT"])
def test_burned_in_words_are_blank_and_the_rest_is_bit_identical(done, kind):
    before, after = pair(done, f"{kind}.dcm")
    shape = (-1, before.Rows, before.Columns, before.SamplesPerPixel)
    old, new = before.pixel_array.reshape(shape), after.pixel_array.reshape(shape)
    assert_words_are_blank_and_the_rest_stays(done["burned"][kind], old, new)
    assert after.BurnedInAnnotation == "NO" and "113101" in codes(after)


def test_words_in_a_raster_image_are_blank_and_the_rest_stays(done):
    old, new = (
        np.asarray(Image.open(path))[None] for path in (done["before"]["page.png"], output(done, "page.png"))
    )
    assert_words_are_blank_and_the_rest_stays(done["burned"]["SC"], old, new)


def test_signs_outside_the_regions_of_an_ultrasound_image_are_blank_and_those_inside_stay(done):
    before, after = pair(done, "us.dcm")
    above, signs = np.s_[:TOP], done["signs"]
    assert (after.pixel_array[above][signs[above]] == 0).all() and "113101" in codes(after)
    assert (after.pixel_array[TOP:, LEFT:] == before.pixel_array[TOP:, LEFT:]).all()


def test_text_on_one_slice_is_masked_there_and_no_other_slice_changes(done):
    for number in range(5):
        before, after = pair(done, f"slices/{number}.dcm")
        if number == 3:
            assert len(np.unique(after.pixel_array[ink()])) == 1
        else:
            assert after.PixelData == before.PixelData
        assert "113101" in codes(after) and after.BurnedInAnnotation == "NO"


def test_text_that_cannot_be_masked_does_not_leave(done):
    entry = done["report"]["files"]["bits.dcm"]
    assert entry["refused"] == "unsupported_mask" and entry["needs_person"] == ["text_not_masked"]
    assert "output" not in entry and done["status"] == 1


def test_announced_text_that_nobody_finds_is_for_a_person_and_nothing_is_claimed(done):
    _before, after = pair(done, "announced.dcm")
    assert done["report"]["files"]["announced.dcm"]["needs_person"] == ["text_announced"]
    assert after.BurnedInAnnotation == "YES" and "113101" not in codes(after)


@pytest.mark.parametrize("name", ["unread.dcm", "numbers.dcm"])
def test_pixels_that_nobody_can_read_are_for_a_person_and_nothing_is_claimed(done, name):
    before, after = pair(done, name)
    kept = "FloatPixelData" if name == "numbers.dcm" else "PixelData"
    assert done["report"]["files"][name]["needs_person"] == ["pixels_not_read"]
    assert after[kept].value == before[kept].value and "113101" not in codes(after)


def test_a_mask_over_much_of_an_image_is_for_a_person(done):
    assert done["report"]["files"]["filled.dcm"]["needs_person"] == ["text_in_doubt"]
    assert not pair(done, "filled.dcm")[1].pixel_array[16:48, 20:150].any()


def test_an_image_that_identifies_by_what_it_shows_is_for_a_person_and_looked_at_all_the_same(done):
    before, after = pair(done, "fundus.dcm")
    assert done["report"]["files"]["fundus.dcm"]["needs_person"] == ["identifying_content"]
    assert after.PixelData == before.PixelData and "113101" in codes(after)


def test_pixels_that_nobody_can_read_and_that_hold_text_do_not_leave(done):
    entry = done["report"]["files"]["unread_announced.dcm"]
    assert entry["refused"] == "text_not_masked" and "output" not in entry
    assert entry["needs_person"] == ["text_not_masked"]


def test_what_has_no_pixels_claims_nothing_about_them(done):
    _before, after = pair(done, "rtplan.dcm")
    assert "113101" not in codes(after) and "text_looked_for" not in done["report"]["files"]["rtplan.dcm"]


def test_the_report_counts_what_was_looked_at_masked_and_left_to_a_person(done):
    report = done["report"]
    assert report["pixels"] == {
        "text_looked_for": True, "faces_looked_for": False, "missing": [], "looked_at": 11, "masked": 6, "defaced": 0,
    }  # fmt: skip
    assert (report["refused"], report["needs_person"]) == (2, 8)


@pytest.fixture
def one(tmp_path):
    """One image with words."""
    source = tmp_path / "in"
    source.mkdir()
    burning.burn("SC", 8).dataset.save_as(source / "sc.dcm", enforce_file_format=True)
    return source


def only_output(folder, report):
    (entry,) = report["files"].values()
    return pydicom.dcmread(folder / entry["output"])


def test_pixels_are_kept_where_that_is_asked_for(tmp_path, one):
    status, report = run(tmp_path, one, tmp_path / "out", "--pixels", "keep")
    after = only_output(tmp_path / "out", report)
    assert after.PixelData == pydicom.dcmread(one / "sc.dcm").PixelData and "113101" not in codes(after)
    assert status == 0 and not report["pixels"]["text_looked_for"]


def test_every_slice_is_read_where_that_is_asked_for(tmp_path):
    slices(tmp_path / "in", 5, {3}, words="LEE")
    _status, report = run(tmp_path, tmp_path / "in", tmp_path / "out", "--pixels", "read", "--workers", "2")
    masked = {name for name, entry in report["files"].items() if "masked_frames" in entry["counts"]}
    assert masked == {"3.dcm"}


def test_words_on_one_frame_are_masked_there_and_no_other_frame_changes(tmp_path):
    slices(tmp_path / "src", 4, {2})
    each = [pydicom.dcmread(tmp_path / "src" / f"{number}.dcm") for number in range(4)]
    each[0].NumberOfFrames, each[0].PixelData = 4, b"".join(one.PixelData for one in each)
    (tmp_path / "in").mkdir()
    each[0].save_as(tmp_path / "in" / "cine.dcm")
    _status, report = run(tmp_path, tmp_path / "in", tmp_path / "out")
    before, after = each[0].pixel_array, only_output(tmp_path / "out", report).pixel_array
    assert len(np.unique(after[2][ink()])) == 1
    assert [(one == other).all() for one, other in zip(before, after, strict=True)] == [
        True,
        True,
        False,
        True,
    ]


def test_a_profile_without_clean_pixel_data_looks_for_nothing(tmp_path, one):
    _status, report = run(tmp_path, one, tmp_path / "out", "--profile", "basic")
    assert only_output(tmp_path / "out", report).PixelData == pydicom.dcmread(one / "sc.dcm").PixelData
    assert not report["pixels"]["text_looked_for"]


def test_a_missing_extra_is_said_and_nothing_is_claimed(tmp_path, one, monkeypatch, capsys):
    monkeypatch.setattr(wishes, "OCR", ("no_such_module",))
    status, report = run(tmp_path, one, tmp_path / "out")
    assert "113101" not in codes(only_output(tmp_path / "out", report))
    assert status == 0 and capsys.readouterr().err.count("the extra ocr is not installed") == 1
    assert report["pixels"]["missing"] == ["no text is looked for in pixels: the extra ocr is not installed"]


def test_workers_say_which_phase_runs_and_how_far_it_is(tmp_path, one, capsys):
    run(tmp_path, one, tmp_path / "out")
    said = capsys.readouterr().err
    phases = [line.split(",")[0] for line in said.splitlines() if " of " in line]
    assert phases == [
        "learning: 1 of 1 files", "reading headers: 1 of 1 files", "looking for text: 1 of 1 looks", "cleaning: 1 of 1 files",
    ]  # fmt: skip
