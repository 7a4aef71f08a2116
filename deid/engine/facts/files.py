"""What an index needs to know about a file that is neither DICOM nor NIfTI, and what it says of its subject."""

import importlib
import json
import re
from pathlib import Path
from typing import Any

from deid.engine.formats.bounded import read_all
from deid.engine.formats.images.opening import opened
from deid.engine.formats.kinds import Kind
from deid.engine.formats.raw.bart import LARGEST_HEADER, bart_depth
from deid.engine.formats.raw.pulseq import sequence_facts
from deid.engine.text.dates import is_day

LARGEST_TEXT = 128 << 20
# What converters such as dcm2niix write of the patient into the sidecar of an image.
NAMES, BIRTH = ("PatientName", "OtherPatientNames", "PatientBirthName"), "PatientBirthDate"
IDENTIFIERS = ("PatientID", "OtherPatientIDs", "AccessionNumber")
MODALITIES = {Kind.HDF5: "MR", Kind.PULSEQ: "MR", Kind.BART_DATA: "MR", Kind.BART_HEADER: "MR", Kind.DDSM: "MG",
              Kind.DOCUMENT: "DOC", Kind.MODEL: "M3D",
              **dict.fromkeys((Kind.SIDECAR, Kind.GRADIENTS, Kind.RECORDING, Kind.ROWS_OF_ONE), "MR")}  # fmt: skip


def read_file_facts(kind: str, path: str) -> dict[str, Any]:
    """Return `safe` facts of a file of a *kind*, and the `known` values with which it names its subject."""
    what = Kind(kind)
    safe: dict[str, Any] = {"modality": MODALITIES.get(what, "OT")}
    known: list[str] = []
    if what is Kind.IMAGE:
        safe |= _image(path)
    elif what is Kind.HDF5:
        facts = importlib.import_module("deid.engine.facts.hdf5").read_hdf5_facts(path)
        safe, known = safe | facts["safe"], facts["known"]
    elif what in (Kind.BART_DATA, Kind.BART_HEADER):
        safe |= _bart(Path(path).with_suffix(".hdr"))
    elif what is Kind.PULSEQ:
        with Path(path).open("rb") as source:
            safe |= sequence_facts(read_all(source, LARGEST_TEXT))
    elif what is Kind.DOCUMENT:
        known = _stated_in(path)
    elif what is Kind.SIDECAR:
        known = _said_of_patient(path)
    return {"safe": safe, "known": known}


def _image(path: str) -> dict[str, Any]:
    """Return size and number of pages; raises `RefusedError`."""
    with Path(path).open("rb") as source:
        picture = opened(source)
        return {"rows": picture.height, "columns": picture.width, "frames": getattr(picture, "n_frames", 1)}


def _bart(header: Path) -> dict[str, int]:
    """Return how deep an array of BART is, nothing where its header is not beside it."""
    if not header.exists():
        return {}
    with header.open("rb") as source:
        return {"depth": bart_depth(read_all(source, LARGEST_HEADER))}


def _said_of_patient(path: str) -> list[str]:
    """Return names, identifiers and the birth date (YYYYMMDD) that a sidecar says its subject has, as converters write them."""
    with Path(path).open("rb") as source:
        content = read_all(source, LARGEST_TEXT)
    try:
        said = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):  # its cleaning says why
        return []
    told = (
        {key: _plain(said.get(key)) for key in (*NAMES, *IDENTIFIERS, BIRTH)}
        if isinstance(said, dict)
        else {}
    )
    names = [re.sub(r"[\s,]+", "^", told[key]) for key in NAMES if told.get(key)]
    born = re.sub(r"[-./]", "", told.get(BIRTH, ""))
    known = [*(f"{name}^" if "^" not in name else name for name in names), born if is_day(born) else ""]
    return [one for one in (*known, *(told.get(key, "") for key in IDENTIFIERS)) if one]


def _plain(value: object) -> str:
    return str(value).strip() if isinstance(value, str | int) else ""


def _stated_in(path: str) -> list[str]:
    documents: Any = importlib.import_module("deid.engine.formats.documents.cleaning")
    with Path(path).open("rb") as source:
        content = read_all(source, LARGEST_TEXT)
    found: list[str] = documents.identifying_values(content, documents.mime_of(content))
    return found
