"""Which words may stay in cleaned text: clinical and technical ones, and the everyday words around them."""

from functools import lru_cache
from importlib import resources


def _shipped(name: str) -> frozenset[str]:
    return frozenset(resources.files("deid.engine").joinpath("data", name).read_text("utf-8").split())


# Everyday words, techniques and dummies: as parts of person names they say nothing and are not searched
# for, or a
# phantom's "CT^HEAD" would empty every header.
PLAIN_WORDS = _shipped("plain_words.txt")


@lru_cache(maxsize=1)
def clinical_words() -> frozenset[str]:
    """Return the words of DICOM's dictionaries and coded concepts, with devices, techniques and the
    plain ones.

    They are no reason to take a word for a name, but a person who is named so is still searched for.
    """
    return _shipped("vocabulary.txt") | _shipped("technical_words.txt") | PLAIN_WORDS
