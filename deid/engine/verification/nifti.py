"""Verify a released NIfTI file against its source: an empty header, the image and nothing behind it."""

import gzip
import struct
from collections.abc import Sequence
from math import prod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deid.engine.verification.needles import Needle
from deid.engine.verification.search import Hit, search_bytes
from deid.engine.verification.voxels import Bits, name_of, planned_voxels, stored_as_planned

# Text fields (nifti1.h: data_type and db_name, descrip, aux_file, intent_name; nifti2.h: the last three and unused_str).
_TEXTS = {
    False: ((4, 28), (148, 80), (228, 24), (328, 16)),
    True: ((240, 80), (320, 24), (508, 16), (525, 15)),
}
_GZIP = b"\x1f\x8b"


def _unpacked(path: Path | str) -> bytes:
    content = Path(path).read_bytes()
    return gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


def verify_nifti(
    source_path: Path | str,
    released_path: Path | str,
    needles: Sequence[Needle] = (),
    *,
    voxel_mask: Path | str | None = None,
) -> list[Hit]:
    """Return what is wrong with a released NIfTI-1 or -2 file: text left in its header, extensions, an image changed
    otherwise than by the plan *voxel_mask*."""
    before, after = _unpacked(source_path), _unpacked(released_path)
    size = 540 if _is_second(after) else 348
    hits = [
        Hit(f"header byte {start}", "header text")
        for start, count in _TEXTS[_is_second(after)]
        if any(after[start : start + count])
    ]
    hits += _packing_hits(Path(released_path))
    if any(after[size : size + 4]):
        hits.append(Hit("extension", "header text"))
    image = _image_of(before)
    if voxel_mask is None:
        same = image == after[size + 4 :]
    else:
        blanked = planned_voxels(voxel_mask, name_of(Path(source_path).read_bytes()))
        same = blanked is not None and _as_planned(after, image, after[size + 4 :], blanked)
    if not same:
        hits.append(Hit("image", "pixels changed"))
    return hits + search_bytes(after[: size + 4], needles, "header")


def _packing_hits(released: Path) -> list[Hit]:
    """Return a hit where a gzip header states a name, a comment, anything more or a time (RFC 1952 2.3)."""
    with released.open("rb") as file:
        head = file.read(8)
    tells = head.startswith(_GZIP) and (head[3] or any(head[4:8]))
    return [Hit("gzip header", "header text")] if tells else []


def _is_second(header: bytes) -> bool:
    """Say whether a header is one of NIfTI-2."""
    return header[4:8] == b"n+2\0"


def _order(header: bytes) -> str:
    """Return the byte order of a header: it begins with its own size."""
    size = 540 if _is_second(header) else 348
    return "<" if struct.unpack_from("<i", header)[0] == size else ">"


def _image_of(before: bytes) -> bytes:
    """Return the image in the source: where its own offset points, as many bytes as its dimensions say."""
    order, second = _order(before), _is_second(before)
    (offset,) = struct.unpack_from(order + ("q" if second else "f"), before, 168 if second else 108)
    count, *extents = struct.unpack_from(order + ("8q" if second else "8h"), before, 16 if second else 40)
    size = -(-prod(extents[:count]) * _bits(before) // 8)
    return before[int(offset) : int(offset) + size]


def _bits(header: bytes) -> int:
    """Return how many bits a voxel has."""
    return int(struct.unpack_from(_order(header) + "h", header, 14 if _is_second(header) else 72)[0])


def _as_planned(header: bytes, before: bytes, after: bytes, blanked: Bits) -> bool:
    """Say whether two images under the same header differ by the plan alone; volumes in time alike."""
    size = _bits(header) // 8
    if size < 1 or len(before) % (size * blanked.size) or len(before) != len(after):
        return False
    arrays = [np.frombuffer(image, np.uint8).reshape(-1, *blanked.shape, size) for image in (before, after)]
    return all(
        stored_as_planned(one, other, blanked) for one, other in zip(*map(_parts, arrays), strict=True)
    )


def _parts(image: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    """Return the bytes of each voxel apart: all first bytes, all second ones."""
    return [image[..., place] for place in range(image.shape[-1])]
