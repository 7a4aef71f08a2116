"""The plain actions of PS3.15 Table E.1-1a: remove (X), empty (Z), replace by a dummy (D)."""

from types import MappingProxyType

from deid.engine.acting.context import KEEP, Context, Outcome
from deid.engine.acting.uids import new_uids
from deid.engine.reading.elements import Element
from deid.engine.writing.elements import Writer

DUMMIES = MappingProxyType(
    {
        "AE": b"REMOVED ",
        "AS": b"000Y",
        "CS": b"REMOVED ",
        "DA": b"19000101",
        "DS": b"0 ",
        "DT": b"19000101000000",
        "IS": b"0 ",
        "LO": b"REMOVED ",
        "LT": b"REMOVED ",
        "PN": b"REMOVED ",
        "SH": b"REMOVED ",
        "ST": b"REMOVED ",
        "TM": b"000000",
        "UC": b"REMOVED ",
        "UR": b"about:blank ",
        "UT": b"REMOVED ",
        "OB": b"\0\0",
        "OW": b"\0\0",
        "US": b"\0\0",
        "SS": b"\0\0",
        "UL": bytes(4),
        "SL": bytes(4),
        "FL": bytes(4),
        "FD": bytes(8),
    }
)

CODE_VALUE, CODING_SCHEME, CODE_MEANING = 0x00080100, 0x00080102, 0x00080104
# Code Value, Long Code Value, URN Code Value.
CODE_VALUES = frozenset({CODE_VALUE, 0x00080119, 0x00080120})
# Words that their modules require (PS3.3, type 1 and 1C): Code Meaning, Long Code Value, Text Value, Unformatted Text Value,
# Segment Label, Content Label, labels of RT plans and structure sets, names of containers and specimens, device numbers.
REQUIRED_WORDS = frozenset(
    {
        0x00080104, 0x00080119, 0x0040A160, 0x00700006, 0x00620005, 0x00700080, 0x300A0002, 0x30060002, 0x00400512,
        0x00400551, 0x00181000, 0x00181020,
    }
)  # fmt: skip


def required(element: Element, value: bytes) -> bytes:
    """Return what is left of a text, or a dummy where nothing is left of one that must not be empty."""
    return DUMMIES[element.vr] if not value and element.tag in REQUIRED_WORDS else value


def keep(_context: Context, _element: Element) -> Outcome:
    """Keep the element as it is (K)."""
    return KEEP


def remove(_context: Context, _element: Element) -> Outcome:
    """Remove the element (X)."""
    return None


def empty(_context: Context, element: Element) -> Outcome:
    """Write the element with no value (Z)."""
    return element.vr, b""


def dummy(context: Context, element: Element) -> Outcome:
    """Write a value that says nothing and is right for the VR (D); sequences are cleaned inside, those of codes get one that
    stands for nothing, as a code may be somebody's number."""
    if element.vr == "UI":
        return new_uids(context, element)
    if element.vr == "SQ" and any(one.tag in CODE_VALUES for item in element.items or () for one in item):
        return "SQ", _code_of_nothing(Writer(context.encoding))
    if element.vr == "SQ" and context.clean_items is not None:
        return "SQ", context.clean_items(context, element)
    value = DUMMIES.get(element.vr)
    return None if value is None else (element.vr, value)


def _code_of_nothing(writer: Writer) -> bytes:
    """Return an item with a code of a private scheme (PS3.3 section 8.8) that stands for what was removed."""
    values = (
        (CODE_VALUE, "SH", "REMOVED"),
        (CODING_SCHEME, "SH", "99REMOVED"),
        (CODE_MEANING, "LO", "REMOVED"),
    )
    return writer.item(b"".join(writer.text(*value) for value in values))


def pseudonym(context: Context, element: Element) -> Outcome:
    """Write the subject's pseudonym (Patient ID and Patient's Name, E.1.1 note on Z)."""
    value = context.pseudonym.encode("ascii")
    return element.vr, value + b" " * (len(value) % 2)


def keep_sequence(context: Context, element: Element) -> Outcome:
    """Keep a sequence, cleaned inside by the same rules (E.1.1, rule on nested data sets)."""
    if context.clean_items is None or element.items is None:
        return None
    return "SQ", context.clean_items(context, element)
