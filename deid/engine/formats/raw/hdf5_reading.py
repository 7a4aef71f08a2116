"""What an HDF5 file says of itself: its ISMRMRD headers, the subjects it names, its texts and how deep its arrays are.

Importing this module loads h5py.
"""

from collections.abc import Iterator
from typing import Any, TypeAlias

import h5py

from deid.engine.errors import TooLargeError
from deid.engine.formats.raw.hdf5_names import ATTRIBUTES, HEADERS, SUBJECTS
from deid.engine.formats.raw.ismrmrd import patient_of

MOST_SEARCHED = 1000
LARGEST_HEADER = 4 << 20
LARGEST_ATTRIBUTE = 256
VOLUME = 3
H5Group: TypeAlias = Any
H5Dataset: TypeAlias = Any


def header_texts(source: H5Group) -> list[bytes]:
    """Return the ISMRMRD headers at the top of a file and in its groups."""
    return [text_of(made) for made in _upper_arrays(source) if is_header(made)]


def subjects_named(source: H5Group) -> list[str]:
    """Return the Patient IDs that a file states in its attributes and headers."""
    headers = (patient_of(header) for header in header_texts(source))
    return [*(attribute_text(source, name) for name in sorted(SUBJECTS)), *headers]


def deepest_array(source: H5Group) -> int:
    """Return the third largest extent that any array of the upper groups has: its depth, were it a volume."""
    deep = [sorted(made.shape)[-VOLUME] for made in _upper_arrays(source) if len(made.shape or ()) >= VOLUME]
    return max(deep, default=1)


def spoken_texts(source: H5Group) -> list[str]:
    """Return the texts by which a file says what it shows; they may name somebody."""
    return [text for name in sorted(ATTRIBUTES) if (text := attribute_text(source, name))]


def _upper_arrays(source: H5Group) -> Iterator[H5Dataset]:
    """Yield the data sets at the top of a file and in its groups."""
    groups = [source, *(made for made in _members(source) if isinstance(made, h5py.Group))]
    members = (made for group in groups[:MOST_SEARCHED] for made in _members(group))
    return (made for made in members if isinstance(made, h5py.Dataset))


def _members(group: H5Group) -> Iterator[Any]:
    """Yield what lies in this file of a group's members."""
    return (made for name in group if (made := hard_linked(group, name)) is not None)


def hard_linked(group: H5Group, name: str) -> Any:
    """Return a member that lies in this file, nothing for links to elsewhere."""
    link = group.get(name, getlink=True)
    return group[name] if isinstance(link, h5py.HardLink) else None


def is_header(dataset: H5Dataset) -> bool:
    """Say whether a data set is the header of ISMRMRD."""
    name = dataset.name.rpartition("/")[2]
    return name in HEADERS and dataset.size == 1 and h5py.check_string_dtype(dataset.dtype) is not None


def text_of(dataset: H5Dataset) -> bytes:
    """Return the one string of a data set."""
    if dataset.id.get_type().get_size() > LARGEST_HEADER:
        raise TooLargeError("The header is longer than any header is.", code="too_large")
    value = dataset[(0,) * len(dataset.shape) if dataset.shape else ()]
    return value.encode() if isinstance(value, str) else bytes(value)


def attribute_text(source: Any, name: str) -> str:
    """Return a short attribute's text, empty where it is none."""
    if name not in source.attrs:
        return ""
    attribute = source.attrs.get_id(name)
    if h5py.check_string_dtype(attribute.dtype) is None or attribute.shape not in ((), (1,)):
        return ""
    value = source.attrs[name]
    value = value[0] if attribute.shape else value
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text[:LARGEST_ATTRIBUTE]
