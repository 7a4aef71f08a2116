"""Verify a released file that is neither DICOM nor NIfTI: no needle in its bytes, no place left where text could be."""

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

from deid.engine.results import Mask
from deid.engine.verification.arrays import array_faults
from deid.engine.verification.blanked_rasters import CHANGED, blanked_faults
from deid.engine.verification.coded import JPEG, PNG, png_chunks, same_coded
from deid.engine.verification.haystacks import Haystack, compile_needles
from deid.engine.verification.needles import Needle
from deid.engine.verification.printed import printed_kinds
from deid.engine.verification.search import Hit
from deid.engine.verification.unpacking import unpacked

PDF = ".pdf"
TEXTS = (
    ".json",
    ".bval",
    ".bvec",
    ".ics",
    ".overlay",
    ".hdr",
    ".seq",
    ".txt",
    ".xml",
    PDF,
    ".obj",
    ".mtl",
    ".tsv",
)
RASTERS = (".png", ".jpg", ".jpeg", ".ljpeg", ".tif", ".tiff", ".pgm", ".ppm", ".pbm")
ARRAYS, COPIES, GRADIENTS = (".h5", ".hdf5", ".mrd"), (".cfl",), (".bval", ".bvec")
BLOCK, OVERLAP = 8 << 20, 4096
# Chunks of ISO/IEC 15948 and of its colour extensions that hold no text.
PNG_CHUNKS = frozenset((b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"sBIT", b"sRGB", b"bKGD",
                        b"pHYs", b"cICP"))  # fmt: skip
# The longest application segments of a JPEG that decoding needs: JFIF without thumbnail, one Exif entry, Adobe.
JPEG_SEGMENTS = {0xE0: 16, 0xE1: 34, 0xEE: 14}


def verify_other(
    source_path: Path | str,
    released_path: Path | str,
    needles: Sequence[Needle] = (),
    *,
    masks: Sequence[Mask] = (),
) -> list[Hit]:
    """Return what is wrong with a released file: identifying values in it or packed in it, text beside its pixels.

    Without *masks* what codes the pixels of a raster image must be the source's, with them what they do not touch; arrays
    of raw data must be the source's in any case.
    """
    haystack = compile_needles(needles)
    name = str(released_path).lower()
    words = name.endswith(TEXTS)
    kinds: set[str] = set()
    for block in _blocks(released_path):
        kinds |= haystack.kinds_in(block, words=words)
        kinds |= _packed_kinds(block, haystack)
    if name.endswith(PDF):
        kinds |= printed_kinds(Path(released_path).read_bytes(), haystack)
    hits = [Hit("file", kind) for kind in sorted(kinds)]
    with Path(released_path).open("rb") as file:
        start = file.read(8)
    if name.endswith(RASTERS) or start.startswith((PNG, JPEG)):
        hits += _raster_hits(released_path, start)
        faults = _raster_faults(source_path, released_path, masks)
    elif name.endswith(ARRAYS):
        faults = array_faults(source_path, released_path)
    else:
        faults = [] if _same_numbers(source_path, released_path, name) else [CHANGED]
    return hits + [Hit("image", kind) for kind in faults]


def _raster_faults(source: Path | str, released: Path | str, masks: Sequence[Mask]) -> list[str]:
    """Return what is wrong with the pixels of an image: with masks what they do not explain, without them any change."""
    if masks:
        return blanked_faults(source, released, masks)
    return [] if same_coded(source, released) else [CHANGED]


def _same_numbers(source: Path | str, released: Path | str, name: str) -> bool:
    """Say whether a file of bare numbers has those of its source; others are not compared."""
    if name.endswith(COPIES):
        return same_coded(source, released)
    if name.endswith(GRADIENTS):
        before, after = (Path(path).read_bytes().split() for path in (source, released))
        return before == after
    return True


def _raster_hits(released: Path | str, start: bytes) -> list[Hit]:
    """Return parts of a raster image that do not belong: what can hold words beside the pixels."""
    if start == PNG:
        chunks = png_chunks(Path(released).read_bytes())
        return [Hit("chunk", "metadata") for kind, _body in chunks if kind not in PNG_CHUNKS]
    return _jpeg_hits(Path(released).read_bytes()) if start.startswith(JPEG) else []


def _packed_kinds(block: bytes, haystack: Haystack) -> set[str]:
    found: set[str] = set()
    for content in unpacked(block):
        found |= haystack.kinds_in(content, words=False)
    return found


def _blocks(path: Path | str) -> Iterator[bytes]:
    """Yield a file in blocks that lap over each other by more than the longest needle."""
    with Path(path).open("rb") as file:
        before = b""
        while block := file.read(BLOCK):
            yield before + block
            before = block[-OVERLAP:]


def _jpeg_hits(content: bytes) -> list[Hit]:
    """Return application segments and comments before the first scan that do not belong."""
    hits, place = [], 2
    while place + 4 <= len(content) and content[place] == 0xFF and content[place + 1] != 0xDA:
        marker, (length,) = content[place + 1], struct.unpack_from(">H", content, place + 2)
        if (0xE0 <= marker <= 0xEF or marker == 0xFE) and length > JPEG_SEGMENTS.get(marker, -1):
            hits.append(Hit("segment", "metadata"))
        place += 2 + length
    if not content.endswith(b"\xff\xd9"):
        hits.append(Hit("trailing bytes", "metadata"))
    return hits
