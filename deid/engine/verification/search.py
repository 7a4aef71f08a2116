"""Search a released file for needles, in raw bytes, UTF-16, Latin-1 and base64, at every depth.

Hits say where and what kind, never what.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from deid.engine.verification.haystacks import Haystack, compile_needles
from deid.engine.verification.needles import Needle
from deid.engine.verification.printed import printed_kinds
from deid.engine.verification.unpacking import unpacked
from deid.engine.verification.walker import Seen, Walker

NUMERIC = frozenset({"DS", "IS", "US", "SS", "UL", "SL", "FL", "FD", "SV", "UV", "AT", "AS", "TM"})
BINARY = frozenset({"OB", "OW", "OF", "OD", "OL", "OV", "UN"})
DATES = frozenset({"DA", "DT"})
OWN_MEANING = re.compile(rb"(?:Basic|Clean|Retain) [A-Za-z ]+ (?:Option|Profile) ?")
PIXEL_DATA, ITEM, BEGINNING, ENDING = 0x7FE00010, b"\xfe\xff\x00\xe0", 4096, 1024
OWN_META = frozenset({0x00020000, 0x00020001, 0x00020012, 0x00020013})


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
    """Return the kinds found where comments and application segments stand in encapsulated fragments (PS3.5 A.4): at
    their beginnings and ends. Native pixels have no such place."""
    found: set[str] = set()
    place = 0
    while value[place : place + 4] == ITEM:
        end = place + 8 + int.from_bytes(value[place + 4 : place + 8], "little")
        for part in (
            value[place + 8 : min(end, place + 8 + BEGINNING)],
            value[max(place + 8, end - ENDING) : end],
        ):
            found |= haystack.kinds_in(part, words=False)
        place = end
    return found


def search_elements(elements: Iterable[Seen], haystack: Haystack) -> list[Hit]:
    """Return a hit for each kind found in each element."""
    hits: list[Hit] = []
    for seen in elements:
        if not seen.value or seen.tag in OWN_META or _is_own_statement(seen):
            continue
        if seen.tag == PIXEL_DATA:
            hits += [Hit(seen.place, kind) for kind in sorted(_beside_pixels(seen.value, haystack))]
            continue
        if seen.vr in DATES:
            values = {raw.strip(b"\0 ") for raw in seen.value.split(b"\\")}
            if values & haystack.dates.get(seen.place, set()):
                hits.append(Hit(seen.place, "date"))
            continue
        kinds = haystack.kinds_in(seen.value, words=seen.vr not in NUMERIC and seen.vr not in BINARY)
        if seen.vr in BINARY:
            for content in unpacked(seen.value):
                kinds |= haystack.kinds_in(content, words=True)
            kinds |= printed_kinds(seen.value, haystack)
        if seen.vr in ("DS", "IS"):
            kinds.discard("date")
        hits += [Hit(seen.place, kind) for kind in sorted(kinds)]
    return hits


def search(released_path: Path | str, needles: Sequence[Needle]) -> list[Hit]:
    """Return where in the released DICOM file any needle is found; empty is what everybody wants."""
    content = Path(released_path).read_bytes()
    haystack = compile_needles(needles)
    hits = search_elements(Walker(content).elements(), haystack)
    if content[:128].strip(b"\0"):
        hits.append(Hit("preamble", "preamble"))
    return hits


def search_bytes(content: bytes, needles: Sequence[Needle], place: str) -> list[Hit]:
    """Return the kinds found in the *content* of a file of any kind, such as a table or a NIfTI header."""
    haystack = compile_needles(needles)
    kinds = haystack.kinds_in(content, words=True)
    for inner in unpacked(content):
        kinds |= haystack.kinds_in(inner, words=True)
    kinds |= printed_kinds(content, haystack)
    return [Hit(place, kind) for kind in sorted(kinds)]
