"""Which outcomes are the same for everybody, so that they can be remembered beyond one subject.

Nothing of an outcome comes from a person where its action asks for none of theirs, or keeps a text or number that says
nothing of anybody: then it holds for everyone of whom nothing is known to stand in that text.
"""

from deid.engine.acting.checks import (
    SHORTEST_TEXT,
    cap_age,
    check_binary_number,
    check_code,
    check_number,
)
from deid.engine.acting.context import KEEP, Action, Context, Outcome
from deid.engine.acting.dates import keep_date, shift
from deid.engine.acting.plain import dummy, empty, keep, remove
from deid.engine.acting.words import check_words, harmless_text
from deid.engine.reading.elements import Element
from deid.engine.text.telling import SHORTEST_NUMBER

_OF_NOBODY = frozenset({remove, empty, keep, cap_age, keep_date})


def proviso(action: Action, context: Context, element: Element, outcome: Outcome) -> str | None:
    """Return the text in which nothing known of a person may stand for an *outcome* to be theirs as well, empty where there is
    none; nothing where the outcome is one person's.

    The *element* is as it was when the action took it, and no sequence.
    """
    if action in _OF_NOBODY:
        return ""
    if action is dummy:
        return "" if element.vr not in ("UI", "SQ") else None
    if action is shift:
        return "" if element.vr == "TM" else None
    if action is check_binary_number:
        return "" if element.length < SHORTEST_TEXT else None
    if outcome is not KEEP:
        return None
    raw = context.raw(element)
    if action is check_number:
        return "" if not any(map(_may_be_known, raw.split(b"\\"))) else None
    return harmless_text(check_words if action is check_code else action, raw)


def _may_be_known(value: bytes) -> bool:
    """Say whether a value is so long a row of digits that it may be an identifier or a day."""
    digits = value.strip(b" \0")
    return len(digits) >= SHORTEST_NUMBER and digits.isdigit()
