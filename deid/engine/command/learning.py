"""What all files of a tree say of each subject, learned before any is cleaned: a name in one file may be told in another."""

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, islice
from pathlib import Path
from typing import Any, TypeAlias

from deid.engine.command.stretches import Inputs
from deid.engine.errors import EngineError
from deid.engine.facts.known import MOST_VALUES
from deid.engine.formats.kinds import Kind, ending_of, kind_of
from deid.engine.formats.subjects import subject_of_cell
from deid.engine.identity import subject_key
from deid.engine.sandbox.pool import Call, Pool
from deid.engine.whose.deciding import Statements, Told, Whose
from deid.engine.whose.nobody import is_nobodys
from deid.engine.whose.stating import STATING

TELLING = STATING | {Kind.DICOM, Kind.TABLE}
# So many people are compared, of whom one Patient ID is.
MOST_PEOPLE = 100
# A birth date and the words of a name, as an image states them of its patient.
Named: TypeAlias = tuple[str, tuple[str, ...]]


class Learned:
    """Whose the files are, and the identifying values of each subject, from all its images."""

    def __init__(self, profile: Mapping[str, Any]) -> None:
        self._profile = profile
        self._said = Statements()
        self._whose = Whose((), Path(), self._said)
        self._values: dict[str, set[str]] = {}
        self._named: dict[str, list[str]] = defaultdict(list)
        self._people: dict[str, set[Named]] = defaultdict(set)
        self._everybody: Sequence[str] = ()
        self._unnamed: dict[Path, tuple[str, list[str]]] = {}
        self._whose_unnamed: dict[Path, Told] = {}
        self._sorted: dict[str, list[str]] = {}
        self._lock = threading.Lock()

    def learn(self, pool: Pool, inputs: Inputs) -> None:
        """Note what some files say; what cannot be read is refused later, with its reason."""
        for name, kinds, note in (
            ("what_a_file_says", {Kind.DICOM}, self._note_image),
            ("patients_stated", STATING, self._note_other),
            ("rows_of_identifiers", {Kind.TABLE}, self._note_table),
        ):
            mine = [path for path, relative in inputs if kind_of(relative) in kinds]
            answers = pool.run_each(name, [self._call(name, path) for path in mine])
            with self._lock:
                for path, said in zip(mine, answers, strict=True):
                    if not isinstance(said, EngineError):
                        note(path, said)

    def _call(self, name: str, path: Path) -> Call:
        if name == "rows_of_identifiers":
            return (path,), {"ending": ending_of(path.name)}
        return ((path, self._profile) if name == "what_a_file_says" else (kind_of(path.name), path)), {}

    def _note_image(self, path: Path, said: dict[str, Any]) -> None:
        patient = self._said.images[path] = (
            "" if is_nobodys(said["patient_id"]) else said["patient_id"].strip()
        )
        if not patient:
            self._unnamed[path] = said["study"], said["values"]
            return
        if said["birth"] and said["name"]:
            self._people[patient].add((said["birth"], tuple(said["name"])))
        values = self._values.setdefault(patient, set())
        if len(values) <= MOST_VALUES:
            values.update(said["values"])
            self._sorted.pop(patient, None)

    def _note_other(self, path: Path, said: list[str]) -> None:
        self._said.others[path] = said

    def _note_table(self, path: Path, said: list[Any]) -> None:
        self._said.tables[path] = said

    def settle(self, top: Path, files: Iterable[Path]) -> None:
        """Decide whose each of the *files* of the tree *top* is, when all of them have been learned from."""
        with self._lock:
            self._whose = Whose(files, top, self._said)
            self._settle_unnamed()
            for patient in self._values:
                self._named[subject_of_cell(patient)].append(patient)
            # A file that may be anybody's loses what is known of anybody, while that is no more than one may have.
            few = sum(map(len, self._values.values())) <= MOST_VALUES
            self._everybody = sorted(self._values) if few else []

    def _settle_unnamed(self) -> None:
        """Decide whose the images are that state no Patient ID, and note what they say. Where only one study has none, nobody
        else's can be meant."""
        lone = len({study for study, _values in self._unnamed.values()}) < 2
        for path, (study, values) in self._unnamed.items():
            told = self._whose.of_image(path, study)
            told = self._whose_unnamed[path] = Told("") if told.in_doubt and lone else told
            if told.subject:
                self._values.setdefault(told.subject, set()).update(values)

    def whose_image(self, path: Path) -> Told | None:
        """Return whose the image at *path* is, if it states no Patient ID."""
        return self._whose_unnamed.get(path)

    def aliases_in(self, table: Path) -> dict[str, str]:
        """Return the subjects by the other identifiers they have in a *table*."""
        return self._whose.aliases_in(table)

    def whose(self, path: Path, relative: str) -> Told:
        """Return whose the file at *path* is, *relative* to the tree."""
        return self._whose.of(path, relative)

    def values_for(self, path: Path, relative: str) -> list[str]:
        """Return what is known of the subject of *path*, an image or a file beside images: what its images say, and its
        other identifiers; of one that may be anybody's what all images say."""
        patient = self._patient_of(path)
        if patient is None:
            told = self.whose(path, relative)
            named = self._everybody if told.in_doubt else self._named.get(told.subject, ())
            more = self._whose.also_called(told.subject)
        else:
            named, more = [patient], []
        people = filter(None, dict.fromkeys((*named, *sorted(self._whose.beside(path)))))
        return [*more, *(value for one in people for value in self._told_of(one))]

    def _patient_of(self, path: Path) -> str | None:
        """Return whose an image is, nothing of what is none."""
        unnamed = self._whose_unnamed.get(path)
        return unnamed.subject if unnamed else self._said.images.get(path)

    def is_of_two(self, path: Path, relative: str) -> bool:
        """Say whether images of one Patient ID, which is that of *path*, state two people: other births and other names."""
        subject = self._patient_of(path)
        named = self._named.get(self.whose(path, relative).subject, ()) if subject is None else [subject]
        return any(_are_two(self._people[one]) for one in named if one in self._people)

    def is_of_too_many(self, path: Path, relative: str) -> bool:
        """Say whether the subject of *path* would have more names and numbers than anybody, so that not all are known."""
        return len(self.values_for(path, relative)) > MOST_VALUES

    def _told_of(self, patient: str) -> list[str]:
        with self._lock:
            if patient not in self._sorted:
                self._sorted[patient] = sorted(self._values[patient])
            return self._sorted[patient]

    def people(self, secret: bytes) -> dict[str, list[str]]:
        """Return what the images say of every subject, by the subject's key under *secret*."""
        with self._lock:
            named = {patient: sorted(values) for patient, values in self._values.items() if patient}
        return {subject_key(secret, subject_of_cell(patient)): values for patient, values in named.items()}


def _are_two(people: Iterable[Named]) -> bool:
    """Say whether two of *people* have nothing in common: neither their birth nor a word of their names."""
    return any(
        one != other and set(name).isdisjoint(name_of_other)
        for (one, name), (other, name_of_other) in combinations(islice(people, MOST_PEOPLE), 2)
    )
