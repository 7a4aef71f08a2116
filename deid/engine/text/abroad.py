"""Find the words of a text, and whether it is in another language than English."""

import re
from functools import lru_cache

from deid.engine.text.flat import MARKS
from deid.engine.text.words import is_foreign

# A run of letters of one script with the accents and vowels that stand by themselves: Latin ones with an apostrophe between
# them, or others.
_LATIN = r"[A-Za-zÀ-ɏḀ-ỿ\u0300-\u036f]+"
WORD = re.compile(rf"{_LATIN}(?:['’]{_LATIN})*|(?:(?![A-Za-zÀ-ɏḀ-ỿ])[^\W\d_][{MARKS}]*)+")


@lru_cache(maxsize=1024)
def is_abroad(text: str) -> bool:
    """Say whether a text is in another language than English, told by two of its words, one of them written as no name is."""
    foreign = {word for word in WORD.findall(text) if is_foreign(word)}
    return len({word.lower() for word in foreign}) > 1 and (text.isupper() or any(map(str.islower, foreign)))
