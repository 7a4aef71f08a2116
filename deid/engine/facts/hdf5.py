"""What an index needs to know about an HDF5 file of raw data: its ISMRMRD header's facts, and whom it names.

Importing this module loads h5py.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import h5py

from deid.engine.errors import RefusedError, UnreadableError
from deid.engine.facts.anatomy import body_part_of_raw, chief_part
from deid.engine.formats.raw.hdf5_reading import deepest_array, header_texts, spoken_texts, subjects_named
from deid.engine.formats.raw.ismrmrd import identifying_texts, technical_facts

Found = TypeVar("Found")


def _read(path: str, reader: Callable[[Any], Found]) -> Found:
    """Return what *reader* finds in the file at *path*; raises `RefusedError`."""
    try:
        with h5py.File(path, "r") as file:
            return reader(file)
    except RefusedError:
        raise
    except (RuntimeError, ValueError, KeyError, TypeError, OSError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        raise UnreadableError("The HDF5 file is damaged.", code="bad_hdf5") from error


def patients_of(path: str) -> list[str]:
    """Return the Patient IDs that a file states, for memory only; raises `RefusedError`."""
    return _read(path, subjects_named)


def read_hdf5_facts(path: str) -> dict[str, Any]:
    """Return `safe` facts (field strength, coils, matrix, trajectory, maker, depth, part of the body) and `known`
    identifying values."""
    headers, deepest, spoken = _read(
        path, lambda file: (header_texts(file), deepest_array(file), spoken_texts(file))
    )
    facts = [technical_facts(header) for header in headers]
    known = [value for header in headers for value in identifying_texts(header)]
    safe = {
        **(facts[0] if facts else {}),
        "depth": max([deepest, *(fact["depth"] for fact in facts)]),
        "body_part": chief_part([*(fact["body_part"] for fact in facts), body_part_of_raw(spoken)]),
    }
    return {"safe": safe, "known": known}
