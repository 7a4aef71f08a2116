"""Clean one text value: known identifiers first, then what looks like one; the clinical words stay.

PS3.15 E.3.5, Clean Descriptors Option.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from deid.engine.text.dates import (
    DATES_REMOVED,
    KNOWN_ONLY,
    SURE,
    THOROUGH,
    DateManner,
    has_dates,
    replace_dates,
)
from deid.engine.text.hiding import Hide
from deid.engine.text.initials import has_year_of, without_initials
from deid.engine.text.known import Known, compile_known
from deid.engine.text.numbers import EMAIL, UID, without_numbers
from deid.engine.text.recognisers import without_plain, without_recognised
from deid.engine.text.telling import sorted_known
from deid.engine.text.words import GONE, coded_meanings

# The rest of a name stands one space beside what went of it.
_WIDE_GONE = re.compile(rf" +{GONE} +")
_SPACES = re.compile(r"[ \t]{2,}")
# HER2- is a result.
_LOOSE_HYPHEN = r"(?<![^\W_])-"
# At the ends of a text gaps go whole, at the ends of its lines all but the line breaks; a text of one line and value, as most
# are, needs only its ends looked at.
_BEGINNING = re.compile(r"(?:[\s,;:^_/\-]|\.(?=\s))+")
_ENDING = ",;:^_/-" + "".join(filter(str.isspace, map(chr, range(0x3001))))
_LEFT_OVER = re.compile(
    rf"\A(?:[\s,;:^_/\-]|\.(?=\s))+|(?:[\s,;:^_/]|{_LOOSE_HYPHEN})+\Z"
    r"|(?:(?<=\\)|(?<=[\r\n]))(?:[^\S\r\n]|[,;:^_/\-]|\.(?=\s))+"
    rf"|(?:[^\S\r\n]|[,;^_/]|(?<![^\W_]):|{_LOOSE_HYPHEN})+(?=\\|[\r\n])"
)
_STRAY_MARKS = re.compile(r"(?<=[,;])\s*[,;](?=\s)|[ \t]+(?=[,;](?:\s|$))|(?<=\s)[.](?=[\s,;])")
_EMPTY_PAIRS = re.compile(r"\(\s*\)|\[\s*\]")
_LOOKERS: dict[int, Callable[[str], str]] = {SURE: without_plain, THOROUGH: without_recognised}
LONGEST_AT_ONCE = 2000
_NO_TEXT = re.compile(r"[!-~]{256,}")
NewUid = Callable[[str], str]


@dataclass(frozen=True, eq=False, slots=True)
class TextManner:
    """What becomes of UIDs and dates in text."""

    new_uid: NewUid
    dates: DateManner = DATES_REMOVED


def without_uid(_uid: str) -> str:
    """Return what stands for a UID where nobody can map it."""
    return " "


UIDS_REMOVED = TextManner(without_uid)


def tidied(text: str) -> str:
    """Return *text* without the gaps and separators that removals leave behind."""
    if "(" in text or "[" in text:
        text = _EMPTY_PAIRS.sub(" ", text)
    if "," in text or ";" in text or "." in text:
        text = _STRAY_MARKS.sub("", text)
    if "  " in text or "\t" in text:
        text = _SPACES.sub(" ", text)
    several = "\\" in text or "\n" in text or "\r" in text
    return _LEFT_OVER.sub("", text) if several else _without_ends(text)


def _without_ends(text: str) -> str:
    """Return one line without gaps at its ends, but with a hyphen right behind a letter or digit."""
    if found := _BEGINNING.match(text):
        text = text[found.end() :]
    bare = text.rstrip(_ENDING)
    joined = bare[-1:].isalnum() and text[len(bare) : len(bare) + 1] == "-"
    return f"{bare}-" if joined else bare


def stretches(text: str) -> Iterator[str]:
    """Yield a long text in stretches that end with a line, a sentence or a word, so that its cost grows with its length.

    What has no space for too long is no text and is left out.
    """
    text, start = _NO_TEXT.sub(" ", text), 0
    while len(text) - start > LONGEST_AT_ONCE:
        window = text[start : start + LONGEST_AT_ONCE]
        ends = (window.rfind(mark, LONGEST_AT_ONCE // 2) for mark in ("\n", ". ", " "))
        stop = next((end + 1 for end in ends if end >= 0), LONGEST_AT_ONCE)
        yield window[:stop]
        start += stop
    yield text[start:]


def cleaned_text(text: str, known: Known, manner: TextManner, depth: int = THOROUGH) -> str:
    """Return *text* without known identifiers, and without what looks like one as far as *depth* asks.

    UIDs in it are mapped and dates moved as everywhere else.
    """
    if len(text) > LONGEST_AT_ONCE:
        pieces = [(piece.rstrip(), piece) for piece in stretches(text)]
        return "".join(
            cleaned_text(bare, known, manner, depth) + whole[len(bare) :] for bare, whole in pieces
        )
    births = manner.dates.hidden
    born = bool(births) and depth != KNOWN_ONLY and has_year_of(text, births)
    if not born and not known.touches(text) and is_harmless(text, depth):
        return text
    hide = Hide()
    plain = Hide.stripped(text).replace(GONE, "")
    cleaned = plain
    if plain.count(".") >= 4:
        cleaned = UID.sub(lambda found: _shown(manner.new_uid(found.group()), hide), cleaned)
    if "@" in cleaned:
        cleaned = EMAIL.sub(" ", cleaned)
    if depth != KNOWN_ONLY:
        cleaned = _without_numbers(cleaned)
    cleaned = known.removed_from(cleaned, " " if depth == KNOWN_ONLY else f" {GONE} ")
    if GONE in cleaned:
        cleaned = _WIDE_GONE.sub(f" {GONE} ", cleaned)
    cleaned = replace_dates(cleaned, manner.dates, hide, depth)
    if born:
        cleaned = without_initials(cleaned, births)
    if depth != KNOWN_ONLY:
        cleaned = _looked_through(cleaned, depth)
    return text if cleaned == text else hide.restored(tidied(cleaned))


@lru_cache(maxsize=65536)
def is_harmless(text: str, depth: int) -> bool:
    """Say whether nothing in a text could be somebody's or would move; the same for every instance, so remembered."""
    if "@" in text or has_dates(text) or UID.search(text) or Hide.stripped(text).replace(GONE, "") != text:
        return False
    if depth == KNOWN_ONLY or text.strip() in coded_meanings():
        return True
    return _without_numbers(text) == text and _looked_through(text, depth) == text


def _shown(uid: str, hide: Hide) -> str:
    return hide(uid) if uid.strip() else " "


_without_numbers = lru_cache(maxsize=65536)(without_numbers)


@lru_cache(maxsize=65536)
def _looked_through(text: str, depth: int) -> str:
    """Return *text* without what looks identifying; the same for every instance, so remembered."""
    return _LOOKERS[depth](text)


class TextCleaner:
    """Cleans free text of any format with the same search, recognisers and clock as DICOM text.

    *known_values* are names, numbers, addresses and dates (YYYYMMDD) of the subject, in any spelling; those of them that are
    among *births* are never told. *shift_days* moves the dates in text; `None` takes them out. *new_uid* maps UIDs; without it
    they are taken out.
    """

    def __init__(
        self,
        known_values: Sequence[str],
        shift_days: int | None,
        *,
        births: Sequence[str] = (),
        new_uid: NewUid = without_uid,
    ) -> None:
        names, phrases, dates = sorted_known(known_values)
        _, _, hidden = sorted_known(births)
        self._known = compile_known(names, phrases)
        self._manner = TextManner(new_uid, DateManner(shift_days, known=dates, hidden=hidden))

    def clean(self, text: str) -> str:
        """Return *text* without anything that identifies somebody."""
        return cleaned_text(text, self._known, self._manner)
