"""The word lists that are shipped with the engine."""

from functools import lru_cache
from importlib import resources


@lru_cache(maxsize=32)
def shipped(name: str) -> frozenset[str]:
    """Return the words of a list in `data`."""
    return frozenset(resources.files("deid.engine").joinpath("data", name).read_text("utf-8").split())
