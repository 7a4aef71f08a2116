"""Clean one file of a folder tree: find out what it is and whose, and write it under a name that carries
nothing."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from deid.engine.command.sheets import beside, clean_sheets
from deid.engine.command.tables import NOBODY, People, clean_table_of
from deid.engine.deciding.rules import PATIENT_ID
from deid.engine.formats.bids.names import (
    OF_DATA_SET,
    bids_name,
    bids_name_beside,
    is_bids,
    name_in_data_set,
    place_in_data_set,
)
from deid.engine.formats.cleaning import clean_file
from deid.engine.formats.kinds import WRITTEN, Kind, ending_of, kind_of, without_ending
from deid.engine.formats.subjects import NO_PATIENTS, subject_of_cell, subject_of_path
from deid.engine.formats.tables.sheets import WRITTEN_AS, sheets_of, write_sheet
from deid.engine.identity import Identity, identity_of, subject_key
from deid.engine.instances import clean_dicom, read_like_last, text_at, top_level
from deid.engine.keys import keyed_digest
from deid.engine.profiles.files import profile_given
from deid.engine.results import Cleaned, Mask
from deid.engine.sandbox.functions import mask_of
from deid.engine.structure.checks import check_elements
from deid.engine.whose.folders import sorts, stem_of
from deid.engine.whose.nobody import is_nobodys


@dataclass(frozen=True, slots=True)
class Task:
    """One file to clean: where it is, its path inside the tree, its key, whose it is, and what
    to do to its pixels."""

    source: Path
    relative: str
    scratch: Path
    secret: bytes
    identity: Identity
    patient_id: str | None = None
    known_values: Sequence[str] = ()
    people: People = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    masks: Sequence[Mask] = ()
    pixels_inspected: bool = False
    voxel_mask: str | None = None
    apart: bool = False

    @property
    def subject(self) -> str:
        """The key of the subject: whose the whole tree says that it is, else what the path names."""
        return subject_key(self.secret, subject_of_cell(self.patient_id or subject_of_path(self.relative)))

    @property
    def number(self) -> str:
        """A name that companions (an image and its sidecar) share and that says nothing."""
        return keyed_digest(self.secret, "file", stem_of(self.relative)).hex()[:16]


def clean_one(
    source: str,
    relative: str,
    out: str,
    *,
    staging: str,
    profile: str | Mapping[str, Any],
    key: str,
    patient_id: str | None = None,
    known_values: Sequence[str] = (),
    people: People = NOBODY,
    labels: Mapping[str, str] = NO_PATIENTS,
    masks: Sequence[Mapping[str, Any]] = (),
    pixels_inspected: bool = False,
    voxel_mask: str | None = None,
    apart: bool = False,
) -> dict[str, Any]:
    """Clean *source* into the tree *out* and return output path and counts; *staging* is a scratch file.

    The subject of an image is derived from Patient ID, unless it states none and *patient_id* is given; a file of another kind
    belongs to *patient_id*, as the whole tree says, or to the one that its *relative* path names; the rows of a table belong to
    *people*, the subjects of all images with what those state of them, whom *labels* may stand for. What describes a data set
    that is not the first of its tree lies *apart*.
    """
    secret = bytes.fromhex(key)
    task = Task(
        Path(source),
        relative,
        Path(staging),
        secret,
        identity_of(key),
        patient_id,
        tuple(known_values),
        people,
        labels,
        tuple(mask_of(mask) for mask in masks),
        pixels_inspected,
        voxel_mask,
        apart,
    )
    kind = kind_of(relative)
    if kind is Kind.TABLE and len(sheets := sheets_of(source, ending_of(relative))) > 1:
        return clean_sheets(sheets, partial(_sheet, task, Path(out)))
    if kind is Kind.DICOM:
        cleaned, name = _dicom(task, profile)
    elif kind is Kind.TABLE:
        cleaned, name = _table(task)
    else:
        cleaned, name = _other(task, kind)
    return _settled(task, cleaned, Path(out), name)


def _sheet(task: Task, out: Path, number: int) -> dict[str, Any]:
    """Clean one sheet of a workbook as a table of its own, and return what became of it."""
    written = task.scratch.with_suffix(WRITTEN_AS)
    try:
        write_sheet(str(task.source), str(written), number)
        cleaned, name = _table(replace(task, source=written, relative=beside(task.relative, number)))
    finally:
        written.unlink(missing_ok=True)
    return _settled(task, cleaned, out, name)


def _settled(task: Task, cleaned: Cleaned, out: Path, name: str) -> dict[str, Any]:
    """Move the finished file to its place, and return what became of it; a second file of the same name gets a suffix."""
    try:
        _link(task.scratch, out / name)
    except FileExistsError:
        stem, suffix = without_ending(name), keyed_digest(task.secret, "file", task.relative).hex()[:8]
        name = f"{stem}-{suffix}{name[len(stem) :]}"
        task.scratch.replace(out / name)
    else:
        task.scratch.unlink()
    told = {"output": name, "sha256": cleaned.sha256, "size": cleaned.size, "counts": dict(cleaned.counts)}
    return told | ({"dropped_columns": list(cleaned.dropped)} if cleaned.dropped else {})


def _link(scratch: Path, path: Path) -> None:
    """Give a finished file the name *path* beside its own, in a folder that mostly is there already."""
    try:
        os.link(scratch, path)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.link(scratch, path)


def _dicom(task: Task, profile: str | Mapping[str, Any]) -> tuple[Cleaned, str]:
    with task.source.open("rb") as file, task.scratch.open("wb") as target:
        data = read_like_last(file)
        check_elements(data)
        patient = text_at(data, top_level(data), PATIENT_ID)
        if task.patient_id is not None and is_nobodys(patient):
            patient = task.patient_id
        subject = subject_key(task.secret, subject_of_cell(patient))
        cleaned = clean_dicom(
            data,
            target,
            profile=profile_given(profile),
            identity=task.identity,
            subject_key=subject,
            known_values_of_subject=task.known_values,
            masks=task.masks,
            pixels_inspected=task.pixels_inspected,
            voxel_mask=task.voxel_mask,
        )
    parts = (cleaned.pseudonym, cleaned.study_uid or "study", cleaned.series_uid or "series")
    return cleaned, "/".join((*parts, f"{cleaned.sop_instance_uid}.dcm"))


def _table(task: Task) -> tuple[Cleaned, str]:
    ending = ending_of(task.relative)
    whose = task.subject if is_bids(task.relative) else None
    cleaned = clean_table_of(
        task.source,
        task.scratch,
        task.identity,
        task.secret,
        None,
        ending,
        people=task.people,
        whose=whose,
        labels=task.labels,
    )
    name = PurePosixPath(task.relative).name
    if whose:
        return cleaned, _bids_place(task, whose)
    place = (
        _of_data_set(task, name)
        if name in OF_DATA_SET
        else f"tables/{task.number}{WRITTEN.get(ending, ending)}"
    )
    return cleaned, place


def _other(task: Task, kind: Kind) -> tuple[Cleaned, str]:
    subject, ending = task.subject, ending_of(task.relative)
    file_name_of = partial(bids_name_beside, task.relative, task.identity, subject)
    cleaned = clean_file(
        kind,
        task.source,
        task.scratch,
        identity=task.identity,
        subject_key=subject,
        masks=task.masks,
        voxel_mask=task.voxel_mask,
        known_values=(*task.known_values, *filter(None, (task.patient_id, _named_by_path(task.relative)))),
        file_name_of=file_name_of,
    )
    if is_bids(task.relative):
        return cleaned, _bids_place(task, subject)
    if name := name_in_data_set(task.relative, task.identity, subject):
        return cleaned, _of_data_set(task, name)
    return (
        cleaned,
        f"{cleaned.pseudonym}/{FOLDERS.get(kind, kind)}/{task.number}{WRITTEN.get(ending, ending)}",
    )


def _bids_place(task: Task, subject: str) -> str:
    return place_in_data_set(task.relative) + bids_name(task.relative, task.identity, subject)


def _of_data_set(task: Task, name: str) -> str:
    """Return how a file of a whole data set is called, beside those of another one with the sign of its own."""
    folder, stem = PurePosixPath(task.relative).parent.as_posix(), without_ending(name)
    sign = keyed_digest(task.secret, "file", folder).hex()[:8]
    return f"{stem}-{sign}{name[len(stem) :]}" if task.apart else name


def _named_by_path(relative: str) -> str:
    """Return whom a path may name, empty where its first part sorts what is of many."""
    named = subject_of_path(relative)
    return "" if sorts(named) else named


# An array and its header, an image and its sidecar lie side by side.
FOLDERS = {
    Kind.BART_HEADER: "bart",
    Kind.BART_DATA: "bart",
    Kind.SIDECAR: Kind.NIFTI,
    Kind.GRADIENTS: Kind.NIFTI,
    Kind.RECORDING: Kind.NIFTI,
    Kind.ROWS_OF_ONE: Kind.NIFTI,
}
