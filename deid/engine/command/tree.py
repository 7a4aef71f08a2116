"""Clean a file or a folder tree with several limited children, showing progress, and report on every
input."""

import json
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deid.engine.command.learning import Learned
from deid.engine.command.neighbours import Neighbours
from deid.engine.errors import RefusedError
from deid.engine.profiles.profile import Profile
from deid.engine.sandbox.pool import Pool

PROGRESS_SECONDS = 1.0
# Inputs that say nothing the cleaned files do not say: no output, and no failure.
LEFT_OUT = frozenset({"dicomdir"})


@dataclass
class Outcome:
    """What became of all inputs so far."""

    total: int
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)
    shown: float = 0.0

    def add(self, relative: str, entry: dict[str, Any]) -> None:
        """Note one input and show progress about once a second."""
        self.files[relative] = entry
        now = time.monotonic()
        if now - self.shown >= PROGRESS_SECONDS or len(self.files) == self.total:
            self.shown = now
            rate = len(self.files) / max(now - self.started, 1e-6)
            sys.stderr.write(f"{len(self.files)} of {self.total} files, {rate:.0f} per second\n")

    @property
    def refused(self) -> int:
        """How many inputs were refused."""
        return sum("refused" in entry for entry in self.files.values())

    @property
    def left_out(self) -> int:
        """How many inputs need no output, such as a DICOMDIR."""
        return sum("left_out" in entry for entry in self.files.values())

    @property
    def cleaned(self) -> int:
        """How many inputs were cleaned."""
        return len(self.files) - self.refused - self.left_out


def inputs(source: Path) -> Iterator[tuple[Path, str]]:
    """Yield each file and its path relative to *source*; links are not followed out of the tree."""
    if source.is_file():
        yield source, source.name
        return
    for path in sorted(source.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path, path.relative_to(source).as_posix()


class TreeCleaner:
    """Cleans inputs in threads, each with a child of its own."""

    def __init__(self, out: Path, scratch: Path, profile: Profile, key: bytes) -> None:
        self._out, self._scratch, self._profile, self._key = out, scratch, profile, key
        self._local = threading.local()
        self._pools: list[Pool] = []
        self._neighbours, self._learned = Neighbours(profile.name), Learned(profile.name)

    def _pool(self) -> Pool:
        """Return the child of this thread."""
        if not hasattr(self._local, "pool"):
            self._local.pool = Pool()
            self._pools.append(self._local.pool)
        pool: Pool = self._local.pool
        return pool

    def learn(self, path: Path) -> None:
        """Note what one input says of its subject."""
        self._learned.learn(self._pool(), path)

    def clean(self, path: Path, relative: str) -> dict[str, Any]:
        """Return the report's entry for one input."""
        pool = self._pool()
        staging = self._scratch / f"{threading.get_ident()}.part"
        beside = self._neighbours.of(pool, path, relative)
        try:
            entry: dict[str, Any] = pool.run(
                "clean_one",
                path,
                relative,
                self._out,
                staging=str(staging),
                profile=self._profile.name,
                key=self._key.hex(),
                patient_id=beside.patient_id,
                known_values=[*beside.known_values, *self._learned.values_for(path)],
            )
        except RefusedError as refusal:
            if refusal.code in LEFT_OUT:
                return {"left_out": refusal.code, "reason": refusal.reason}
            return {"refused": refusal.code, "reason": refusal.reason}
        return entry

    def close(self) -> None:
        """End all children."""
        for pool in self._pools:
            pool.close()


def clean_tree(source: Path, out: Path, *, profile: Profile, key: bytes, workers: int) -> Outcome:
    """Clean every file under *source* into *out* and return what became of each."""
    todo = list(inputs(source))
    outcome = Outcome(len(todo))
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".part-") as scratch:
        cleaner = TreeCleaner(out, Path(scratch), profile, key)
        try:
            with ThreadPoolExecutor(workers) as threads:
                list(threads.map(cleaner.learn, (path for path, _relative in todo)))
                pairs = zip(todo, threads.map(lambda item: cleaner.clean(*item), todo), strict=True)
                for (_path, relative), entry in pairs:
                    outcome.add(relative, entry)
        finally:
            cleaner.close()
    return outcome


def write_report(path: Path, outcome: Outcome, profile: Profile) -> None:
    """Write what became of every input, with the profile and the counts by action over all."""
    counts: Counter[str] = Counter()
    for entry in outcome.files.values():
        counts.update(entry.get("counts", {}))
    report = {
        "profile": {"name": profile.name, "edition": profile.edition, "digest": profile.digest},
        "inputs": outcome.total,
        "cleaned": outcome.cleaned,
        "left_out": outcome.left_out,
        "refused": outcome.refused,
        "counts": dict(sorted(counts.items())),
        "files": outcome.files,
    }
    path.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")
