"""Read the released picture again: no word in it may be a value that identifies somebody.

The finder of intake has no part in this: the packaged recogniser is given the whole picture, and what it reads is held
against the needles. Letters that it confuses count as the same, and in long words one may be wrong. What it reads and no
needle knows is not judged: that a scale or a label may stay was a person's decision.
"""

import importlib
import importlib.util
import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from PIL import Image, ImageSequence
from pydicom.pixels.processing import apply_color_lut
from pydicom.pixels.utils import pixel_array

from deid.engine.verification.needles import Needle
from deid.engine.verification.search import Hit

KIND, MODELS, CODES = "text in pixels", "rapidocr_onnxruntime", "zxingcpp"
MOST_BESIDE = 6
MOST_PAGES, LONGEST, MOST_SCALE, LARGEST = 3, 1600, 3.0, 64_000_000
SHORTEST, SHORTEST_INSIDE, SHORTEST_INEXACT = 4, 6, 8
READ = frozenset({"name", "identifier", "place", "date"})
# Letters and digits that stroke fonts draw nearly alike.
LOOKALIKES = str.maketrans("oilszbg", "0115289")
Grey = NDArray[np.uint8]


@lru_cache(maxsize=1)
def _recogniser() -> Any:
    """Return the recogniser, `None` where the extra `ocr` is missing."""
    try:
        models = importlib.import_module(MODELS)
    except ImportError:
        return None
    return models.RapidOCR(print_verbose=False, intra_op_num_threads=1, inter_op_num_threads=1)


def can_read() -> bool:
    """Say whether this machine reads pixels again."""
    return all(importlib.util.find_spec(name) is not None for name in (MODELS, CODES))


def read_dicom_again(
    content: bytes, needles: Sequence[Needle], place: str, runs: Iterable[range] = ()
) -> list[Hit]:
    """Return a hit where a frame of a released instance shows a needle: the first, the middle, the last, and those beside the
    *runs* of frames that are masked, on which the text may still stand."""
    return _hits(_frames(content, runs), needles, place)


def read_image_again(path: Path | str, needles: Sequence[Needle]) -> list[Hit]:
    """Return a hit where one of the first pages of a released raster image shows a needle."""
    return _hits(_pages(path), needles, "image")


def _hits(pictures: Iterable[Grey], needles: Sequence[Needle], place: str) -> list[Hit]:
    searched = _searched(needles)
    if not searched or _recogniser() is None:
        return []
    shown = any(_shows(line, searched) for picture in pictures for line in _lines(picture))
    return [Hit(place, KIND)] if shown else []


def _frames(content: bytes, runs: Iterable[range]) -> Iterator[Grey]:
    """Yield frames in full contrast and between their extremes; none where no decoder here reads them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            dataset = pydicom.dcmread(BytesIO(content))
            count = int(dataset.get("NumberOfFrames") or 1)
            beside = {number for run in runs for number in (run.start - 1, run.stop) if 0 <= number < count}
            for number in sorted({0, count // 2, count - 1, *sorted(beside)[:MOST_BESIDE]}):
                pixels = np.asarray(pixel_array(dataset, index=number))
                if dataset.PhotometricInterpretation == "PALETTE COLOR":
                    pixels = apply_color_lut(pixels, dataset)
                yield from _greys(pixels.max(axis=2) if pixels.ndim == 3 else pixels)
        except (AttributeError, ValueError, NotImplementedError, RuntimeError):
            return


def _pages(path: Path | str) -> Iterator[Grey]:
    with Image.open(path) as image:
        for number, page in enumerate(ImageSequence.Iterator(image)):
            if number == MOST_PAGES or page.width * page.height > LARGEST:
                return
            yield from _greys(np.asarray(page.convert("RGB")).max(axis=2))


def _greys(values: NDArray[Any]) -> Iterator[Grey]:
    """Yield a frame stretched over nearly all of its values, and over all where that is another picture."""
    numbers = np.nan_to_num(values.astype(np.float32))
    wide = (float(numbers.min()), float(numbers.max()))
    narrow = tuple(float(v) for v in np.percentile(numbers, (1, 99)))
    for low, high in {wide, narrow if narrow[1] - narrow[0] < 0.7 * (wide[1] - wide[0]) else wide}:
        if high > low:
            yield (np.clip((numbers - low) / (high - low), 0, 1) * 255).astype(np.uint8)


def _lines(picture: Grey) -> list[str]:
    """Return what the recogniser reads, small pictures enlarged and large ones reduced, and what codes say."""
    rows, columns = picture.shape
    scale = min(MOST_SCALE, LONGEST / max(rows, columns))
    size = max(1, round(columns * scale)), max(1, round(rows * scale))
    shown = np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC))
    found, _seconds = _recogniser()(np.repeat(shown[..., None], 3, axis=2), use_cls=False)
    codes = [
        code.text for code in importlib.import_module(CODES).read_barcodes(np.ascontiguousarray(picture))
    ]
    return [str(text) for _corners, text, _score in found or ()] + codes


def _folded(text: str) -> str:
    """Return letters and digits of *text* only, without accents, with what is easily confused as one."""
    plain = unicodedata.normalize("NFKD", text.lower()).translate(LOOKALIKES)
    return "".join(one for one in plain if one.isalnum() and one.isascii())


def _searched(needles: Sequence[Needle]) -> frozenset[str]:
    words = {word: _folded(word) for n in needles if n.kind in READ for word in (*n.words, *n.whole)}
    return frozenset(folded for word, folded in words.items() if len(folded) >= _shortest(word, folded))


def _shortest(word: str, folded: str) -> int:
    """Return from how many letters on a word is searched for: a short name that looks like a number is none."""
    return SHORTEST_INSIDE if folded.isdigit() and not word.isdigit() else SHORTEST


def _shows(line: str, searched: frozenset[str]) -> bool:
    """Say whether a line that was read holds one of the words: short ones alone, long ones with one letter wrong."""
    if not searched.isdisjoint(_folded(word) for word in line.split()):
        return True
    joined = _folded(line)
    return any(_within(word, joined) for word in searched if len(word) >= SHORTEST_INSIDE)


def _within(word: str, line: str) -> bool:
    wrong = 1 if len(word) >= SHORTEST_INEXACT and not word.isdigit() else 0
    return any(
        sum(one != other for one, other in zip(word, line[at : at + len(word)], strict=True)) <= wrong
        for at in range(len(line) - len(word) + 1)
    )
