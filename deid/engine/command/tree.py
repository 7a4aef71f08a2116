"""Clean a file or a folder tree with several limited children, showing progress, and report on every input.

What all files say of a subject is learned first, then pixels are looked at, then each file is cleaned with both.
"""

import tempfile
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from deid.engine.command.defacing import FacePlanner, planned_together
from deid.engine.command.inputs import files_of, set_aside
from deid.engine.command.learning import TOGETHER, Learned
from deid.engine.command.looking import TextLooker
from deid.engine.command.neighbours import Neighbours
from deid.engine.command.orders import NOTHING, REASONS, Order, Person
from deid.engine.command.pools import DEFACING, LOOKING, MASKING, ORDINARY, Pools
from deid.engine.command.progress import shown
from deid.engine.command.reporting import Outcome, with_order
from deid.engine.command.surveying import Surveyed, looked_at_together, survey
from deid.engine.command.wishes import Wishes
from deid.engine.errors import RefusedError
from deid.engine.formats.kinds import Kind, kind_of
from deid.engine.profiles.profile import Profile

# Inputs that say nothing the cleaned files do not say: no output, and no failure.
LEFT_OUT = frozenset({"dicomdir"})
Inputs = list[tuple[Path, str]]
Unit: TypeAlias = list[Surveyed]
Orders: TypeAlias = Mapping[Path, Order]


@dataclass(frozen=True, slots=True)
class Places:
    """Where cleaned files go, and where unfinished ones are meanwhile."""

    out: Path
    scratch: Path


class TreeCleaner:
    """Cleans inputs in threads, each with children of its own."""

    def __init__(self, places: Places, profile: Profile, key: bytes, threads: ThreadPoolExecutor) -> None:
        self._places, self._profile, self._key, self._threads = places, profile, key, threads
        self._pools = Pools()
        self._neighbours, self._learned = Neighbours(profile.name), Learned(profile.name)
        self._orders: dict[Path, Order] = {}

    def learn(self, todo: Inputs) -> None:
        """Note what each image says of its subject."""
        images = [path for path, _relative in todo if kind_of(path.name) is Kind.DICOM]
        stretches = [images[at : at + TOGETHER] for at in range(0, len(images), TOGETHER)]
        learned = zip(stretches, self._threads.map(self._learn, stretches), strict=True)
        one_by_one = (path for stretch, _nothing in learned for path in stretch)
        for _path in shown("learning", len(images), "images", one_by_one):
            pass

    def _learn(self, images: list[Path]) -> None:
        self._learned.learn(self._pools.of(ORDINARY), images)

    def look(self, todo: Inputs, wishes: Wishes) -> None:
        """Order what is to be done to the pixels of each input."""
        if not wishes.any:
            return
        known = self._threads.map(lambda item: survey(self._pools, *item), todo)
        images = [image for image in shown("reading headers", len(todo), "files", known) if image]
        self._orders = {image.path: NOTHING.told(Person.CONTENT) for image in images if image.identifies}
        if wishes.text:
            looker = TextLooker(self._pools, self._places.scratch)
            units = list(looked_at_together(images, read_all=wishes.read_all))
            self._order("looking for text", units, "looks", looker.look)
            self._pools.end(LOOKING)
        if wishes.faces:
            planner = FacePlanner(self._pools, self._places.scratch, brain_only=wishes.brain_only)
            self._order("looking for faces", list(planned_together(images)), "volumes", planner.plan)
            self._pools.end(DEFACING)

    def _order(self, phase: str, units: list[Unit], what: str, ordering: Callable[[Unit], Orders]) -> None:
        """Note what *ordering* orders for each unit of images."""
        for orders in shown(phase, len(units), what, self._threads.map(ordering, units)):
            for path, order in orders.items():
                self._orders[path] = self._orders.get(path, NOTHING).joined(order)

    def clean(self, todo: Inputs, outcome: Outcome) -> None:
        """Clean each input and note what became of it."""
        done = zip(todo, self._threads.map(lambda item: self._clean(*item), todo), strict=True)
        for (_path, relative), entry in shown("cleaning", len(todo), "files", done):
            outcome.files[relative] = entry

    def _clean(self, path: Path, relative: str) -> dict[str, Any]:
        """Return the report's entry for one input."""
        order = self._orders.get(path, NOTHING)
        if order.refused:
            return with_order({"refused": order.refused, "reason": REASONS[order.refused]}, order)
        try:
            return with_order(self._cleaned(path, relative, order), order)
        except RefusedError as refusal:
            kind = "left_out" if refusal.code in LEFT_OUT else "refused"
            return with_order({kind: refusal.code, "reason": refusal.reason}, NOTHING.told(*order.undone))

    def _cleaned(self, path: Path, relative: str, order: Order) -> dict[str, Any]:
        beside = self._neighbours.of(self._pools.of(ORDINARY), path, relative)
        entry: dict[str, Any] = self._pools.of(MASKING if order.touches else ORDINARY).run(
            "clean_one",
            path,
            relative,
            self._places.out,
            staging=str(self._places.scratch / f"{threading.get_ident()}.part"),
            profile=self._profile.name,
            key=self._key.hex(),
            patient_id=beside.patient_id,
            known_values=[*beside.known_values, *self._learned.values_for(path)],
            masks=order.masks,
            pixels_inspected=order.inspected,
            voxel_mask=order.voxel_mask,
        )
        return entry

    def close(self) -> None:
        """End all children."""
        self._pools.close()


def clean_tree(
    source: Path, out: Path, *, profile: Profile, key: bytes, workers: int, wishes: Wishes
) -> Outcome:
    """Clean every file under *source* into *out* and return what became of each."""
    todo, aside = list(files_of(source)), dict(set_aside(source))
    outcome = Outcome(len(todo) + len(aside), wishes, aside)
    out.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=out, prefix=".part-") as scratch,
        ThreadPoolExecutor(workers) as threads,
    ):
        cleaner = TreeCleaner(Places(out, Path(scratch)), profile, key, threads)
        try:
            cleaner.learn(todo)
            cleaner.look(todo, wishes)
            cleaner.clean(todo, outcome)
        finally:
            cleaner.close()
    return outcome
