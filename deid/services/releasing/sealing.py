"""Sealing: documents and manifests are written, every object is checked again, one row makes it visible."""

from __future__ import annotations

import hashlib
import io
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from deid.models import Release, ReleaseFile
from deid.services.profiling import is_pinned
from deid.services.releasing import documents
from deid.services.releasing.certifying import certificate
from deid.services.releasing.describing import payload_texts
from deid.services.releasing.steps import fail_release, is_under_way
from deid.states import ReleaseMove, ReleaseState
from portal import ledger
from portal.jobs import enqueue
from portal.models import Person
from storage import keys
from storage.errors import ObjectDamagedError, ObjectMissingError
from storage.objects import released_store


def seal_release(release_id: UUID) -> None:
    """Write the package's documents, then make the whole release visible in one transaction.

    Runs that come twice write the same bytes under the same keys; only one of them moves the state.
    """
    release = Release.objects.select_related("version__collection__trial__sponsor").get(pk=release_id)
    if not is_under_way(release_id, ReleaseState.VERIFYING):
        return
    if release.items.exclude(hits=0).exists():
        fail_release(release_id, "hits are recorded")
        return
    if not is_pinned(release.profile_name, release.profile_digest):
        fail_release(release_id, "profile has changed")
        return
    release.certificate = _certificate_once(release)
    tag_files = _write_documents(release)
    if not is_under_way(release_id, ReleaseState.VERIFYING):
        return
    try:
        _require_objects(release)
    except (ObjectMissingError, ObjectDamagedError) as error:
        fail_release(release_id, error.code)
        return
    _seal(release, tag_files)


def _certificate_once(release: Release) -> dict[str, object]:
    """Return the certificate that the first run made: it names the time, and runs that come twice must write the same."""
    Release.objects.filter(pk=release.pk, certificate={}).update(certificate=certificate(release))
    kept: dict[str, object] = Release.objects.values_list("certificate", flat=True).get(pk=release.pk)
    return kept


def _write_documents(release: Release) -> list[ReleaseFile]:
    payload, among = release.files.filter(item__series__isnull=False), payload_texts(release)
    total = (payload.aggregate(total=Sum("size"))["total"] or 0) + sum(map(len, among.values()))
    contents = documents.texts(release, total, payload.count() + len(among))
    contents["AGREEMENT.pdf"] = released_store().get_bytes(release.agreement_key)
    contents["manifest-sha256.txt"] = _manifest([*payload.values_list("sha256", "path"), *_digests(among)])
    tags = [
        *_digests(contents),
        *release.files.filter(item__table__isnull=False).values_list("sha256", "path"),
    ]
    contents["tagmanifest-sha256.txt"] = _manifest(tags)
    return [_store(release, path, body) for path, body in (contents | among).items()]


def _digests(contents: dict[str, bytes]) -> list[tuple[str, str]]:
    return [(hashlib.sha256(body).hexdigest(), path) for path, body in contents.items()]


def _manifest(lines: object) -> bytes:
    """Return a manifest as coreutils and BagIt read it: digest, two spaces, path."""
    ordered = sorted(lines, key=lambda line: line[1])  # type: ignore[call-overload]
    return "".join(f"{digest}  {path}\n" for digest, path in ordered).encode()


def _store(release: Release, path: str, body: bytes) -> ReleaseFile:
    key = keys.release_document(release.pk, path)
    stored = released_store().put_file(key, io.BytesIO(body))
    return ReleaseFile(release=release, path=path, object_key=key, size=stored.size, sha256=stored.sha256)


def _require_objects(release: Release) -> None:
    """Raise `ObjectMissingError` or `ObjectDamagedError` unless every item lies there whole."""
    for item in release.items.all():
        released_store().require(item.object_key, size=item.size)


@transaction.atomic
def _seal(release: Release, tag_files: list[ReleaseFile]) -> None:
    if not is_under_way(release.pk, ReleaseState.VERIFYING):
        return
    locked: Release = Release.objects.locked(release.pk)
    locked.files.filter(item=None).delete()
    ReleaseFile.objects.bulk_create(tag_files)
    manifest = next(file for file in tag_files if file.path == "manifest-sha256.txt")
    locked.move(
        ReleaseMove.SEAL,
        sealed_at=timezone.now(),
        manifest_sha256=manifest.sha256,
        certificate=release.certificate,
    )
    ledger.record(Person.system(), "release sealed", locked, manifest=manifest.sha256)
    enqueue("requests_app.announce_release", locked.grant_id)
