"""Pictures of raster images for people and for the search for text, as 8-bit grey or colour."""

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageSequence

from deid.engine.errors import RefusedError, UnreadableError
from deid.engine.formats.images.opening import opened

DEEP = frozenset({"I;16", "I;16B", "I;16L", "I", "F"})


def shown(page: Image.Image) -> Image.Image:
    """Return a page as people see it: deep grey stretched over what it holds, palettes and transparency resolved."""
    try:
        page.load()
    except (OSError, ValueError, SyntaxError) as error:
        raise UnreadableError("The image cannot be read.", code="bad_image") from error
    if page.mode in DEEP:
        values = np.asarray(page, dtype=np.float64)
        low, high = (float(edge) for edge in np.percentile(values, (0.5, 99.5)))
        scale = 255.0 / (high - low) if high > low else 0.0
        return Image.fromarray(((np.clip(values, low, high) - low) * scale).astype(np.uint8))
    return page.convert("L" if page.mode in ("1", "L", "LA") else "RGB")


def pages(path: Path | str, most: int | None = None) -> list[Image.Image]:
    """Return the first *most* pages of an image as people see them; raises `RefusedError`."""
    with Path(path).open("rb") as source:
        picture = opened(source)
        try:
            return [
                shown(page.copy())
                for number, page in enumerate(ImageSequence.Iterator(picture))
                if most is None or number < most
            ]
        except RefusedError:
            raise
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            raise UnreadableError("The image cannot be read.", code="bad_image") from error


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def render_image(path: Path | str, page: int = 0) -> bytes:
    """Return a PNG of one *page* (from 0) in full size, no other page being read; raises `RefusedError`."""
    with Path(path).open("rb") as source:
        picture = opened(source)
        try:
            picture.seek(page)
            return _png(shown(picture.copy()))
        except RefusedError:
            raise
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            raise UnreadableError("The image cannot be read.", code="bad_image") from error


def thumbnail_image(path: Path | str, size: int = 256) -> bytes:
    """Return a PNG of the first page of at most *size* × *size* pixels."""
    picture = pages(path, 1)[0]
    picture.thumbnail((size, size), Image.Resampling.LANCZOS)
    return _png(picture)
