"""Clean recordings of BIDS (`_physio.tsv.gz`, `_stim.tsv.gz`): numbers in columns without a heading, and nothing else."""

import gzip
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from deid.engine.errors import TooLargeError, UnreadableError
from deid.engine.formats.nifti import blocks_of
from deid.engine.identity import Identity
from deid.engine.results import Cleaned
from deid.engine.writing.stream import HashingTarget

LARGEST = 128 << 20
# Seconds since 1970 have ten digits.
_VALUE = re.compile(rb"[+-]?(?:\d{1,8}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][+-]?\d{1,3})?|n/a")


def clean_recording(
    source: BinaryIO,
    target: BinaryIO,
    *,
    identity: Identity,
    subject_key: str,
    known_values: Sequence[str] = (),
) -> Cleaned:
    """Write the recording *source* to *target*, gzipped without name and time; raises `RefusedError` for what is no number, and
    for a number of the subject."""
    known = {value.encode() for value in known_values}
    out, rows, width = HashingTarget(target), 0, 0
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0, compresslevel=6) as sink:
        for line in _lines(source):
            values = line.split(b"\t")
            width = width or len(values)
            if len(values) != width or not known.isdisjoint(values) or not all(map(_VALUE.fullmatch, values)):
                raise UnreadableError(
                    "A recording of BIDS must hold columns of numbers and nothing else; its sidecar names them.",
                    code="bad_sidecar",
                )
            sink.write(line + b"\n")
            rows += 1
    if not rows:
        raise UnreadableError("The recording holds nothing.", code="bad_sidecar")
    return Cleaned(identity.pseudonym(subject_key), out.sha256, out.size, {"rows": rows, "columns": width})


def _lines(source: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a packed file without their ends."""
    begun, taken = b"", 0
    for block in blocks_of(source):
        taken += len(block)
        if taken > LARGEST:
            raise TooLargeError("The recording is larger than one may be.", code="too_large")
        *lines, begun = (begun + block).split(b"\n")
        yield from (line.rstrip(b"\r") for line in lines)
    if begun:
        yield begun.rstrip(b"\r")
