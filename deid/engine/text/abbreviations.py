"""What is medicine in capitals and somebody's name otherwise."""

import re
from collections.abc import Iterable

from deid.engine.text.lists import shipped

_ABBREVIATED_TEXT = """
anca asa asia ast bun cea dante doe embo fast fiesta gerd gist hardi histo ima kras lima medic moca muga nash noddi omni orif perc
press radl rima swan vista
"""
_ABBREVIATIONS = frozenset(_ABBREVIATED_TEXT.split())
# Surnames of two letters that reports have in capitals.
_OF_TWO_TEXT = """
ai an ap as av ba bi bo ca ce ct cu cv da de di do dr du dy ed el en er ex fa fe fu ga ge go ha he hi ho hu ia ii im in io is it
iv ix la le li lo lu ly ma me mi ml mo mr ms mu my na ne ng no ob oh ok on op or ou pa pe pi po qi ra re ri ro sa se si so su ta
te ti to ty un up us vi wa we ye
"""
_OF_TWO_LETTERS = frozenset(_OF_TWO_TEXT.split())
# The numbers of stages, and symbols of elements that are names, with the mass beside them.
_STAGE = re.compile(r"[IVX]{1,4}[A-D]?")
ISOTOPES = frozenset("lu in ga sm re at ac".split())  # noqa: SIM905 - reads best as one


def gene_runs() -> frozenset[str]:
    """Return runs of letters in symbols of genes that are nobody's name, in lower case."""
    return shipped("gene_words.txt")


def listed_abbreviations() -> frozenset[str]:
    """Return runs of letters in abbreviations of medicine that are nobody's name, in lower case."""
    return shipped("abbreviation_words.txt")


def is_abbreviation(word: str) -> bool:
    """Say whether a word in capitals is one of medicine, of a gene, or the number of a stage (IVA), though small it may be a
    name."""
    low = word.lower()
    listed = low in _ABBREVIATIONS or low in gene_runs() or low in listed_abbreviations()
    return word.isupper() and (listed or bool(_STAGE.fullmatch(word)))


def with_capitals(names: Iterable[str]) -> set[str]:
    """Return names of two letters, in capitals as well where that is no abbreviation of reports (150 HU, NG tube)."""
    capitals = {name.upper() for name in names}
    return {*names, *(name for name in capitals if name.lower() not in _OF_TWO_LETTERS)}
