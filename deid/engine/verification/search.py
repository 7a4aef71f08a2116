"""Search a released file for needles, in raw bytes, UTF-16, Latin-1 and base64, at every depth.

Hits say where and what kind, never what.
"""

import base64
import contextlib
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from deid.engine.verification.needles import Needle
from deid.engine.verification.unpacking import unpacked
from deid.engine.verification.walker import Seen, Walker

NUMERIC = frozenset({"DS", "IS", "US", "SS", "UL", "SL", "FL", "FD", "SV", "UV", "AT", "AS", "TM"})
BINARY = frozenset({"OB", "OW", "OF", "OD", "OL", "OV", "UN"})
DATES = frozenset({"DA", "DT"})
SHORTEST_BINARY, SHORTEST_CODED = 6, 6
OWN_MEANING = re.compile(rb"(?:Basic|Clean|Retain) [A-Za-z ]+ (?:Option|Profile) ?")
PIXEL_DATA, ITEM, BEGINNING, ENDING = 0x7FE00010, b"\xfe\xff\x00\xe0", 4096, 1024
OWN_META = frozenset({0x00020000, 0x00020001, 0x00020012, 0x00020013})


@dataclass(frozen=True, slots=True)
class Hit:
    """One finding: the path of tags (or the place in a file of another kind) and the kind of what was
    found."""

    place: str
    kind: str


@dataclass(frozen=True, slots=True)
class Haystack:
    """Compiled needles: for whole words in text, for long words in bytes, and for values found anywhere."""

    words: re.Pattern[bytes] | None
    long: re.Pattern[bytes] | None
    anywhere: re.Pattern[bytes] | None
    kinds: dict[bytes, str]
    dates: dict[str, set[bytes]]

    def kinds_in(self, value: bytes, *, words: bool) -> set[str]:
        """Return the kinds of what is found in *value*."""
        lowered = value.lower()
        found = {self.kinds[m.group()] for m in self.anywhere.finditer(lowered)} if self.anywhere else set()
        pattern = self.words if words else self.long
        return found | {self.kinds[m.group()] for m in pattern.finditer(lowered)} if pattern else found


def _encodings(text: str) -> set[bytes]:
    """Return *text* in the encodings and spellings in which text hides in text, as JSON and URLs write it too."""
    forms: set[bytes] = set()
    for written in {text, *(unicodedata.normalize(name, text) for name in ("NFC", "NFD")), _plain(text)}:
        lowered = written.lower()
        forms |= {lowered.encode("utf-8"), json.dumps(lowered)[1:-1].encode()}
        forms.add(quote(lowered, safe=" ").lower().encode())
        with contextlib.suppress(UnicodeEncodeError):
            forms.add(lowered.encode("latin-1"))
    return forms


def _plain(text: str) -> str:
    """Return *text* without accents."""
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))


def _hidden(text: str) -> set[bytes]:
    """Return *text* as UTF-16 and as base64 at each of the three alignments, in lower case."""
    forms: set[bytes] = set()
    if len(text) >= SHORTEST_CODED:
        forms = {text.lower().encode(name) for name in ("utf-16-le", "utf-16-be")}
        for written in {text, text.lower(), text.upper()}:
            for ahead in range(3):
                coded = base64.b64encode(b"\0" * ahead + written.encode("utf-8"))
                start, end = (0, 2, 3)[ahead], -4 if coded.endswith(b"=") else None
                forms.add(coded[start:end].lower())
    return {form for form in forms if len(form) >= SHORTEST_BINARY}


def compile_needles(needles: Iterable[Needle]) -> Haystack:
    """Return the search for *needles*."""
    words: set[bytes] = set()
    anywhere: set[bytes] = set()
    kinds: dict[bytes, str] = {}
    dates: dict[str, set[bytes]] = {}
    for needle in needles:
        if needle.kind == "date":
            dates.setdefault(needle.place, set()).add(needle.raw)
        for text in needle.words:
            forms = _encodings(text)
            hidden = _hidden(text) if needle.kind != "date" else set()
            words |= forms
            anywhere |= hidden
            kinds |= dict.fromkeys(forms | hidden, needle.kind)
        for text in needle.whole:
            forms = _encodings(text) | _hidden(text)
            anywhere |= forms
            kinds |= dict.fromkeys(forms, needle.kind)
    long = {form for form in words if len(form) >= SHORTEST_BINARY}
    return Haystack(
        _any_of(words, bounded=True),
        _any_of(long, bounded=False),
        _any_of(anywhere, bounded=False),
        kinds,
        dates,
    )


def _any_of(forms: set[bytes], *, bounded: bool) -> re.Pattern[bytes] | None:
    if not forms:
        return None
    joined = b"|".join(re.escape(form) for form in sorted(forms, key=lambda form: (-len(form), form)))
    return re.compile(rb"(?<![a-z0-9])(?:" + joined + rb")(?![a-z0-9])" if bounded else joined)


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
    return [Hit(place, kind) for kind in sorted(kinds)]
