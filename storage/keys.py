"""Where objects lie: keys are opaque, so that a listing of a bucket says nothing about anybody."""

from __future__ import annotations

import uuid


def part(file_id: uuid.UUID, number: int, sha256: str) -> str:
    """Return the key of one uploaded part in quarantine; other bytes have another key and overwrite nothing."""
    return f"quarantine/{file_id}/{number:06d}-{sha256[:16]}"


def parts(file_id: uuid.UUID) -> str:
    """Return the prefix of a file's uploaded parts."""
    return f"quarantine/{file_id}/"


def raw(file_id: uuid.UUID) -> str:
    """Return the key of a received file; the first letters spread the objects."""
    return f"raw/{file_id.hex[:2]}/{file_id}"


def thumbnail(series_id: uuid.UUID) -> str:
    """Return the key of a series' thumbnail."""
    return f"thumbnails/{series_id}"


def desk(series_id: uuid.UUID) -> str:
    """Return the key of the large picture of a series that curators work on."""
    return f"desk/{series_id}"


def face_plan(series_id: uuid.UUID, sha256: str) -> str:
    """Return the key of a plan that says which voxels of a series show a face; another plan has another key."""
    return f"faces/{series_id}/{sha256[:32]}"


def face_picture(series_id: uuid.UUID) -> str:
    """Return the key of the picture of what a plan would blank."""
    return f"desk/{series_id}-face"


def release(release_id: uuid.UUID) -> str:
    """Return the prefix of everything that belongs to a release."""
    return f"releases/{release_id}/"


def release_item(release_id: uuid.UUID, item_id: uuid.UUID | int) -> str:
    """Return the key of one item of a release: a series' container or a table."""
    return f"{release(release_id)}items/{item_id}"


def release_document(release_id: uuid.UUID, path: str) -> str:
    """Return the key of one of the release's own documents; their names are the same in every release."""
    return f"{release(release_id)}documents/{path}"
