"""Blank masks of a raster image and code it again, without loss but for the blocks of a JPEG that a mask touches."""

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageSequence, PngImagePlugin
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from deid.engine.errors import RefusedError, UnreadableError, UnsupportedMaskError
from deid.engine.formats.bounded import read_all
from deid.engine.formats.images.jpeg_blocks import blanked_jpeg
from deid.engine.formats.images.opening import opened
from deid.engine.formats.images.png import LARGEST_IMAGE, SIGNATURE, chunks, colour_bits
from deid.engine.formats.images.tiff import OLD_SUBFILE, SUBFILE, is_reduced
from deid.engine.results import Mask

KEPT_PACKINGS = frozenset({"raw", "tiff_lzw", "packbits", "tiff_adobe_deflate"})
# How colours are shown (PNG, ISO/IEC 15948 11.3.2).
SHOWING_CHUNKS = frozenset({b"cHRM", b"cICP", b"gAMA", b"sBIT", b"sRGB"})
# How many pixels there are to a unit (TIFF 6.0, section 8). Pages come turned as they are shown, and leave so.
ORIENTATION, ACROSS, DOWN, UNIT, LYING = 274, 282, 283, 296, range(5, 9)


def masked_image(content: bytes, masks: Sequence[Mask]) -> tuple[bytes, int]:
    """Return the image coded again with *masks* blank, and how many pages they touched.

    Samples outside of the masks are the same; of a JPEG those of all blocks that no mask touches. Frames of masks count
    pages as they lie in the file; reduced ones, which nobody masks, are left out. Raises `RefusedError`.
    """
    picture = opened(io.BytesIO(content))
    coders = {"PNG": _png, "PPM": _ppm, "JPEG": blanked_jpeg, "TIFF": _tiff}
    if picture.format not in coders:
        raise UnsupportedMaskError("An image of this kind cannot be masked.")
    pages, touched = [], 0
    for number, page in enumerate(ImageSequence.Iterator(picture)):
        if _is_reduced(page):
            continue
        mine = [mask for mask in masks if mask.frames is None or number in mask.frames]
        touched += bool(mine)
        pages.append(_blanked(page, mine))
    areas = [mask for mask in masks if mask.frames is None or 0 in mask.frames]
    return coders[picture.format](content, pages, areas), touched


def can_mask_image(path: Path | str) -> str | None:
    """Return the reason why the image at *path* cannot be masked, `None` where it can: a mask of one pixel is tried."""
    with Path(path).open("rb") as file:
        try:
            masked_image(read_all(file, LARGEST_IMAGE), [Mask(None, 0, 0, 1, 1)])
        except RefusedError as refusal:
            return refusal.reason
    return None


def _is_reduced(page: Image.Image) -> bool:
    tags = getattr(page, "tag_v2", {})
    return is_reduced(int(tags.get(SUBFILE, 0)), int(tags.get(OLD_SUBFILE, 1)))


def _blanked(page: Image.Image, masks: Sequence[Mask]) -> Image.Image:
    """Return a copy of *page* with each mask filled with the value that shows as black."""
    showing = _showing(page)
    try:
        blank = page.copy()
    except (OSError, ValueError, SyntaxError) as error:
        raise UnreadableError("The image cannot be read.", code="bad_image") from error
    blank.encoderinfo, blank.info = {"tiffinfo": showing}, dict(page.info)
    pencil = ImageDraw.Draw(blank)
    for mask in masks:
        right, bottom = mask.x + mask.width, mask.y + mask.height
        within = 0 <= mask.x < right <= blank.width and 0 <= mask.y < bottom <= blank.height
        if not within:
            raise UnsupportedMaskError("A mask lies outside of the image.", code="mask_outside")
        pencil.rectangle((mask.x, mask.y, right - 1, bottom - 1), fill=_black(blank))
    return blank


def _black(page: Image.Image) -> int | tuple[int, ...]:
    """Return the value that shows as black and opaque."""
    blanks: dict[str, int | tuple[int, ...]] = {"RGB": (0, 0, 0), "RGBA": (0, 0, 0, 255), "LA": (0, 255)}
    if page.mode == "P":
        palette = page.getpalette() or [0]
        shades = [sum(palette[at : at + 3]) for at in range(0, len(palette), 3)]
        return shades.index(min(shades))
    return blanks.get(page.mode, 0 if page.mode != "CMYK" else (0, 0, 0, 255))


def _showing(page: Image.Image) -> ImageFileDirectory_v2:
    """Return what a page of a TIFF says about the size of its pixels, as it is once it stands upright."""
    kept, tags = ImageFileDirectory_v2(), getattr(page, "tag_v2", {})
    lies = tags.get(ORIENTATION) in LYING
    for tag, source in ((ACROSS, DOWN if lies else ACROSS), (DOWN, ACROSS if lies else DOWN), (UNIT, UNIT)):
        if source in tags:
            kept[tag] = tags[source]
    return kept


def _png(content: bytes, pages: list[Image.Image], _areas: Sequence[Mask]) -> bytes:
    source = io.BytesIO(content)
    source.seek(len(SIGNATURE))
    told, shown = dict(chunks(source)), PngImagePlugin.PngInfo()
    if colour_bits(told[b"IHDR"]) > 8:
        raise UnsupportedMaskError(
            "An image with 16 bits for each colour cannot be masked. Save it with 8, or blank the text before it is uploaded.",
            code="deep_colours",
        )
    for kind in sorted(told.keys() & SHOWING_CHUNKS):
        shown.add(kind, told[kind])
    out, page = io.BytesIO(), pages[0]
    resolution = {"dpi": page.info["dpi"]} if "dpi" in page.info else {}
    page.save(out, "PNG", pnginfo=shown, **resolution)
    return out.getvalue()


def _ppm(_content: bytes, pages: list[Image.Image], _areas: Sequence[Mask]) -> bytes:
    out = io.BytesIO()
    pages[0].save(out, "PPM")
    return out.getvalue()


def _tiff(_content: bytes, pages: list[Image.Image], _areas: Sequence[Mask]) -> bytes:
    """Return the pages in one file, each in a lossless packing."""
    out, (first, *others) = io.BytesIO(), pages
    for page in pages:
        packed = page.info.get("compression", "raw")
        page.encoderinfo["compression"] = packed if packed in KEPT_PACKINGS else "tiff_adobe_deflate"
    first.save(out, "TIFF", save_all=bool(others), append_images=others, **first.encoderinfo)
    return out.getvalue()
