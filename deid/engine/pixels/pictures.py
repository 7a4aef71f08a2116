"""Pictures of frames for people: thumbnails and full renderings, as PNG without any text chunk."""

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from deid.engine.pixels.decoding import frame_pixels, open_image, shown_frame
from deid.engine.pixels.volumes import is_volume, volume_picture

MOST_LOOKED_AT = 3


def _png(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def frame_count(dataset: Any) -> int:
    """Return how many frames the data set says it has."""
    try:
        return max(1, int(dataset.get("NumberOfFrames") or 1))
    except (TypeError, ValueError):
        return 1


def thumbnail(path: Path | str, size: int = 256, frame: int | None = None) -> bytes:
    """Return a PNG of at most *size* × *size* pixels, of the middle frame or slice if none is named."""
    if is_volume(path):
        picture = volume_picture(path)
    else:
        dataset = open_image(path)
        shown = frame_count(dataset) // 2 if frame is None else frame
        picture = Image.fromarray(shown_frame(dataset, shown))
    picture.thumbnail((size, size), Image.Resampling.LANCZOS)
    return _png(picture)


def render(path: Path | str, frame: int | None = None) -> bytes:
    """Return a PNG of one *frame* (from 0) in full size, windowed as its header says, of the first if none is named.

    Of a volume it is the slice of that number across its axis with the fewest voxels, the middle one if none is named.
    Nothing but that frame is decoded. Raises `UnreadableError`, also for a frame that is not there.
    """
    if is_volume(path):
        return _png(volume_picture(path, frame))
    return _png(Image.fromarray(shown_frame(open_image(path), frame or 0)))


def pixel_quality(path: Path | str) -> dict[str, Any]:
    """Return what can be said of the pixels: whether they decode, are blank, their extremes over a few
    frames."""
    dataset = open_image(path)
    count = frame_count(dataset)
    looked_at = sorted({0, count // 2, count - 1})[:MOST_LOOKED_AT]
    frames = [frame_pixels(dataset, index) for index in looked_at]
    low, high = min(float(f.min()) for f in frames), max(float(f.max()) for f in frames)
    return {
        "frames": count,
        "looked_at": looked_at,
        "minimum": low,
        "maximum": high,
        "mean": float(np.mean([f.mean() for f in frames])),
        "blank": high == low,
    }
