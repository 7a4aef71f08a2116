"""Say beforehand whether the pixels of a file could be masked, so that nobody decides on a mask that will fail."""

from pathlib import Path

from deid.engine.errors import RefusedError
from deid.engine.pixels.decoding import frame_pixels, open_image
from deid.engine.pixels.describing import PIXEL_DATA, layout_of
from deid.engine.pixels.patches import patches
from deid.engine.reading.encoding import NATIVE
from deid.engine.reading.files import read_data_set
from deid.engine.results import Mask


def can_mask(path: Path | str) -> str | None:
    """Return the reason why the pixels of the DICOM file at *path* cannot be masked, `None` where they can."""
    try:
        with Path(path).open("rb") as file:
            data = read_data_set(file)
        by_tag = {element.tag: element for element in data.elements}
        if PIXEL_DATA not in by_tag:
            return "The file has no pixels that could be masked."
        layout = layout_of(data, by_tag)
        needed = layout.sample_bytes and layout.frame_bytes * layout.frames
        if data.transfer_syntax in NATIVE:
            patches(layout, [Mask(None, 0, 0, 1, 1)])
            short = by_tag[PIXEL_DATA].length < needed
            return "The pixel data is shorter than its image, so it cannot be masked." if short else None
        frame_pixels(open_image(path), 0)
    except RefusedError as refusal:
        return refusal.reason
    return None
