"""Copy one HDF5 array in blocks: the same type, shape, chunks and compression, the same numbers."""

from collections.abc import Iterator
from math import prod
from typing import Any

import h5py
import numpy as np

from deid.engine.errors import TooLargeError, UnreadableError, UnsupportedError
from deid.engine.formats.raw.hdf5_names import is_technical

BLOCK = 8 << 20
LARGEST_CHUNK = 256 << 20
MOST_RATIO = 1100
SMALL = 64 << 20
MOST_ROWS = 64
DEEPEST_TYPE = 8
FILTERS = frozenset({h5py.h5z.FILTER_DEFLATE, h5py.h5z.FILTER_SHUFFLE, h5py.h5z.FILTER_FLETCHER32,
                     h5py.h5z.FILTER_SZIP, h5py.h5z.FILTER_NBIT, h5py.h5z.FILTER_LZF})  # fmt: skip
WRITABLE = frozenset(
    {h5py.h5z.FILTER_DEFLATE, h5py.h5z.FILTER_SHUFFLE, h5py.h5z.FILTER_FLETCHER32, h5py.h5z.FILTER_LZF}
)


def require_copyable(dataset: Any) -> None:
    """Refuse data that lies elsewhere, that needs an unknown filter, or that claims far more than is there."""
    plist = dataset.id.get_create_plist()
    if (
        plist.get_layout() not in (h5py.h5d.COMPACT, h5py.h5d.CONTIGUOUS, h5py.h5d.CHUNKED)
        or plist.get_external_count()
    ):
        raise UnsupportedError("The file keeps data in other files; bring it as one file.")
    if any(plist.get_filter(n)[0] not in FILTERS for n in range(plist.get_nfilters())):
        raise UnsupportedError("The file is compressed in a way that is not known here; save it with gzip.")
    width = dataset.id.get_type().get_size()
    stored, claimed = dataset.id.get_storage_size(), prod(dataset.shape or ()) * width
    if claimed > SMALL and claimed > MOST_RATIO * stored:
        raise TooLargeError("An array claims to be far larger than the file is.", code="image_too_large")
    if dataset.chunks and prod(dataset.chunks) * width > LARGEST_CHUNK:
        raise TooLargeError(
            "An array is packed in larger pieces than can be handled.", code="image_too_large"
        )


def is_safe_type(kind: Any, depth: int = 0) -> bool:
    """Say whether a type holds numbers only, under names that are technical."""
    if depth > DEEPEST_TYPE:
        return False
    if isinstance(kind, h5py.h5t.TypeCompoundID):
        count = kind.get_nmembers()
        return all(
            is_technical(kind.get_member_name(n).decode("ascii", "replace"))
            and is_safe_type(kind.get_member_type(n), depth + 1)
            for n in range(count)
        )
    if isinstance(kind, h5py.h5t.TypeArrayID | h5py.h5t.TypeVlenID):
        return is_safe_type(kind.get_super(), depth + 1)
    if isinstance(kind, h5py.h5t.TypeEnumID):
        names = {kind.get_member_name(n).upper() for n in range(kind.get_nmembers())}
        return names <= {b"TRUE", b"FALSE"}
    return isinstance(kind, h5py.h5t.TypeIntegerID | h5py.h5t.TypeFloatID)


def copy_array(source: Any, target: Any, name: str) -> Any:
    """Return the new array *name* of the group *target* with everything that *source* holds."""
    kind, before = source.id.get_type(), source.id.get_create_plist()
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_obj_track_times(False)
    if source.chunks:
        plist.set_chunk(source.chunks)
        for number in range(before.get_nfilters()):
            code, flags, values, _ = before.get_filter(number)
            if code in WRITABLE:
                plist.set_filter(code, flags, values[:1] if code == h5py.h5z.FILTER_DEFLATE else ())
    made = h5py.Dataset(
        # Of the type a copy is taken, which has no name: a named one would bring that along.
        h5py.h5d.create(target.id, name.encode(), kind.copy(), _space(source), dcpl=plist)
    )
    held_apart = _has_vlen(kind)
    for place in _blocks(source.shape, source.chunks, kind.get_size(), held_apart):
        made[place] = _without_gaps(source[place])
    _require_same(source, made)
    return made


def _without_gaps(block: Any) -> Any:
    """Return a block of records without what lies between their fields, where anything could hide."""
    kind = block.dtype
    if not kind.names:
        return block
    plain = np.zeros(block.shape, kind)
    for name in kind.names:
        plain[name] = _without_gaps(block[name])
    return plain


def _space(source: Any) -> Any:
    space = source.id.get_space()
    if space.get_simple_extent_type() != h5py.h5s.SIMPLE:
        return space.copy()
    most = tuple(h5py.h5s.UNLIMITED if extent is None else extent for extent in source.maxshape)
    return h5py.h5s.create_simple(source.shape, most if source.chunks else source.shape)


def _has_vlen(kind: Any) -> bool:
    if isinstance(kind, h5py.h5t.TypeVlenID):
        return True
    if isinstance(kind, h5py.h5t.TypeCompoundID):
        return any(_has_vlen(kind.get_member_type(n)) for n in range(kind.get_nmembers()))
    return isinstance(kind, h5py.h5t.TypeArrayID) and _has_vlen(kind.get_super())


def _blocks(
    shape: tuple[int, ...] | None, chunks: tuple[int, ...] | None, width: int, held_apart: bool
) -> Iterator[tuple[slice, ...]]:
    """Yield pieces of an array that together are all of it, none much larger than a block, along whole chunks."""
    if shape is None:
        return
    if not shape or 0 in shape:
        yield () if not shape else tuple(slice(0, extent) for extent in shape)
        return
    step = list(chunks or (1,) * len(shape))
    most = MOST_ROWS if held_apart else max(1, BLOCK // max(1, width))
    for axis in reversed(range(len(shape))):
        others = prod(step) // step[axis]
        step[axis] = min(shape[axis], max(step[axis], step[axis] * (most // max(1, others * step[axis]))))
    counts = [range(0, extent, by) for extent, by in zip(shape, step, strict=True)]
    for place in np.ndindex(*map(len, counts)):
        starts = [numbers[at] for numbers, at in zip(counts, place, strict=True)]
        yield tuple(
            slice(start, min(start + by, extent))
            for start, by, extent in zip(starts, step, shape, strict=True)
        )


def _require_same(source: Any, made: Any) -> None:
    if source.shape != made.shape or not source.id.get_type().equal(made.id.get_type()):
        raise UnreadableError("An array could not be copied as it is.", code="bad_hdf5")
