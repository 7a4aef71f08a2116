"""What all images of a tree say of each subject, learned before any is cleaned: a name in one file may be told in another."""

import threading
from pathlib import Path
from typing import Any

from deid.engine.deciding.rules import PATIENT_ID
from deid.engine.errors import RefusedError
from deid.engine.facts.known import known_values_in
from deid.engine.formats.kinds import Kind, kind_of
from deid.engine.instances import text_at, top_level
from deid.engine.profiles.profile import load_profile
from deid.engine.reading.files import read_data_set
from deid.engine.sandbox.pool import Pool

MOST_VALUES = 2000


def learn_file(path: str, profile: str) -> dict[str, Any]:
    """Return the Patient ID of an image and the identifying values in it; they are for memory only."""
    with Path(path).open("rb") as file:
        data = read_data_set(file)
    return {
        "patient_id": text_at(data, top_level(data), PATIENT_ID),
        "values": known_values_in(data, load_profile(profile)),
    }


class Learned:
    """The identifying values of each subject, from all its images."""

    def __init__(self, profile: str) -> None:
        self._profile = profile
        self._patients: dict[Path, str] = {}
        self._values: dict[str, set[str]] = {}
        self._lock = threading.Lock()

    def learn(self, pool: Pool, path: Path) -> None:
        """Note what one file says; what cannot be read is refused later, with its reason."""
        if kind_of(path.name) is not Kind.DICOM:
            return
        try:
            said = pool.run("learn_file", path, self._profile)
        except RefusedError:
            return
        with self._lock:
            self._patients[path] = said["patient_id"]
            values = self._values.setdefault(said["patient_id"], set())
            if len(values) < MOST_VALUES:
                values.update(said["values"])

    def values_for(self, path: Path) -> list[str]:
        """Return what the images of the same subject say, for cleaning *path*."""
        patient = self._patients.get(path)
        return [] if not patient else sorted(self._values[patient])
