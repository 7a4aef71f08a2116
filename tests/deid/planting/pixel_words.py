"""Words burned into the pixels of real files, where they can be written without changing anything else."""

import random
from typing import Any

from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import JPEG2000Lossless, RLELossless

from tests.deid.burning import write_lines
from tests.deid.planting.answers import Key
from tests.deid.planting.pixels import frames_of, written

MOST_VALUES, MOST_LINES = 40_000_000, 2
# Their devices write text of their own, which is masked with good reason, so nobody asks what else is retained.
WRITTEN_ON = ("US", "IVUS", "ES", "XC", "OT", "SC")
AGAIN = (RLELossless, JPEG2000Lossless)


def can_be_written(ds: Dataset) -> bool:
    """Say whether words can be read in the image, and can be put into its encoding without loss."""
    if "PixelData" not in ds or "Rows" not in ds:
        return False
    syntax = ds.file_meta.TransferSyntaxUID
    kinds = ("MONOCHROME1", "MONOCHROME2", "RGB")
    plain = ds.PhotometricInterpretation in kinds and ds.BitsAllocated in (
        (8, 16) if ds.original_encoding[1] else (16,)
    )
    size = ds.Rows * ds.Columns * int(ds.get("NumberOfFrames") or 1) * ds.SamplesPerPixel
    return plain and size <= MOST_VALUES and (not syntax.is_compressed or syntax in AGAIN)


def words_in_pixels(ds: Dataset, key: Key, dice: random.Random) -> None:
    """Burn words into all frames, and ask for them to be hidden and (not of `WRITTEN_ON`) for all else to be retained."""
    if not can_be_written(ds):
        return
    values = frames_of(ds).copy()
    shape = values.shape
    drawn_on = values if shape[3] > 1 else values.reshape(shape[:3])
    words, _ink = write_lines(drawn_on, ds, dice, dice.randint(1, MOST_LINES))
    if not words:
        return
    _store(ds, drawn_on)
    rectangles = [(word.left, word.top, word.right, word.bottom) for word in words]
    for rectangle in rectangles:
        key.add("pixels hidden", "PixelData", written([rectangle]))
    key.checks = [check for check in key.checks if check[0] != "pixels retained"]
    if ds.get("Modality") not in WRITTEN_ON:
        key.add("pixels retained", "PixelData", written(rectangles))


def _store(ds: Dataset, values: NDArray[Any]) -> None:
    """Put stored values back as they were encoded."""
    syntax, vr = ds.file_meta.TransferSyntaxUID, ds["PixelData"].VR
    if syntax.is_compressed:
        ds.compress(syntax, values[0] if len(values) == 1 else values, generate_instance_uid=False)
        return
    if values.ndim == 4 and ds.get("PlanarConfiguration", 0):
        values = values.transpose(0, 3, 1, 2)
    raw = values.astype(values.dtype.newbyteorder("<" if ds.original_encoding[1] else ">")).tobytes()
    ds.PixelData = raw + b"\0" * (len(raw) % 2)
    ds["PixelData"].VR = vr
