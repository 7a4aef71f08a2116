"""What all images of a tree say of each subject, learned before any is cleaned: a name in one file may be told in another."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from deid.engine.command.neighbours import patients_of_folders, patients_of_labels
from deid.engine.errors import EngineError
from deid.engine.formats.bids.names import is_bids
from deid.engine.formats.subjects import patient_of_label, subject_of_cell, subject_of_path
from deid.engine.identity import subject_key
from deid.engine.sandbox.pool import Pool

MOST_VALUES = 2000


class Learned:
    """The identifying values of each subject, from all its images."""

    def __init__(self, profile: str) -> None:
        self._profile = profile
        self._patients: dict[Path, str] = {}
        self._folders: dict[Path, str] = {}
        self.labels: dict[str, str] = {}
        self._values: dict[str, set[str]] = {}
        self._sorted: dict[str, list[str]] = {}
        self._lock = threading.Lock()

    def learn(self, pool: Pool, paths: Sequence[Path]) -> None:
        """Note what some images say; what cannot be read is refused later, with its reason."""
        answers = pool.run_each("what_a_file_says", [((path, self._profile), {}) for path in paths])
        with self._lock:
            for path, said in zip(paths, answers, strict=True):
                if not isinstance(said, EngineError):
                    self._note(path, said)

    def _note(self, path: Path, said: dict[str, Any]) -> None:
        patient = self._patients[path] = said["patient_id"].strip()
        values = self._values.setdefault(patient, set())
        if len(values) < MOST_VALUES:
            values.update(said["values"])
            self._sorted.pop(patient, None)

    def settle(self, top: Path) -> None:
        """Note whom each folder of the tree *top* and each label tells of, when all its images have been learned from."""
        with self._lock:
            self._folders = patients_of_folders(self._patients, top)
            self.labels = patients_of_labels(self._patients, top)

    def patient_near(self, path: Path, relative: str) -> str | None:
        """Return the Patient ID that the images near *path* state, *relative* to the tree: those whom BIDS' label stands for,
        else all in and below its folder; nothing where they differ."""
        if is_bids(relative):
            return patient_of_label(subject_of_path(relative), self.labels)
        return self._folders.get(path.parent)

    def values_for(self, path: Path, relative: str) -> list[str]:
        """Return what the images of the same subject say, for cleaning *path*, an image or a file near images."""
        patient = self._patients.get(path) or self.patient_near(path, relative)
        if not patient:
            return []
        with self._lock:
            if patient not in self._sorted:
                self._sorted[patient] = sorted(self._values[patient])
            return self._sorted[patient]

    def people(self, secret: bytes) -> dict[str, list[str]]:
        """Return what the images say of every subject, by the subject's key under *secret*."""
        with self._lock:
            named = {patient: sorted(values) for patient, values in self._values.items() if patient}
        return {subject_key(secret, subject_of_cell(patient)): values for patient, values in named.items()}
