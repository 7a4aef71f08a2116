"""Words in scripts that are not Latin, and in Vietnamese: those of medicine and grammar stay, all else may be somebody's name.

Cyrillic words stay in any case and number, Arabic and Hebrew ones with the small words written to them. Scripts without spaces
(and Korean, which writes particles to a word) are read in the longest known terms, or in runs of characters that nobody's name
has.
"""

import re
from functools import lru_cache
from importlib import resources

from deid.engine.text.flat import folded
from deid.engine.text.lists import shipped
from deid.engine.text.made_elsewhere import CLINICAL_CHARACTERS, is_made, is_made_small

_LATIN = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ]")
_THAI = "\u0e01-\u0e3a\u0e40-\u0e4e"
_JOINED = f"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3々ー{_THAI}"
_RUN = re.compile(f"[{_JOINED}]+")
_CYRILLIC = re.compile("[\u0400-\u04ff]+")
# Endings of nouns, adjectives and participles, longer ones first; and those that surnames have as well.
_ENDINGS_TEXT = """
иями ями ами ыми ими ого его ому ему ость ости ую юю ая яя ое ее ой ей ый ий ые ие ых их ым им ом ем ов ев ам ям ах ях ия ии ию
ы и а я у ю е о ь
"""
_OF_SURNAMES_TEXT = """
ов ова ову ев ева еву ин ина ину ский ская цкий ко ук юк ян дзе вич вна ич
όπουλος όπουλο οπούλου ίδης ίδη ίδου άκης άκη άκου ιάδης ιάδη ιάδου όγλου έλης έλη έλλης έας ούσης ούλης ούλη άτος
"""
_ENDINGS, _OF_SURNAMES = (tuple(folded(text).split()) for text in (_ENDINGS_TEXT, _OF_SURNAMES_TEXT))
# Of names in other cases: Тамару, Эдуардом.
_OF_NAMES = tuple(folded("а у ом е ы и ой ою ей ею ю я ем ем ї єм еві ові").split())
SHORTEST_STEM, SHORTEST_TERM = 3, 2
# Names of Thai are made of short words.
SHORTEST_THAI = 6
_IN_THAI = re.compile(f"[{_THAI}]+")
SHORTEST_SMALL = 6
VIETNAMESE = re.compile("[ơƠưƯĩĨũŨẠ-ỹ]")
_WRITTEN_TO = re.compile(
    "(?:[وبلك]{0,2}(?:ال)?|لل)(?=[\u0600-\u06ff]{2})|[והבלמשכ]{1,2}(?=[\u0590-\u05ff]{2})"
)


@lru_cache(maxsize=1)
def script_words() -> frozenset[str]:
    """Return the words as they are written, in small letters."""
    text = resources.files("deid.engine").joinpath("data/words_of_other_scripts.txt").read_text("utf-8")
    return frozenset(text.split())


@lru_cache(maxsize=1)
def other_script_words() -> frozenset[str]:
    """Return the words that have no Latin letter, without accents."""
    return frozenset(folded(word) for word in script_words() if is_other_script(word))


@lru_cache(maxsize=1)
def words_written_small() -> frozenset[str]:
    """Return ordinary words of Cyrillic and Greek, without accents, that are no reason to take one written small for a name."""
    data = resources.files("deid.engine").joinpath("data/script_words_written_small.txt")
    return frozenset(data.read_text("utf-8").split())


@lru_cache(maxsize=16384)
def _is_name(plain: str) -> bool:
    """Say whether a word of Cyrillic or Greek in small letters without accents is somebody's name, in any case of Cyrillic."""
    names = shipped("script_names.txt")
    bases = (
        plain[: -len(end)]
        for end in _OF_NAMES
        if plain.endswith(end) and len(plain) > len(end) + SHORTEST_STEM
    )
    return plain in names or any(base + end in names for base in bases for end in ("", "а", "я", "и", "ь"))


@lru_cache(maxsize=1)
def _stems() -> frozenset[str]:
    return frozenset(
        stem for word in other_script_words() if _CYRILLIC.fullmatch(word) for stem in _stems_of(word)
    )


def _stems_of(word: str) -> set[str]:
    cut = {word[: -len(end)] for end in _ENDINGS if word.endswith(end)} | {word}
    return {stem for stem in cut if len(stem) >= SHORTEST_STEM}


@lru_cache(maxsize=1)
def _terms() -> re.Pattern[str]:
    terms = sorted((w for w in script_words() if _RUN.fullmatch(w)), key=lambda w: (-len(w), w))
    return re.compile("|".join((*map(re.escape, terms), f"[{CLINICAL_CHARACTERS}]+")))


def is_other_script(word: str) -> bool:
    """Say whether a run of letters has no Latin one."""
    return not _LATIN.search(word)


def is_joined(word: str) -> bool:
    """Say whether a run of letters is of a script that writes no spaces, or writes particles to its words."""
    return bool(_RUN.fullmatch(word))


@lru_cache(maxsize=65536)
def is_script_word(word: str) -> bool:
    """Say whether all of a run of letters that are not Latin is known."""
    if _RUN.fullmatch(word):
        return not _terms().sub("", word) or is_made(word, "")
    if not is_other_script(word):  # Vietnamese: without its accents a word is another one, or a name
        return word.lower() in script_words()
    plain = folded(word.lower())
    if plain in other_script_words():
        return True
    if is_made(word, plain):
        return True
    if _CYRILLIC.fullmatch(plain):
        may_be_somebody = word[0].isupper() and plain.endswith(_OF_SURNAMES)
        return (
            len(plain) > SHORTEST_STEM and not may_be_somebody and not _stems().isdisjoint(_stems_of(plain))
        )
    written_to = _WRITTEN_TO.match(plain)
    return bool(written_to and written_to.end() and plain[written_to.end() :] in other_script_words())


def known_terms(word: str, gone: str) -> str:
    """Return a run of letters that are not Latin with what is not known as *gone*: one alone, or all but the terms of two and
    more characters, and those that nobody's name has, where words are written without spaces."""
    if is_script_word(word):
        return word
    if not _RUN.fullmatch(word):
        return gone
    shortest = SHORTEST_THAI if _IN_THAI.fullmatch(word) else SHORTEST_TERM
    terms = (found.group() for found in _terms().finditer(word))
    kept = [term for term in terms if len(term) >= shortest or term[0] in CLINICAL_CHARACTERS]
    return gone.join(("", *kept, "")) if kept else gone


def is_plainly_small(word: str, *, capitals: bool) -> bool:
    """Say whether a word of a script that has capitals is written small and no name by its ending; in a text that has *capitals*
    names have them, so that any word will do that is too long for a particle and ends as no surname does."""
    plain = folded(word)
    if word.islower() and _is_name(plain):
        return False
    long = len(word) >= SHORTEST_SMALL and not plain.endswith(_OF_SURNAMES)
    small = capitals and word.islower() and (long or plain in words_written_small())
    return small or is_made_small(word, plain)
