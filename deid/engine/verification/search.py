"""Search a released file for needles, in raw bytes, UTF-16, Latin-1 and base64, at every depth.

Hits say where and what kind, never what.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from deid.engine.verification.haystacks import Haystack, compile_needles, day_of
from deid.engine.verification.needles import Needle
from deid.engine.verification.printed import printed_kinds
from deid.engine.verification.unpacking import decoded_base64, unpacked
from deid.engine.verification.walker import Seen, Walker

NUMERIC = frozenset({"DS", "IS", "US", "SS", "UL", "SL", "FL", "FD", "SV", "UV", "AT", "AS", "TM"})
BINARY = frozenset({"OB", "OW", "OF", "OD", "OL", "OV", "UN"})
DATES = frozenset({"DA", "DT"})
OWN_MEANING = re.compile(rb"(?:Basic|Clean|Retain) [A-Za-z ]+ (?:Option|Profile) ?")
PIXEL_DATA, ITEM, BEGINNING, ENDING = (0x7FE00010,), b"\xfe\xff\x00\xe0", 4096, 1024
# Where the headers of a codestream end: at a scan (T.81, T.87), a tile (T.800) or the end.
HEADERS_END = frozenset({0xDA, 0x90, 0xD9})
IMPLEMENTATION = (0x00020012,)


@dataclass(frozen=True, slots=True)
class Hit:
    """One finding: the path of tags (or the place in a file of another kind) and the kind of what was
    found."""

    place: str
    kind: str


def _is_own_statement(seen: Seen) -> bool:
    """Say whether an element is a meaning of CID 7050 in the Method Code Sequence, which no source had
    a part in."""
    return seen.path == (0x00120064, 0x00080104) and bool(OWN_MEANING.fullmatch(seen.value))


def _beside_pixels(value: bytes, haystack: Haystack) -> set[str]:
    """Return the kinds found where comments and application segments stand in encapsulated fragments (PS3.5 A.4): in
    their headers and at their beginnings and ends. Native pixels have no such place."""
    found: set[str] = set()
    place = 0
    while value[place : place + 4] == ITEM:
        start, end = place + 8, place + 8 + int.from_bytes(value[place + 4 : place + 8], "little")
        headers = max(start + BEGINNING, _headers_end(value, start))
        for part in (value[start : min(end, headers)], value[max(start, end - ENDING) : end]):
            found |= haystack.kinds_in(part, words=False)
        place = end
    return found


def _headers_end(value: bytes, start: int) -> int:
    """Return where the segments of a codestream that begins at *start* end, each a marker and a length."""
    place = start + 2
    while value[place : place + 1] == b"\xff" and value[place + 1] not in HEADERS_END:
        place += 2 + int.from_bytes(value[place + 2 : place + 4], "big")
    return place


def search_elements(elements: Iterable[Seen], haystack: Haystack) -> list[Hit]:
    """Return a hit for each kind found in each element."""
    hits: list[Hit] = []
    for seen in elements:
        if seen.value and seen.path != IMPLEMENTATION and not _is_own_statement(seen):
            hits += [Hit(seen.place, kind) for kind in sorted(_kinds(seen, haystack))]
    return hits


def _kinds(seen: Seen, haystack: Haystack) -> set[str]:
    """Return the kinds of what is found in an element, by what its VR can hold."""
    if seen.path == PIXEL_DATA:
        return _beside_pixels(seen.value, haystack)
    if seen.vr in DATES:
        days = {day_of(raw) for raw in seen.value.split(b"\\")}
        return {"date"} if days & haystack.dates.get(seen.place, set()) else set()
    if seen.vr in NUMERIC:
        return haystack.kinds_in_numbers(seen.value) - ({"date"} if seen.vr in ("DS", "IS") else set())
    return kinds_in_file(seen.value, haystack) if seen.vr in BINARY else kinds_in_text(seen.value, haystack)


def kinds_in_text(value: bytes, haystack: Haystack, *, words: bool = True) -> set[str]:
    """Return the kinds of what stands in bytes as it is, or in base64."""
    kinds = haystack.kinds_in(value, words=words)
    return kinds.union(*(haystack.kinds_in(one, words=False) for one in decoded_base64(value)))


def kinds_in_file(value: bytes, haystack: Haystack, *, words: bool = False) -> set[str]:
    """Return the kinds of what stands in bytes, packed in them or shown by them, if they are those of a document."""
    kinds = kinds_in_text(value, haystack, words=words) | printed_kinds(value, haystack)
    return kinds.union(*(haystack.kinds_in(one, words=True) for one in unpacked(value)))


def search(released_path: Path | str, needles: Sequence[Needle]) -> list[Hit]:
    """Return where in the released DICOM file any needle is found; empty is what everybody wants."""
    content = Path(released_path).read_bytes()
    haystack = compile_needles(needles)
    hits = search_elements(Walker(content).elements(), haystack)
    if any(content[:128]):
        hits.append(Hit("preamble", "preamble"))
    return hits


def search_bytes(content: bytes, needles: Sequence[Needle], place: str) -> list[Hit]:
    """Return the kinds found in the *content* of a file of any kind, such as a table or a NIfTI header."""
    return [Hit(place, kind) for kind in sorted(kinds_in_file(content, compile_needles(needles), words=True))]
