"""Clean a raster image (PNG, JPEG, TIFF, PBM, PGM, PPM): pixels stay, everything that describes them goes."""

import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import BinaryIO

from deid.engine.formats.bounded import read_all
from deid.engine.formats.images.jpeg import rewrite_jpeg
from deid.engine.formats.images.masking import masked_image
from deid.engine.formats.images.netpbm import rewrite_netpbm
from deid.engine.formats.images.png import LARGEST_IMAGE, SIGNATURE, bad_image, rewrite_png
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
    byte; with one the image is coded again without loss, of a JPEG only the blocks that a mask touches. Raises `RefusedError`.
    """
    rewrite = rewrite_of(source.read(8))
    source.seek(0)
    out = HashingTarget(target)
    masked = 0
    if masks:
        coded, masked = masked_image(_readable(source, rewrite), masks)
        source = io.BytesIO(coded)
    counts = rewrite(source, out)
    if masked:
        counts["masked_frames"] = masked
    return Cleaned(
        identity.pseudonym(subject_key), out.sha256, out.size, {k: n for k, n in counts.items() if n}
    )


def _readable(source: BinaryIO, rewrite: Rewrite) -> bytes:
    """Return the image that is to be masked: as it would leave without one, but of a TIFF, whose masks count all pages."""
    plain = io.BytesIO()
    rewrite(source, HashingTarget(plain))
    if rewrite is not rewrite_tiff:
        return plain.getvalue()
    source.seek(0)
    return read_all(source, LARGEST_IMAGE)
