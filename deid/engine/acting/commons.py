"""What becomes of elements and sequences whoever they are of (`deid.engine.acting.anybody`): it is found out once.

Instances of other people, but of the same scanner, have most of their header in common.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache

from deid.engine.acting.context import Context, Memory, Treated
from deid.engine.reading.elements import Element

# By how it is written: what becomes of an element, with the text in which nothing known of a person may stand for that.
Common = dict[bytes, tuple[Treated, str]]
# New bytes of a sequence, how often each action was taken in it, and such a text.
CommonItems = tuple[bytes, dict[str, int], str]


class Commons:
    """What becomes of short elements and sequences whoever they are of, for all instances with the same rules and encoding, in
    any character set; begun anew where it is full."""

    MOST, LONGEST_ITEMS = 16384, 1024

    def __init__(self) -> None:
        self._elements: dict[Hashable, Common] = {}
        self.items: dict[bytes, CommonItems] = {}

    def of_elements(self, *, nested: bool) -> Common:
        """Return what becomes of the Standard's elements."""
        return self._elements.setdefault(nested, {})

    def of_private(self, creator: str) -> Common:
        """Return what becomes of a private creator's elements."""
        return self._elements.setdefault(creator, {})


@lru_cache(maxsize=64)
def commons_of(*_what_decides: Hashable) -> Commons:
    """Return what becomes of anybody's elements where everything that decides is the same."""
    return Commons()


def recalled(context: Context, common: Common, written: bytes) -> Treated | None:
    """Return what becomes of an element of anybody's, unless something known of this subject may stand in it."""
    same = common.get(written)
    if same is None or (same[1] and context.may_tell(same[1])):
        return None
    if context.told is not None and same[1]:
        context.told.append(same[1])
    return same[0]


def share(context: Context, common: Common, written: bytes, treated: Treated, text: str | None) -> None:
    """Remember for everybody what became of an element, with the *text* that stands in it; nothing where that is `None`, as it is
    one person's own."""
    if text is None:
        context.told = None
        return
    if context.told is not None and text:
        context.told.append(text)
    if written:
        if len(common) >= Commons.MOST:
            common.clear()
        common[written] = treated, text


def items_of(
    context: Context, commons: Commons, element: Element, clean: Callable[[Context, Element], bytes]
) -> bytes:
    """Return the new bytes of the items of a sequence; those of short ones by what became of the same before."""
    if element.length > Commons.LONGEST_ITEMS:
        return clean(context, element)
    raw, warm, counts = context.raw(element), context.memory.warm, context.counts
    own = context.memory.of_items(context.charset) if warm and element.length <= Memory.LONGEST else None
    known = own.get(raw) if own is not None else None
    if known is None:
        known = _recalled_items(context, commons, raw) or _new_items(context, commons, element, clean)
        if own is not None and len(own) < Memory.MOST:
            own[raw] = known
    for code, number in known[1].items():
        counts[code] = counts.get(code, 0) + number
    return known[0]


def _recalled_items(context: Context, commons: Commons, raw: bytes) -> tuple[bytes, dict[str, int]] | None:
    same = commons.items.get(raw)
    if same is None or (same[2] and context.may_tell(same[2])):
        return None
    if context.told is not None and same[2]:
        context.told.append(same[2])
    return same[:2]


def _new_items(
    context: Context, commons: Commons, element: Element, clean: Callable[[Context, Element], bytes]
) -> tuple[bytes, dict[str, int]]:
    """Return what becomes of a sequence, and remember it where it is nobody's own; the subject's memory does not say that."""
    outer, counts, raw = context.told, context.counts, context.raw(element)
    context.told, context.counts = None if context.memory.warm else [], {}
    written = clean(context, element)
    told, done = context.told, context.counts
    context.told, context.counts = None if outer is None or told is None else [*outer, *told], counts
    if told is not None:
        if len(commons.items) >= Memory.MOST:
            commons.items.clear()
        commons.items[raw] = written, done, "\0".join(told)
    return written, done
