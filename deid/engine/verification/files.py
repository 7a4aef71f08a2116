"""Verify one released file against its source, whatever kind it is."""

import gzip
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deid.engine.results import Mask
from deid.engine.verification.duties import check_duties
from deid.engine.verification.haystacks import compile_needles
from deid.engine.verification.needles import RESEARCH_OPTIONS, Needle, identifying_values, needles_of_values
from deid.engine.verification.others import RASTERS, verify_other
from deid.engine.verification.pixels import PLACE, compare_pixels
from deid.engine.verification.reading_again import read_dicom_again, read_image_again
from deid.engine.verification.search import Hit, search_bytes, search_elements
from deid.engine.verification.voxels import Bits, name_of, planned_voxels, stored_as_planned
from deid.engine.verification.walker import Walker


def verify_dicom(
    source_path: Path | str,
    released_path: Path | str,
    *,
    options: frozenset[str] = RESEARCH_OPTIONS,
    masks: Sequence[Mask] = (),
    more: Sequence[Needle] = (),
    voxel_mask: Path | str | None = None,
    read_pixels: bool = False,
) -> list[Hit]:
    """Return everything wrong with a released instance.

    That is: identifying values of its source (and *more* of its subject), missing or forbidden elements, pixels changed
    that *masks* and the plan *voxel_mask* do not change, or left that they do; with *read_pixels* also such a value that
    can be read in the released picture. Raises `UnreadableError` where either file cannot be walked.
    """
    before, after = Path(source_path).read_bytes(), Path(released_path).read_bytes()
    seen_before, seen_after = list(Walker(before).elements()), list(Walker(after).elements())
    needles = (*identifying_values(source_path, options), *more)
    haystack = compile_needles(needles)
    hits = search_elements(seen_after, haystack)
    hits += check_duties(seen_after, retain_uids="retain_uids" in options)
    if after[:128].strip(b"\0"):
        hits.append(Hit("preamble", "preamble"))
    if read_pixels:
        hits += read_dicom_again(after, needles, PLACE)
    blanked = None
    if voxel_mask is not None:
        instance = next((one.value.strip(b"\0 ") for one in seen_before if one.path == (0x00080018,)), b"")
        blanked = planned_voxels(voxel_mask, name_of(instance))
        if blanked is None:
            return [*hits, Hit("(7FE0,0010)", "mask not applied")]
    return hits + compare_pixels(before, seen_before, after, seen_after, masks, blanked)


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
    second = _is_second(after)
    fields = ((240, 80), (320, 24), (508, 16)) if second else ((4, 28), (148, 80), (228, 24), (328, 16))
    size = 540 if second else 348
    hits = [
        Hit(f"header byte {start}", "header text")
        for start, count in fields
        if after[start : start + count].strip(b"\0")
    ]
    if after[size : size + 4].strip(b"\0"):
        hits.append(Hit("extension", "header text"))
    image = _image_of(before, len(after) - size - 4)
    if voxel_mask is None:
        same = image == after[size + 4 :]
    else:
        blanked = planned_voxels(voxel_mask, name_of(Path(source_path).read_bytes()))
        same = blanked is not None and _as_planned(after, image, after[size + 4 :], blanked)
    if not same:
        hits.append(Hit("image", "pixels changed"))
    return hits + search_bytes(after[: size + 4], needles, "header")


def _is_second(header: bytes) -> bool:
    """Say whether a header is one of NIfTI-2."""
    return header[4:8] == b"n+2\0"


def _order(header: bytes) -> str:
    """Return the byte order of a header: it begins with its own size."""
    size = 540 if _is_second(header) else 348
    return "<" if struct.unpack_from("<i", header)[0] == size else ">"


def _image_of(before: bytes, length: int) -> bytes:
    """Return the image in the source: the bytes its own offset points at."""
    form, place = ("q", 168) if _is_second(before) else ("f", 108)
    start = int(struct.unpack_from(_order(before) + form, before, place)[0])
    return before[start : start + length]


def _as_planned(header: bytes, before: bytes, after: bytes, blanked: Bits) -> bool:
    """Say whether two images under the same header differ by the plan alone; volumes in time alike."""
    bits = struct.unpack_from(_order(header) + "h", header, 14 if _is_second(header) else 72)[0]
    size = bits // 8
    if size < 1 or len(before) % (size * blanked.size) or len(before) != len(after):
        return False
    arrays = [np.frombuffer(image, np.uint8).reshape(-1, *blanked.shape, size) for image in (before, after)]
    return all(
        stored_as_planned(one, other, blanked) for one, other in zip(*map(_parts, arrays), strict=True)
    )


def _parts(image: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    """Return the bytes of each voxel apart: all first bytes, all second ones."""
    return [image[..., place] for place in range(image.shape[-1])]


def verify_table(released_path: Path | str, needles: Sequence[Needle]) -> list[Hit]:
    """Return the rows of a released table in which a needle is found."""
    lines = Path(released_path).read_bytes().splitlines()
    return [
        hit for number, line in enumerate(lines, 1) for hit in search_bytes(line, needles, f"line {number}")
    ]


def verify_file_json(
    source: str,
    released: str,
    options: Sequence[str] = (),
    masks: Sequence[Mapping[str, Any]] = (),
    known_values: Sequence[str] = (),
    voxel_mask: str | None = None,
    read_pixels: bool = False,
) -> list[dict[str, str]]:
    """Return the hits of `verify_dicom`, `verify_nifti` or `verify_other` as dictionaries, by the name of the released file.

    *known_values* are names, identifiers and dates of the subject that other files gave, *voxel_mask* the plan by which
    its face was blanked; with *read_pixels* the words in the picture are read and searched as well.
    """
    more = needles_of_values(known_values)
    areas = [
        Mask(range(*m["frames"]) if m.get("frames") else None, m["x"], m["y"], m["width"], m["height"])
        for m in masks
    ]
    if released.endswith((".nii", ".nii.gz")):
        hits = verify_nifti(source, released, more, voxel_mask=voxel_mask)
    elif not released.endswith(".dcm"):
        hits = verify_other(source, released, more, masks=areas)
        if read_pixels and released.lower().endswith(RASTERS):
            hits += read_image_again(released, more)
    else:
        said = frozenset(options) or RESEARCH_OPTIONS
        hits = verify_dicom(
            source,
            released,
            options=said,
            masks=areas,
            more=more,
            voxel_mask=voxel_mask,
            read_pixels=read_pixels,
        )
    return [{"place": hit.place, "kind": hit.kind} for hit in hits]
