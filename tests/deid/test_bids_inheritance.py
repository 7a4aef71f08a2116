"""What one file of BIDS tells of many images goes to each subject who has such images, and to nobody else."""

import pytest

from deid.engine.formats.bids.inheritance import shares_of
from deid.engine.identity import Identity

IDENTITY = Identity(bytes(32))
PATHS = [
    "ds/sub-1/func/sub-1_task-rest_bold.nii.gz", "ds/sub-1/dwi/sub-1_dwi.nii", "ds/sub-1/anat/sub-1_T1w.json",
    "ds/sub-2/ses-1/func/sub-2_ses-1_task-rest_run-1_bold.nii", "ds/sub-3/func/sub-3_task-go_bold.nii",
    "ds/derivatives/x/sub-4/func/sub-4_task-rest_bold.nii", "ds/sub-5/sub-5_task-rest_bold.json",
    "ds/sub-5/func/sub-5_task-rest_bold.nii", "ds/sub-6/func/sub-7_task-rest_bold.nii",
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "copies"),
    [
        ("ds/task-rest_bold.json", ["ds/sub-1/sub-1_task-rest_bold.json", "ds/sub-2/sub-2_task-rest_bold.json"]),
        ("ds/bold.json", [f"ds/sub-{n}/sub-{n}_bold.json" for n in (1, 2, 3, 5)]), ("ds/dwi.bval", ["ds/sub-1/sub-1_dwi.bval"]),
        ("ds/derivatives/x/task-rest_bold.json", ["ds/derivatives/x/sub-4/sub-4_task-rest_bold.json"]),
        ("task-rest_bold.json", []), ("ds/task-rest_run-1_bold.json", ["ds/sub-2/sub-2_task-rest_run-1_bold.json"]),
        ("ds/T1w.json", []), ("ds/participants.json", []), ("ds/dataset_description.json", []),
        ("ds/sub-5/sub-5_task-rest_bold.json", []), ("ds/task-rest_events.tsv", []),
    ],
)  # fmt: skip
def test_each_subject_with_such_images_below_gets_a_copy_but_where_one_lies_already(path, copies):
    assert shares_of(path, PATHS, IDENTITY) == copies


def test_a_label_that_may_not_stay_is_not_shared_as_its_new_name_could_tell_of_others():
    paths = ["sub-1/func/sub-1_task-Quackenbush_bold.nii", "sub-1/func/sub-1_task-rest_bold.nii"]
    assert not shares_of("task-Quackenbush_bold.json", paths, IDENTITY)
    assert shares_of("task-rest_bold.json", paths, IDENTITY)
