"""Find the words of a text, whether it is in another language than English, and whether it is written in sentences."""

import re
from functools import lru_cache

from deid.engine.text.flat import MARKS
from deid.engine.text.languages import tells_of_language
from deid.engine.text.names import is_named
from deid.engine.text.words import SHORT, is_clinical, is_foreign, may_stay

# A run of letters of one script with the accents and vowels that stand by themselves: Latin ones with an apostrophe between
# them, or others.
_LATIN = r"[A-Za-zÀ-ɏḀ-ỿ\u0300-\u036f]+"
WORD = re.compile(rf"{_LATIN}(?:['’]{_LATIN})*|(?:(?![A-Za-zÀ-ɏḀ-ỿ])[^\W\d_][{MARKS}]*)+")
# So many terms of medicine written small stand beside a name as well: "liver maria".
MOST_TERMS = 1


@lru_cache(maxsize=1024)
def has_sentences(text: str) -> bool:
    """Say whether a text has words written small that are nobody's name, as a sentence has: more than one, or one that is no
    English term of medicine."""
    small = {word for word in WORD.findall(text) if word.islower() and may_stay(word) and not is_named(word)}
    said = (len(word) < SHORT or is_foreign(word) or not is_clinical(word) for word in small)
    return len(small) > MOST_TERMS or any(said)


@lru_cache(maxsize=1024)
def is_abroad(text: str) -> bool:
    """Say whether a text is in another language than English, told by two of its words, one of them written as no name is."""
    foreign = {word for word in WORD.findall(text) if tells_of_language(word)}
    return len({word.lower() for word in foreign}) > 1 and (text.isupper() or any(map(str.islower, foreign)))
