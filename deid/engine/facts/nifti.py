"""What an index needs to know about a NIfTI file, read from its header."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deid.engine.formats.nifti import GZIP_MARK, NIFTI1, NIFTI2, Bytes, Header, blocks_of, parse_header

SPACINGS = {NIFTI1.size: (76, "8f"), NIFTI2.size: (104, "8d")}
DATA_TYPES = {NIFTI1.size: 70, NIFTI2.size: 12}
SPATIAL = 3


@dataclass(frozen=True, slots=True)
class NiftiFacts:
    """`identity` says whether there is header text and where (never the text); `safe` describes the image."""

    identity: Mapping[str, bool]
    safe: Mapping[str, Any]


def _looks_like_head(header: Header, spacing: list[float]) -> bool:
    """Say whether a volume has the extent of a head: 120–320 mm in all three directions."""
    extents = [abs(step) * count for step, count in zip(spacing, header.dims, strict=False)][:SPATIAL]
    return len(extents) == SPATIAL and all(120 <= extent <= 320 for extent in extents)


def read_nifti_facts(path: Path | str) -> NiftiFacts:
    """Return what the index needs from the NIfTI file at *path*; raises `RefusedError`."""
    with Path(path).open("rb") as file:
        packed = file.read(2) == GZIP_MARK
        file.seek(0)
        raw = Bytes(blocks_of(file)).read(NIFTI2.size + 4)
    header = parse_header(raw)
    place, form = SPACINGS[header.layout.size]
    spacing = [
        float(step) for step in struct.unpack_from(header.order + form, raw, place)[1 : len(header.dims) + 1]
    ]
    (kind,) = struct.unpack_from(header.order + "h", raw, DATA_TYPES[header.layout.size])
    texts = any(raw[start : start + length].strip(b"\0 ") for start, length in header.layout.texts)
    return NiftiFacts(
        identity={"has_header_text": texts, "has_extensions": header.data_offset > header.layout.size + 4},
        safe={
            "shape": list(header.dims),
            "slices": min((*header.dims, 1, 1, 1)[:SPATIAL]),
            "spacing": spacing,
            "data_type": kind,
            "bits": header.bits,
            "compressed": packed,
            "version": 1 if header.layout is NIFTI1 else 2,
            "size": Path(path).stat().st_size,
            "is_head": _looks_like_head(header, spacing),
        },
    )
