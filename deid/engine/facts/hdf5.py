"""What an index needs to know about an HDF5 file of raw data: its ISMRMRD header's facts, and whom it names.

Importing this module loads h5py.
"""

from typing import Any

import h5py

from deid.engine.errors import RefusedError, UnreadableError
from deid.engine.facts.anatomy import body_part_of_raw, chief_part
from deid.engine.formats.raw.hdf5 import deepest_array, header_texts, spoken_texts
from deid.engine.formats.raw.ismrmrd import identifying_texts, technical_facts


def read_hdf5_facts(path: str) -> dict[str, Any]:
    """Return `safe` facts (field strength, coils, matrix, trajectory, maker, depth, part of the body) and `known`
    identifying values."""
    try:
        with h5py.File(path, "r") as file:
            headers, deepest, spoken = header_texts(file), deepest_array(file), spoken_texts(file)
    except RefusedError:
        raise
    except (RuntimeError, ValueError, KeyError, OSError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        raise UnreadableError("The HDF5 file is damaged.", code="bad_hdf5") from error
    facts = [technical_facts(header) for header in headers]
    known = [value for header in headers for value in identifying_texts(header)]
    safe = {
        **(facts[0] if facts else {}),
        "depth": max([deepest, *(fact["depth"] for fact in facts)]),
        "body_part": chief_part([*(fact["body_part"] for fact in facts), body_part_of_raw(spoken)]),
    }
    return {"safe": safe, "known": known}
