"""Reading one file in a limited child: what it is, what the index needs, and whether it can be cleaned."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deid.engine import RefusedError, sandbox, subject_key
from deid.engine.facts.anatomy import body_part_of_name, chief_part
from deid.engine.formats.bids.names import OF_DATA_SET, is_bids, is_of_data_set
from deid.engine.formats.kinds import Kind, ending_of, kind_of
from deid.engine.formats.subjects import subject_of_cell, subject_of_path
from deid.engine.text.dates import is_day
from deid.engine.text.known import DUMMY_DATE
from deid.engine.whose.deciding import Told
from deid.engine.whose.nobody import is_nobodys
from deid.services.intake.quality import SUBJECT_IN_DOUBT
from deid.services.intake.sheets import ReadTable, read_tables
from portal.models import Instance, SeriesKind

# Raw data that was measured, so that whoever reconstructs it sees the body.
ACQUIRED = frozenset({Kind.HDF5, Kind.BART_DATA})


# What lies beside a volume and is counted with it.
BESIDE_VOLUMES = frozenset({Kind.SIDECAR, Kind.GRADIENTS, Kind.ROWS_OF_ONE})
# A NIfTI header does not say by what a volume was acquired; names of files and their folders often do.
_MODALITIES = (
    ("MR", re.compile(r"(?:^|[^A-Z])(?:MRI?|T1W?|T2W?|FLAIR|DWI|BOLD)(?:$|[^A-Z])")),
    ("CT", re.compile(r"(?:^|[^A-Z])(?:CTA?|CBCT)(?:$|[^A-Z])")),
    ("PT", re.compile(r"(?:^|[^A-Z])PET(?:$|[^A-Z])")),
)
OF_NO_SUBJECT = "It describes the whole data set, not a subject. Leave it out: a package describes itself."
WITH_ITS_IMAGES = (
    " Or upload it together with the images of which it tells: each of their subjects gets a copy."
)
OF_ONE_SUBJECT = "It is a table of one subject, as BIDS names such, and none of its columns says whose it is."


@dataclass(frozen=True, slots=True)
class Read:
    """A file as understood, of a kind that the engine knows; identifiers as they stand in the source.

    `frame` is the frame of reference in which an image is placed, `born` the day on which its subject was, as it says. `known`
    are all values in it that say who the subject is; `tables` are those in a table's file, `note` what of it is left out.
    """

    kind: Kind
    ending: str = ".dcm"
    patient_id: str = ""
    study_uid: str = ""
    series_uid: str = ""
    sop_instance_uid: str = ""
    frame: str = ""
    born: str = ""
    safe: dict[str, Any] = field(default_factory=dict)
    known: tuple[str, ...] = ()
    tables: tuple[ReadTable, ...] = ()
    note: str = ""


def suffix_of_instance(instance: Instance, kind: str) -> str:
    """Return the ending by which the engine knows the format of an indexed instance."""
    return ".dcm" if kind == SeriesKind.DICOM else instance.transfer_syntax


def read_file(
    pool: sandbox.Pool, file: Path, source_path: str, profile: dict[str, Any], told: Told | None = None
) -> Read:
    """Return what *file* is, or raise `RefusedError` with a reason that the uploader can act on.

    *told* says whose a file is that is no image; what its path names counts without it.

    Every file but a table is also cleaned once with a throw-away key: what cannot be cleaned is refused here,
    not in somebody's release.
    """
    kind, ending = kind_of(file.name), ending_of(file.name)
    if kind is Kind.TABLE:
        return _of_table(pool, file, source_path, ending)
    if _is_of_data_set(kind, source_path, told):
        more = "" if Path(source_path).name in OF_DATA_SET else WITH_ITS_IMAGES
        raise RefusedError(OF_NO_SUBJECT + more, code="of_no_subject")
    if kind in (Kind.DICOM, Kind.NIFTI):
        pool.run("check_structure", str(file))
    key, target = secrets.token_hex(32), str(file) + ".out"
    try:
        if kind is Kind.DICOM:
            pool.run("clean_dicom_file", str(file), target, profile, key, "trial run")
            known = pool.run("read_known_values", str(file), profile)
            return read_image(pool, file, known)
        pool.run("clean_file", kind, str(file), target, key, "trial run")
        if kind is Kind.NIFTI:
            safe = {
                "modality": modality_of_name(source_path),
                **pool.run("read_nifti_facts", str(file))["safe"],
            }
            return _of_path(kind, ending, source_path, told, safe, [])
        facts = pool.run("read_file_facts", kind, str(file))
        if kind in BESIDE_VOLUMES:
            facts["safe"]["modality"] = modality_of_name(source_path)
        safe = facts["safe"] | (_named_part(facts["safe"], source_path) if kind in ACQUIRED else {})
        return _of_path(kind, ending, source_path, told, safe, facts["known"])
    finally:
        Path(target).unlink(missing_ok=True)


def modality_of_name(source_path: str) -> str:
    """Return the modality of a volume that its name, or else its folder, tells; MR where neither does, as of most of them."""
    path = Path(source_path)
    for name in (path.name.upper(), path.parent.name.upper()):
        for modality, named in _MODALITIES:
            if named.search(name):
                return modality
    return "MR"


def _of_table(pool: sandbox.Pool, file: Path, source_path: str, ending: str) -> Read:
    try:
        tables, note = read_tables(pool, file, ending)
    except RefusedError as error:
        if error.code == "table_without_subject" and is_bids(source_path):
            raise RefusedError(OF_ONE_SUBJECT, code="table_of_one_subject") from error
        raise
    return Read(Kind.TABLE, ending, tables=tables, note=note)


def _is_of_data_set(kind: Kind, source_path: str, told: Told | None) -> bool:
    """Say whether a file tells of a whole BIDS data set, and of no subject: a README in the folder of somebody is theirs."""
    if not is_of_data_set(source_path):
        return False
    of_nobody = told is None or told.subject == subject_of_path(Path(source_path).name)
    return kind is Kind.SIDECAR or (kind is Kind.DOCUMENT and of_nobody)


def _named_part(safe: dict[str, Any], source_path: str) -> dict[str, str]:
    """Return the part of the body that the header of raw data names, or its path."""
    return {"body_part": chief_part([safe.get("body_part", ""), body_part_of_name(source_path)])}


def read_image(pool: sandbox.Pool, file: Path, known: Sequence[str] = ()) -> Read:
    """Return what a DICOM image says, without cleaning it first; *known* are the values in it that say who the subject is."""
    facts = pool.run("read_facts", str(file))
    identity = facts["identity"]
    born = identity["birth_date"]
    # Without a Patient ID, a study is the closest thing to a subject that the file knows.
    stated = identity["patient_id"].strip()
    patient = f"study {identity['study_uid']}" if is_nobodys(stated) else stated
    return Read(
        Kind.DICOM,
        patient_id=patient,
        study_uid=identity["study_uid"],
        series_uid=identity["series_uid"] or identity["study_uid"],
        sop_instance_uid=identity["sop_instance_uid"],
        frame=identity["frame_of_reference_uid"],
        born=born if is_day(born) and born != DUMMY_DATE else "",
        safe=facts["safe"],
        known=tuple(known),
    )


def _of_path(
    kind: Kind, ending: str, source_path: str, told: Told | None, safe: dict[str, Any], stated: list[str]
) -> Read:
    """Return a file that is known by its path, and whose subject was *told*."""
    whose = told or Told(subject_of_path(source_path))
    return Read(
        kind,
        ending,
        patient_id=whose.subject,
        study_uid=str(Path(source_path).parent),
        series_uid=source_path,
        sop_instance_uid=source_path,
        safe=safe | ({SUBJECT_IN_DOUBT: True} if whose.in_doubt else {}),
        known=(whose.subject, *stated),
    )


def known_subject(collection_key: bytes, patient_id: str) -> str:
    """Return the key of a subject in the index and for the engine: one identity in every format."""
    return subject_key(collection_key, subject_of_cell(patient_id))
