"""Tables that BIDS keeps of one subject: known by their names, cleaned without a column that says whose they are."""

import io

import pytest

from deid.engine.formats.bids.names import bids_name
from deid.engine.formats.bids.rows_of_one import clean_rows_of_one
from deid.engine.formats.kinds import Kind, ending_of, kind_of, without_ending
from deid.engine.identity import Identity

IDENTITY = Identity(bytes(32))


def cleaned(*lines, file_name_of=None):
    out = io.BytesIO()
    source = io.BytesIO("".join("\t".join(line.split()) + "\n" for line in lines).encode())
    told = clean_rows_of_one(
        source,
        out,
        identity=IDENTITY,
        subject_key="s",
        known_values=["Quackenbush^Ada", "771234"],
        file_name_of=file_name_of,
    )
    assert told.pseudonym == IDENTITY.pseudonym("s")
    return [line.split("\t") for line in out.getvalue().decode().splitlines()], told


def test_seconds_from_the_beginning_stay_and_words_are_cleaned():
    rows, told = cleaned(
        "onset duration trial_type response_time",
        "0.0 1.5 go 0.431",
        "4.25 1.5 Quackenbush n/a",
        "9 1.5 stop 0.5",
    )
    assert rows[0] == ["onset", "duration", "trial_type", "response_time"]
    assert [row[:2] for row in rows[1:]] == [["0.0", "1.5"], ["4.25", "1.5"], ["9", "1.5"]]
    assert [row[2] for row in rows[1::2]] == ["go", "stop"] and "uackenbush" not in rows[2][2]
    assert told.counts["rows"] == 3


def test_days_move_and_names_and_files_go():
    rows, told = cleaned(
        "onset trial_type stim_file operator acq_date", "1 left faces/Quackenbush.png Brambleton 2019-03-02",
        "2 right faces/02.png Brambleton 2019-03-02",
    )  # fmt: skip
    assert not {"stim_file", "operator"} & set(rows[0])
    whole = str(rows)
    assert "uackenbush" not in whole and "rambleton" not in whole and "2019-03-02" not in whole
    assert {"stim_file", "operator"} <= set(told.dropped)


def test_rows_about_files_name_them_as_they_are_called_now_and_those_about_no_file_are_counted():
    rows, told = cleaned(
        "filename acq_time operator",
        "anat/sub-P7_T1w.nii 2019-03-02T10:15:00 Brambleton",
        "Quackenbush.nii 2019-03-02T10:20:00 Brambleton",
        file_name_of={"anat/sub-P7_T1w.nii": "anat/sub-T7_T1w.nii"}.get,
    )
    assert [row[0] for row in rows] == ["filename", "anat/sub-T7_T1w.nii"] and "operator" not in rows[0]
    assert "2019-03-02" not in str(rows) and rows[1][1].endswith("T10:15:00")
    assert (told.counts["rows"], told.counts["rows_left_out"]) == (1, 1)


def test_sessions_are_called_as_their_folders_are():
    rows, _told = cleaned(
        "session_id age", "ses-01 61", "ses-20190302 93", "ses-Quackenbush 61"
    )  # fmt: skip
    moved = bids_name("sub-P7/ses-20190302/anat/sub-P7_ses-20190302_T1w.nii", IDENTITY, "s").split("/")[1]
    assert [row[0] for row in rows] == ["session_id", "ses-01", moved, "n/a"] and moved != "ses-20190302"
    assert [row[1] for row in rows[1:]] == ["61", "90+", "61"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("sub-P7/func/sub-P7_task-rest_events.tsv", Kind.ROWS_OF_ONE), ("sub-1_CHANNELS.TSV", Kind.ROWS_OF_ONE),
        ("adverse_events.tsv", Kind.TABLE), ("sub-1_scans.tsv", Kind.ROWS_OF_ONE), ("task-rest_events.tsv", Kind.TABLE),
        ("sub-P7/sub-P7_sessions.tsv", Kind.ROWS_OF_ONE), ("sessions.tsv", Kind.TABLE),
        ("sub-1_task-rest_events.csv", Kind.TABLE), ("sub-1_events.tsv.gz", Kind.RECORDING),
    ],
)  # fmt: skip
def test_only_what_bids_keeps_of_one_subject_is_such_a_table(path, kind):
    assert kind_of(path) is kind
    # Wherever such a file lies for a while it is still known as what it is.
    assert kind_of(f"source{ending_of(path)}") is kind


def test_its_name_stays_a_table_and_is_that_of_its_image():
    path = "sub-P7/func/sub-P7_task-rest_events.tsv"
    assert without_ending(path) == path.removesuffix(".tsv")
    image = bids_name(path.replace("events.tsv", "bold.nii"), IDENTITY, "s")
    assert bids_name(path, IDENTITY, "s") == image.replace("bold.nii", "events.tsv")
