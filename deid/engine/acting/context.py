"""What every action may look at while one instance is cleaned."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from deid.engine.identity import Identity
from deid.engine.reading.elements import DataSet, Element, Run
from deid.engine.reading.encoding import Encoding
from deid.engine.text.cleaning import UIDS_REMOVED, TextManner
from deid.engine.text.initials import has_year_of
from deid.engine.text.known import NOTHING_KNOWN, Known
from deid.engine.writing.stream import Copied

# What an action answers: None removes the element, KEEP copies its bytes, a pair writes a value under a VR.
Value = tuple[str, bytes]
KEEP: Value = ("", b"")
Outcome = Value | None


# The code of the action and what is written (`None`: removed).
Treated = tuple[str, bytes | Copied | None]


# Of a run: how often each action was taken, what is written, and whether a private creator is written for it.
TreatedRun = tuple[dict[str, int], bytes, bool]


class Memory:
    """What became of short elements and sequences, for the next instances with the same rules, subject and knowledge.

    Everything is kept by its bytes in the source, for each character set and level of nesting by itself. Nothing is
    remembered of the first instance, which may well be the only one of its kind.
    """

    LONGEST, MOST = 256, 4096

    def __init__(self) -> None:
        self.warm = False
        self._elements: dict[Hashable, dict[bytes, Treated]] = {}
        self._items: dict[tuple[str, ...], dict[bytes, tuple[bytes, dict[str, int]]]] = {}
        self._runs: dict[Hashable, dict[Run, TreatedRun]] = {}

    def expect_more(self) -> None:
        """Remember from the next instance on."""
        self.warm = True

    def of_elements(self, charset: tuple[str, ...], *, nested: bool) -> dict[bytes, Treated]:
        """Return what became of the Standard's elements."""
        return self._elements.setdefault((charset, nested), {})

    def of_private(self, charset: tuple[str, ...], creator: str) -> dict[bytes, Treated]:
        """Return what became of a private creator's elements."""
        return self._elements.setdefault((charset, creator), {})

    def of_items(self, charset: tuple[str, ...]) -> dict[bytes, tuple[bytes, dict[str, int]]]:
        """Return new bytes and counts by the bytes of the items of a sequence."""
        return self._items.setdefault(charset, {})

    def of_runs(self, charset: tuple[str, ...], creator: str | None) -> dict[Run, TreatedRun]:
        """Return what became of runs, those of the Standard's elements or of a private creator."""
        return self._runs.setdefault((charset, creator), {})


@dataclass(slots=True)
class Context:
    """One instance on its way: where it comes from, who it becomes, and what is known about it.

    *told* are the texts that were kept of a sequence because nothing known of the subject stands in them; `None` where nobody
    asks for them, or something was done that is the subject's own.
    """

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
    memory: Memory = field(default_factory=Memory)
    told: list[str] | None = None

    def raw(self, element: Element) -> bytes:
        """Return the value bytes of *element* as the file has them."""
        start = element.start
        return self.source.buffer[start : start + element.length]

    def may_tell(self, text: str) -> bool:
        """Say whether something known of the subject may stand in *text*, or a year in which they may be born."""
        return self.known.touches(text) or has_year_of(text, self.manner.dates.hidden)

    def count(self, code: str) -> None:
        """Note that an action of this code was taken."""
        self.counts[code] = self.counts.get(code, 0) + 1


Action = Callable[[Context, Element], Outcome]
