"""Verify a released file that is neither DICOM nor NIfTI: no needle in its bytes, no place left where text could be."""

import gzip
from collections.abc import Iterator, Sequence
from pathlib import Path

from deid.engine.results import Mask
from deid.engine.verification.arrays import array_faults, array_kinds
from deid.engine.verification.blanked_rasters import CHANGED, blanked_faults
from deid.engine.verification.coded import PNG, raster_hits, same_coded
from deid.engine.verification.haystacks import compile_needles
from deid.engine.verification.jpegs import JPEG
from deid.engine.verification.needles import Needle
from deid.engine.verification.search import Hit, kinds_in_file

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
RECORDINGS = ".tsv.gz"
BLOCK, OVERLAP = 8 << 20, 4096


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
        kinds |= kinds_in_file(block, haystack, words=words)
    if name.endswith(PDF):
        kinds |= kinds_in_file(Path(released_path).read_bytes(), haystack, words=True)
    if name.endswith(ARRAYS):
        kinds |= array_kinds(released_path, haystack)
    hits = [Hit("file", kind) for kind in sorted(kinds)]
    with Path(released_path).open("rb") as file:
        start = file.read(8)
    if name.endswith(RASTERS) or start.startswith((PNG, JPEG)):
        hits += raster_hits(released_path)
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
    if name.endswith(RECORDINGS):
        unpacked = (gzip.decompress(Path(path).read_bytes()).split() for path in (source, released))
        return next(unpacked) == next(unpacked)
    return True


def _blocks(path: Path | str) -> Iterator[bytes]:
    """Yield a file in blocks that lap over each other by more than the longest needle."""
    with Path(path).open("rb") as file:
        before = b""
        while block := file.read(BLOCK):
            yield before + block
            before = block[-OVERLAP:]
