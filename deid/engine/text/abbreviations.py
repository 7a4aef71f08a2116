"""What is medicine in capitals and somebody's name otherwise."""

import re

_ABBREVIATED_TEXT = """
anca asa asia ast bun cea dante doe embo fast fiesta gerd gist hardi histo ima kras lima medic moca muga nash noddi omni orif perc
press radl rima swan vista
"""
_ABBREVIATIONS = frozenset(_ABBREVIATED_TEXT.split())
# The numbers of stages, and symbols of elements that are names, with the mass beside them.
_STAGE = re.compile(r"[IVX]{1,4}[A-D]?")
ISOTOPES = frozenset("lu in ga sm re at ac".split())  # noqa: SIM905 - reads best as one


def is_abbreviation(word: str) -> bool:
    """Say whether a word in capitals is one of medicine, or the number of a stage (IVA), though small it may be a name."""
    return word.isupper() and (word.lower() in _ABBREVIATIONS or bool(_STAGE.fullmatch(word)))
