"""How one part of a file arrives: checked against its digest, stored as an object of its own, then noted."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import re
from http import HTTPStatus
from typing import IO
from uuid import UUID

from django.db import transaction

from portal.errors import InvalidInputError, OvertakenError
from portal.models import Person
from portal.verdicts import require
from storage import keys, policies
from storage.models import SubmissionFile, UploadedPart
from storage.models.submissions import PART_BYTES
from storage.objects import raw_store
from storage.states import FileState

CONTENT_DIGEST = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]+):\s*(?:$|,)")
MOST_PARTS = 200_000


class PartTooLargeError(InvalidInputError):
    """A part has more bytes than one part may have."""

    code = "part_too_large"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def sha256_of(header: str) -> str:
    """Return the SHA-256, in hexadecimal digits, that a `Content-Digest` header (RFC 9530) names."""
    found = CONTENT_DIGEST.search(header)
    try:
        digest = base64.b64decode(found.group(1), validate=True) if found else b""
    except binascii.Error:
        digest = b""
    if len(digest) != hashlib.sha256().digest_size:
        raise InvalidInputError(
            "Send the part's digest: Content-Digest: sha-256=:<base64 of the 32 bytes>:", code="digest_needed"
        )
    return digest.hex()


def keep_part(
    *, file_id: UUID, person: Person, number: int, body: IO[bytes], sha256: str
) -> tuple[UploadedPart, bool]:
    """Keep one part and return it, and whether it is new; sending the same part again is fine.

    Raises `InvalidInputError` where the bytes do not have the digest, `OvertakenError` where other bytes are there.
    """
    _require_open(file_id, person, number)
    content = body.read(PART_BYTES + 1)
    if len(content) > PART_BYTES:
        raise PartTooLargeError(f"A part has at most {PART_BYTES} bytes.")
    if hashlib.sha256(content).hexdigest() != sha256:
        raise InvalidInputError("The part was damaged on its way. Send it again.", code="digest_differs")
    known = UploadedPart.objects.filter(file_id=file_id, number=number).first()
    if known is None:
        # The object first: a row without an object would lie, an object without a row is only swept away.
        raw_store().put_file(keys.part(file_id, number, sha256), io.BytesIO(content), sha256=sha256)
        return _note(file_id, person, number, len(content), sha256)
    return _same(known, sha256), False


def _require_open(file_id: UUID, person: Person, number: int) -> SubmissionFile:
    if not 1 <= number <= MOST_PARTS:
        raise InvalidInputError(f"Parts are numbered from 1 to {MOST_PARTS}.", code="part_number")
    file: SubmissionFile = SubmissionFile.objects.select_related("submission__collection").get(pk=file_id)
    require(policies.can_upload_to(person, file.submission))
    if file.state != FileState.UPLOADING:
        raise OvertakenError("The file is complete; nothing can be added.", code="file_complete")
    return file


@transaction.atomic
def _note(file_id: UUID, person: Person, number: int, size: int, sha256: str) -> tuple[UploadedPart, bool]:
    SubmissionFile.objects.locked(file_id)
    _require_open(file_id, person, number)
    part, is_new = UploadedPart.objects.get_or_create(
        file_id=file_id, number=number, defaults={"size": size, "sha256": sha256}
    )
    return _same(part, sha256), is_new


def _same(part: UploadedPart, sha256: str) -> UploadedPart:
    if part.sha256 != sha256:
        raise OvertakenError(
            "Other bytes were sent as this part. Remove the file and send it anew.", code="other_bytes"
        )
    return part
