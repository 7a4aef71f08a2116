"""Decide whether a file is sound enough to be taken in: one understanding of it, and no trap.

Two readers must agree on every element (ours and pydicom's); lengths, nesting and sizes must be what they
say.
"""

import warnings
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pydicom

from deid.engine.errors import TooLargeError, UnreadableError
from deid.engine.facts.dicom import InstanceFacts, read_facts
from deid.engine.formats.nifti import GZIP_MARK, Bytes, blocks_of, parse_header
from deid.engine.instances import require_cleanable, top_level
from deid.engine.reading.elements import DataSet, Element, Placed
from deid.engine.reading.encoding import DEFLATED, NATIVE
from deid.engine.reading.files import read_data_set

LARGEST_FRAME = 1 << 28
LARGEST_PIXELS = 1 << 40
MOST_ELEMENTS = 2_000_000
PIXEL_DATA = 0x7FE00010
META_LENGTH = 0x00020000


def check_structure(path: Path | str) -> dict[str, Any]:
    """Return what was understood of a DICOM or NIfTI file, or raise `RefusedError` with a reason to
    act on."""
    path = Path(path)
    with path.open("rb") as file:
        start = file.read(132)
        file.seek(0)
        if start[128:] != b"DICM" and _is_nifti(path, start):
            header = parse_header(Bytes(blocks_of(file)).read(544))
            return {"format": "nifti", "size": path.stat().st_size, "shape": list(header.dims)}
        data = read_data_set(file)
    by_tag = top_level(data)
    require_cleanable(data, by_tag)
    elements = check_elements(data)
    _check_pixels(data, by_tag, read_facts(path))
    _check_agreement(data)
    return {"format": "dicom", "size": len(data.buffer), "elements": elements, "syntax": data.transfer_syntax}


def check_elements(data: DataSet) -> int:
    """Return how many elements a data set has; refuse, with `RefusedError`, one that readers may take for something else."""
    _check_meta(data)
    count = 0
    for part in data.parts:  # no tag is in two
        if isinstance(part, Placed):
            learned = part.run.learned
            if check_elements not in learned:
                learned[check_elements] = _check_elements(part.elements())
            count += learned[check_elements]
        else:
            count = _check_elements(part, count)
    return count


def _is_nifti(path: Path, start: bytes) -> bool:
    return path.name.lower().endswith((".nii", ".nii.gz")) or start[:2] == GZIP_MARK


def _check_meta(data: DataSet) -> None:
    """Refuse meta information that lies about its length (PS3.10 7.1)."""
    stated = data.meta.get(META_LENGTH)
    if stated is not None and int.from_bytes(stated, "little") != data.meta_length:
        raise UnreadableError("The file meta information lies about its length.", code="meta_length")


def _check_elements(elements: Sequence[Element], count: int = 0) -> int:
    """Refuse elements that come twice or in groups that no file may have; return how many there are."""
    seen: set[int] = set()
    for element in elements:
        group = element.tag >> 16
        if group in (0x0000, 0x0002, 0xFFFF):
            raise UnreadableError("An element stands in a group that files must not have.", code="bad_group")
        if element.tag in seen:
            raise UnreadableError("An element is there twice, so readers disagree.", code="duplicate_element")
        seen.add(element.tag)
        count += 1
        for item in element.items or ():
            count = _check_elements(item, count)
        if count > MOST_ELEMENTS:
            raise TooLargeError("The file has more elements than any image needs.", code="too_many_elements")
    return count


def _check_pixels(data: DataSet, by_tag: Mapping[int, Element], facts: InstanceFacts) -> None:
    """Refuse pixel data that cannot be what the header says it is (PS3.5 8.1)."""
    pixels, safe = by_tag.get(PIXEL_DATA), facts.safe
    if pixels is None:
        return
    sizes = [safe[name] for name in ("rows", "columns", "samples_per_pixel", "bits_allocated")]
    if any(not size for size in sizes):
        raise UnreadableError("The file has pixel data, but does not say of what size.", code="no_pixel_size")
    bits = safe["rows"] * safe["columns"] * safe["samples_per_pixel"] * safe["bits_allocated"]
    if bits > 8 * LARGEST_FRAME or bits * safe["frames"] > 8 * LARGEST_PIXELS:
        raise TooLargeError("The image claims to be larger than can be handled.", code="image_too_large")
    native = data.transfer_syntax in NATIVE
    if native != (not pixels.undefined):
        raise UnreadableError(
            "The pixel data is not encoded as the transfer syntax says.", code="pixel_encoding"
        )
    needed = (bits * safe["frames"] + 7) // 8
    if safe["photometric"] == "YBR_FULL_422":
        needed = needed * 2 // 3
    if native and pixels.length < needed:
        raise UnreadableError("The pixel data is shorter than the image it should hold.", code="pixels_short")


def _check_agreement(data: DataSet) -> None:
    """Refuse a file in which pydicom sees other top-level elements than our reader does."""
    if data.transfer_syntax == DEFLATED:
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            other = pydicom.dcmread(
                BytesIO(bytes(data.buffer)), stop_before_pixels=len(data.buffer) > LARGEST_FRAME
            )
    except Exception as error:
        raise UnreadableError(
            "Two readers do not understand the file alike.", code="readers_disagree"
        ) from error
    ours = {element.tag for element in data.elements}
    theirs = {int(tag) for tag in other.keys()}  # noqa: SIM118
    if ours != theirs and ours - theirs != {PIXEL_DATA}:
        raise UnreadableError("Two readers do not understand the file alike.", code="readers_disagree")
