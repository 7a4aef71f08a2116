"""Measure which slices of a long series are read: one line of text is burned into one slice, or into three in a row.

    PYTHONPATH=. python benchmarks/text_in_series.py [--lines 60] [--first-seed 1000]

The series are a head that comes with a package and, where the samples are, 20 real MR slices, repeated to 128 slices, a head CT
and a head MR of more. Only looking is measured, as the command does it before it reads; a slice that is not read may keep
its text.
"""

import argparse
import random
import time
from itertools import cycle, islice
from pathlib import Path
from types import SimpleNamespace

import nibabel
import numpy as np
import pydicom

from deid.engine.finding.text_series import Marks, Values, beside, chosen, marks_of
from deid.engine.looking.reading import READ_OF_MANY
from deid.engine.looking.surveying import STRETCH
from tests.deid.burning import SAMPLES, write_lines
from tests.deid.heads import head_volume

SPACING, THICKNESS, NOISE, BITS = 1.0, 5, 8, 10


def series() -> dict[str, list[Values]]:
    """Return the slices of each series, of ten bits."""
    volume = head_volume(SPACING)[0][::THICKNESS].astype(np.float32)
    volume *= 1000 / volume.max()
    volume += np.random.default_rng(0).normal(0, NOISE, volume.shape)
    found = {"a head": list(volume.clip(0, 1023).astype(np.float32))}
    images = [pydicom.dcmread(path) for path in (SAMPLES / "dcmqi").glob("*.dcm")]
    slices = [one for one in images if one.Modality == "MR" and "PixelData" in one and one.Rows == 256]
    slices.sort(key=lambda one: float(one.ImagePositionPatient[2]))
    if slices:
        found["MR of the samples"] = [one.pixel_array.astype(np.float32) for one in slices]
    for name, file in (("a head CT", "CT_AVM.nii.gz"), ("a head MR", "ch2.nii.gz")):
        if (SAMPLES / "nifti" / file).exists():
            found[name] = volume_slices(SAMPLES / "nifti" / file)
    return found


def volume_slices(path: Path) -> list[Values]:
    """Return the axial slices of a volume, as many as are looked at together, from its middle."""
    values = np.asarray(nibabel.load(path).get_fdata(), np.float32).transpose()[:, ::-1]
    low, high = np.percentile(values, (0.1, 99.9))
    first = max(0, (len(values) - STRETCH) // 2)
    return list(
        np.ascontiguousarray(((values - low) * 1023 / (high - low)).clip(0, 1023))[first : first + STRETCH]
    )


def read_of(slices: list[Values], clean: dict[int, Marks], written_on: range, seed: str) -> bool | None:
    """Say whether one of the slices that a line is burned into is read; `None` where there was no room for it."""
    written = np.stack([slices[place] for place in written_on])
    words, _ink = write_lines(written, SimpleNamespace(BitsStored=BITS), random.Random(seed), 1)
    if not words:
        return None
    shown = {**dict(enumerate(slices)), **dict(zip(written_on, written, strict=True))}
    around = range(max(0, written_on.start - 1), min(len(slices), written_on.stop + 1))
    marks = clean | {
        place: marks_of(shown[place], [shown[n] for n in (place - 1, place + 1) if n in shown])
        for place in around
    }
    repeated = islice(cycle(clean.values()), STRETCH - len(slices))
    every = {(place, 0): one for place, one in enumerate((*(marks[n] for n in sorted(marks)), *repeated))}
    return any(place in written_on for place, _frame in chosen(every, READ_OF_MANY))


def main() -> None:
    """Print a line for each series and number of slices."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=60)
    parser.add_argument("--first-seed", type=int, default=1000)
    given = parser.parse_args()
    for name, slices in series().items():
        began = time.process_time()
        frames = (((place, 0), values) for place, values in enumerate(slices))
        clean = {place[0]: marks_of(values, others) for place, values, others in beside(frames)}
        print(
            f"{name}: {1000 * (time.process_time() - began) / len(slices):.0f} ms of one core to look at a slice"
        )
        for many in (1, 3):
            seeds = [
                f"{name} {many} {seed}" for seed in range(given.first_seed, given.first_seed + given.lines)
            ]
            firsts = [random.Random(seed).randrange(len(slices) - many) for seed in seeds]
            read = [
                read_of(slices, clean, range(first, first + many), seed)
                for first, seed in zip(firsts, seeds, strict=True)
            ]
            print(
                f"  text on {many} of {STRETCH}: read in {sum(map(bool, read))} of {sum(one is not None for one in read)}"
            )


if __name__ == "__main__":
    main()
