"""The arrays of an HDF5 file: each that was released must be one of the source's, value for value, and no text names somebody."""

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

from deid.engine.verification.haystacks import Haystack
from deid.engine.verification.search import kinds_in_file

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


def array_kinds(path: Path | str, haystack: Haystack) -> set[str]:
    """Return the kinds of what is found in names, attributes and texts, and in arrays that a filter packed; `unreadable` where
    nobody can say."""
    try:
        with h5py.File(path, "r") as file:
            return {kind for text in _file_texts(file) for kind in kinds_in_file(text, haystack)}
    except (OSError, RuntimeError, ValueError, TypeError, KeyError):
        return {"unreadable"}


def _file_texts(file: Any) -> Iterator[bytes]:
    made: list[tuple[str, Any]] = [("", file)]
    file.visititems(lambda name, one: made.append((name, one)))
    for name, one in made:
        yield name.encode()
        for key, value in one.attrs.items():
            yield key.encode()
            yield from _texts(value)
        if isinstance(one, h5py.Dataset):
            yield " ".join(one.dtype.names or ()).encode()
            is_packed = one.id.get_create_plist().get_nfilters() and not one.dtype.hasobject
            for rows in _pieces(one) if is_packed or h5py.check_string_dtype(one.dtype) else ():
                yield from _texts(rows)


def _texts(values: Any) -> Iterator[bytes]:
    """Yield texts line by line, and numbers as they lie in memory."""
    array = np.asarray(values)
    if array.dtype.kind in "SUO":
        lines = (one if isinstance(one, bytes) else str(one).encode() for one in array.ravel())
        yield b"\n".join(lines)
    else:
        yield array.tobytes()


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
