"""The arrays of an HDF5 file: each that was released must be one of the source's, value for value."""

import hashlib
import os
from collections import Counter
from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import Any

os.environ["HDF5_PLUGIN_PATH"] = (
    "::"  # before the library starts: a file never makes it load a filter from disk
)

import h5py
import numpy as np

CHANGED = "pixels changed"
BLOCK_BYTES, ROWS_OF_LISTS = 8 << 20, 64


def array_faults(before: Path | str, after: Path | str) -> list[str]:
    """Return a word for what is wrong where an array of numbers was released that the source does not have.

    Arrays may be left out or renamed; strings are no arrays of numbers and are searched elsewhere.
    """
    try:
        with h5py.File(before, "r") as old, h5py.File(after, "r") as new:
            released, source = Counter(_marks(new)), Counter(_marks(old))
    except (OSError, RuntimeError, ValueError, TypeError, KeyError):
        return [CHANGED]
    return [] if released <= source else [CHANGED]


def _marks(group: Any) -> Iterator[str]:
    """Yield a digest of type, shape and values of each array of numbers; links to elsewhere are not followed."""
    arrays: list[Any] = []
    group.visititems(lambda _name, made: arrays.append(made) if isinstance(made, h5py.Dataset) else None)
    return (_mark(array) for array in arrays if h5py.check_string_dtype(array.dtype) is None)


def _mark(array: Any) -> str:
    digest = hashlib.sha256(repr((array.dtype.descr, array.shape)).encode())
    for rows in _pieces(array):
        _feed(digest, np.asarray(rows))
    return digest.hexdigest()


def _pieces(array: Any) -> Iterator[Any]:
    """Yield the array in runs of whole rows of about a block each."""
    if array.shape is None:
        return
    if not array.shape:
        yield array[()]
        return
    row = max(1, prod(array.shape[1:]) * array.dtype.itemsize)
    step = ROWS_OF_LISTS if array.dtype.hasobject else max(1, BLOCK_BYTES // row)
    for start in range(0, array.shape[0], step):
        yield array[start : start + step]


def _feed(digest: Any, values: Any) -> None:
    """Put numbers into *digest* field by field, and lists of any length one by one, each with its length."""
    if values.dtype.names:
        for name in values.dtype.names:
            _feed(digest, values[name])
    elif values.dtype.hasobject:
        for one in values.ravel():
            digest.update(repr(np.shape(one)).encode())
            _feed(digest, np.asarray(one))
    else:
        digest.update(np.ascontiguousarray(values).tobytes())
