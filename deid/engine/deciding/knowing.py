"""Look through an instance for everything that identifies somebody, before any text is cleaned."""

from collections.abc import Iterable
from dataclasses import dataclass

from deid.engine.acting.context import Context
from deid.engine.deciding.rules import Rules
from deid.engine.reading.elements import Element
from deid.engine.text.charsets import decode
from deid.engine.text.known import Known, compile_known

LONGEST_KNOWN = 256


def known_values(context: Context, rules: Rules, extra: Iterable[str] = ()) -> Known:
    """Return the search for all names and identifiers of this instance, and for *extra* ones of its
    subject."""
    found = Found(set(), set(extra), set())
    _collect(context, context.source.elements, rules.identifying, found)
    dates = frozenset() if rules.full_dates else frozenset(found.dates)
    return compile_known(frozenset(found.names), frozenset(found.phrases), dates)


@dataclass(slots=True)
class Found:
    """What was found so far."""

    names: set[str]
    phrases: set[str]
    dates: set[str]


def _collect(context: Context, elements: list[Element], identifying: frozenset[int], found: Found) -> None:
    for element in elements:
        if element.items is not None:
            for item in element.items:
                _collect(context, item, identifying, found)
        elif element.vr == "PN":
            found.names.update(decode(context.raw(element), context.charset).split("\\"))
        elif element.vr in ("DA", "DT") and element.length:
            found.dates.add(context.raw(element)[:8].decode("latin-1"))
        elif element.tag in identifying and 0 < element.length <= LONGEST_KNOWN:
            found.phrases.add(decode(context.raw(element), context.charset).strip(" \0"))
