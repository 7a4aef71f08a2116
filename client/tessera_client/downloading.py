"""Downloads the release of a grant: in parallel, resumable, every file checked before it gets its name."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Lock
from urllib.parse import urlsplit

from tessera_client.crew import work_through
from tessera_client.errors import (
    BusyFolderError,
    ClientError,
    FilesFailedError,
    NotAllowedError,
    NotThereError,
)
from tessera_client.fetching import RemoteFile, fetch
from tessera_client.portal import Portal
from tessera_client.progress import Meter, Quiet

try:
    import fcntl
except ImportError:  # Windows has no such lock; two downloads into one folder are then the person's own care.
    fcntl = None  # type: ignore[assignment]

LOCK = ".tessera-lock"


def files_of(portal: Portal, grant: str) -> list[RemoteFile]:
    """Return every file of the grant's release."""
    rows = portal.rows(f"grants/{grant}/files")
    # Only the path of an address is used: the token goes to no other host.
    return [RemoteFile(row["path"], row["size"], row["sha256"], urlsplit(row["url"]).path) for row in rows]


def download(
    portal: Portal, grant: str, folder: Path, *, hands: int = 4, files: list[RemoteFile] | None = None,
    meter: Meter | None = None,
) -> int:  # fmt: skip
    """Bring the release of *grant* into *folder* and return how many files it has.

    What lies there already, whole or in part, is kept. Raises `FilesFailedError` naming each file that did not
    arrive; after a refusal nothing more is asked for.
    """
    wanted = files_of(portal, grant) if files is None else files
    work = _Download(portal, folder, meter or Quiet())
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder):
        work_through(wanted, work.one, hands=hands, stop=work.stop)
    left = [file.path for file in wanted if file.path not in work.done and file.path not in work.failed]
    reasons = {**work.failed, **dict.fromkeys(left, work.refusal or "It was not asked for any more.")}
    if reasons:
        raise FilesFailedError(f"{len(reasons)} of {len(wanted)} files did not arrive.", reasons)
    return len(wanted)


class _Download:
    """What the threads share."""

    def __init__(self, portal: Portal, folder: Path, meter: Meter) -> None:
        self.portal, self.folder, self.meter = portal, folder, meter
        self.stop, self.guard = Event(), Lock()
        self.done: set[str] = set()
        self.failed: dict[str, str] = {}
        self.refusal = ""

    def one(self, file: RemoteFile) -> None:
        """Bring one file; note what became of it."""
        try:
            fetch(self.portal, file, self.folder, self.stop, self.meter)
        except (NotAllowedError, NotThereError) as error:
            # The grant is over (or the token): asking for the others would only be refused as well.
            self.refusal = error.message
            self.stop.set()
            self._fail(file, error.message)
        except ClientError as error:
            self._fail(file, error.message)
        except OSError as error:
            self._fail(file, f"It cannot be written: {error.strerror}.")
        else:
            with self.guard:
                self.done.add(file.path)

    def _fail(self, file: RemoteFile, reason: str) -> None:
        with self.guard:
            self.failed[file.path] = self.refusal or reason


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other downloads out of the folder; the lock ends with the process, however that ends."""
    place = folder / LOCK
    with place.open("w") as file:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise BusyFolderError(
                    f"Another download writes into {folder}. Let it finish first."
                ) from error
        try:
            yield
        finally:
            place.unlink(missing_ok=True)
