"""Collect the ordinary words of other languages that stay in cleaned text.

A word is taken if it is a frequent one, and the dictionary of the package `simplemma` (MIT) knows it as a word of the
language. How frequent words of German, French, Spanish, Italian, Dutch and Portuguese are is told by the package
`pyspellchecker` (MIT), of ten other languages, and of Cyrillic and Greek, by `wordfreq` (data CC BY-SA 4.0). What
only stands there with a capital is a name or a German noun; names are told from nouns by the other languages, which write no
noun so, and by lists of names. What is both a word and somebody's name stays only where it is written small; given names do
not even so in the ten languages, whose dictionaries write some of them small, and no listed name does in Turkish.
"""

import gzip
import importlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from deid.engine.tables.vocabulary import LONGEST_WORD

# How often a word must be counted, for ten to twenty thousand of each language.
FREQUENT = {"de": 60, "fr": 300, "es": 100, "it": 400, "nl": 300, "pt": 1000}
# How many of the most frequent words of other languages are asked for; their names in both packages.
RANKED = {
    "pl": "pl", "cs": "cs", "hu": "hu", "ro": "ro", "tr": "tr", "fi": "fi", "sv": "sv", "da": "da", "nb": "nb", "sh": "hbs",
}  # fmt: skip
MOST_RANKED = 18_000
# Languages of scripts that have capitals, which names are written with.
SCRIPTS, SHORTEST_OF_SCRIPTS = ("ru", "uk", "el"), 3
NOUNS_WITH_CAPITALS = "de"
# Where surnames are made of ordinary words, and the dictionary writes names small.
NAMES_AMONG_WORDS = "tr"
SHORTEST_WORD = 4
# How often words of three letters must be counted, as ten's power in a thousand million.
OFTEN_ENGLISH, OFTEN = 3.5, 4.0


def _counts(language: str) -> Mapping[str, int]:
    package: Any = importlib.import_module("spellchecker")
    path = Path(package.__file__).parent / "resources" / f"{language}.json.gz"
    counts: Mapping[str, int] = json.loads(gzip.decompress(path.read_bytes()))
    return {word.lower(): count for word, count in counts.items()}


def _dictionary(language: str) -> frozenset[str]:
    package: Any = importlib.import_module("simplemma.strategies.dictionaries.dictionary_factory")
    keys = package.DefaultDictionaryFactory().get_dictionary(language)
    return frozenset(key.decode() if isinstance(key, bytes) else key for key in keys)


def _usable(words: Iterable[str]) -> Iterator[str]:
    return (word for word in words if word.isalpha() and SHORTEST_WORD <= len(word) <= LONGEST_WORD)


def counted() -> dict[str, list[str]]:
    """Return the words that `pyspellchecker` counts often, by language."""
    return {
        language: list(_usable(word for word, count in _counts(language).items() if count >= least))
        for language, least in FREQUENT.items()
    }


def ranked() -> dict[str, list[str]]:
    """Return the most frequent words that `wordfreq` lists, by language."""
    package: Any = importlib.import_module("wordfreq")
    return {known: list(_usable(package.top_n_list(name, MOST_RANKED))) for name, known in RANKED.items()}


def small_words(
    names: frozenset[str], already: Callable[[str], bool], folded: Callable[[str], str]
) -> list[str]:
    """Return the most frequent words of Cyrillic and Greek that stay where they are written small: those that do not stay
    *already* and are nobody's name, without accents."""
    package: Any = importlib.import_module("wordfreq")
    found = set[str]()
    for language in SCRIPTS:
        ranked_words = (word for word in package.top_n_list(language, MOST_RANKED) if word.isalpha())
        known = _dictionary(language)
        found |= {word for word in ranked_words if word in known and len(word) >= SHORTEST_OF_SCRIPTS}
    return sorted({folded(word) for word in found if folded(word) not in names and not already(word)})


def short_words(names: frozenset[str], folded: Callable[[str], str]) -> list[str]:
    """Return the words of three letters that all these languages and English have often and nobody is called, without accents,
    sorted."""
    package: Any = importlib.import_module("wordfreq")
    found = set[str]()
    for language in ("en", *FREQUENT, *RANKED.values()):
        known = (
            word for word in _dictionary(language) if len(word) == SHORTEST_OF_SCRIPTS and word.islower()
        )
        often = OFTEN_ENGLISH if language == "en" else OFTEN
        found |= {
            word for word in known if word.isalpha() and package.zipf_frequency(word, language) >= often
        }
    return sorted({plain for word in found if (plain := folded(word)).isascii() and plain not in names})


def ordinary_words(
    frequent: Mapping[str, Iterable[str]],
    names: frozenset[str],
    already: Callable[[str], bool],
    folded: Callable[[str], str],
    given: frozenset[str] = frozenset(),
) -> tuple[list[str], list[str]]:
    """Return those of the *frequent* words by language that stay however they are written, and those that stay only where
    they are written small; without accents, without those that stay *already*, and without *given* names."""
    dictionaries = {language: _dictionary(language) for language in {*FREQUENT, *RANKED.values(), "en"}}
    capitals = frozenset(
        word
        for language, written in dictionaries.items()
        if language != NOUNS_WITH_CAPITALS
        for word in written
        if word[:1].isupper() and word.lower() not in written
    )
    nouns = dictionaries[NOUNS_WITH_CAPITALS] - capitals
    always, small = set[str](), set[str]()
    for language, words in frequent.items():
        among = language == NAMES_AMONG_WORDS
        for word in words:
            plain = folded(word).lower()
            is_noun = language == NOUNS_WITH_CAPITALS and word.capitalize() in nouns
            is_small = word in dictionaries[language]
            if not plain.isascii() or already(plain) or plain in given or not (is_noun or is_small):
                continue
            is_name = plain in names or word.capitalize() in capitals
            if not is_name and not among:
                always.add(plain)
            elif is_small and not (is_name and among):
                small.add(plain)
    return sorted(always), sorted(small - always)
