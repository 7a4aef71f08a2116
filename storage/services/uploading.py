"""How files are uploaded: open a submission, announce the files, send their parts, hand it in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Now

from portal import ledger
from portal.errors import InvalidInputError
from portal.jobs import enqueue
from portal.models import Collection, Person
from portal.verdicts import require
from storage import keys, policies
from storage.models import Submission, SubmissionFile
from storage.objects import raw_store
from storage.states import FileMove, FileState, SubmissionMove, SubmissionState

LONGEST_PATH = 2000
MOST_AT_ONCE = 1000
SHA256 = re.compile(r"[0-9a-f]{64}")
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Announced:
    """What the uploader says of a file before it comes."""

    path: str
    size: int
    sha256: str = ""


@transaction.atomic
def open_submission(*, collection_id: UUID, person: Person, note: str = "") -> Submission:
    """Open a submission to a collection."""
    collection = Collection.objects.locked(collection_id)
    require(policies.can_submit(person, collection))
    submission = Submission.objects.create(collection=collection, person=person, note=note)
    ledger.record(person, "submission opened", submission, collection=collection.pk)
    return submission


@transaction.atomic
def announce_files(
    *, submission_id: UUID, person: Person, files: Iterable[Announced]
) -> list[SubmissionFile]:
    """Return the rows of the announced files, in that order; one that is known already (a resumed upload) is returned.

    Raises `InvalidInputError` where a file is announced anew with another size or digest.
    """
    submission = Submission.objects.locked(submission_id)
    require(policies.can_upload_to(person, submission))
    wanted = list(files)
    if len(wanted) > MOST_AT_ONCE:
        raise InvalidInputError(f"Announce at most {MOST_AT_ONCE} files at once.")
    rows = [_announce(submission, file) for file in wanted]
    _require_within_quota(submission.person)
    return rows


def _require_within_quota(person: Person) -> None:
    """Raise where a person's open submissions are to hold more than one person may have waiting at once."""
    Person.objects.select_for_update().get(pk=person.pk)
    waiting = SubmissionFile.objects.filter(submission__person=person, submission__state=SubmissionState.OPEN)
    total = waiting.aggregate(total=Sum("size"))["total"] or 0
    if total > settings.UPLOAD_QUOTA_BYTES:
        raise InvalidInputError(
            f"Your open submissions would hold {total} bytes; {settings.UPLOAD_QUOTA_BYTES} are allowed. "
            "Hand in or remove what is there first.",
            code="quota_exceeded",
        )


def _announce(submission: Submission, announced: Announced) -> SubmissionFile:
    path = as_data(announced.path)
    if not path or announced.size < 0:
        raise InvalidInputError("A file needs a path and a size.", code="bad_file")
    if announced.sha256 and not SHA256.fullmatch(announced.sha256):
        raise InvalidInputError("A SHA-256 has 64 hexadecimal digits.", code="bad_digest")
    file, is_new = SubmissionFile.objects.get_or_create(
        submission=submission,
        archive=None,
        path=path,
        defaults={"size": announced.size, "client_sha256": announced.sha256},
    )
    if not is_new and (file.size, file.client_sha256) != (announced.size, announced.sha256):
        raise InvalidInputError(
            "Another file was announced under this path. Remove that one, or open a new submission.",
            code="other_file",
        )
    return file


def as_data(path: str) -> str:
    """Return a path as it may be kept and shown: bounded, and without what would deceive a reader."""
    return UNPRINTABLE.sub("\ufffd", path)[:LONGEST_PATH]


@transaction.atomic
def complete_file(*, file_id: UUID, person: Person) -> SubmissionFile:
    """Say that all parts were sent; raise `InvalidInputError` naming what is missing. Saying it twice is fine."""
    file = SubmissionFile.objects.locked(file_id)
    require(policies.can_upload_to(person, file.submission))
    if file.state == FileState.UPLOADED:
        return file  # type: ignore[no-any-return]
    numbers = list(file.parts.values_list("number", flat=True))
    missing = sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers))
    if missing:
        raise InvalidInputError(
            f"Parts are missing: {', '.join(map(str, missing[:10]))}.", code="parts_missing"
        )
    arrived = file.parts.aggregate(total=Sum("size"))["total"] or 0
    if arrived != file.size:
        raise InvalidInputError(
            f"{arrived} bytes have arrived, {file.size} were announced. Send the rest.", code="size_differs"
        )
    return file.move(FileMove.COMPLETE)  # type: ignore[no-any-return]


def remove_file(*, file_id: UUID, person: Person) -> None:
    """Take a file back before it is handed in, with everything that was sent of it."""
    with transaction.atomic():
        file = SubmissionFile.objects.locked(file_id)
        require(policies.can_upload_to(person, file.submission))
        file.delete()
    raw_store().delete_prefix(keys.parts(file_id))


@transaction.atomic
def hand_in(*, submission_id: UUID, person: Person) -> Submission:
    """Close the submission and have it received; raise `InvalidInputError` while something is not there."""
    submission = Submission.objects.locked(submission_id)
    require(policies.can_upload_to(person, submission))
    unfinished = submission.files.filter(state=FileState.UPLOADING).count()
    if unfinished:
        raise InvalidInputError(
            f"{unfinished} files are not complete. Finish or remove them first.", code="files_incomplete"
        )
    count = submission.files.count()
    if not count:
        raise InvalidInputError("There is no file in it yet.", code="no_files")
    submission.move(SubmissionMove.HAND_IN, handed_in_at=Now())
    ledger.record(person, "submission handed in", submission, files=count)
    enqueue("storage.receive_submission", submission.pk)
    return submission  # type: ignore[no-any-return]
