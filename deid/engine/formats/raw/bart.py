"""BART's `.hdr` and `.cfl` pair: the dimensions stay, command lines, file names and users of the header go."""

import re
from math import prod
from pathlib import Path
from typing import BinaryIO

from deid.engine.errors import TooLargeError, UnreadableError
from deid.engine.formats.bounded import read_all, size_of
from deid.engine.formats.nifti import refuse_half_of_pair
from deid.engine.identity import Identity
from deid.engine.results import Cleaned
from deid.engine.writing.stream import BLOCK, HashingTarget

LARGEST_HEADER = 1 << 20
MOST_DIMENSIONS = 32
LARGEST_DATA = 1 << 46
COMPLEX_FLOAT = 8
PARTITIONS, SLICES = 2, 13  # places of these dimensions (BART, misc/mri.h)
_EXTENTS = re.compile(rb"\s*(\d{1,12}(?:\s+\d{1,12})*)\s*")


def dimensions(header: bytes) -> list[int]:
    """Return what a BART header gives under `# Dimensions`; raises `UnreadableError`."""
    refuse_half_of_pair(header)  # which has the same ending
    lines = header.splitlines()
    for place, line in enumerate(lines[:-1]):
        if line.strip().lower() == b"# dimensions":
            found = _EXTENTS.fullmatch(lines[place + 1])
            extents = [int(token) for token in found[1].split()] if found else []
            if extents and len(extents) <= MOST_DIMENSIONS and all(extents):
                return extents
    raise UnreadableError("The header says nothing of the array's dimensions.", code="bad_raw")


def bart_depth(header: bytes) -> int:
    """Return how many places an array has along its second phase encoding or its slices, whichever are more."""
    extents = dimensions(header)
    return max([1, *extents[PARTITIONS : PARTITIONS + 1], *extents[SLICES : SLICES + 1]])


def data_size(extents: list[int]) -> int:
    """Return how many bytes an array of these dimensions has: complex numbers of two 32-bit floats."""
    size = COMPLEX_FLOAT * prod(extents)
    if size > LARGEST_DATA:
        raise TooLargeError("The array claims to be larger than can be handled.", code="too_large")
    return size


def clean_bart_header(
    source: BinaryIO, target: BinaryIO, *, identity: Identity, subject_key: str, beside: Path | None = None
) -> Cleaned:
    """Write the header *source* to *target* with its dimensions only.

    *beside* is the `.cfl` that belongs to it: a pair whose size is not what the dimensions say is refused.
    """
    extents = dimensions(read_all(source, LARGEST_HEADER))
    needed = data_size(extents)
    if beside is not None and beside.exists() and beside.stat().st_size != needed:
        raise UnreadableError("Header and data of the array do not belong together.", code="bad_raw")
    out = HashingTarget(target)
    out.write(b"# Dimensions\n" + b" ".join(b"%d" % extent for extent in extents) + b"\n")
    return Cleaned(identity.pseudonym(subject_key), out.sha256, out.size, {"K": 1})


def clean_bart_data(
    source: BinaryIO, target: BinaryIO, *, identity: Identity, subject_key: str, beside: Path | None = None
) -> Cleaned:
    """Copy the array *source* to *target* byte for byte, as long as its header (*beside*) says.

    Without a header it must be a whole number of complex values. Raises `UnreadableError`.
    """
    size = size_of(source)
    if beside is not None and beside.exists():
        with beside.open("rb") as header:
            needed = data_size(dimensions(read_all(header, LARGEST_HEADER)))
    else:
        needed = size - size % COMPLEX_FLOAT
    if size != needed or not size:
        raise UnreadableError("Header and data of the array do not belong together.", code="bad_raw")
    out = HashingTarget(target)
    while block := source.read(BLOCK):
        out.write(block)
    return Cleaned(identity.pseudonym(subject_key), out.sha256, out.size, {"K": 1})
