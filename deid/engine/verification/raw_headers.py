"""What the header of released raw data (ISMRMRD, subjectInformation) still says of the person, as the risk report counts it."""

import os
import re
from pathlib import Path
from types import MappingProxyType
from typing import Any

os.environ["HDF5_PLUGIN_PATH"] = (
    "::"  # before the library starts: a file never makes it load a filter from disk
)

import h5py

RAW_ENDINGS = frozenset({".h5", ".hdf5"})
# The elements of the header, and the keywords of PS3.6 that say the same.
KEYWORDS = MappingProxyType(
    {"patientGender": "PatientSex", "patientWeight_kg": "PatientWeight", "patientHeight_m": "PatientSize"}
)
_SAID = re.compile(rf"<(?:\w+:)?({'|'.join(KEYWORDS)})>\s*([^<>]{{1,64}}?)\s*</")


def said_in_raw(path: Path) -> dict[str, str]:
    """Return what the headers in an HDF5 file say, by keyword; nothing of a file that cannot be read."""
    found: dict[str, str] = {}

    def look(_name: str, one: Any) -> None:
        if isinstance(one, h5py.Dataset) and h5py.check_string_dtype(one.dtype) and one.size == 1:
            value = one[()] if one.shape == () else one[:].ravel()[0]
            text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
            found.update({KEYWORDS[name]: said for name, said in _SAID.findall(text)})

    try:
        with h5py.File(path, "r") as file:
            file.visititems(look)
    except (OSError, RuntimeError, ValueError, TypeError, KeyError):
        return {}
    return found
