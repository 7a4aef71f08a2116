"""Open a raster image with Pillow: refused is what it cannot read and what is too large."""

import warnings
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from deid.engine.errors import TooLargeError, UnreadableError

MOST_PIXELS = 1 << 28


def opened(source: BinaryIO) -> Image.Image:
    """Return the image Pillow sees, refusing what it cannot read and what is too large."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            picture = Image.open(source)
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise TooLargeError("The image is larger than can be handled.", code="image_too_large") from error
        except (UnidentifiedImageError, ValueError, SyntaxError, OSError) as error:
            raise UnreadableError("The image cannot be read.", code="bad_image") from error
    if picture.width * picture.height > MOST_PIXELS:
        raise TooLargeError("The image is larger than can be handled.", code="image_too_large")
    return picture
