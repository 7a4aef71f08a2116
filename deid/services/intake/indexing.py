"""Indexing a submission: every received file ends as accepted, or rejected with a reason to act on."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from deid.engine import RefusedError, sandbox
from deid.engine.formats.kinds import Kind, ending_of, kind_of
from deid.engine.whose.deciding import Told
from deid.engine.whose.stating import STATING
from deid.services.intake.inheriting import share_inherited
from deid.services.intake.ownership import TELLING, Ownership
from deid.services.intake.reading import Read, read_file, read_image
from deid.services.intake.rows import index_instance
from deid.services.intake.tables import index_tables
from deid.services.looking import faults_that_pass
from deid.services.profiling import profile_for_child
from portal import ledger
from portal.jobs import JobHandle, enqueue
from portal.models import Instance, Person, Series
from portal.services.versions import open_draft_version
from storage.models import Submission, SubmissionFile
from storage.objects import raw_store
from storage.states import FileMove, FileState, SubmissionMove, SubmissionState

HERE_ALREADY = "Its very bytes are in the collection already, so nothing more is taken of it."
LONGEST_REASON = 300


def index_submission(submission_id: UUID, handle: JobHandle) -> None:
    """Read and index every received file of a submission, each in a transaction of its own.

    A run that died goes on where it stopped: only files without an answer are looked at. Once the submission is sent back
    nothing more of it is taken.
    """
    submission = Submission.objects.select_related("collection").get(pk=submission_id)
    if submission.state != SubmissionState.RECEIVED:
        return
    settings.SCRATCH_DIR.mkdir(parents=True, exist_ok=True)
    with (
        faults_that_pass(),
        suppress(SentBackError),
        sandbox.Pool() as pool,
        tempfile.TemporaryDirectory(dir=settings.SCRATCH_DIR) as folder,
    ):
        share_inherited(submission, handle)
        waiting = list(submission.files.filter(state=FileState.RECEIVED).order_by("pk"))
        Indexing(submission, pool, Path(folder), handle).run(waiting)
        _finish(submission_id, handle)


class SentBackError(Exception):
    """A curator has sent the submission back meanwhile."""


class Indexing:
    """One run over the files of a submission: images and tables first, for these say whose the others are."""

    def __init__(self, submission: Submission, pool: sandbox.Pool, folder: Path, handle: JobHandle) -> None:
        self.submission, self.pool, self.folder, self.handle = submission, pool, folder, handle
        self.profile = profile_for_child(submission.collection.deid_profile)
        self.ownership = Ownership(submission, pool)

    def run(self, waiting: list[SubmissionFile]) -> None:
        """Answer each file that waits."""
        telling = [file for file in waiting if kind_of(file.path) in TELLING]
        others = [file for file in waiting if kind_of(file.path) not in TELLING]
        for place, file in enumerate(telling, 1):
            self._answer(file)
            self.handle.progress(place, len(waiting), "files")
        if others:
            self._recall(telling)
            for file in others:
                if kind_of(file.path) in STATING:
                    with self._fetched(file) as scratch:
                        self.ownership.note(file, scratch)
        for place, file in enumerate(others, len(telling) + 1):
            self._answer(file, self.ownership.of(file))
            self.handle.progress(place, len(waiting), "files")
        self.ownership.remember_aliases()

    def _recall(self, noted: list[SubmissionFile]) -> None:
        """Note what images and tables state that a run before this one answered."""
        done = self.submission.files.filter(
            state__in=[FileState.ACCEPTED, FileState.HERE_ALREADY, FileState.REJECTED]
        )
        for file in done.exclude(object_key="").exclude(pk__in=[one.pk for one in noted]):
            if kind_of(file.path) in TELLING:
                with self._fetched(file) as scratch:
                    self._note(file, scratch)

    def _note(self, file: SubmissionFile, scratch: Path, read: Read | None = None) -> None:
        """Note what a file states that was answered: whose its folder is, an image says also where it is refused.

        A table that is refused says nothing, unless it is known already.
        """
        if kind_of(file.path) is Kind.DICOM and read is None:
            try:
                read = read_image(self.pool, scratch)
            except RefusedError:
                return
        elif file.state == FileState.REJECTED:
            return
        self.ownership.note(file, scratch, read)

    def _answer(self, file: SubmissionFile, told: Told | None = None) -> None:
        read = None
        with self._fetched(file) as scratch:
            try:
                read = read_file(self.pool, scratch, file.path, self.profile, told)
                with transaction.atomic():
                    self.handle.require_still_mine()
                    _require_wanted(self.submission.pk)
                    if _index(self.submission, file, read):
                        file.move(FileMove.ACCEPT, reason=read.note[:LONGEST_REASON])
                    else:
                        file.move(FileMove.RECOGNISE, reason=HERE_ALREADY)
            except RefusedError as error:
                with transaction.atomic():
                    _require_wanted(self.submission.pk)
                    file.move(
                        FileMove.REJECT, reason_code=error.code[:40], reason=error.reason[:LONGEST_REASON]
                    )
            if told is None:
                self._note(file, scratch, read)

    @contextmanager
    def _fetched(self, file: SubmissionFile) -> Iterator[Path]:
        """Bring a file, and what it needs beside it, into the folder for as long as it is looked at."""
        scratch = self.folder / f"file{ending_of(file.path)}"
        raw_store().get_to(file.object_key, scratch, sha256=file.sha256)
        beside = _fetch_header(self.submission, file, self.folder)
        try:
            yield scratch
        finally:
            for used in filter(None, (scratch, beside)):
                used.unlink(missing_ok=True)


def _fetch_header(submission: Submission, file: SubmissionFile, folder: Path) -> Path | None:
    """Bring the header that an array of BART needs beside it, if it is in the same submission."""
    if kind_of(file.path) is not Kind.BART_DATA:
        return None
    named = str(PurePosixPath(file.path).with_suffix(".hdr"))
    header = submission.files.filter(path=named).exclude(object_key="").first()
    return (
        raw_store().get_to(header.object_key, folder / "file.hdr", sha256=header.sha256) if header else None
    )


def _index(submission: Submission, file: SubmissionFile, read: Read) -> bool:
    """Index a file; return whether it is new, False where its very bytes were indexed before."""
    place: dict[str, Any] = {"source_key": file.object_key, "sha256": file.sha256, "size": file.size}
    if read.kind is Kind.TABLE:
        title = Path(file.path).stem[:120]
        tables, new = index_tables(submission.collection, read, title=title, **place)
        same = all(table.sha256 == file.sha256 for table in tables)
    else:
        instance, new = index_instance(submission.collection, read, **place)
        same = instance.sha256 == file.sha256
    if new:
        open_draft_version(collection=submission.collection, actor=submission.person)
    elif not same:
        _refuse_twin(read.kind)
    return new


def _refuse_twin(kind: Kind) -> None:
    if kind is not Kind.DICOM:
        raise RefusedError(
            "Another file of this name, with other content, is in the collection. "
            "Check which one is right; where both are, give the other file another name.",
            code="conflicting_name",
        )
    raise RefusedError(
        "Another file with the same identity but other content is in the collection. "
        "Check which one is right, and give the other a new SOP Instance UID.",
        code="conflicting_duplicate",
    )


@transaction.atomic
def _finish(submission_id: UUID, handle: JobHandle) -> None:
    handle.require_still_mine()
    submission = _require_wanted(submission_id)
    submission.move(SubmissionMove.INDEX)
    touched = list(series_of(submission).values_list("pk", flat=True))
    ledger.record(Person.system(), "submission indexed", submission, series=len(touched))
    for series_id in touched:
        enqueue("deid.inspect_series", series_id)
    if not touched:
        enqueue("deid.close_submission", submission.pk)


def _require_wanted(submission_id: UUID) -> Submission:
    """Return the submission, which is not sent back before the transaction ends; raise `SentBackError` where it was."""
    submission: Submission = Submission.objects.locked(submission_id)
    if submission.state != SubmissionState.RECEIVED:
        raise SentBackError
    return submission


def series_of(submission: Submission) -> QuerySet[Series]:
    """Return the series to which the accepted files of a submission belong."""
    keys = submission.files.filter(state=FileState.ACCEPTED).values("object_key")
    return Series.objects.filter(pk__in=Instance.objects.filter(source_key__in=keys).values("series"))
