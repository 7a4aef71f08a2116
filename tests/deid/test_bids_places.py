"""Files that belong together by BIDS stay together under their new names, and different images never get one name."""

from pathlib import PurePosixPath

import pytest

from deid.engine.formats.bids.names import bids_name
from deid.engine.formats.bids.places import places_of
from deid.engine.identity import Identity

IDENTITY = Identity(bytes(32))


def stems(*paths: str) -> list[str]:
    places = places_of(paths, IDENTITY, "s")
    assert len(set(places.values())) == len(paths)
    return [place.partition(".")[0] for place in (places[path] for path in paths)]


@pytest.mark.parametrize(
    ("image", "beside"),
    [
        ("sub-P7/anat/sub-P7_acq-Quackenbush_T1w.nii.gz", "sub-P7/anat/sub-P7_acq-Quackenbush_T1w.json"),
        ("a/sub-P7/dwi/sub-P7_dir-AP_dwi.nii", "a/sub-P7/dwi/sub-P7_dir-AP_dwi.bvec"),
        ("sub-P7/anat/sub-P7_Quackenbush.nii", "sub-P7/anat/sub-P7_Quackenbush.json"),
    ],
)
def test_a_pair_keeps_one_name_also_beside_another_that_loses_its_label(image, beside):
    other = image.replace("Quackenbush", "Brambleton").replace("a/sub", "b/sub")
    first, second, third = stems(image, beside, other)
    assert first == second != third
    assert "quack" not in first.lower()


def test_a_suffix_of_its_own_follows_the_number_of_its_image():
    paths = [
        f"{site}/sub-P7/func/sub-P7_task-rest_run-1_{suffix}"
        for site in "ab"
        for suffix in ("bold.nii", "events.tsv")
    ]
    first, its, second, _other = stems(*paths)
    assert first.removesuffix("bold") == its.removesuffix("events") != second.removesuffix("bold")
    assert "_task-rest_acq-" in first and "_run-1_" in first


def test_a_number_is_none_that_another_image_has():
    named, *unnamed = stems(
        *(f"sub-P7/anat/sub-P7_acq-{label}_T1w.nii" for label in ("1", "Quackenbush", "Brambleton"))
    )
    assert named.endswith("_acq-1_T1w") and {name[-9:] for name in unnamed} == {"acq-2_T1w", "acq-3_T1w"}


def test_what_was_made_of_an_image_keeps_its_name():
    plain = "sub-P7/anat/sub-P7_T1w.nii"
    assert len(set(stems(plain, f"derivatives/fmriprep/{plain}", f"sourcedata/{plain}"))) == 3
    assert not any("acq-" in stem for stem in stems(plain, f"derivatives/fmriprep/{plain}"))


def test_what_stands_between_the_dots_of_a_name_goes():
    name = PurePosixPath(bids_name("sub-P7/anat/sub-P7_T1w.Quackenbush.nii.gz", IDENTITY, "s")).name
    assert "quack" not in name.lower() and name.endswith(".nii.gz")
    assert bids_name("sub-P7/eeg/sub-P7_task-rest_eeg.Lee", IDENTITY, "s").endswith("_eeg")
    assert bids_name("sub-P7/eeg/sub-P7_task-rest_eeg.EDF", IDENTITY, "s").endswith("_eeg.edf")


def test_endings_in_capitals_make_no_two_files_one():
    assert len(set(stems("sub-P7/anat/sub-P7_FLAIR.nii", "sub-P7/anat/sub-P7_FLAIR.NII"))) == 2
