"""Clean one file of any kind beside DICOM, from path to path; what a kind needs is loaded when it is first met."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from deid.engine.formats.kinds import Kind
from deid.engine.identity import Identity
from deid.engine.results import Cleaned, Mask

_FORMATS = "deid.engine.formats"
# Tables are not here: they hold many subjects and need to be told what their columns are.
PLACES: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.NIFTI: f"{_FORMATS}.nifti:clean_nifti",
        Kind.IMAGE: f"{_FORMATS}.images.cleaning:clean_image",
        Kind.HDF5: f"{_FORMATS}.raw.hdf5:clean_hdf5",
        Kind.BART_HEADER: f"{_FORMATS}.raw.bart:clean_bart_header",
        Kind.BART_DATA: f"{_FORMATS}.raw.bart:clean_bart_data",
        Kind.PULSEQ: f"{_FORMATS}.raw.pulseq:clean_pulseq",
        Kind.DDSM: f"{_FORMATS}.raw.ddsm:clean_ddsm",
        Kind.SIDECAR: f"{_FORMATS}.bids.sidecars:clean_sidecar",
        Kind.GRADIENTS: f"{_FORMATS}.bids.sidecars:clean_gradients",
        Kind.RECORDING: f"{_FORMATS}.bids.recordings:clean_recording",
        Kind.ROWS_OF_ONE: f"{_FORMATS}.bids.rows_of_one:clean_rows_of_one",
        Kind.DOCUMENT: f"{_FORMATS}.documents.files:clean_document_file",
        Kind.MODEL: f"{_FORMATS}.documents.models:clean_model",
    }
)
KNOWING = frozenset(
    {Kind.HDF5, Kind.PULSEQ, Kind.DDSM, Kind.SIDECAR, Kind.RECORDING, Kind.ROWS_OF_ONE, Kind.DOCUMENT}
)
PAIRED: Mapping[Kind, str] = MappingProxyType({Kind.BART_HEADER: ".cfl", Kind.BART_DATA: ".hdr"})


@cache
def cleaner_of(kind: Kind) -> Callable[..., Cleaned]:
    """Return the function that cleans files of *kind*."""
    module, _, name = PLACES[kind].partition(":")
    cleaner: Callable[..., Cleaned] = getattr(importlib.import_module(module), name)
    return cleaner


def clean_file(
    kind: Kind,
    source: Path,
    target: Path,
    *,
    identity: Identity,
    subject_key: str,
    masks: Sequence[Mask] = (),
    voxel_mask: str | None = None,
    known_values: Sequence[str] = (),
    file_name_of: Callable[[str], str] | None = None,
) -> Cleaned:
    """Write the cleaned file *source* of a *kind* to *target*; raises `RefusedError`.

    *masks* count for raster images, *voxel_mask* (what `plan_defacing` wrote) for NIfTI, *known_values* (identifying
    values of the subject) for what holds text, *file_name_of* (how a file is called now, empty where it is not there) for
    tables that name files.
    """
    more: dict[str, Any] = {}
    if kind is Kind.IMAGE:
        more["masks"] = masks
    if kind is Kind.NIFTI:
        more["voxel_mask"] = voxel_mask
    if kind in KNOWING:
        more["known_values"] = known_values
    if kind is Kind.ROWS_OF_ONE:
        more["file_name_of"] = file_name_of
    if kind in PAIRED:
        more["beside"] = source.with_suffix(PAIRED[kind])
    with source.open("rb") as file, target.open("w+b") as out:
        return cleaner_of(kind)(file, out, identity=identity, subject_key=subject_key, **more)
