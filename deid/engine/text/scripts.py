"""Words in scripts that are not Latin, and in Vietnamese: those of medicine and grammar stay, all else may be somebody's name.

Cyrillic words stay in any case and number, Arabic and Hebrew ones with the small words written to them. Scripts without spaces
(and Korean, which writes particles to a word) are read in the longest known terms.
"""

import re
from functools import lru_cache
from importlib import resources

from deid.engine.text.flat import folded

_LATIN = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ]")
_JOINED = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3々ー"
_RUN = re.compile(f"[{_JOINED}]+")
_CYRILLIC = re.compile("[\u0400-\u04ff]+")
# Endings of nouns, adjectives and participles, longer ones first; and those that surnames have as well.
_ENDINGS_TEXT = """
иями ями ами ыми ими ого его ому ему ость ости ую юю ая яя ое ее ой ей ый ий ые ие ых их ым им ом ем ов ев ам ям ах ях ия ии ию
ы и а я у ю е о ь
"""
_OF_SURNAMES_TEXT = "ов ова ев ева ин ина ский ская цкий ко ук юк ян дзе вич вна ич"
_ENDINGS, _OF_SURNAMES = (tuple(folded(text).split()) for text in (_ENDINGS_TEXT, _OF_SURNAMES_TEXT))
SHORTEST_STEM, SHORTEST_TERM = 3, 2
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
    return re.compile("|".join(map(re.escape, terms)))


def is_other_script(word: str) -> bool:
    """Say whether a run of letters has no Latin one."""
    return not _LATIN.search(word)


@lru_cache(maxsize=65536)
def is_script_word(word: str) -> bool:
    """Say whether all of a run of letters that are not Latin is known."""
    if _RUN.fullmatch(word):
        return not _terms().sub("", word)
    if not is_other_script(word):  # Vietnamese: without its accents a word is another one, or a name
        return word.lower() in script_words()
    plain = folded(word.lower())
    if plain in other_script_words():
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
    more characters where words are written without spaces."""
    if is_script_word(word):
        return word
    if not _RUN.fullmatch(word):
        return gone
    kept = [found.group() for found in _terms().finditer(word) if len(found.group()) >= SHORTEST_TERM]
    return gone.join(("", *kept, "")) if kept else gone
