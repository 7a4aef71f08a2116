"""What an index needs to know about an HDF5 file of raw data: its ISMRMRD header's facts, and whom it names.

Importing this module loads h5py.
"""

from typing import Any

import h5py

from deid.engine.errors import RefusedError, UnreadableError
from deid.engine.formats.raw.hdf5 import header_texts
from deid.engine.formats.raw.ismrmrd import identifying_texts, technical_facts


def read_hdf5_facts(path: str) -> dict[str, Any]:
    """Return `safe` facts (field strength, coils, matrix, trajectory, maker) and `known` identifying values."""
    try:
        with h5py.File(path, "r") as file:
            headers = header_texts(file)
    except RefusedError:
        raise
    except (RuntimeError, ValueError, KeyError, OSError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        raise UnreadableError("The HDF5 file is damaged.", code="bad_hdf5") from error
    known = [value for header in headers for value in identifying_texts(header)]
    return {"safe": technical_facts(headers[0]) if headers else {}, "known": known}
