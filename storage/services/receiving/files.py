"""How one uploaded file is received: put together, hashed, unpacked where it is an archive, and kept."""

from __future__ import annotations

import errno
import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.db import transaction

from portal.errors import TryLaterError
from portal.jobs import JobHandle
from storage import keys
from storage.models import SubmissionFile
from storage.objects import CHUNK, raw_store
from storage.services.receiving.archives import BROKEN, Member, kind_of, members
from storage.services.receiving.budget import DEEPEST, Budget
from storage.services.receiving.leavings import REASON, is_leaving
from storage.services.receiving.refusals import REASONS, ArchiveRefusedError, RefusedError
from storage.services.uploading import as_data
from storage.states import FileMove, FileState


class DiskFullError(TryLaterError):
    """There is no room for the working copy of a file."""

    code = "disk_full"


class Receiver:
    """Receives the files of one submission in a scratch folder, as long as the job is still ours."""

    def __init__(self, handle: JobHandle, scratch: Path) -> None:
        self.handle, self.scratch = handle, scratch

    def receive(self, file: SubmissionFile) -> None:
        """Leave *file* received, expanded, left out or rejected, and nothing of it in quarantine."""
        place = self.scratch / str(file.pk)
        try:
            with disk_full():
                digest = self._put_together(file, place)
                self._receive(file, place, digest, Budget(file.size), depth=1)
        except RefusedError as error:
            self._refuse(file, error.code)
        finally:
            place.unlink(missing_ok=True)
        for part in file.parts.all():
            raw_store().delete(keys.part(file.pk, part.number, part.sha256))

    def _put_together(self, file: SubmissionFile, place: Path) -> str:
        """Write the parts one after the other and return the digest of the whole."""
        whole = hashlib.sha256()
        with place.open("wb") as output:
            for part in file.parts.order_by("number"):
                for chunk in raw_store().get_stream(keys.part(file.pk, part.number, part.sha256)):
                    whole.update(chunk)
                    output.write(chunk)
        if place.stat().st_size != file.size:
            raise RefusedError("size_differs")
        if file.client_sha256 and whole.hexdigest() != file.client_sha256:
            raise RefusedError("digest_differs")
        return whole.hexdigest()

    def _receive(self, file: SubmissionFile, place: Path, digest: str, budget: Budget, *, depth: int) -> None:
        """Keep a plain file; unpack an archive; leave out what a system keeps for itself."""
        if is_leaving(file.path, place):
            self._settle(file, FileMove.LEAVE_OUT, sha256=digest, reason=REASON)
            return
        kind = kind_of(place, file.path)
        if not kind:
            self._keep(file, place, digest)
            return
        if depth >= DEEPEST:
            raise ArchiveRefusedError("nested_too_deep")
        for ordinal, member in enumerate(members(kind, place, file.path)):
            budget.member()
            self._receive_member(file, ordinal, member, budget, depth)
        self._settle(file, FileMove.EXPAND, sha256=digest)

    def _receive_member(
        self, archive: SubmissionFile, ordinal: int, member: Member, budget: Budget, depth: int
    ) -> None:
        """Receive one member; what is wrong with it alone is its own refusal."""
        file = self._member_row(archive, ordinal, member.name)
        if file.state != FileState.UPLOADED:
            return  # An earlier attempt came this far.
        if member.refusal:
            self._refuse(file, member.refusal)
            return
        place = self.scratch / str(file.pk)
        try:
            digest, size = unpack(member, place, budget)
            SubmissionFile.objects.filter(pk=file.pk).update(size=size)
            self._receive(file, place, digest, budget, depth=depth + 1)
        except ArchiveRefusedError as error:
            # A bomb spoils everything that it came in; an odd archive only itself.
            if error.code in {"bomb", "too_many_members"}:
                raise
            self._refuse(file, error.code)
        except RefusedError as error:
            self._refuse(file, error.code)
        finally:
            place.unlink(missing_ok=True)

    def _member_row(self, archive: SubmissionFile, ordinal: int, name: str) -> SubmissionFile:
        """Return the row of a member; its identifier follows from its place, so a second attempt finds it."""
        file, _ = SubmissionFile.objects.get_or_create(
            pk=uuid.uuid5(archive.pk, str(ordinal)),
            defaults={
                "submission_id": archive.submission_id,
                "archive": archive,
                "ordinal": ordinal,
                "path": as_data(name) or "unnamed",
                "size": 0,
                "state": FileState.UPLOADED,
            },
        )
        return file

    def _keep(self, file: SubmissionFile, place: Path, digest: str) -> None:
        """Store the file in the raw bucket under an opaque key."""
        if place.stat().st_size == 0:
            raise RefusedError("empty")
        key = keys.raw(file.pk)
        with place.open("rb") as content:
            raw_store().put_file(key, content, sha256=digest)
        self._settle(file, FileMove.KEEP, sha256=digest, object_key=key)

    def _refuse(self, file: SubmissionFile, code: str) -> None:
        """Reject a file, and everything that came out of it."""
        for member in file.members.exclude(state__in=[FileState.REJECTED, FileState.LEFT_OUT]):
            self._refuse(member, "archive_refused")
        if file.object_key:
            raw_store().delete(file.object_key)
        if file.state == FileState.EXPANDED:
            # It was opened before the archive around it turned out to be a bomb.
            SubmissionFile.objects.filter(pk=file.pk).update(
                state=FileState.REJECTED, reason_code=code, reason=REASONS[code]
            )
            return
        self._settle(file, FileMove.REJECT, reason_code=code, reason=REASONS[code], object_key="")

    def _settle(self, file: SubmissionFile, move: FileMove, **changes: object) -> None:
        """Write down what became of a file, unless another worker has taken over."""
        with transaction.atomic():
            self.handle.require_still_mine()
            file.move(move, **changes)


def unpack(member: Member, place: Path, budget: Budget) -> tuple[str, int]:
    """Write a member to *place* and return digest and size; every byte is counted before it is written."""
    whole, size = hashlib.sha256(), 0
    try:
        with open_member(member) as source, place.open("wb") as output:
            while chunk := source.read(CHUNK):
                budget.spend(len(chunk))
                size += len(chunk)
                whole.update(chunk)
                with disk_full():
                    output.write(chunk)
    except BROKEN as error:
        raise RefusedError("damaged") from error
    return whole.hexdigest(), size


@contextmanager
def open_member(member: Member) -> Iterator[IO[bytes]]:
    """Open a member; one that cannot be opened is damaged."""
    if member.open is None:
        raise RefusedError("damaged")
    with member.open() as source:
        yield source


@contextmanager
def disk_full() -> Iterator[None]:
    """Turn a full disk into a fault that may pass."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFullError("There is no room to work on the upload just now.") from error
        raise
