"""Whose a report or table beside DICOM images is: the images of its folder say it, if they all say the same."""

import threading
from dataclasses import dataclass
from pathlib import Path

from deid.engine.errors import RefusedError
from deid.engine.formats.kinds import Kind, kind_of
from deid.engine.sandbox.pool import Pool

SAMPLED = 3


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The Patient ID of a folder's images and the identifying values they state."""

    patient_id: str | None = None
    known_values: tuple[str, ...] = ()


NOBODY = Neighbour()


class Neighbours:
    """Answers for each folder once."""

    def __init__(self, profile: str) -> None:
        self._profile = profile
        self._known: dict[Path, Neighbour] = {}
        self._lock = threading.Lock()

    def of(self, pool: Pool, path: Path, relative: str) -> Neighbour:
        """Return whom the images beside a file that is none itself are of; nobody where they differ or there are none."""
        if kind_of(relative) in (Kind.DICOM, Kind.TABLE):
            return NOBODY
        folder = path.parent
        with self._lock:
            if folder not in self._known:
                self._known[folder] = self._looked(pool, folder)
            return self._known[folder]

    def _looked(self, pool: Pool, folder: Path) -> Neighbour:
        """Read the first, middle and last image of a folder."""
        images = sorted(p for p in folder.iterdir() if p.is_file() and kind_of(p.name) is Kind.DICOM)
        places = sorted({0, len(images) // 2, len(images) - 1}) if images else []
        patients, values = set[str](), set[str]()
        for image in [images[place] for place in places][:SAMPLED]:
            try:
                patients.add(pool.run("read_facts", image)["identity"]["patient_id"].strip())
                values.update(pool.run("read_known_values", image, self._profile))
            except RefusedError:
                continue
        if len(patients) != 1 or "" in patients:
            return NOBODY
        return Neighbour(patients.pop(), tuple(sorted(values)))
