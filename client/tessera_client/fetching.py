"""Brings one file: into a `.part` file, on from where an earlier try ended, checked before it gets its name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import httpx

from tessera_client.errors import ClientError, UnreachableError
from tessera_client.hashing import PIECE, sha256_of
from tessera_client.paths import part_of, place_in
from tessera_client.patience import PASSING
from tessera_client.portal import Portal, problem_of, retry_after
from tessera_client.progress import Meter

CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)")
MOST_DAMAGED = 3


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a release, as the portal lists it."""

    path: str
    size: int
    sha256: str
    url: str


class _TroubleError(Exception):
    """A try failed in a way that may pass."""

    def __init__(self, what: str, wait: float = 0.0) -> None:
        super().__init__(what)
        self.wait = wait


def fetch(portal: Portal, file: RemoteFile, folder: Path, stop: Event, meter: Meter) -> None:
    """Bring *file* into *folder*, unless it is there whole.

    Raises `NotAllowedError` or `NotThereError` where the portal refuses, `UnreachableError` when it does not answer
    any more, and `ClientError` when what arrives stays damaged.
    """
    place = place_in(folder, file.path)
    if place.is_file() and place.stat().st_size == file.size and sha256_of(place) == file.sha256:
        meter.add(file.size)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    part = part_of(place)
    for _ in range(MOST_DAMAGED):
        _fill(portal, file, part, stop, meter)
        if sha256_of(part) == file.sha256:
            part.replace(place)
            return
        # The length is right and the bytes are not: nothing of it can be trusted.
        part.unlink()
        meter.add(-file.size)
    raise ClientError(f"It arrived damaged {MOST_DAMAGED} times: its SHA-256 is not the one of the release.")


def _fill(portal: Portal, file: RemoteFile, part: Path, stop: Event, meter: Meter) -> None:
    """Make *part* as long as the file, trying again as long as something arrives."""
    patience = portal.patience()
    held = part.stat().st_size if part.is_file() else 0
    if held > file.size:
        part.unlink()
        held = 0
    meter.add(held)
    part.touch()
    while held < file.size:
        before = held
        try:
            _receive(portal, file, part, held, stop)
            trouble = _TroubleError("the connection ended early")
        except httpx.HTTPError as error:
            trouble = _TroubleError(type(error).__name__)
        except _TroubleError as error:
            trouble = error
        held = part.stat().st_size
        meter.add(held - before)
        if held >= file.size:
            return
        if held > before:
            patience.progress()
        if not patience.wait(stop, trouble.wait):
            raise UnreachableError(
                f"The portal does not send it ({trouble}); {held} of {file.size} bytes are here."
            )


def _receive(portal: Portal, file: RemoteFile, part: Path, held: int, stop: Event) -> None:
    """Ask for what is missing and write what comes, never more than the file has."""
    # Bytes as they are: a proxy that compresses would spoil ranges and lengths.
    headers = {"Accept": "application/octet-stream, application/problem+json", "Accept-Encoding": "identity"}
    if held:
        headers |= {"Range": f"bytes={held}-", "If-Range": f'"{file.sha256}"'}
    with portal.http.stream("GET", file.url, headers=headers) as answer:
        if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            part.write_bytes(b"")
            raise _TroubleError("the file is shorter than what is here")
        start = _start(answer, file, held)
        with part.open("r+b") as output:
            output.truncate(start)
            output.seek(start)
            for chunk in answer.iter_raw(PIECE):
                if stop.is_set():
                    raise _TroubleError("it was stopped")
                if output.tell() + len(chunk) > file.size:
                    output.truncate(0)
                    raise _TroubleError("more bytes came than the file has")
                output.write(chunk)


def _start(answer: httpx.Response, file: RemoteFile, held: int) -> int:
    """Return where in the file the answer begins; raise unless it is an answer with bytes of this very file."""
    if answer.status_code in PASSING:
        raise _TroubleError(f"status {answer.status_code}", retry_after(answer))
    if answer.status_code not in {200, 206}:
        answer.read()
        raise problem_of(answer)
    if answer.headers.get("ETag", "").removeprefix("W/") != f'"{file.sha256}"':
        # The page of a proxy or a hotel's sign-in, sent as if all were well.
        raise _TroubleError("something else answered in the portal's place")
    if answer.status_code == 200:
        return 0
    found = CONTENT_RANGE.fullmatch(answer.headers.get("Content-Range", ""))
    if not found or int(found.group(1)) != held or int(found.group(2)) != file.size:
        raise _TroubleError("another part of the file was sent than asked for")
    return held
