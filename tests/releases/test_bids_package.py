"""A released data set of BIDS: readers of BIDS find an image with what lies beside it, and the package stays a sound bag."""

import hashlib
import json
from pathlib import PurePosixPath

import pytest

from examples.walking import curate, publish, upload
from portal.jobs.inline import run_queued
from storage.models import SubmissionFile
from tests.releases.conftest import members_of, walk_to_release
from tests.releases.test_other_formats import SIDECAR, volume

pytestmark = pytest.mark.django_db
TOLD = json.dumps(SIDECAR).encode()
NUMBERS = b"0 1000\n"
EVENTS = b"onset\tduration\ttrial_type\n0.0\t1.5\tgo\n4.0\t1.5\tQuackenbush\n"
SCANS = (
    b"filename\tacq_time\nanat/sub-P77_ses-1_acq-Quackenbush_T1w.nii\t2019-03-02T10:15:00\n"
    b"anat/sub-P77_ses-1_acq-Brambleton_T1w.nii\t2019-03-02T10:20:00\n"
    b"anat/sub-P77_ses-1_acq-Quackenbush_T2w.nii\t2019-03-02T10:30:00\n"
)
# One file for all images of a task, as most data sets keep it.
INHERITED = "task-rest_bold.json"
FILES = {
    INHERITED: b'{"RepetitionTime": 2.5, "TaskName": "rest", "InstitutionName": "Brambleton"}',
    "sub-P77/ses-1/sub-P77_ses-1_scans.tsv": SCANS,
    "sub-P77/sub-P77_sessions.tsv": b"session_id\tpathology\nses-1\tstroke\nses-2\tstroke\n",
    "sub-P77/ses-1/anat/sub-P77_ses-1_acq-Quackenbush_T1w.nii": volume(),
    "sub-P77/ses-1/anat/sub-P77_ses-1_acq-Quackenbush_T1w.json": TOLD,
    "sub-P77/ses-1/anat/sub-P77_ses-1_acq-Brambleton_T1w.nii": volume(),
    "sub-P77/ses-1/dwi/sub-P77_ses-1_dwi.nii": volume(),
    "sub-P77/ses-1/dwi/sub-P77_ses-1_dwi.bval": NUMBERS,
    "sub-P77/ses-1/func/sub-P77_ses-1_task-rest_bold.nii": volume(),
    "sub-P77/ses-1/func/sub-P77_ses-1_task-rest_events.tsv": EVENTS,
    "derivatives/fmriprep/sub-P77/ses-1/anat/sub-P77_ses-1_desc-brain_mask.nii": volume(),
}
ROOT = "data/bids/"
DESCRIPTION = "dataset_description.json"


def test_an_image_and_what_belongs_to_it_lie_beside_each_other_under_one_name(world, objects):
    collection = world.collection("structured", published=False)
    upload(collection, FILES.items(), world.manager)
    run_queued()
    curate(collection, world.curator)
    run_queued()
    publish(collection, world.people)
    release = walk_to_release(world, collection)
    members = {name.partition("/")[2]: body for name, body in members_of(release).items()}
    data = {name.removeprefix(ROOT): body for name, body in members.items() if name.startswith("data/")}
    assert all(name.startswith(ROOT) for name in members if name.startswith("data/"))
    (label,) = {name.partition("/")[0] for name in data if name.startswith("sub-")}
    told = PurePosixPath(next(name for name in data if name.endswith("_T1w.json")))
    assert told.parent.as_posix() == f"{label}/ses-1/anat"
    assert f"{told.with_suffix('.nii')}" in data
    weighted = [name for name in data if name.endswith("_T1w.nii")]
    assert len(weighted) == 2 and all("acq-" in name for name in weighted)
    diffusion = f"{label}/ses-1/dwi/{label}_ses-1_dwi"
    assert data[f"{diffusion}.bval"] == NUMBERS and f"{diffusion}.nii" in data
    resting = f"{label}/ses-1/func/{label}_ses-1_task-rest"
    rows = [line.split("\t") for line in data[f"{resting}_events.tsv"].decode().splitlines()]
    assert f"{resting}_bold.nii" in data and [row[:2] for row in rows[1:]] == [["0.0", "1.5"], ["4.0", "1.5"]]
    assert rows[0][2] == "trial_type" and rows[1][2] == "go" and "uackenbush" not in rows[2][2]
    inherited = data[f"{label}/{label}_{INHERITED}"]
    assert json.loads(inherited) == {"RepetitionTime": 2.5, "TaskName": "rest"}
    told = SubmissionFile.objects.get(path=INHERITED)
    assert (told.state, told.object_key, told.members.get().state) == ("expanded", "", "accepted")
    scans = [
        line.split("\t") for line in data[f"{label}/ses-1/{label}_ses-1_scans.tsv"].decode().splitlines()
    ]
    assert {f"{label}/ses-1/{row[0]}" for row in scans[1:]} == set(weighted) and "2019-03-02" not in str(
        scans
    )
    sessions = data[f"{label}/{label}_sessions.tsv"].decode().splitlines()
    assert [row.split("\t")[0] for row in sessions] == ["session_id", "ses-1", "ses-2"]
    assert f"derivatives/fmriprep/{label}/ses-1/anat/{label}_ses-1_desc-brain_mask.nii" in data
    assert json.loads(data[DESCRIPTION])["BIDSVersion"]
    assert json.loads(data[f"derivatives/fmriprep/{DESCRIPTION}"])["GeneratedBy"] == [{"Name": "fmriprep"}]
    # What describes the data set is part of the payload: of the bag's manifest, and of what the certificate signs.
    manifest = members["manifest-sha256.txt"].decode()
    assert f"{hashlib.sha256(data[DESCRIPTION]).hexdigest()}  {ROOT}{DESCRIPTION}" in manifest
    digests = sorted(f"{hashlib.sha256(body).hexdigest()}\n" for body in data.values())
    payload = json.loads(members["certificate.json"])["payload"]
    assert payload["sha256"] == hashlib.sha256("".join(digests).encode()).hexdigest()
    assert (payload["files"], payload["bytes"]) == (len(data), sum(map(len, data.values())))
    assert "`data/bids/`" in members["README.md"].decode()
    rows = {item.row["series_folder"] for item in release.items.all()}
    assert f"{ROOT}{label}/ses-1/anat" in rows
