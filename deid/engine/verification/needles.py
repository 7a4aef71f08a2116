"""Everything in a source that identifies somebody, in the spellings in which it may turn up again.

What is not searched for, because it would be found everywhere: parts of names under three letters or that are
everyday or technical words (`PLAIN`), identifiers under four characters or that are a medical word, the
dummy date 1900-01-01, UIDs of the
Standard. A whole name is searched for even where its parts are plain.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path

from deid.engine.verification.characters import decoded, texts_of
from deid.engine.verification.walker import Seen, Walker

RESEARCH_OPTIONS = frozenset(
    {"retain_device_identity", "retain_patient_characteristics", "retain_modified_dates"}
)
IDENTIFIERS = frozenset(
    {
        0x00020016,
        0x00020017,
        0x00020018,
        0x00080050,
        0x00100020,
        0x00100021,
        0x00101000,
        0x00101002,
        0x00101040,
    }
    | {
        0x00101050,
        0x00101080,
        0x00101090,
        0x00102154,
        0x00102155,
        0x00200010,
        0x00321055,
        0x00380010,
        0x00380050,
    }
    | {
        0x00380300,
        0x00380400,
        0x00400009,
        0x00400253,
        0x00401001,
        0x00402016,
        0x00402017,
        0x00120040,
        0x00120042,
    }
    | {
        0x00120030,
        0x00120031,
        0x00401101,
        0x0040A123,
        0x00080080,
        0x00080081,
        0x00081040,
        0x00080092,
        0x00080094,
    }
    | {
        0x00321030,
        0x00402008,
        0x00402009,
        0x00402010,
        0x00401005,
        0x00401008,
        0x00400243,
        0x00100050,
        0x00102160,
    }
    | {
        0x00080116,
        0x00100024,
        0x00081195,
        0x00400011,
        0x00180012,
        0x00081072,
        0x00081052,
        0x00101100,
        0x00400275,
    }
) - {0x00180012, 0x00102160, 0x00400275, 0x00081195, 0x00080116, 0x00321030}
DEVICE = frozenset(
    {0x00081010, 0x00181000, 0x00181008, 0x0018700A, 0x00400242, 0x00400010, 0x00181007, 0x00181005}
    | {0x00181004, 0x00181009, 0x00160051}
)
APPLICATIONS = frozenset({0x00080054, 0x00080055, 0x00400001, 0x00400241, 0x00020016})
PLACES = frozenset({0x00080080, 0x00080081, 0x00081040, 0x00101040})


def _shipped(name: str) -> frozenset[str]:
    return frozenset(resources.files("deid.engine").joinpath("data", name).read_text("utf-8").split())


PLAIN = _shipped("plain_words.txt")
MEDICAL = _shipped("vocabulary.txt") | _shipped("technical_words.txt")
SHORTEST_PART, SHORTEST_IDENTIFIER, SHORTEST_JOINED, SHORTEST_CARET, SHORTEST_WIDE = 3, 4, 6, 5, 2
DUMMY_DATE = "19000101"
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_BREAKS = re.compile(r"[\^=\\,;.\s()\-_/]+")
_DAY = re.compile(r"(?:19|20)\d{6}")
_UID = re.compile(r"[012](?:\.\d+){2,}")


@dataclass(frozen=True, slots=True)
class Needle:
    """One identifying value: what kind it is, where it stood, and the spellings to search for.

    Kinds: `name`, `identifier`, `place`, `device`, `date`, `uid`. `whole` spellings are searched for
    anywhere, the
    others only as whole words.
    """

    kind: str
    place: str
    words: tuple[str, ...]
    whole: tuple[str, ...] = ()
    raw: bytes = b""


def identifying_values(source_path: Path | str, options: frozenset[str] = RESEARCH_OPTIONS) -> list[Needle]:
    """Return a needle for every identifying value of the DICOM file; *options* say what the profile
    retains."""
    found: dict[tuple[str, bytes, str], Needle] = {}
    for seen in decoded(Walker(Path(source_path).read_bytes()).elements()):
        for needle in _needles(seen, options):
            found.setdefault((needle.kind, needle.raw, needle.place), needle)
    return list(found.values())


def needles_of_values(values: Iterable[str]) -> list[Needle]:
    """Return needles for *values* that other files of the same subject gave: names, identifiers and dates."""
    needles: list[Needle] = []
    for value in values:
        raw = value.encode()
        if "^" in value or "=" in value:
            needles += _names(Seen((), "PN", raw))
        elif _DAY.fullmatch(value):
            needles += _dates(Seen((), "DA", raw))
        else:
            needles += _identifiers(Seen((), "LO", raw), "identifier")
    return needles


def _needles(seen: Seen, options: frozenset[str]) -> Iterator[Needle]:
    if not seen.value or len(seen.value) > 4096:
        return
    if seen.vr == "PN":
        yield from _names(seen)
    elif seen.vr in ("DA", "DT") and "retain_full_dates" not in options:
        yield from _dates(seen)
    elif seen.vr == "UI" and "retain_uids" not in options:
        yield from _uids(seen)
    elif seen.tag in DEVICE:
        if "retain_device_identity" not in options:
            yield from _identifiers(seen, "device")
    elif seen.tag in APPLICATIONS:
        yield from _identifiers(seen, "identifier")
    elif seen.tag in PLACES:
        if "retain_institution_identity" not in options or seen.tag == 0x00101040:
            yield from _identifiers(seen, "place")
    elif seen.tag in IDENTIFIERS:
        yield from _identifiers(seen, "identifier")


def _values(seen: Seen) -> list[tuple[str, bytes]]:
    """Return the values of an element as text with their bytes."""
    values = [(text.strip("\0 \t\r\n"), raw.strip(b"\0 \t\r\n")) for text, raw in texts_of(seen)]
    return [(text, raw) for text, raw in values if text]


def _names(seen: Seen) -> Iterator[Needle]:
    for text, raw in _values(seen):
        groups = [[part for part in _BREAKS.split(group) if part] for group in text.split("=")]
        telling = [part for parts in groups for part in parts if part.lower() not in PLAIN]
        words = [p for p in telling if _is_long(p, SHORTEST_PART) and not p.isdigit()]
        whole = {order for parts in groups for order in _orders(parts) if telling}
        if words or whole:
            yield Needle("name", seen.place, tuple(words), tuple(sorted(whole)), raw)


def _orders(parts: Sequence[str]) -> Iterator[str]:
    """Yield the first two parts of a name together, as people and programs write them."""
    if len(parts) > 1:
        first, second = parts[:2]
        told = {mark.join(pair) for mark in ("", " ") for pair in ((first, second), (second, first))}
        yield from (one for one in (*told, f"{first}, {second}") if _is_long(one, SHORTEST_JOINED))
        yield from (one for one in (f"{first}^{second}",) if _is_long(one, SHORTEST_CARET))


def _is_long(text: str, least: int) -> bool:
    """Say whether a word tells somebody: two Chinese, Japanese or Korean letters do."""
    return len(text) >= (SHORTEST_WIDE if any(map(_is_wide, text)) else least)


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


def _identifiers(seen: Seen, kind: str) -> Iterator[Needle]:
    for text, raw in _values(seen):
        if len(text) < SHORTEST_IDENTIFIER or text.lower() in PLAIN or text.lower() in MEDICAL:
            continue
        if all(word.lower() in PLAIN for word in _BREAKS.split(text) if word):
            continue
        joined = _BREAKS.sub("", text)
        yield Needle(
            kind,
            seen.place,
            (text, *([joined] if len(joined) >= SHORTEST_JOINED and joined != text else [])),
            (),
            raw,
        )


def _dates(seen: Seen) -> Iterator[Needle]:
    for text, raw in _values(seen):
        digits = text.replace(".", "") if seen.vr == "DA" else text[:8]
        try:
            day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
        except ValueError:
            continue
        if digits[:8] != DUMMY_DATE:
            yield Needle("date", seen.place, _spellings(day), (), raw)


def _spellings(day: date) -> tuple[str, ...]:
    """Return a date in the ways people and programs write it, one of those that differ only by what stands between."""
    numbers = [
        (f"{day.year:04d}", f"{day.month:02d}", f"{day.day:02d}"),
        (f"{day.year}", f"{day.month}", f"{day.day}"),
    ]
    written = {"".join(numbers[0])}
    for year, month, number in numbers:
        orders = ((year, month, number), (number, month, year), (month, number, year))
        written |= {"-".join(order) for order in orders}
        written |= {f"{month}/{number}/{year[2:]}", f"{number}/{month}/{year[2:]}"}
    for name in (MONTHS[day.month - 1], MONTHS[day.month - 1][:3]):
        for number in {f"{day.day}", f"{day.day:02d}", f"{day.day}{_ordinal(day.day)}"}:
            written |= {
                f"{number} {name} {day.year}",
                f"{name} {number} {day.year}",
                f"{day.year} {name} {number}",
            }
        written |= {f"{day.day}{_ordinal(day.day)} of {name} {day.year}"}
    return tuple(sorted(written))


def _ordinal(number: int) -> str:
    return "th" if number in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _uids(seen: Seen) -> Iterator[Needle]:
    for text, raw in _values(seen):
        if not text.startswith("1.2.840.10008.") and _UID.fullmatch(text) and len(text) >= 10:
            yield Needle("uid", seen.place, (), (text,), raw)
