"""Clean one text value: known identifiers first, then what looks like one; the clinical words stay.

PS3.15 E.3.5, Clean Descriptors Option.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from deid.engine.text.known import Known
from deid.engine.text.recognisers import without_plain, without_recognised

_SPACES = re.compile(r"[ \t]{2,}")
_LEFT_OVER = re.compile(r"(?:(?<=^)|(?<=\\)|(?<=\n))(?:[\s,;:^_/\-]|\.(?=\s))+|[\s,;:^_/\-]+(?=$|\\|\n)")
_EMPTY_PAIRS = re.compile(r"\(\s*\)|\[\s*\]")


def tidied(text: str) -> str:
    """Return *text* without the gaps and separators that removals leave behind."""
    return _LEFT_OVER.sub("", _SPACES.sub(" ", _EMPTY_PAIRS.sub(" ", text)))


@lru_cache(maxsize=65536)
def _recognised(text: str, new_uid: Callable[[str], str], thorough: bool) -> str:
    """Return *text* without what looks identifying; the same for every instance, so remembered."""
    cleaned = (without_recognised if thorough else without_plain)(text, new_uid)
    return text if cleaned == text else tidied(cleaned)


def clean_text(text: str, known: Known, new_uid: Callable[[str], str]) -> str:
    """Return *text* without known identifiers and without what looks like one."""
    return _recognised(clean_known(text, known), new_uid, True)


def screen_text(text: str, known: Known, new_uid: Callable[[str], str]) -> str:
    """Return *text* without known identifiers and without what is plainly one."""
    return _recognised(clean_known(text, known), new_uid, False)


def clean_known(text: str, known: Known) -> str:
    """Return *text* without known identifiers only."""
    cleaned = known.removed_from(text)
    return text if cleaned == text else tidied(cleaned)
