"""Diseases, signs and views that carry the name of somebody long known: in them a surname stays."""

import re
from functools import lru_cache
from importlib import resources


@lru_cache(maxsize=1)
def eponyms() -> tuple[str, ...]:
    """Return the phrases in lower case, each of two words or more."""
    text = resources.files("deid.engine").joinpath("data/eponyms.txt").read_text("utf-8")
    return tuple(text.splitlines())


EPONYM_BEGINS = frozenset(phrase.split()[0] + end for phrase in eponyms() for end in ("", "s"))


@lru_cache(maxsize=1)
def eponym() -> re.Pattern[str]:
    """Return what finds such a phrase, also with a genitive or a hyphen in it."""
    phrases = (r"(?:['’]s|s)?[ -]".join(map(re.escape, phrase.split())) + r"\b" for phrase in eponyms())
    return re.compile("|".join(phrases), re.IGNORECASE)
