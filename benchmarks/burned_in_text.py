"""Measure the finding of burned-in text: planted words covered, anatomy touched, clean images masked, seconds.

    python benchmarks/burned_in_text.py [--images 10] [--first-seed 1000] [--kinds CT,MR,US] [--missed]

Each kind of image (`tests/deid/burning.py`: real images of the pydicom wheel and, where they are, of the samples; drawn ones
otherwise; 8 to 16 bits, all photometric interpretations, one and more frames) is made once with words and once without. A
word counts as covered when the boxes hide 90 % of its rectangle. *Anatomy touched* are pixels of the image, darkest or most
frequent value aside, under a box but away from any line. Seeds below 1000 were seen while building.
"""

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from deid.engine.finding.text import find_text
from deid.engine.finding.text_boxes import TextBox
from deid.engine.pixels.decoding import shown_frame
from tests.deid.burning import KINDS, Burned, Word, burn

COVERED, NEAR, BACKGROUND = 0.9, 6, 12


def covered(word: Word, boxes: list[TextBox]) -> bool:
    """Say whether the boxes hide a word."""
    hidden = np.zeros((word.bottom - word.top, word.right - word.left), bool)
    for box in boxes:
        rows = slice(max(0, box.y - word.top), max(0, box.y + box.height - word.top))
        hidden[rows, max(0, box.x - word.left) : max(0, box.x + box.width - word.left)] = True
    return float(hidden.mean()) >= COVERED


def near_text(burned: Burned) -> Any:
    """Return the pixels of the lines: the words, a little around them, and the gaps between them."""
    near = np.zeros(burned.ink.shape, bool)
    for word in burned.words:
        height, width = word.bottom - word.top, word.right - word.left
        down, across = (max(NEAR, width), NEAR) if height > width else (NEAR, max(NEAR, height))
        near[
            max(0, word.top - down) : word.bottom + down, max(0, word.left - across) : word.right + across
        ] = True
    return near


def anatomy_of(clean: Burned) -> Any:
    """Return the pixels of an image that are not its background."""
    shown = shown_frame(clean.dataset, 0)
    grey = shown.max(axis=2) if shown.ndim == 3 else shown
    background = int(np.bincount(grey.ravel()).argmax())
    return np.abs(grey.astype(int) - background) > BACKGROUND


def measure(kind: str, seed: int, folder: Path, counts: Counter[str], missed: list[str]) -> None:
    """Look at one image with words and without, and add to *counts*."""
    burned, clean = burn(kind, seed), burn(kind, seed, clean=True)
    began = time.process_time()
    boxes = [box for box in find_text(burned.written(folder), [0]) if not box.doubted]
    counts["seconds"] += time.process_time() - began  # type: ignore[assignment]
    hidden = np.zeros(burned.ink.shape, bool)
    for box in boxes:
        hidden[box.y : box.y + box.height, box.x : box.x + box.width] = True
    anatomy = anatomy_of(clean)
    counts["anatomy"] += int(anatomy.sum())
    counts["touched"] += int((hidden & anatomy & ~near_text(burned)).sum())
    counts["images"] += 1
    for word in burned.words:
        counts["words"] += 1
        counts["found"] += covered(word, boxes)
        if not covered(word, boxes):
            missed.append(f"{kind} {seed}: {word}")
    counts["masked clean"] += any(not box.doubted for box in find_text(clean.written(folder), [0]))


def line(name: str, counts: Counter[str]) -> str:
    """Return one row of the table."""
    recall = 100 * counts["found"] / max(1, counts["words"])
    touched = 100 * counts["touched"] / max(1, counts["anatomy"])
    return (
        f"| {name} | {counts['images']} | {counts['found']} of {counts['words']} | {recall:.1f} % | {touched:.3f} % | "
        f"{counts['masked clean']} | {counts['seconds'] / max(1, counts['images']):.2f} |"
    )


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description="Measure the finding of burned-in text.")
    parser.add_argument("--images", type=int, default=10)
    parser.add_argument("--first-seed", type=int, default=1000)
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--missed", action="store_true", help="name the words that were missed")
    given = parser.parse_args()
    total: Counter[str] = Counter()
    missed: list[str] = []
    print("| images | number | words | recall | anatomy touched | clean ones masked | CPU seconds each |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for kind in given.kinds.split(","):
        counts: Counter[str] = Counter()
        with tempfile.TemporaryDirectory() as folder:
            for seed in range(given.first_seed, given.first_seed + given.images):
                measure(kind, seed, Path(folder), counts, missed)
        total += counts
        print(line(kind, counts), flush=True)
    print(line("all", total))
    print("\n".join(missed) if given.missed else "")


if __name__ == "__main__":
    main()
