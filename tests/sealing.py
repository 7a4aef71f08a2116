"""Sealed releases for tests of what comes after: rows made directly, over real objects with random bytes."""

import hashlib
import io
import random
from dataclasses import dataclass

from django.utils import timezone

from deid.models import Release, ReleaseFile
from requests_app.models import Grant
from requests_app.services.granting import execute_agreement
from storage import keys
from storage.objects import released_store
from tests.world import World


@dataclass
class Sealed:
    """A grant with its sealed release, and the bytes of every file of it."""

    grant: Grant
    release: Release
    contents: dict[str, bytes]

    def matches(self, folder) -> bool:
        """Say whether *folder* holds every file, byte for byte."""
        return all((folder / path).read_bytes() == content for path, content in self.contents.items())


def sealed_release(world: World, *sizes: int, slug: str = "breathe") -> Sealed:
    """Return the researcher's and the collaborator's release with one container that holds files of these sizes."""
    agreement = world.agreement_out(world.collection(slug))
    for signature in agreement.signatures.all():
        world.sign(signature)
    execute_agreement(agreement.pk)
    grant = Grant.objects.get(review=agreement.review)
    release = Release.objects.get(grant_id=grant.pk)
    dice = random.Random(7)
    payload = {
        f"data/S-{number:03d}/scan-{number:03d}.dcm": dice.randbytes(size)
        for number, size in enumerate(sizes, 1)
    }
    manifest = _manifest(payload)
    tags = {
        "README.md": b"# What it is\n",
        "bagit.txt": b"BagIt-Version: 1.0\n",
        "manifest-sha256.txt": manifest,
    }
    documents = {**tags, "tagmanifest-sha256.txt": _manifest(tags)}
    container = keys.release_item(release.pk, 1)
    released_store().put_file(container, io.BytesIO(b"".join(payload.values())))
    offset = 0
    for path, content in payload.items():
        _row(release, path, content, container, offset)
        offset += len(content)
    for path, content in documents.items():
        key = keys.release_document(release.pk, path)
        released_store().put_file(key, io.BytesIO(content))
        _row(release, path, content, key, 0)
    Release.objects.filter(pk=release.pk).update(
        state="sealed", sealed_at=timezone.now(), manifest_sha256=hashlib.sha256(manifest).hexdigest()
    )
    release.refresh_from_db()
    return Sealed(grant, release, {**payload, **documents})


def _manifest(files: dict[str, bytes]) -> bytes:
    lines = (f"{hashlib.sha256(content).hexdigest()}  {path}\n" for path, content in files.items())
    return "".join(lines).encode()


def _row(release: Release, path: str, content: bytes, key: str, offset: int) -> None:
    ReleaseFile.objects.create(
        release=release, path=path, object_key=key, offset=offset, size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
