"""What the columns of a CDISC table hold (SDTM, SDTMIG 3.4), by the endings that its variables have in every domain."""

import re
from collections.abc import Sequence

from deid.engine.formats.tables.column_roles import ColumnRole

_CODES_TEXT = """
TESTCD ORRESU STRESU ORNRLO ORNRHI STRESC STAT LOC LAT DIR PORTOT METHOD SEV SER OUT REL ACN TOXGR ROUTE DOSU DOSFRM DOSFRQ BLFL
FAST SPEC POS NRIND PTCD BDSYCD SOCCD LLTCD HLTCD HLGTCD ARMCD ACTARMCD PARAMCD TPT RDOMAIN IDVAR
"""
_TEXTS_TEXT = """
TEST ORRES CAT SCAT TERM DECOD TRT MODIFY INDC BODSYS SOC LLT HLT HLGT VISIT EPOCH ARM ACTARM CLAS PARAM REASND
"""
_OTHERS_TEXT = "STUDYID DOMAIN USUBJID SUBJID SITEID INVID INVNAM BRTHDTC COUNTRY SEQ SPID REFID GRPID DTC DY"
CODES, TEXTS = frozenset(_CODES_TEXT.split()), frozenset(_TEXTS_TEXT.split())
VARIABLES = CODES | TEXTS | frozenset(_OTHERS_TEXT.split())
_CODE = re.compile(r"[A-Za-z0-9%°µ<>=][A-Za-z0-9%°µ/^*.()\[\]{}<>=+ _-]{0,19}")
_COUNTRY = re.compile(r"[A-Z]{2,3}")
_STUDY = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/-]{0,39}")
DOMAIN_LETTERS = 2
# A column of codes has few different ones; names of people would be many.
MOST_CODES = 200


def is_cdisc(header: Sequence[str]) -> bool:
    """Say whether a table is one of CDISC's: it names the study, and the subject or the domain as CDISC does."""
    return "STUDYID" in header and ("USUBJID" in header or "DOMAIN" in header)


def is_variable(name: str) -> bool:
    """Say whether a name is one that CDISC gives a variable in every domain."""
    return bool({name, name[DOMAIN_LETTERS:]} & VARIABLES) and name.isupper()


def cdisc_role(name: str, values: Sequence[str]) -> ColumnRole | None:
    """Return the role of a column of a CDISC table whose name says what it holds; nothing for all others."""
    filled = {value.strip() for value in values if value.strip()}
    if not filled or not name.isupper():
        return None
    if name == "STUDYID":
        return ColumnRole.CODE if len(filled) == 1 and all(map(_STUDY.fullmatch, filled)) else None
    if name == "COUNTRY":
        return ColumnRole.CODE if all(map(_COUNTRY.fullmatch, filled)) else None
    kinds = {name, name[DOMAIN_LETTERS:]}
    if kinds & CODES:
        return (
            ColumnRole.CODE
            if len(filled) <= MOST_CODES and all(map(_CODE.fullmatch, filled))
            else ColumnRole.FREE_TEXT
        )
    return ColumnRole.FREE_TEXT if kinds & TEXTS else None
