"""What every action may look at while one instance is cleaned."""

from collections.abc import Callable
from dataclasses import dataclass, field

from deid.engine.identity import Identity
from deid.engine.reading.elements import DataSet, Element
from deid.engine.reading.encoding import Encoding
from deid.engine.text.cleaning import UIDS_REMOVED, TextManner
from deid.engine.text.known import NOTHING_KNOWN, Known

# What an action answers: None removes the element, KEEP copies its bytes, a pair writes a value under a VR.
Value = tuple[str, bytes]
KEEP: Value = ("", b"")
Outcome = Value | None


@dataclass(slots=True)
class Context:
    """One instance on its way: where it comes from, who it becomes, and what is known about it."""

    source: DataSet
    encoding: Encoding
    identity: Identity
    pseudonym: str
    shift_days: int
    charset: tuple[str, ...] = ()
    known: Known = NOTHING_KNOWN
    manner: TextManner = UIDS_REMOVED
    counts: dict[str, int] = field(default_factory=dict)
    keeps_uids: bool = False
    clean_items: "Callable[[Context, Element], bytes] | None" = None

    def raw(self, element: Element) -> bytes:
        """Return the value bytes of *element* as the file has them."""
        start = element.start
        return self.source.buffer[start : start + element.length]

    def count(self, code: str) -> None:
        """Note that an action of this code was taken."""
        self.counts[code] = self.counts.get(code, 0) + 1


Action = Callable[[Context, Element], Outcome]
