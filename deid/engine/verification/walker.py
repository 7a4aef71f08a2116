"""The second reader: walks every element of a file on its own, sharing no code with the reader of the
cleaner."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pydicom.datadict import dictionary_VR

from deid.engine.errors import UnreadableError

LONG = (b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV")
NO_LENGTH = 0xFFFFFFFF
DEFLATED, IMPLICIT, BIG = "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2", "1.2.840.10008.1.2.2"
DEEPEST = 70
Order: TypeAlias = Literal["little", "big"]


@dataclass(frozen=True, slots=True)
class Seen:
    """One element that was seen: its path of tags from the top, its VR, its value bytes (none for sequences) and the codecs
    of its text where they are known."""

    path: tuple[int, ...]
    vr: str
    value: bytes
    codecs: tuple[str, ...] = ()

    @property
    def tag(self) -> int:
        """The element's own tag."""
        return self.path[-1]

    @property
    def place(self) -> str:
        """The path as text, such as `(0040,A730)/(0040,A160)`."""
        return place_of(self.path)


def place_of(path: tuple[int, ...]) -> str:
    """Return a path of tags as text."""
    return "/".join(f"({tag >> 16:04X},{tag & 0xFFFF:04X})" for tag in path)


class Walker:
    """Walks one file; `elements` yields the meta group first, then the data set.

    `behind` is what follows a deflated data set, but for padding with zeros (PS3.5 A.5).
    """

    def __init__(self, content: bytes) -> None:
        if content[128:132] != b"DICM":
            raise UnreadableError("The file carries no DICM mark.", code="not_dicom")
        self.content, self.syntax, self.behind = content, "", b""

    def elements(self) -> Iterator[Seen]:
        """Yield every element at every depth."""
        data, place = memoryview(self.content), 132
        while bytes(data[place : place + 2]) == b"\x02\x00":
            seen, place = self._next(data, place, len(data), (), explicit=True, order="little")
            for one in seen:
                if one.tag == 0x00020010:
                    self.syntax = one.value.decode("latin-1").strip("\0 ")
                yield one
        if self.syntax == DEFLATED:
            data, place = memoryview(self._inflated(data[place:])), 0
        # Some files are encoded otherwise than they say: a VR stands there, or none does.
        spelled = bytes(data[place + 4 : place + 6])
        order: Order = "big" if self.syntax == BIG else "little"
        explicit = (spelled.isalpha() and spelled.isupper()) or order == "big"
        while place < len(data):
            seen, place = self._next(data, place, len(data), (), explicit=explicit, order=order)
            yield from seen

    def _inflated(self, packed: memoryview) -> bytes:
        engine = zlib.decompressobj(-15)
        try:
            content = engine.decompress(packed)
        except zlib.error as error:
            raise UnreadableError("The deflated data set is damaged.", code="damaged") from error
        if not engine.eof:
            raise UnreadableError("The deflated data set ends early.", code="damaged")
        self.behind = engine.unused_data.strip(b"\0")
        return content

    def _next(
        self, data: memoryview, place: int, end: int, path: tuple[int, ...], *, explicit: bool, order: Order
    ) -> tuple[list[Seen], int]:
        """Return the element at *place* with all below it, and where the next begins."""
        if place + 8 > end or len(path) > DEEPEST:
            raise UnreadableError("An element is cut off or nested too deep.", code="damaged")
        tag = self._tag(data, place, order)
        if not explicit:
            vr, start, length = self._vr_of(tag), place + 8, self._number(data, place + 4, 4, order)
        elif bytes(data[place + 4 : place + 6]) in LONG:
            vr, start = bytes(data[place + 4 : place + 6]).decode(), place + 12
            length = self._number(data, place + 8, 4, order)
        else:
            vr, start = bytes(data[place + 4 : place + 6]).decode("latin-1"), place + 8
            length = self._number(data, place + 6, 2, order)
        here = (*path, tag)
        if length == NO_LENGTH and tag == 0x7FE00010:
            stop = self._fragments_end(data, start, end)
            return [Seen(here, vr, bytes(data[start:stop]))], stop
        if vr == "SQ" or length == NO_LENGTH:
            inner = explicit and vr != "UN"
            return self._sequence(data, start, end, length, here, explicit=inner, order=order)
        if start + length > end:
            raise UnreadableError("An element is longer than what holds it.", code="damaged")
        return [Seen(here, vr, bytes(data[start : start + length]))], start + length

    def _sequence(
        self,
        data: memoryview,
        place: int,
        end: int,
        length: int,
        path: tuple[int, ...],
        *,
        explicit: bool,
        order: Order,
    ) -> tuple[list[Seen], int]:
        """Return everything in the items of a sequence."""
        stop = end if length == NO_LENGTH else place + length
        seen: list[Seen] = [Seen(path, "SQ", b"")]
        while place + 8 <= stop:
            tag, size = self._tag(data, place, order), self._number(data, place + 4, 4, order)
            place += 8
            if tag == 0xFFFEE0DD:
                return seen, place
            if tag != 0xFFFEE000:
                raise UnreadableError("A sequence holds something that is no item.", code="damaged")
            item_end = stop if size == NO_LENGTH else place + size
            while place < item_end:
                if size == NO_LENGTH and self._tag(data, place, order) == 0xFFFEE00D:
                    place += 8
                    break
                below, place = self._next(data, place, item_end, path, explicit=explicit, order=order)
                seen += below
        return seen, place

    def _fragments_end(self, data: memoryview, place: int, end: int) -> int:
        while place + 8 <= end:
            tag, size = self._tag(data, place, "little"), self._number(data, place + 4, 4, "little")
            place += 8
            if tag == 0xFFFEE0DD:
                return place
            place += size
        raise UnreadableError("The pixel fragments have no end.", code="damaged")

    @staticmethod
    def _number(data: memoryview, place: int, size: int, order: Order) -> int:
        return int.from_bytes(data[place : place + size], order)

    def _tag(self, data: memoryview, place: int, order: Order) -> int:
        return self._number(data, place, 2, order) << 16 | self._number(data, place + 2, 2, order)

    @staticmethod
    def _vr_of(tag: int) -> str:
        try:
            return dictionary_VR(tag)[:2]
        except KeyError:
            return "UN"
