"""What all images of a tree say of each subject, learned before any is cleaned: a name in one file may be told in another."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from deid.engine.errors import RefusedError
from deid.engine.sandbox.pool import Pool

MOST_VALUES = 2000
# So many images are asked in one call: a call takes the parent about as long as the child takes for one image.
TOGETHER = 32


class Learned:
    """The identifying values of each subject, from all its images."""

    def __init__(self, profile: str) -> None:
        self._profile = profile
        self._patients: dict[Path, str] = {}
        self._values: dict[str, set[str]] = {}
        self._lock = threading.Lock()

    def learn(self, pool: Pool, paths: Sequence[Path]) -> None:
        """Note what some images say; what cannot be read is refused later, with its reason."""
        for path, said in zip(paths, self._asked(pool, paths), strict=True):
            if said is not None:
                self._note(path, said)

    def _asked(self, pool: Pool, paths: Sequence[Path]) -> list[dict[str, Any] | None]:
        """Ask a child; where one of the images ends it, ask for each by itself."""
        try:
            said: list[dict[str, Any] | None] = pool.run(
                "what_files_say", list(map(str, paths)), self._profile
            )
        except RefusedError:
            return [None] if len(paths) == 1 else [self._asked(pool, [path])[0] for path in paths]
        return said

    def _note(self, path: Path, said: dict[str, Any]) -> None:
        with self._lock:
            self._patients[path] = said["patient_id"]
            values = self._values.setdefault(said["patient_id"], set())
            if len(values) < MOST_VALUES:
                values.update(said["values"])

    def values_for(self, path: Path) -> list[str]:
        """Return what the images of the same subject say, for cleaning *path*."""
        patient = self._patients.get(path)
        return [] if not patient else sorted(self._values[patient])
