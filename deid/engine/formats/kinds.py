"""Which kinds of files there are beside DICOM, told apart by the ending of a name, and by what BIDS calls a table."""

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import PurePosixPath
from types import MappingProxyType


class Kind(StrEnum):
    """A kind of file and with that what cleans it."""

    DICOM = "dicom"
    NIFTI = "nifti"
    IMAGE = "image"
    HDF5 = "hdf5"
    BART_HEADER = "bart_header"
    BART_DATA = "bart_data"
    PULSEQ = "pulseq"
    DDSM = "ddsm"
    SIDECAR = "sidecar"
    GRADIENTS = "gradients"
    RECORDING = "recording"
    ROWS_OF_ONE = "rows_of_one"
    TABLE = "table"
    DOCUMENT = "document"
    MODEL = "model"


_ENDINGS: Mapping[Kind, tuple[str, ...]] = {
    Kind.DICOM: (".dcm",),
    Kind.NIFTI: (".nii.gz", ".nii"),
    Kind.IMAGE: (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".svs", ".pgm", ".ppm", ".pbm", ".ljpeg"),
    Kind.HDF5: (".h5", ".hdf5", ".mrd"),
    Kind.BART_HEADER: (".hdr",),
    Kind.BART_DATA: (".cfl",),
    Kind.PULSEQ: (".seq",),
    Kind.DDSM: (".ics", ".overlay"),
    Kind.SIDECAR: (".json",),
    Kind.GRADIENTS: (".bval", ".bvec"),
    Kind.RECORDING: (".tsv.gz",),
    Kind.ROWS_OF_ONE: (".one.tsv",),
    Kind.TABLE: (".csv", ".tsv", ".xlsx", ".xpt"),
    Kind.DOCUMENT: (".pdf", ".txt", ".rtf", ".xml"),
    Kind.MODEL: (".stl", ".obj", ".mtl"),
}
ENDINGS: Mapping[str, Kind] = MappingProxyType({end: kind for kind, ends in _ENDINGS.items() for end in ends})
# What is written where it is not the ending that came in.
WRITTEN: Mapping[str, str] = MappingProxyType(
    {".svs": ".tif", ".rtf": ".txt", ".xlsx": ".csv", ".xpt": ".csv", ".one.tsv": ".tsv"}
)


# Texts that data sets have without an ending (BIDS, and nearly every archive).
TEXTS = frozenset(("readme", "changes", "license"))


# Tables of one subject, as whose BIDS names them (specification 1.10, "Task events", "Scans file", "Sessions file" and the like).
_OF_ONE = re.compile(
    r"sub-[a-z0-9]+_(?:.+_)?(?:events|channels|electrodes|optodes|aslcontext|blood|scans|sessions)\.tsv"
)


def ending_of(path: str) -> str:
    """Return the ending by which the kind of a file is known, `.txt` for a README, `.one.tsv` for a table that BIDS keeps of one
    subject, `.dcm` for every other name."""
    name = PurePosixPath(path).name.lower()
    if name in TEXTS:
        return ".txt"
    if _OF_ONE.fullmatch(name):
        return ".one.tsv"
    parts = name.split(".")
    for count in (2, 1):
        ending = "." + ".".join(parts[-count:])
        if len(parts) > count and ending in ENDINGS:
            return ending
    return ".dcm"


def without_ending(path: str) -> str:
    """Return a path without the ending by which its kind is known, if it has one."""
    ending = ending_of(path)
    shown = next((one for one in (ending, WRITTEN.get(ending, ending)) if path.lower().endswith(one)), "")
    return path.removesuffix(path[len(path) - len(shown) :])


def kind_of(path: str) -> Kind:
    """Return the kind of the file that *path* names; what has no known ending is taken for DICOM."""
    return ENDINGS[ending_of(path)]
