"""Whose the files of a submission are, decided as the command of the engine decides it for a folder.

What files state of people is held in memory while a submission is indexed, and nowhere else.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path, PurePosixPath
from uuid import UUID

from deid.engine import RefusedError, sandbox
from deid.engine.formats.bids.inheritance import INHERITED
from deid.engine.formats.kinds import Kind, ending_of, kind_of
from deid.engine.formats.subjects import BIDS_SUBJECT, subject_of_cell
from deid.engine.whose.deciding import Statements, Told, Whose
from deid.engine.whose.folders import beginning_of
from deid.engine.whose.stating import STATING
from deid.keys import collection_key
from deid.models import SubjectAlias
from deid.services.intake.reading import Read, known_subject
from portal.models import Subject
from storage.models import Submission, SubmissionFile
from storage.states import FileState

TOP = Path("/")
GZIPPED = (".gz", ".tgz")
# What tells of others; it is read before anything is decided about those.
TELLING = frozenset({Kind.DICOM, Kind.TABLE})


def places_of(submission: Submission) -> dict[UUID, Path]:
    """Return where each file lies in the tree that its submission is; a name for reckoning, no place on any disk.

    Members lie where their archive does, in a folder that is called after it, unless it is all that was uploaded: two
    archives may have the same names inside.
    """
    files = {file.pk: file for file in submission.files.exclude(state=FileState.LEFT_OUT)}
    beside = Counter(file.archive_id for file in files.values())

    def is_alone(archive: SubmissionFile) -> bool:
        around = files.get(archive.archive_id) if archive.archive_id else None
        return is_alone(around) if around and _is_gzip(around) else beside[archive.archive_id] == 1

    def place(file: SubmissionFile) -> Path:
        inside = PurePosixPath(file.path.lstrip("/"))
        archive = files.get(file.archive_id)
        if archive and kind_of(archive.path) in INHERITED:
            # A subject's copy of what tells of many lies beside that, by its own path.
            archive = files.get(archive.archive_id)
        if archive is None:
            return TOP / inside
        where = place(archive)
        return where.parent / ("" if _is_gzip(archive) or is_alone(archive) else where.stem) / inside

    return {pk: place(file) for pk, file in files.items() if file.state != FileState.EXPANDED}


def _is_gzip(archive: SubmissionFile) -> bool:
    """Say whether an archive packs one file, which lies where it lies itself."""
    return archive.path.lower().endswith(GZIPPED)


class Ownership:
    """What the files of one submission state, and whose each of them is by all of that and by who is known already."""

    def __init__(self, submission: Submission, pool: sandbox.Pool) -> None:
        self._collection, self._pool = submission.collection, pool
        self._places = places_of(submission)
        self._said = Statements()
        self._whose: Whose | None = None

    def note(self, file: SubmissionFile, scratch: Path, read: Read | None = None) -> None:
        """Note what a *file*, which lies at *scratch*, states; *read* is what it is, of an image."""
        kind, place = kind_of(file.path), self._places[file.pk]
        try:
            if kind is Kind.TABLE:
                ending = ending_of(file.path)
                self._said.tables[place] = self._pool.run("rows_of_identifiers", str(scratch), ending=ending)
            elif kind in STATING:
                self._said.others[place] = self._pool.run("patients_stated", kind, str(scratch))
            elif read is not None:
                self._said.images[place] = read.patient_id
        except RefusedError:
            # The file's own answer says why it cannot be read.
            return

    def of(self, file: SubmissionFile) -> Told:
        """Return whose a *file* beside images is, when all of the submission has been noted."""
        place = self._places[file.pk]
        return self._decided().of(place, place.relative_to(TOP).as_posix())

    def _decided(self) -> Whose:
        if self._whose is None:
            self._add_known()
            self._whose = Whose(self._places.values(), TOP, self._said)
        return self._whose

    def remember_aliases(self) -> None:
        """Keep by which other identifiers the subjects of the collection are known; what is of two is of nobody for good."""
        key, aliases = collection_key(self._collection), self._decided().aliases
        subjects = dict(Subject.objects.filter(collection=self._collection).values_list("key", "pk"))
        kept = dict(self._collection.aliases.values_list("key", "subject"))
        for alias, subject in aliases.items():
            here, whose = known_subject(key, alias), subjects.get(known_subject(key, subject))
            if whose is None or here in subjects:
                continue
            if kept.setdefault(here, whose) == whose:
                SubjectAlias.objects.get_or_create(
                    collection=self._collection, key=here, defaults={"subject_id": whose}
                )
            else:
                self._collection.aliases.filter(key=here).update(subject=None)

    def _add_known(self) -> None:
        """Add those whom the collection knows by a name that stands in paths, tables or statements."""
        key = collection_key(self._collection)
        keys = {name: known_subject(key, name) for name in self._names()}
        subjects = set(Subject.objects.filter(collection=self._collection).values_list("key", flat=True))
        aliases = set(self._collection.aliases.exclude(subject=None).values_list("key", flat=True))
        self._said.known |= {name for name, digest in keys.items() if digest in subjects}
        self._said.rows += ([("alias", name)] for name, digest in keys.items() if digest in aliases)

    def _names(self) -> set[str]:
        names = {name for said in self._said.others.values() for name in said}
        names |= {value for rows in self._said.tables.values() for row in rows for _column, value in row}
        for place in self._places.values():
            names |= {*place.parent.parts[1:], beginning_of(place.name)}
            names |= {found[1] for found in [BIDS_SUBJECT.search(str(place))] if found}
        return {plain for name in names if (plain := subject_of_cell(name))}
