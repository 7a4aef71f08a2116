"""Uploads files to a collection: in parts of 8 MiB, several at once, each checked; what has arrived is not sent again."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Event, Lock
from typing import Any

from tessera_client import memory
from tessera_client.crew import work_through
from tessera_client.errors import ClientError, InvalidInputError, NotThereError
from tessera_client.hashing import sha256_of
from tessera_client.portal import Portal
from tessera_client.progress import Meter, Quiet
from tessera_client.sources import LocalFile

PART_BYTES = 8 << 20
ANNOUNCED_AT_ONCE = 500
UNDECIDED = ("uploading", "uploaded", "received")
ON_ITS_WAY = {"receiving", "received", "indexed"}


@dataclass
class _Sending:
    """A file on its way: its number at the portal, the parts that are there, and how many still lack."""

    local: LocalFile
    pk: str
    there: dict[int, str]
    lacking: int
    complete: bool


def upload(
    portal: Portal, collection: str, files: list[LocalFile], *, hands: int = 4, meter: Meter | None = None
) -> str:
    """Send *files* to *collection*, hand them in, and return the identifier of the submission.

    A second call with the same files goes on where the first one ended.
    """
    submission = _open(portal, collection, files)
    work = _Upload(portal, submission, meter or Quiet(), hands)
    sendings = work.announce(files)
    stop = Event()
    work_through(_parts(sendings), work.part, hands=hands, stop=stop)
    portal.post(f"submissions/{submission}/hand-in")
    memory.forget(portal.url, collection, files)
    return submission


def _open(portal: Portal, collection: str, files: list[LocalFile]) -> str:
    """Return the open submission of an earlier, broken-off upload of these files, else a new one."""
    known = memory.recall(portal.url, collection, files)
    if known:
        try:
            if portal.get(f"submissions/{known}")["state"] == "open":
                return known
        except NotThereError:
            pass  # It was abandoned and swept away, or belongs to somebody else's token.
    made = str(portal.post("submissions", {"collection": collection})["id"])
    memory.keep(portal.url, collection, files, made)
    return made


class _Upload:
    """What the threads share."""

    def __init__(self, portal: Portal, submission: str, meter: Meter, hands: int) -> None:
        self.portal, self.submission, self.meter, self.hands = portal, submission, meter, hands
        self.guard = Lock()

    def announce(self, files: list[LocalFile]) -> list[_Sending]:
        """Tell the portal what will come, with the SHA-256 of every whole file, and learn what is there."""
        sendings = []
        for start in range(0, len(files), ANNOUNCED_AT_ONCE):
            some = files[start : start + ANNOUNCED_AT_ONCE]
            digests = self._digests(some)
            body = {"files": [{"path": f.path, "size": f.size, "sha256": digests[f.path]} for f in some]}
            for local, row in zip(some, self._announced(body), strict=True):
                there = {part["number"]: part["sha256"] for part in row["parts"]}
                lacking = len([n for n in range(1, _count(local) + 1) if n not in there])
                complete = row["state"] != "uploading"
                sendings.append(_Sending(local, row["id"], there, lacking, complete))
        return sendings

    def _digests(self, files: list[LocalFile]) -> dict[str, str]:
        digests: dict[str, str] = {}

        def one(file: LocalFile) -> None:
            digests[file.path] = sha256_of(file.place)

        work_through(files, one, hands=self.hands, stop=Event())
        return digests

    def _announced(self, body: dict[str, Any]) -> Any:
        """Announce; a file that has changed since an earlier try is taken back first."""
        path = f"submissions/{self.submission}/files"
        try:
            return self.portal.post(path, body)
        except InvalidInputError as error:
            if error.code != "other_file":
                raise
        said = {file["path"]: (file["size"], file["sha256"]) for file in body["files"]}
        for row in self.portal.rows(path):
            if row["path"] in said and said[row["path"]] != (row["size"], row["client_sha256"]):
                self.portal.ask("DELETE", f"submission-files/{row['id']}")
        return self.portal.post(path, body)

    def part(self, piece: tuple[_Sending, int]) -> None:
        """Send one part unless it is there; after the last one, say that the file is complete."""
        sending, number = piece
        size = _size(sending.local, number)
        if number and number not in sending.there and not sending.complete:
            self._send(sending, number, size)
            with self.guard:
                sending.lacking -= 1
        self.meter.add(size)
        with self.guard:
            last = sending.lacking == 0 and not sending.complete
            sending.complete = sending.complete or last
        if last:
            self.portal.post(f"submission-files/{sending.pk}/complete")

    def _send(self, sending: _Sending, number: int, size: int) -> None:
        with sending.local.place.open("rb") as file:
            file.seek((number - 1) * PART_BYTES)
            content = file.read(size)
        if len(content) != size:
            raise ClientError(f"{sending.local.place} has changed while it was read. Give the command again.")
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        headers = {"Content-Digest": f"sha-256=:{digest}:", "Content-Type": "application/octet-stream"}
        path = f"submission-files/{sending.pk}/parts/{number}"
        try:
            self.portal.ask("PUT", path, content=content, headers=headers)
        except InvalidInputError as error:
            if error.code != "digest_differs":
                raise
            # It was damaged on its way.
            self.portal.ask("PUT", path, content=content, headers=headers)


def _count(file: LocalFile) -> int:
    return -(-file.size // PART_BYTES)


def _size(file: LocalFile, number: int) -> int:
    return max(0, min(PART_BYTES, file.size - (number - 1) * PART_BYTES)) if number else 0


def _parts(sendings: list[_Sending]) -> Iterator[tuple[_Sending, int]]:
    """Yield every part of every file; an empty file has a part 0, which only says that it is complete."""
    for sending in sendings:
        for number in range(1, _count(sending.local) + 1) or [0]:
            yield sending, number


def follow(
    portal: Portal, submission: str, *, tell: Callable[[dict[str, Any]], None], every: float = 1.0
) -> dict[str, Any]:
    """Return the submission once every file of it has its answer; *tell* hears how far it is."""
    while True:
        now: dict[str, Any] = portal.get(f"submissions/{submission}")
        tell(now)
        waiting = sum(now["counts"][state] for state in UNDECIDED)
        if now["state"] not in ON_ITS_WAY or (now["state"] != "receiving" and not waiting):
            return now
        time.sleep(every)


def rejected(portal: Portal, submission: str) -> dict[str, str]:
    """Return why files were rejected, by path."""
    rows = portal.rows(f"submissions/{submission}/files", state="rejected")
    return {row["path"]: row["reason"] or row["reason_code"] for row in rows}
