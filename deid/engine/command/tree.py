"""Clean a file or a folder tree with several limited children, showing progress, and report on every input.

What all files say of a subject is learned first, then pixels are looked at, then each file is cleaned with both.
"""

import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from deid.engine.command.defacing import FacePlanner, planned_together
from deid.engine.command.inputs import files_of, set_aside
from deid.engine.command.learning import TELLING, Learned
from deid.engine.command.looking import TextLooker
from deid.engine.command.orders import NOTHING, REASONS, Order, Person
from deid.engine.command.paths import SCRATCH
from deid.engine.command.pools import DEFACING, LOOKING, MASKING, ORDINARY, Pools
from deid.engine.command.progress import shown
from deid.engine.command.reporting import Outcome, with_order
from deid.engine.command.sheets import outputs_of
from deid.engine.command.stretches import Inputs, in_stretches
from deid.engine.command.wishes import Wishes
from deid.engine.errors import EngineError, RefusedError
from deid.engine.formats.bids.names import is_of_data_set
from deid.engine.formats.kinds import Kind, kind_of
from deid.engine.looking.surveying import Surveyed, looked_at_together, survey
from deid.engine.profiles.files import profile_json
from deid.engine.profiles.profile import Profile
from deid.engine.sandbox.limits import Limits
from deid.engine.sandbox.pool import Call
from deid.engine.whose.data_sets import apart_from_others

# Inputs that say nothing the cleaned files do not say: no output, and no failure.
LEFT_OUT = frozenset({"dicomdir"})
# Kinds of files that say inside whose each part is.
OF_SEVERAL = frozenset({Kind.DICOM, Kind.TABLE})
Unit: TypeAlias = list[Surveyed]
Done = TypeVar("Done")
Orders: TypeAlias = Mapping[Path, Order]


@dataclass(frozen=True, slots=True)
class Places:
    """Where cleaned files go, and where unfinished ones are meanwhile."""

    out: Path
    scratch: Path


def limits_of(order: Order) -> Limits:
    """Return the limits of the child that carries an order out."""
    return MASKING if order.touches else ORDINARY


def entry_of(order: Order, answer: Any) -> dict[str, Any]:
    """Return the report's entry for a file that was ordered, and answered by `clean_one` unless it may not leave."""
    if order.refused:
        return with_order({"refused": order.refused, "reason": REASONS[order.refused]}, order)
    if isinstance(answer, RefusedError):
        kind = "left_out" if answer.code in LEFT_OUT else "refused"
        return with_order({kind: answer.code, "reason": answer.reason}, NOTHING.told(*order.undone))
    if isinstance(answer, EngineError):
        raise answer
    return with_order(answer, order)


class TreeCleaner:
    """Cleans inputs in threads, each with children of its own."""

    def __init__(
        self, places: Places, profile: Profile, key: bytes, threads: ThreadPoolExecutor, workers: int
    ) -> None:
        self._places, self._told, self._key = places, profile_json(profile), key
        self._threads, self._workers = threads, workers
        self._pools = Pools()
        self._learned = Learned(profile_json(profile))
        self._orders: dict[Path, Order] = {}
        self._apart: frozenset[Path] = frozenset()

    def _each(
        self, phase: str, inputs: Inputs, what: str, ask: Callable[[Inputs], list[Done]]
    ) -> Iterator[Done]:
        """Yield what *ask* answers to each of *inputs*, asked in stretches, and show how far it is."""
        stretches = in_stretches(inputs, self._workers)
        yield from shown(phase, len(inputs), what, chain.from_iterable(self._threads.map(ask, stretches)))

    def learn(self, todo: Inputs, top: Path) -> None:
        """Note what each file says of its subject, and decide whose all files of the tree *top* are."""
        telling = [item for item in todo if kind_of(item[1]) in TELLING]
        deque(self._each("learning", telling, "files", self._learn), maxlen=0)
        self._learned.settle(top, [path for path, _relative in todo])
        self._apart = apart_from_others(path for path, relative in todo if is_of_data_set(relative))

    def _learn(self, files: Inputs) -> list[tuple[Path, str]]:
        self._learned.learn(self._pools.of(ORDINARY), files)
        return list(files)

    def look(self, todo: Inputs, wishes: Wishes) -> None:
        """Order what is to be done to the pixels of each input."""
        if not wishes.any:
            return
        known = self._each("reading headers", todo, "files", self._survey)
        surveyed = [one for one in known if one]
        self._orders = {one.path: NOTHING.told(Person.CONTENT) for one in surveyed if one.identifies}
        images = [one for one in surveyed if one.has_pixels]
        if wishes.text:
            looker = TextLooker(self._pools, self._places.scratch)
            units = list(looked_at_together(images, read_all=wishes.read_all))
            self._order("looking for text", units, "looks", looker.look)
            self._pools.end(LOOKING)
        if wishes.faces:
            planner = FacePlanner(self._pools, self._places.scratch, brain_only=wishes.brain_only)
            self._order("looking for faces", list(planned_together(images)), "volumes", planner.plan)
            self._pools.end(DEFACING)

    def _survey(self, inputs: Inputs) -> list[Surveyed | None]:
        return survey(self._pools.of(ORDINARY), inputs)

    def _order(self, phase: str, units: list[Unit], what: str, ordering: Callable[[Unit], Orders]) -> None:
        """Note what *ordering* orders for each unit of images."""
        for orders in shown(phase, len(units), what, self._threads.map(ordering, units)):
            for path, order in orders.items():
                self._orders[path] = self._orders.get(path, NOTHING).joined(order)

    def clean(self, todo: Inputs, outcome: Outcome) -> None:
        """Clean each input and note what became of it."""
        entries = self._each("cleaning", todo, "files", self._clean)
        for (_path, relative), entry in zip(todo, entries, strict=True):
            outcome.files[relative] = entry

    def _clean(self, inputs: Inputs) -> list[dict[str, Any]]:
        """Return the report's entries for some inputs."""
        orders = [self._order_of(path, relative) for path, relative in inputs]
        answers: dict[int, Any] = {}
        for limits in (ORDINARY, MASKING):
            mine = [n for n, order in enumerate(orders) if not order.refused and limits_of(order) is limits]
            calls = [self._call(*inputs[n], orders[n]) for n in mine]
            answers |= zip(mine, self._pools.of(limits).run_each("clean_one", calls), strict=True)
        return [entry_of(order, answers.get(n)) for n, order in enumerate(orders)]

    def _order_of(self, path: Path, relative: str) -> Order:
        """Return what is ordered for one input, with whether a person must say whose it is."""
        order = self._orders.get(path, NOTHING)
        if self._learned.is_of_too_many(path, relative):
            return replace(order, refused=Person.TOO_MANY_NAMES).told(Person.TOO_MANY_NAMES)
        kind = kind_of(relative)
        whose = self._learned.whose_image(path)
        if whose is None and kind not in OF_SEVERAL:
            whose = self._learned.whose(path, relative)
        if whose and whose.in_doubt:
            return order.told(Person.SUBJECT_IN_DOUBT)
        shared = kind is not Kind.TABLE and self._learned.is_of_two(path, relative)
        return order.told(Person.SEVERAL_PEOPLE) if shared else order

    def _call(self, path: Path, relative: str, order: Order) -> Call:
        """Return the arguments of `clean_one` for one input."""
        kind = kind_of(relative)
        return (path, relative, self._places.out), {
            "staging": str(self._places.scratch / f"{threading.get_ident()}.part"),
            "profile": self._told,
            "key": self._key.hex(),
            "patient_id": self._subject_of(path, relative),
            "known_values": self._learned.values_for(path, relative),
            "people": self._learned.people(self._key) if kind is Kind.TABLE else {},
            "labels": self._learned.aliases_in(path) if kind is Kind.TABLE else {},
            "masks": order.masks,
            "pixels_inspected": order.inspected,
            "voxel_mask": order.voxel_mask,
            "apart": path.parent in self._apart and is_of_data_set(relative),
        }

    def _subject_of(self, path: Path, relative: str) -> str | None:
        """Return whose an input is, nothing of an image that says so itself."""
        if kind_of(relative) is Kind.DICOM:
            unnamed = self._learned.whose_image(path)
            return unnamed.subject if unnamed else None
        return self._learned.whose(path, relative).subject

    def close(self) -> None:
        """End all children."""
        self._pools.close()


def clean_tree(
    source: Path, out: Path, *, profile: Profile, key: bytes, workers: int, wishes: Wishes
) -> Outcome:
    """Clean every file under *source* into the empty folder *out* and return what became of each.

    Where it is interrupted, or files cannot be reached or written any more, `Outcome.stopped` says why, and *out* holds what the
    outcome names and nothing else.
    """
    todo, aside = list(files_of(source)), dict(set_aside(source))
    outcome = Outcome(len(todo) + len(aside), wishes, aside)
    with (
        tempfile.TemporaryDirectory(dir=out, prefix=SCRATCH) as scratch,
        ThreadPoolExecutor(workers) as threads,
    ):
        cleaner = TreeCleaner(Places(out, Path(scratch)), profile, key, threads, workers)
        try:
            cleaner.learn(*_told_by(source, todo))
            cleaner.look(todo, wishes)
            cleaner.clean(todo, outcome)
        except KeyboardInterrupt:
            outcome.stopped = "It was interrupted."
        except EngineError as error:
            outcome.stopped = f"{error} Are IN and OUT still there, and is there room in OUT?"
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
            cleaner.close()
    if outcome.stopped:
        _remove_unnamed(out, outcome)
    return outcome


def _remove_unnamed(out: Path, outcome: Outcome) -> None:
    """Remove from *out*, which was empty, what was written when a run stopped and is not noted."""
    named = {out / name for name in outputs_of(outcome.files.values())}
    for path in out.rglob("*"):
        if path.is_file() and path not in named:
            path.unlink()


def _told_by(source: Path, todo: Inputs) -> tuple[Inputs, Path]:
    """Return the inputs that say whose the files are, and their top folder: of a single file those beside it."""
    if source.is_dir():
        return todo, source
    if all(kind_of(relative) is Kind.DICOM for _path, relative in todo):
        return todo, source.parent
    beside = sorted(path for path in source.parent.iterdir() if path.is_file())
    return [(path, path.name) for path in beside], source.parent
