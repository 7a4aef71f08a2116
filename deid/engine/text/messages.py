"""Find what interfaces copy out of messages (HL7 version 2, chapters 3 and 4): segments about people, and their names."""

import re

from deid.engine.text.names import BODY_TOO, is_named, may_name
from deid.engine.text.words import GONE, is_clinical

# Whose the message is, who visits, pays and is next of kin, numbers of orders: no field of these is about medicine. Segments
# that begin with Z are a hospital's own (chapter 2.5).
_ABOUT_PEOPLE = re.compile(
    r"(?<![\w|])(?:PID|PD1|MRG|NK1|PV1|PV2|GT1|IN[123]|ROL|ORC|EVN|MSH|Z[A-Z][A-Z0-9])\|[^\r\n]*?"
    r"(?=$|[\r\n]|\s(?:OB[RX]|NTE|DG1|AL1)\|)"
)
# The numbers of placer and filler (OBR-2, OBR-3).
_ORDER = re.compile(r"(?<![\w|])(?P<kept>OBR\|\d*\|)[^|\r\n]*\|[^|\r\n]*(?=\|)")
# A name with its number or its prefix (data types XCN and XPN): 1234^STONE^MAY, STONE^MAY^^^MRS.
_PART = r"[^\W\d_]+(?:['’ -][^\W\d_]+)*"
_NUMBERED = re.compile(rf"(?<![\w^.])\d{{2,}}\^(?P<name>{_PART})\^(?P<given>{_PART})(?:\^[^|\s\\]*)?")
_TITLED = re.compile(
    rf"(?<![\w^])(?P<name>{_PART})\^(?P<given>{_PART})\^[^\W\d_]*\^[^\W\d_]*\^"
    r"(?:MRS?|MS|MISS|DR|PROF|Mrs?|Ms|Miss|Dr|Prof)(?![^\W_])"
)


def without_messages(text: str) -> str:
    """Return *text* without segments of messages that are about people, numbers of orders, and names with a number or title."""
    if "|" in text:
        text = _ORDER.sub(r"\g<kept>|", _ABOUT_PEOPLE.sub(" ", text))
    if "^" in text:
        text = _TITLED.sub(_without_named, _NUMBERED.sub(_without_named, text))
    return text


def _without_named(match: re.Match[str]) -> str:
    """Return nothing for a surname and a given name; coded procedures have a number and a scheme as well (71250^CT CHEST^CPT),
    and protocols a region (HEAD^CT^^^MR)."""
    surname, given = match["name"], match["given"]
    named = may_name(surname) or surname.lower() in BODY_TOO
    both = named and (is_named(given) or not is_clinical(given))
    return GONE if both else match.group()
