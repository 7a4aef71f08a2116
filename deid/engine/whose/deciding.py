"""Whose a file beside DICOM images is: the one place where that is decided, for all formats of a tree.

What the file itself says goes first (its own Patient ID or BIDS label, if somebody is known by it), then the images in and
below its folder, then what rows of tables call one and the same, then the folder. Where nothing tells, a file is a subject of
its own, and a person is told.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deid.engine.formats.bids.names import is_bids, is_of_data_set
from deid.engine.formats.subjects import BIDS_SUBJECT, patient_of_label, subject_of_cell, subject_of_path
from deid.engine.whose.data_sets import DataSets
from deid.engine.whose.folders import Folders, beginning_of, number_in, stem_of
from deid.engine.whose.links import Row, ended, is_label, linked, respelled
from deid.engine.whose.neighbours import patients_of_folders, patients_of_labels
from deid.engine.whose.spelling import Spellings

# So many numbers somebody may have at several hospitals.
MOST_NUMBERS = 4


@dataclass(frozen=True, slots=True)
class Told:
    """The identifier of the subject of a file, and whether a person must say whose the file is."""

    subject: str
    in_doubt: bool = False


@dataclass(slots=True)
class Statements:
    """What the files of a tree state: the Patient ID of each image, those that other files name, and the identifiers that
    stand side by side in rows, of *tables* and of what lies nowhere; and who was *known* before by a Patient ID."""

    images: dict[Path, str] = field(default_factory=dict)
    others: dict[Path, Sequence[str]] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    tables: dict[Path, Sequence[Row]] = field(default_factory=dict)


class Whose:
    """Decides whose each file of the tree *top* is, by what all of them state."""

    def __init__(self, files: Iterable[Path], top: Path, said: Statements) -> None:
        self._top, self._said = top, said
        self._decided: dict[Path, Told] = {}
        paths = list(files)
        self._folders = Folders(paths, top)
        self._patients = patients_of_folders(said.images, top)
        self._below = self._patients_below()
        self._crowded = {folder for folder, patients in self._below.items() if len(patients) > 1}
        self._alike: dict[tuple[Path, str], set[str]] = defaultdict(set)
        for image, patient in said.images.items():
            self._alike[image.parent, beginning_of(image.name)].add(patient)
        self._sets = DataSets(paths, top, said.images, said.others)
        images = {subject_of_cell(one) for one in (*said.images.values(), *said.known)}
        labels = {
            **respelled(said.tables.values(), images),
            **self._labels_beside(paths),
            **patients_of_labels(said.images, top),
        }
        labels = {label: one for label, one in labels.items() if label not in self._sets.shared}
        labels |= self._sets.patients()
        rows = self._rows()
        self._known = images | {subject_of_cell(one) for row in rows for _column, one in row}
        self.aliases: dict[str, str] = {**linked(rows, images, labels), **labels}
        self.aliases |= ended(rows, self._exactly, images | self.aliases.keys())
        self._spellings = Spellings(self._known | self.aliases.keys(), self._exactly)

        self._also: dict[str, list[str]] = defaultdict(list)
        for alias, subject in sorted(self.aliases.items()):
            self._also[subject].append(alias)

    def _patients_below(self) -> dict[Path, set[str]]:
        """Return the patients whose images lie in or below each folder."""
        found: dict[Path, set[str]] = defaultdict(set)
        for image, patient in self._said.images.items():
            for folder in self._folders.above(image):
                found[folder].add(patient)
        return {folder: patients - {""} for folder, patients in found.items()}

    def beside(self, path: Path) -> set[str]:
        """Return the few patients whose images lie around *path* in what looks like the folder of one subject: somebody may
        have a number of each hospital."""
        *_parts, folder = self._folders.around(path)
        patients = self._below.get(folder, set())
        return patients if folder != self._top and len(patients) <= MOST_NUMBERS else set()

    def _labels_beside(self, paths: Iterable[Path]) -> dict[str, str]:
        """Return the patient by each BIDS label whose files lie beside the images of one, and those of no other label."""
        inside: dict[Path, set[str]] = defaultdict(set)
        found: dict[str, set[str]] = defaultdict(set)
        named = [(path, subject_of_path(path.name)) for path in paths if is_bids(path.name)]
        for path, label in named:
            for folder in self._folders.above(path):
                inside[folder].add(label)
        for path, label in named:
            place = next((one for one in self._folders.around(path) if one in self._patients), None)
            if place and len(inside[place]) == 1:
                found[label].add(subject_of_cell(self._patients[place]))
        return {label: next(iter(patients)) for label, patients in found.items() if len(patients) == 1}

    def _rows(self) -> list[Row]:
        """Return what calls one and the same: rows of tables, and BIDS files that state a Patient ID which those of no other
        label do."""
        labels: dict[str, set[str]] = defaultdict(set)
        for path, said in self._said.others.items():
            if len(said) == 1 and is_bids(path.name):
                labels[said[0]].add(self._label_of(path))
        named = [
            (("participant_id", next(iter(one))), ("patient_id", patient))
            for patient, one in labels.items()
            if len(one) == 1
        ]
        placed = [self._placed(row, path) for path, rows in self._said.tables.items() for row in rows]
        return [*placed, *self._said.rows, *named]

    def _placed(self, row: Row, path: Path) -> Row:
        """Return a row of the table at *path*, whose labels of BIDS are those of its data set."""
        return [
            (column, self._sets.whole(path, subject_of_cell(value)) if is_label(column, value) else value)
            for column, value in row
        ]

    def _exactly(self, identifier: str) -> str:
        """Return the subject whom an identifier names as it is written, empty where nobody is known by it."""
        plain = subject_of_cell(identifier)
        found = patient_of_label(plain, self.aliases)
        return found or (plain if plain in self._known and plain else "")

    def resolved(self, identifier: str) -> str:
        """Return the subject whom an identifier names in any spelling, empty where nobody is known by it."""
        return self._exactly(identifier) or self._spellings.of(identifier)

    def aliases_in(self, table: Path) -> dict[str, str]:
        """Return the subjects by the other identifiers they have in a *table*, whose labels are those of its data set."""
        wholes = {label: self._sets.whole(table, label) for label in self._sets.shared}
        return {**self.aliases, **{label: self._exactly(one) or one for label, one in wholes.items()}}

    def also_called(self, subject: str) -> list[str]:
        """Return the other identifiers of a subject."""
        return self._also.get(subject, [])

    def of(self, path: Path, relative: str) -> Told:
        """Return whose the file at *path* is, *relative* to the tree."""
        if path not in self._decided:
            self._decided[path] = self._decide(path, relative)
        return self._decided[path]

    def of_image(self, path: Path, study: str) -> Told:
        """Return whose the image at *path* is that states no Patient ID: whom the images, labels or folders around it tell, else
        whose its *study* is."""
        told = self._beside(path) or self._by_names(path, self._called)
        told = told or self._by_names(path, lambda folder: self._spellings.within(folder.name))
        folder = self._folders.subject(path)
        if not told and (label := BIDS_SUBJECT.search(path.relative_to(self._top).as_posix())):
            told = self._sets.whole(path, label[1])
        if not told and folder and folder not in self._crowded and not self._folders.names_several(folder):
            told = self._folders.identifier(folder)
        return Told(told) if told else Told(study, in_doubt=True)

    def _beside(self, path: Path) -> str:
        """Return the one patient whose images lie around an image without a Patient ID."""
        folders = (folder for folder in self._folders.around(path) if self._below.get(folder))
        patients = self._below.get(next(folders, path), set())
        return next(iter(patients)) if len(patients) == 1 else ""

    def _decide(self, path: Path, relative: str) -> Told:
        told = (
            self._said_inside(path, relative)
            or self._by_images(path)
            or self._by_names(path, self._called)
            or self._spellings.within(stem_of(path.name))
            or self._by_names(path, lambda folder: self._spellings.within(folder.name))
        )
        return Told(told) if told else self._by_folder(path, relative)

    def _said_inside(self, path: Path, relative: str) -> str:
        """Return whom a file names itself, by a Patient ID, a BIDS name or a name that begins with somebody's number."""
        own = {found for one in self._said.others.get(path, ()) if (found := self.resolved(one))}
        if len(own) == 1:
            return own.pop()
        if is_bids(relative):
            label = self._label_of(path)
            return self._exactly(label) or label
        return self.resolved(number_in(path.name))

    def _label_of(self, path: Path) -> str:
        """Return the label of BIDS that the name of a file holds, with its data set where several have it."""
        return self._sets.whole(path, subject_of_path(path.name))

    def _by_images(self, path: Path) -> str:
        """Return the one whose images lie in or below the folder of a file, or the folder of which that is a part; among those
        of several, the one whose are called alike."""
        for folder in self._folders.around(path):
            if folder in self._patients:
                return self._patients[folder]
            if folder in self._crowded:
                alike = self._alike.get((path.parent, beginning_of(path.name)), set())
                return next(iter(alike)) if len(alike) == 1 else ""
        return ""

    def _by_names(self, path: Path, whom: Callable[[Path], str]) -> str:
        """Return whom the nearest folder of *path* tells of which somebody is known."""
        folders = (folder for folder in self._folders.above(path) if folder != self._top)
        return next(filter(None, map(whom, folders)), "")

    def _called(self, folder: Path) -> str:
        """Return whom a folder is called after, if somebody is known."""
        label = BIDS_SUBJECT.fullmatch(folder.name)
        if label and label[1] in self._sets.shared:
            return self._exactly(self._sets.whole(folder, label[1]))
        return self.resolved(folder.name)

    def _by_folder(self, path: Path, relative: str) -> Told:
        """Return the subject for whom the folder of a file stands, or the file itself where it may be anybody's."""
        if found := BIDS_SUBJECT.search(relative):
            return Told(self._sets.whole(path, found[1]))
        folder = self._folders.subject(path)
        if folder and folder not in self._crowded and not self._folders.names_several(folder):
            return Told(self._folders.identifier(folder))
        if folder is None and (number := number_in(path.name)):
            return Told(number)
        if is_of_data_set(relative) or not (folder or self._folders.holds_several(path.parent)):
            return Told(subject_of_path(path.name))
        return Told(stem_of(relative), in_doubt=True)
