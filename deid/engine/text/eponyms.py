"""Diseases, signs and views that carry the name of somebody long known: in them a surname stays."""

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources

_WORD = re.compile(r"[^\W\d_]+")
LONGEST_ABBREVIATION = 4
# What only things that are called after somebody are. Diseases that anybody may have stand in the list with their names:
# before *lymphoma* or *aneurysm* may be the name of a patient.
_CALLED_AFTER = re.compile(
    r"(?<![^\W_])(?<!Dr )(?<!Dr\. )(?<!Mr )(?<!Mr\. )(?<!Mrs )(?<!Ms )(?<!by )(?<!, )"
    r"(?P<name>[A-ZÀ-Þ][a-zß-ÿ]+(?:-[A-ZÀ-Þ][a-zß-ÿ]+){0,3})"
    r"(?:['’]s)? (?=(?:syndrom(?:e|en)?|criteria|classification|phenomenon|triad|reflex|transform|equation|coefficient)"
    r"(?![^\W_]))"
)


@lru_cache(maxsize=1)
def eponyms() -> tuple[str, ...]:
    """Return the phrases in lower case, each of two words or more."""
    text = resources.files("deid.engine").joinpath("data/eponyms.txt").read_text("utf-8")
    return tuple(text.splitlines())


@lru_cache(maxsize=1)
def _by_first_word() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for phrase in eponyms():
        found.setdefault(phrase.split()[0], []).append(phrase)
    return found


@lru_cache(maxsize=1024)
def _beginning_with(first: str) -> re.Pattern[str] | None:
    """Return what finds the phrases that begin with a word in lower case, also with a genitive or a hyphen in them; compiled
    when first met, since all of them together take longer than a file does."""
    phrases = [
        phrase for word in {first, first.removesuffix("s")} for phrase in _by_first_word().get(word, ())
    ]
    ways = (r"(?:['’]s|s)?\.?[ -]".join(map(re.escape, phrase.split())) + r"\b" for phrase in phrases)
    return re.compile("|".join(ways), re.IGNORECASE) if phrases else None


def is_namesake(low: str) -> bool:
    """Say whether a disease or a sign is called after somebody of that name, which alone is a surname: Hashimoto."""
    return low in _by_first_word() and len(low) > LONGEST_ABBREVIATION


def eponym_at(text: str, place: int) -> bool:
    """Say whether such a phrase begins at *place*."""
    word = _WORD.match(text, place)
    found = _beginning_with(word.group().lower()) if word else None
    return found is not None and found.match(text, place) is not None


def eponym_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where such phrases stand, and names of whatever else is called after somebody."""
    yield from (found.span("name") for found in _CALLED_AFTER.finditer(text))
    for word in _WORD.finditer(text):
        found = _beginning_with(word.group().lower())
        phrase = found.match(text, word.start()) if found else None
        if phrase and not _names_somebody(phrase.group()):
            yield phrase.span()


def _names_somebody(phrase: str) -> bool:
    """Say whether a phrase is written as a surname and what it has: RASMUSSEN aneurysm."""
    first, *others = _WORD.findall(phrase)
    return len(first) > LONGEST_ABBREVIATION and first.isupper() and any(map(str.islower, others))
