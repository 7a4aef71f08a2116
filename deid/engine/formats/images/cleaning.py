"""Clean a raster image (PNG, JPEG, TIFF, PBM, PGM, PPM): pixels stay, everything that describes them goes."""

import io
import warnings
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import BinaryIO

from PIL import Image, ImageDraw, ImageSequence, UnidentifiedImageError

from deid.engine.errors import TooLargeError, UnreadableError, UnsupportedMaskError
from deid.engine.formats.images.jpeg import rewrite_jpeg
from deid.engine.formats.images.netpbm import rewrite_netpbm
from deid.engine.formats.images.png import SIGNATURE, bad_image, rewrite_png
from deid.engine.formats.images.tiff import rewrite_tiff
from deid.engine.identity import Identity
from deid.engine.results import Cleaned, Mask
from deid.engine.writing.stream import HashingTarget

Rewrite = Callable[[BinaryIO, HashingTarget], Counter[str]]
MARKS: Mapping[bytes, Rewrite] = MappingProxyType(
    {
        SIGNATURE[:4]: rewrite_png,
        b"\xff\xd8\xff": rewrite_jpeg,
        b"II*\0": rewrite_tiff,
        b"II+\0": rewrite_tiff,
        b"MM\0*": rewrite_tiff,
        b"MM\0+": rewrite_tiff,
    }
)
NETPBM = frozenset(b"P%d" % kind for kind in range(1, 7))
MOST_PIXELS = 1 << 28


def rewrite_of(head: bytes) -> Rewrite:
    """Return what writes an image anew that begins with *head*; raises `UnreadableError`."""
    for mark, rewrite in MARKS.items():
        if head.startswith(mark):
            return rewrite
    if head[:2] in NETPBM:
        return rewrite_netpbm
    raise bad_image("This is no image of a kind that is known here.")


def clean_image(
    source: BinaryIO, target: BinaryIO, *, identity: Identity, subject_key: str, masks: Sequence[Mask] = ()
) -> Cleaned:
    """Write the cleaned image of *source* to *target*: same format, same pixels outside *masks*.

    Exif (but for the orientation of a JPEG), XMP, IPTC, text chunks, colour profiles, comments, thumbnails,
    reduced pages and whatever follows the image are gone. Without a mask the coded pixels are copied byte for
    byte; with one the image is coded again (JPEG with its own tables). Raises `RefusedError`.
    """
    rewrite = rewrite_of(source.read(8))
    source.seek(0)
    out = HashingTarget(target)
    masked = 0
    if masks:
        rewrite(source, HashingTarget(io.BytesIO()))
        source.seek(0)
        coded, masked = _masked(source, masks)
        source = io.BytesIO(coded)
    counts = rewrite(source, out)
    if masked:
        counts["masked_frames"] = masked
    return Cleaned(
        identity.pseudonym(subject_key), out.sha256, out.size, {k: n for k, n in counts.items() if n}
    )


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


def _masked(source: BinaryIO, masks: Sequence[Mask]) -> tuple[bytes, int]:
    """Return the image coded again with *masks* blank, and how many pages they touched."""
    picture = opened(source)
    how = {"PNG": {}, "PPM": {}, "JPEG": {"quality": "keep"}, "TIFF": {"compression": _packing(picture)}}
    if picture.format not in how:
        raise UnsupportedMaskError("An image of this kind cannot be masked.")
    pages, touched = [], 0
    for number, page in enumerate(ImageSequence.Iterator(picture)):
        mine = [mask for mask in masks if mask.frames is None or number in mask.frames]
        touched += bool(mine)
        pages.append(_blanked(page if picture.format == "JPEG" else page.copy(), mine))
    more = {"save_all": True, "append_images": pages[1:]} if len(pages) > 1 else {}
    out = io.BytesIO()
    pages[0].save(out, picture.format, **how[picture.format], **more)
    return out.getvalue(), touched


def _packing(picture: Image.Image) -> str:
    """Return a lossless packing for a TIFF that is coded again."""
    packed = picture.info.get("compression", "raw")
    return packed if packed in {"raw", "tiff_lzw", "packbits", "tiff_adobe_deflate"} else "tiff_adobe_deflate"


def _blanked(page: Image.Image, masks: Sequence[Mask]) -> Image.Image:
    """Return *page* with each mask filled with the lowest value."""
    try:
        page.load()
    except (OSError, ValueError, SyntaxError) as error:
        raise UnreadableError("The image cannot be read.", code="bad_image") from error
    pencil = ImageDraw.Draw(page)
    for mask in masks:
        right, bottom = mask.x + mask.width, mask.y + mask.height
        within = 0 <= mask.x < right <= page.width and 0 <= mask.y < bottom <= page.height
        if not within:
            raise UnsupportedMaskError("A mask lies outside of the image.", code="mask_outside")
        pencil.rectangle((mask.x, mask.y, right - 1, bottom - 1), fill=_black(page))
    return page


def _black(page: Image.Image) -> int | tuple[int, ...]:
    """Return the value that shows as black and opaque."""
    blanks: dict[str, int | tuple[int, ...]] = {"RGB": (0, 0, 0), "RGBA": (0, 0, 0, 255), "LA": (0, 255)}
    if page.mode == "P":
        palette = page.getpalette() or [0]
        shades = [sum(palette[at : at + 3]) for at in range(0, len(palette), 3)]
        return shades.index(min(shades))
    return blanks.get(page.mode, 0 if page.mode != "CMYK" else (0, 0, 0, 255))
