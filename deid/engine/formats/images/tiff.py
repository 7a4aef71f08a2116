"""TIFF 6.0 and BigTIFF: each page's directory is written anew from an allow-list, strips and tiles are copied.

Reduced pages (thumbnails, a slide's label and overview) are dropped: their text would be read nowhere else.
"""

from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from deid.engine.errors import TooLargeError, UnreadableError, UnsupportedError
from deid.engine.formats.bounded import size_of
from deid.engine.formats.images.directories import Directory, Entry, TiffReader
from deid.engine.formats.images.jpeg import cleaned_jpeg
from deid.engine.formats.images.png import LARGEST_IMAGE, bad_image
from deid.engine.formats.images.strips import Strip, strip_written, written_size
from deid.engine.writing.stream import HashingTarget

MOST_PAGES = 20_000
SUBFILE, OLD_SUBFILE, COMPRESSION, JPEG_TABLES = 254, 255, 259, 347
STRIPS, TILES = (273, 279), (324, 325)
OLD_JPEG = 6
REDUCED = 1
# Numeric tags that decoding or measuring needs, and the most values each may have (TIFF 6.0; supplement 2).
KEPT = {
    254: 1, 255: 1, 256: 1, 257: 1, 258: 16, 259: 1, 262: 1, 263: 1, 266: 1, 274: 1, 277: 1, 278: 1, 280: 16,
    281: 16, 282: 1, 283: 1, 284: 1, 292: 1, 293: 1, 296: 1, 301: 3 * 65536, 317: 1, 318: 2, 319: 6,
    320: 3 * 65536, 322: 1, 323: 1, 338: 16, 339: 16, 340: 16, 341: 16, 529: 3, 530: 2, 531: 1, 532: 6,
}  # fmt: skip
# What an image is read by. Descriptions may stand twice, as some writers have them: they go.
ONCE = KEPT.keys() | {*STRIPS, *TILES, JPEG_TABLES}
NUMERIC = frozenset({1, 3, 4, 5, 6, 8, 9, 10, 11, 12, 16, 17})


class _Page:
    """One page on its way: its kept entries, and the strips or tiles that its image is made of."""

    def __init__(self, reader: TiffReader, directory: Directory) -> None:
        self.reader, self.directory = reader, directory
        self.entries = [entry for entry in directory.entries.values() if _is_kept(entry)]
        self.dropped = len(directory.entries) - len(self.entries)
        compression = directory.number(COMPRESSION, 1)
        if compression == OLD_JPEG:
            raise UnsupportedError("The image uses a JPEG-in-TIFF that was withdrawn; save it anew.")
        self.places = TILES if TILES[0] in directory.entries else STRIPS
        self.strips = list(self._strips(compression))
        self.sizes = [written_size(reader, strip) for strip in self.strips]
        self.tables = self._tables()

    def _strips(self, compression: int) -> Iterator[Strip]:
        offsets, counts = (self.directory.numbers(tag) for tag in self.places)
        if not offsets or len(offsets) != len(counts):
            raise bad_image()
        if sum(counts) > self.reader.size:
            raise TooLargeError("The image uses the same bytes over and over.", code="image_too_large")
        for place, (offset, count) in enumerate(zip(offsets, counts, strict=True)):
            if offset + count > self.reader.size:
                raise UnreadableError("The image ends before it should.", code="truncated")
            yield Strip(offset, count, compression, self._unpacked_size(place))

    def _unpacked_size(self, place: int) -> int:
        """Return how many bytes strip or tile number *place* has unpacked."""
        get = self.directory.number
        width, height, samples = get(256, 0), get(257, 0), get(277, 1)
        bits = self.directory.numbers(258) or [1]
        if not 0 < width < 1 << 31 or not 0 < height < 1 << 31 or not 0 < samples <= 16 or max(bits) > 64:
            raise bad_image()
        apart = get(284, 1) == 2
        depth = bits[0] if apart or len(bits) < samples else sum(bits)
        depth *= 1 if apart or len(bits) >= samples else samples
        if self.places == TILES:
            columns, rows = get(322, 0), get(323, 0)
        else:
            each = min(get(278, height), height) or height
            number = place % -(-height // each)
            columns, rows = width, min(each, height - number * each)
        size = rows * ((columns * depth + 7) // 8)
        if not size:
            raise bad_image()
        if size > LARGEST_IMAGE:
            raise TooLargeError("The image claims to be larger than can be handled.", code="image_too_large")
        subsampled = self.directory.number(262, 1) == 6
        return -1 if subsampled else size

    def _tables(self) -> bytes:
        """Return the JPEG tables all strips share, without anything else in them."""
        entry = self.directory.entries.get(JPEG_TABLES)
        if entry is None:
            return b""
        return cleaned_jpeg(self.reader.raw(entry), tables_only=True)[0]


def _is_kept(entry: Entry) -> bool:
    return entry.kind in NUMERIC and entry.count <= KEPT.get(entry.tag, 0)


def is_reduced(subfile: int, old_subfile: int) -> bool:
    """Say whether a page is a smaller picture of another one, by its tags 254 and 255 (TIFF 6.0, section 8)."""
    return bool(subfile & REDUCED) or old_subfile == 2


def _is_reduced(directory: Directory) -> bool:
    return is_reduced(directory.number(SUBFILE, 0), directory.number(OLD_SUBFILE, 1))


def rewrite_tiff(source: BinaryIO, target: HashingTarget) -> Counter[str]:
    """Write the TIFF *source* to *target* and return how many entries were kept (K) and dropped (X)."""
    reader = TiffReader(source, size_of(source), ONCE)
    directories = list(reader.directories(MOST_PAGES))
    whole = [directory for directory in directories if not _is_reduced(directory)]
    if not whole:
        raise bad_image("The image has no page in full size.")
    pages = [_Page(reader, directory) for directory in whole]
    _write(reader, pages, target)
    kept = sum(len(page.entries) for page in pages)
    return Counter({"K": kept, "X": sum(page.dropped for page in pages) + len(directories) - len(whole)})


def _write(reader: TiffReader, pages: list[_Page], target: HashingTarget) -> None:
    """Write the header, all directories and then all image data; every place is known before."""
    sizes = [reader.directory_size(page.entries, len(page.strips), len(page.tables)) for page in pages]
    start = reader.header_size
    data = start + sum(sizes)
    total = data + sum(sum(page.sizes) for page in pages)
    if not reader.big and total >= 1 << 32:
        raise TooLargeError("The image grows beyond what its format can hold.", code="image_too_large")
    target.write(reader.header(start))
    for number, (page, size) in enumerate(zip(pages, sizes, strict=True)):
        following = start + size if number + 1 < len(pages) else 0
        target.write(reader.directory(page.entries, page.places, _offsets(data, page), page.sizes,
                                      page.tables, start, following))  # fmt: skip
        start, data = start + size, data + sum(page.sizes)
    for page in pages:
        for strip in page.strips:
            for block in strip_written(reader, strip):
                target.write(block)


def _offsets(start: int, page: _Page) -> list[int]:
    offsets = []
    for size in page.sizes:
        offsets.append(start)
        start += size
    return offsets
