"""Clean one data set: decide for each element, act, and hand the pieces of the new one to the writer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from deid.engine.acting.anybody import proviso
from deid.engine.acting.commons import Common, Commons, commons_of, items_of, recalled, share
from deid.engine.acting.context import KEEP, Action, Context, Memory, Outcome, Treated
from deid.engine.deciding.odd_vrs import rule_of_odd_vr
from deid.engine.deciding.private import canonical_creator, safe_list
from deid.engine.deciding.rules import Rule, Rules
from deid.engine.reading.dictionary import ALLOWED_VRS
from deid.engine.reading.elements import Element, Part, Placed
from deid.engine.reading.encoding import Encoding
from deid.engine.text.charsets import parse_terms
from deid.engine.writing.elements import Writer
from deid.engine.writing.stream import Copied

# Curves and overlays (50xx, 60xx) go as whole groups: without their data the rest of a group means nothing.
GRAPHIC_GROUPS = frozenset({*range(0x5000, 0x5100), *range(0x6000, 0x6100)})
CHARACTER_SET = 0x00080005
ODD_GROUP, FIRST_OF_DATA_SET = 1 << 16, 8 << 16
LARGE = 1 << 16
REMOVED: Treated = ("X", None)
NOT_COUNTED: Treated = ("", None)
# A private creator: its name, the element that states it, and what became of its elements before, for the subject and anybody.
Creator = tuple[str, Element, dict[bytes, Treated], Common]


def remember(memory: dict[bytes, Treated], written: bytes, treated: Treated) -> None:
    """Remember what became of an element by how it is written, which is nothing where it is not to be remembered."""
    if written and len(memory) < Memory.MOST:
        memory[written] = treated


@dataclass(slots=True)
class Cleaner:
    """Applies compiled rules to data sets of one encoding."""

    rules: Rules
    source_encoding: Encoding
    writer: Writer
    commons: Commons = field(init=False)

    def __post_init__(self) -> None:
        self.commons = commons_of(self.rules, self.source_encoding)

    def data_set(
        self, context: Context, parts: Sequence[Part], *, nested: bool = False
    ) -> dict[int, bytes | Copied]:
        """Return the pieces of the cleaned data set by tag; large kept values as (head, offset, length), runs by their
        first tag."""
        outer, pieces, creators = context.charset, dict[int, bytes | Copied](), dict[int, Creator]()
        for part in parts:
            if isinstance(part, Placed):
                self._run(context, part, creators, pieces)
            else:
                self._elements(context, part, creators, pieces, nested=nested)
        context.charset = outer
        context.counts.pop("", None)
        return pieces

    def _run(
        self,
        context: Context,
        placed: Placed,
        creators: dict[int, Creator],
        pieces: dict[int, bytes | Copied],
    ) -> None:
        """Treat elements that were the same in the instances before, and that only their character set, their private creator
        and what the memory is of can change."""
        run, counts = placed.run, context.counts
        owner = creators.get(run.block)
        memory = context.memory.of_runs(context.charset, owner and owner[0])
        treated = memory.get(run)
        if treated is None:
            context.counts, own = {}, dict[int, bytes | Copied]()
            self._elements(context, placed.elements(), creators, own, nested=False)
            owned = owner is not None and own.pop(owner[1].tag, None) is not None
            whole = (self._bytes(context, own[tag]) for tag in sorted(own))
            treated, context.counts = (context.counts, b"".join(whole), owned), counts
            if len(memory) < Memory.MOST:
                memory[run] = treated
        for code, number in treated[0].items():
            counts[code] = counts.get(code, 0) + number
        if treated[1]:
            pieces[next(iter(run.places))] = treated[1]
        if treated[2] and owner and owner[1].tag not in pieces:
            pieces[owner[1].tag] = self.writer.element(owner[1].tag, "LO", context.raw(owner[1]))

    def _elements(
        self,
        context: Context,
        elements: list[Element],
        creators: dict[int, Creator],
        pieces: dict[int, bytes | Copied],
        *,
        nested: bool,
    ) -> None:
        """Add the pieces of cleaned elements by tag."""
        by_tag = self.rules.nested if nested else self.rules.by_tag
        counts, buffer = context.counts, context.source.buffer
        memory, common = self._memories(context, nested=nested)
        warm, longest = context.memory.warm, Memory.LONGEST
        for element in elements:
            tag, head, length = element.tag, element.head, element.length
            written = buffer[head : element.start + length] if length <= longest and head >= 0 else b""
            if tag & ODD_GROUP:
                code, piece = self._private(context, element, written, creators, pieces)
            elif warm and written and (known := memory.get(written)):
                code, piece = known
            elif written and (known := recalled(context, common, written)):
                code, piece = known
                if warm:
                    remember(memory, written, known)
            elif tag == CHARACTER_SET:
                self._character_set(context, element, pieces)
                memory, common = self._memories(context, nested=nested)
                continue
            elif tag >> 16 in GRAPHIC_GROUPS or not tag & 0xFFFF or tag < FIRST_OF_DATA_SET:
                code, piece = REMOVED
            else:
                asked = bool(written) or context.told is not None
                known, text = self._public(context, element, by_tag, shared=asked)
                code, piece = known
                share(context, common, written, known, text)
                if warm:
                    remember(memory, written, known)
            counts[code] = counts.get(code, 0) + 1
            if piece is not None:
                pieces[tag] = piece

    def _memories(self, context: Context, *, nested: bool) -> tuple[dict[bytes, Treated], Common]:
        """Return what became of the subject's elements of the Standard's and what becomes of anybody's."""
        own = context.memory.of_elements(context.charset, nested=nested)
        return own, self.commons.of_elements(nested=nested)

    def _public(
        self, context: Context, element: Element, by_tag: Mapping[int, Rule], *, shared: bool
    ) -> tuple[Treated, str | None]:
        """Decide on an element of the Standard's by the rule of its tag, else by that of its VR; with its proviso where it may be
        *shared*."""
        rule, allowed = by_tag.get(element.tag), ALLOWED_VRS.get(element.tag, ())
        if element.vr not in allowed:
            rule = rule_of_odd_vr(self.rules, self.source_encoding, element, allowed, rule)
        code, action = rule or self.rules.by_vr[element.vr]
        outcome = action(context, element)
        told = self._proviso(action, context, element, outcome, shared=shared)
        if outcome is None:
            return ("X" if code == "K" else code, None), told
        if code == "K" and outcome is not KEEP and element.vr != "SQ":
            code = "C"
        return (code, self._piece(context, element, outcome)), told

    @staticmethod
    def _proviso(
        action: Action, context: Context, element: Element, outcome: Outcome, *, shared: bool
    ) -> str | None:
        """Return the proviso of an outcome that may be *shared*; a sequence has those of what is in it."""
        if element.items is not None:
            return ""
        return proviso(action, context, element, outcome) if shared else None

    def _character_set(self, context: Context, element: Element, pieces: dict[int, bytes | Copied]) -> None:
        """Keep a Specific Character Set that names known sets, and read the text that follows by it."""
        raw = context.raw(element)
        terms = parse_terms(raw)
        context.count("K" if terms else "X")
        if terms:
            context.charset = terms
            pieces[CHARACTER_SET] = self.writer.element(CHARACTER_SET, "CS", raw)

    def _private(
        self,
        context: Context,
        element: Element,
        written: bytes,
        creators: dict[int, Creator],
        pieces: dict[int, bytes | Copied],
    ) -> Treated:
        """Keep a private element that the safe list knows, and its creator with it."""
        group, number = element.tag >> 16, element.tag & 0xFFFF
        if 0x10 <= number <= 0xFF:
            name = canonical_creator(context.raw(element))
            own, common = (
                context.memory.of_private(context.charset, name),
                self.commons.of_private(name),
            )
            creators[element.tag] = name, element, own, common
            return NOT_COUNTED
        creator = creators.get(group << 16 | number >> 8)
        if creator is None or not self.rules.safe_private:
            return REMOVED
        name, owner, memory, common = creator
        treated = memory.get(written) or recalled(context, common, written)
        if treated is None:
            asked = bool(written) or context.told is not None
            treated, text = self._safe(context, element, name, shared=asked)
            share(context, common, written, treated, text)
        if context.memory.warm:
            remember(memory, written, treated)
        if treated[1] is not None and owner.tag not in pieces:
            pieces[owner.tag] = self.writer.element(owner.tag, "LO", context.raw(owner))
        return treated

    def _safe(
        self, context: Context, element: Element, creator: str, *, shared: bool
    ) -> tuple[Treated, str | None]:
        """Keep what is on the safe list of a *creator* and is what it should be; with its proviso where it may be *shared*."""
        vr = safe_list().get((creator, element.tag >> 16, element.tag & 0xFF))
        if not vr:
            return REMOVED, ""
        if element.vr in ("UN", "OB") and vr not in ("OB", "SQ") and element.items is None:
            if self.source_encoding.big:
                return REMOVED, ""
            element.vr, element.head = vr, -1  # one of unknown VR must be what the list expects
        action: Action = self.rules.by_vr[element.vr][1]
        outcome = action(context, element)
        if outcome is KEEP and element.vr in ("OB", "OW") and element.length > LARGE:
            return REMOVED, None
        told = self._proviso(action, context, element, outcome, shared=shared)
        return (REMOVED if outcome is None else ("C", self._piece(context, element, outcome))), told

    def _piece(self, context: Context, element: Element, outcome: tuple[str, bytes]) -> bytes | Copied:
        """Return what to write: new bytes, or where a kept value lies."""
        if outcome is not KEEP:
            return self.writer.element(element.tag, outcome[0], outcome[1])
        if element.head >= 0 and element.length <= LARGE:
            return context.source.buffer[element.head : element.start + element.length]
        if element.length <= LARGE and not element.undefined:
            return self.writer.element(element.tag, element.vr, context.raw(element))
        head = (
            self.writer.undefined_head(element.tag, element.vr)
            if element.undefined
            else self.writer.head(element.tag, element.vr, element.length)
        )
        return head, element.start, element.length

    def items(self, context: Context, element: Element) -> bytes:
        """Return the items of a sequence, each cleaned by the same rules, in defined lengths."""
        return items_of(context, self.commons, element, self._cleaned_items)

    def _cleaned_items(self, context: Context, element: Element) -> bytes:
        parts = []
        for item in element.items or ():
            pieces = self.data_set(context, (item,), nested=True)
            whole = [self._bytes(context, piece) for _tag, piece in sorted(pieces.items())]
            parts.append(self.writer.item(b"".join(whole)))
        return b"".join(parts)

    @staticmethod
    def _bytes(context: Context, piece: bytes | Copied) -> bytes:
        """Return a piece with its value, which a large one has in the source."""
        if isinstance(piece, bytes):
            return piece
        head, start, length = piece
        return head + context.source.buffer[start : start + length]
