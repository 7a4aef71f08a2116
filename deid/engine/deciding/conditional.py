"""Decide a conditional action code by the attribute's type in the instance's IOD (PS3.15 E.1.1, Table
E.1-1a)."""

import json
from collections.abc import Collection, Mapping
from functools import lru_cache
from importlib import resources
from typing import Any


@lru_cache(maxsize=1)
def _types() -> Mapping[str, Any]:
    text = resources.files("deid.engine").joinpath("data/iod_types.json").read_text("utf-8")
    types: Mapping[str, Any] = json.loads(text)
    return types


def attribute_types(sop_class: str, *, nested: bool = False) -> Mapping[str, str] | None:
    """Return the type (`1` or `2`) of each conditional attribute in the IOD of *sop_class*; `None` if
    unknown.

    An attribute that is missing from the answer is of type 3 or no part of the IOD at that level.
    """
    iod = _types()["sop_classes"].get(sop_class)
    if iod is None:
        return None
    types: Mapping[str, str] = _types()["iods"][iod]["nested" if nested else "top"]
    return types


def known_iods() -> Collection[str]:
    """Return the IODs whose attributes' types are known."""
    iods: Mapping[str, Any] = _types()["iods"]
    return iods.keys()


def type_in(iod: str, tag: int) -> str:
    """Return the type (`1`, `2`) of a conditional attribute at the top of *iod*, `3` for all others."""
    kind: str = _types()["iods"][iod]["top"].get(f"{tag:08X}", "3")
    return kind


def decide(code: str, kind: str | None) -> str:
    """Return the plain action for *code*; *kind* is the type, `None` where the IOD is unknown.

    `U*` (X/Z/U*) keeps the sequence and replaces the UIDs in it, so that references still resolve.
    """
    if "/" not in code:
        return code
    choices = code.split("/")
    if choices[-1] == "U*":
        return "K"
    if kind is None:
        return choices[-1]
    wanted = {"1": ("D", "Z", "X"), "2": ("Z", "D", "X"), "3": ("X", "Z", "D")}[kind]
    return next(choice for choice in wanted if choice in choices)
