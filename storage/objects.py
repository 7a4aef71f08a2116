"""The object store: two buckets with credentials of their own, every byte checked on its way in and out."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any

import botocore.exceptions
import urllib3.exceptions
from django.conf import settings

from storage.client import connect, our_errors
from storage.errors import ObjectDamagedError, ObjectMissingError, StoreDownError

CHUNK = 1 << 20
IN_MEMORY = 8 << 20
READS = 4
BROKEN_READ = (botocore.exceptions.BotoCoreError, urllib3.exceptions.HTTPError, OSError)


@dataclass(frozen=True, slots=True)
class Stored:
    """What lies under a key; the digest is known after a put only, because not every store keeps it."""

    key: str
    size: int
    sha256: str = ""


class ObjectStore:
    """One bucket: `put_file`, `put_stream`, `get_stream`, `head`, `exists`, `delete`, `list_prefix`."""

    page_size = 1000

    def __init__(self, name: str) -> None:
        chosen = settings.OBJECT_STORES[name]
        self.bucket: str = chosen["bucket"]
        self.client: Any = connect(chosen)

    def make_bucket(self) -> None:
        """Make the bucket where it is missing."""
        with our_errors(self.bucket):
            try:
                self.client.head_bucket(Bucket=self.bucket)
            except botocore.exceptions.ClientError:
                self.client.create_bucket(Bucket=self.bucket)

    def put_file(self, key: str, file: IO[bytes], *, sha256: str = "") -> Stored:
        """Store a file that can be read twice; raise `ObjectDamagedError` unless what is stored is what was read.

        Where *sha256* is given, bytes that do not have it are refused before anything is stored.
        """
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
        size = file.seek(0, 2)
        if sha256 and digest != sha256:
            raise ObjectDamagedError("The bytes do not have the checksum that was announced.")
        file.seek(0)
        with our_errors(key):
            self.client.put_object(Bucket=self.bucket, Key=key, Body=file, ContentLength=size)
        self._check(key, size, digest)
        return Stored(key, size, digest)

    def put_stream(self, key: str, stream: Iterator[bytes] | IO[bytes], *, sha256: str = "") -> Stored:
        """Store a stream of any length; at most 8 MiB of it are held in memory."""
        with tempfile.SpooledTemporaryFile(IN_MEMORY, dir=_scratch()) as spool:
            for chunk in chunks(stream):
                spool.write(chunk)
            return self.put_file(key, spool, sha256=sha256)

    def put_bytes(self, key: str, content: bytes) -> Stored:
        """Store something small."""
        return self.put_stream(key, iter([content]))

    def _check(self, key: str, size: int, digest: str) -> None:
        """Raise `ObjectDamagedError` unless the store gives back what was sent, byte for byte and not one more."""
        read, count = hashlib.sha256(), 0
        for chunk in self.get_stream(key):
            read.update(chunk)
            count += len(chunk)
        if count != size or read.hexdigest() != digest:
            raise ObjectDamagedError(f"The store gives back other bytes for {key} than were sent.")

    def head(self, key: str) -> Stored:
        """Return size and digest of an object; raise `ObjectMissingError` where there is none."""
        with our_errors(key):
            answer = self.client.head_object(Bucket=self.bucket, Key=key)
        return Stored(key, int(answer["ContentLength"]))

    def require(self, key: str, *, size: int) -> None:
        """Raise `ObjectMissingError` where there is no object, `ObjectDamagedError` where it has another size."""
        if self.head(key).size != size:
            raise ObjectDamagedError(f"The object {key} has another length than it should have.")

    def exists(self, key: str) -> bool:
        """Say whether there is an object under *key*."""
        try:
            self.head(key)
        except ObjectMissingError:
            return False
        return True

    def get_stream(self, key: str, *, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from *start* on, at most *length* of them, exactly; a cut read is continued where it broke.

        Raises `StoreDownError` when the store stays away, `ObjectDamagedError` when it has fewer bytes.
        """
        position, end, failures = start, None if length is None else start + length, 0
        while end is None or position < end:
            before = position
            try:
                body, end = self._open(key, position, end)
                for chunk in body:
                    position += len(chunk)
                    yield chunk
            except BROKEN_READ as error:
                failures = failures + 1 if position == before else 1
                if failures >= READS:
                    raise StoreDownError(f"The object store keeps breaking off {key}.") from error
                continue
            if position == before and position < end:
                raise ObjectDamagedError(f"The store has fewer bytes of {key} than it says.")

    def _open(self, key: str, start: int, end: int | None) -> tuple[Iterator[bytes], int]:
        """Return what one request for the bytes from *start* on brings, and where they will end."""
        wanted = (
            {"Range": f"bytes={start}-{'' if end is None else end - 1}"} if start or end is not None else {}
        )
        with our_errors(key):
            try:
                answer = self.client.get_object(Bucket=self.bucket, Key=key, **wanted)
            except botocore.exceptions.ClientError as error:
                if (
                    error.response["ResponseMetadata"]["HTTPStatusCode"]
                    == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
                ):
                    return iter(()), start
                raise
        if wanted and "ContentRange" not in answer:
            raise StoreDownError(f"The object store does not give a part of {key} alone.")
        return self._chunks(answer["Body"]), start + int(answer["ContentLength"])

    @staticmethod
    def _chunks(body: Any) -> Iterator[bytes]:
        try:
            yield from body.iter_chunks(CHUNK)
        finally:
            body.close()

    def get_to(self, key: str, path: Path, *, sha256: str = "") -> Path:
        """Write an object to a file and return its path; raise `ObjectDamagedError` for other bytes than *sha256*."""
        read = hashlib.sha256()
        with path.open("wb") as file:
            for chunk in self.get_stream(key):
                read.update(chunk)
                file.write(chunk)
        if sha256 and read.hexdigest() != sha256:
            raise ObjectDamagedError(f"The object {key} has changed since it was stored.")
        return path

    def get_bytes(self, key: str) -> bytes:
        """Return something small."""
        return b"".join(self.get_stream(key))

    def delete(self, key: str) -> None:
        """Delete an object; deleting what is not there is no error."""
        with our_errors(key):
            self.client.delete_object(Bucket=self.bucket, Key=key)

    def delete_prefix(self, prefix: str) -> int:
        """Delete everything below *prefix* and return how much it was."""
        keys = [stored.key for stored in self.list_prefix(prefix)]
        for key in keys:
            self.delete(key)
        return len(keys)

    def list_prefix(self, prefix: str) -> Iterator[Stored]:
        """Yield the objects below *prefix*, in the order of their keys."""
        with our_errors(prefix):
            for page in self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=prefix, PaginationConfig={"PageSize": self.page_size}
            ):
                for item in page.get("Contents", []):
                    yield Stored(item["Key"], int(item["Size"]))


def chunks(stream: Iterator[bytes] | IO[bytes]) -> Iterator[bytes]:
    """Yield a file or an iterator piece by piece."""
    if hasattr(stream, "read"):
        while piece := stream.read(CHUNK):
            yield piece
    else:
        yield from stream


def _scratch() -> str:
    settings.SCRATCH_DIR.mkdir(parents=True, exist_ok=True)
    return str(settings.SCRATCH_DIR)


@cache
def raw_store() -> ObjectStore:
    """Return the bucket of what was uploaded; identified data, closed to every door."""
    return ObjectStore("raw")


@cache
def released_store() -> ObjectStore:
    """Return the bucket of what was cleaned for a grant."""
    return ObjectStore("released")
