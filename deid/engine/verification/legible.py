"""Read the image of a released file once more: a value of its source that somebody could still read in it (PS3.15 E.3.1).

It shares no code with what found the text at intake: other scaling, no proposals by shape, and it looks for known values
only. What it cannot read it does not judge. Importing this module loads the models of `rapidocr-onnxruntime`.
"""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from PIL import Image
from pydicom.pixels.utils import pixel_array
from rapidocr_onnxruntime import RapidOCR

from deid.engine.verification.needles import RESEARCH_OPTIONS, Needle, identifying_values, needles_of_values
from deid.engine.verification.search import Hit

KIND = "text in pixels"
READ_KINDS = frozenset({"name", "identifier", "place", "date"})
SHORTEST, SHORTEST_NUMBER = 5, 6
SMALL, SCALE, LARGEST = 900, 2, 4096
PERCENTILES = (0.5, 99.9)
# Letters and digits that a reader takes for one another.
ALIKE = str.maketrans("0o1il5s8b2z", "ooiiissbbzz")
Grey = NDArray[np.uint8]


@lru_cache(maxsize=1)
def _reader() -> Any:
    return RapidOCR()


def legible_values(
    source_path: Path | str,
    released_path: Path | str,
    *,
    options: frozenset[str] = RESEARCH_OPTIONS,
    known_values: Sequence[str] = (),
) -> list[Hit]:
    """Return a hit for each frame of the released image, of its first, middle and last, in which a name, number, place or date
    of the source or of its subject (*known_values*) can be read."""
    named = identifying_values(source_path, options) if str(released_path).endswith(".dcm") else ()
    sought = _sought((*named, *needles_of_values(known_values)))
    hits = []
    for number, picture in _pictures(Path(released_path)):
        lines = {_folded(line) for line in _words(picture)}
        if any(value in line for value in sought for line in lines):
            hits.append(Hit(f"frame {number + 1}", KIND))
    return hits


def legible_values_json(
    source: str, released: str, options: Sequence[str] = (), known_values: Sequence[str] = ()
) -> list[dict[str, str]]:
    """Return `legible_values` as dictionaries."""
    said = frozenset(options) or RESEARCH_OPTIONS
    hits = legible_values(source, released, options=said, known_values=known_values)
    return [{"place": hit.place, "kind": hit.kind} for hit in hits]


def _folded(text: str) -> str:
    """Return letters and digits alone, those that look alike as one."""
    return "".join(one for one in text.lower() if one.isalnum()).translate(ALIKE)


def _sought(needles: Iterable[Needle]) -> frozenset[str]:
    """Return the spellings that are long enough to be no chance."""
    texts = (
        text for needle in needles if needle.kind in READ_KINDS for text in (*needle.words, *needle.whole)
    )
    plain = ((text, "".join(one for one in text if one.isalnum())) for text in texts)
    return frozenset(
        _folded(text)
        for text, bare in plain
        if bare.isascii() and len(bare) >= (SHORTEST_NUMBER if bare.isdigit() else SHORTEST)
    )


def _pictures(path: Path) -> Iterator[tuple[int, Grey]]:
    """Yield number and grey picture of the frames that are read; nothing for what cannot be decoded or is no image."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if path.suffix != ".dcm":
            with Image.open(path) as image:
                yield 0, np.asarray(image.convert("L"), np.uint8)
            return
        dataset = pydicom.dcmread(path)
        if "PixelData" not in dataset:
            return
        count = max(1, int(dataset.get("NumberOfFrames") or 1))
        for number in sorted({0, count // 2, count - 1}):
            yield number, _grey(dataset, np.asarray(pixel_array(dataset, index=number)))


def _grey(dataset: pydicom.Dataset, pixels: NDArray[Any]) -> Grey:
    """Return a picture between the extremes of its values, whatever window the header names."""
    values = pixels.astype(np.float64)
    if values.ndim > 2:
        values = values.mean(axis=-1)
    low, high = np.percentile(values, PERCENTILES)
    if high <= low:
        low, high = float(values.min()), max(float(values.max()), float(values.min()) + 1)
    shown: Grey = ((values - low) * (255 / (high - low))).clip(0, 255).astype(np.uint8)
    return 255 - shown if dataset.get("PhotometricInterpretation") == "MONOCHROME1" else shown


def _words(picture: Grey) -> Iterator[str]:
    """Yield what is read, from the picture and from a small one enlarged."""
    image = Image.fromarray(picture)
    sizes = [image.size]
    if max(image.size) < SMALL:
        sizes.append((image.width * SCALE, image.height * SCALE))
    for width, height in sizes:
        if max(width, height) <= LARGEST:
            found, _seconds = _reader()(np.asarray(image.resize((width, height)).convert("RGB")))
            yield from (text for _box, text, _score in found or ())
