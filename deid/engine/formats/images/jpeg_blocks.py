"""Blank areas of a JPEG so that every block that no area touches keeps its coefficients (ITU-T T.81, A.1.1 and A.3).

The picture is coded again with its own tables, and of that only the touched blocks are put into the coefficients of the
source. Importing jpeglib loads libjpeg.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jpeglib
import numpy as np
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile, get_sampling

from deid.engine.errors import UnsupportedMaskError
from deid.engine.formats.images.jpeg import with_segments_of
from deid.engine.results import Mask

COMPONENTS = ("Y", "Cb", "Cr")
# A fourth one, the black of printing, is not written back by jpeglib 1.0.
MOST_COMPONENTS, BLOCK = 3, 8
# Components that are colours themselves: named so, or said so by Adobe's segment (T.872 6.5.3).
RED_GREEN_BLUE = (ord("R"), ord("G"), ord("B"))


def blanked_jpeg(content: bytes, pages: Sequence[Image.Image], areas: Sequence[Mask]) -> bytes:
    """Return the JPEG *content* with the blocks under *areas* as they are in the blanked picture *pages* hold.

    Size, turning and colour transform are told as before. Raises `UnsupportedMaskError` where that cannot be done.
    """
    with tempfile.TemporaryDirectory() as folder:
        source, again, target = (Path(folder) / name for name in ("source.jpg", "again.jpg", "target.jpg"))
        source.write_bytes(content)
        with JpegImageFile(source) as picture:
            if picture.layers > MOST_COMPONENTS:
                raise _cannot()
            _save_alike(pages[0], picture, again)
        try:
            kept, blanked = (jpeglib.read_dct(str(path)) for path in (source, again))
            _take_over(kept, blanked, areas)
            kept.write_dct(str(target))
            written = jpeglib.read_dct(str(target))
        except (OSError, ValueError, RuntimeError) as error:
            raise _cannot() from error
        if not all(np.array_equal(*(getattr(one, name) for one in (kept, written))) for name in _named(kept)):
            raise _cannot()
        return with_segments_of(content, target.read_bytes())


def _cannot() -> UnsupportedMaskError:
    return UnsupportedMaskError(
        "This kind of JPEG cannot be masked. Save it as PNG, or blank the text before it is uploaded.",
        code="jpeg_not_maskable",
    )


def _save_alike(page: Image.Image, picture: Any, path: Path) -> None:
    """Code *page* with the tables, subsampling and colours of *picture*."""
    named = tuple(layer[0] for layer in picture.layer)
    plain = picture.info.get("adobe_transform") == 0 or (
        "jfif" not in picture.info and named == RED_GREEN_BLUE
    )
    tables = [picture.quantization[number] for number in sorted(picture.quantization)]
    more = {"keep_rgb": True} if plain and page.mode == "RGB" else {}
    page.save(path, "JPEG", qtables=tables, subsampling=get_sampling(picture), **more)


def _named(one: Any) -> tuple[str, ...]:
    """Return the components that a picture has."""
    return tuple(name for name in COMPONENTS if getattr(one, name) is not None)


def _take_over(kept: Any, blanked: Any, areas: Sequence[Mask]) -> None:
    """Put the touched blocks of *blanked* into *kept*, in the steps of its own tables."""
    whole = kept.Y.shape
    for number, name in enumerate(_named(kept)):
        blocks, others = getattr(kept, name), getattr(blanked, name)
        if others is None or blocks.shape != others.shape:
            raise _cannot()
        step, other_step = (one.qt[one.quant_tbl_no[number]].astype(float) for one in (kept, blanked))
        taken, tall, wide = (
            blocks.copy(),
            *(BLOCK * round(whole[axis] / blocks.shape[axis]) for axis in (0, 1)),
        )
        for area in areas:
            place = (
                slice(area.y // tall, -(-(area.y + area.height) // tall)),
                slice(area.x // wide, -(-(area.x + area.width) // wide)),
            )
            taken[place] = np.rint(others[place] * other_step / step)
        setattr(kept, name, taken)
