"""Commands that move bytes: `upload` and `download`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tessera_client.command.console import complain
from tessera_client.command.looking import grant_of
from tessera_client.command.signing_in import portal_of
from tessera_client.downloading import download, files_of
from tessera_client.errors import FilesFailedError
from tessera_client.paths import place_in
from tessera_client.progress import Bar
from tessera_client.sources import local_files
from tessera_client.uploading import follow, rejected, upload


def add_to(commands: Any) -> None:
    """Add the commands."""
    up = commands.add_parser("upload", help="upload folders, zips and files to a collection that you manage")
    up.add_argument("collection", metavar="COLLECTION")
    up.add_argument("paths", metavar="PATH", nargs="+", type=Path)
    up.add_argument("--no-wait", action="store_true", help="do not wait for the answer to every file")
    up.set_defaults(do=do_upload)
    down = commands.add_parser("download", help="download the release of a grant, or the rest of it")
    down.add_argument("grant", metavar="GRANT")
    down.add_argument(
        "folder", metavar="FOLDER", nargs="?", type=Path, help="the release's own name unless given"
    )
    down.set_defaults(do=do_download)
    for command in (up, down):
        command.add_argument("--parallel", type=int, default=4, metavar="N", help="so many at once (4)")


def do_upload(given: argparse.Namespace) -> int:
    """Send everything, hand it in, and wait until every file has its answer."""
    files = local_files(given.paths)
    with portal_of(given) as portal:
        with Bar(f"{len(files)} files", sum(file.size for file in files)) as bar:
            submission = upload(portal, given.collection, files, hands=given.parallel, meter=bar)
        complain(f"Handed in: {portal.url}/sponsor/submissions/{submission}/")
        if given.no_wait:
            return 0
        end = follow(portal, submission, tell=_Teller())
        refused = rejected(portal, submission)
    counts = end["counts"]
    if refused:
        raise FilesFailedError(
            f"{len(refused)} files were rejected, {counts['accepted']} were accepted.", refused
        )
    complain(f"All {counts['accepted']} files were accepted.")
    return 0


class _Teller:
    """Says how far the portal is, whenever that has changed."""

    def __init__(self) -> None:
        self.said = ""

    def __call__(self, now: dict[str, Any]) -> None:
        counts = now["counts"]
        line = f"{now['state']}: {counts['accepted']} accepted, {counts['rejected']} rejected"
        if line != self.said:
            self.said = line
            complain(line)


def do_download(given: argparse.Namespace) -> int:
    """Bring the release, with one progress bar over everything."""
    with portal_of(given) as portal:
        grant = grant_of(portal, given.grant)
        folder = given.folder or place_in(Path(), portal.get(f"grants/{grant}/release")["name"])
        files = files_of(portal, grant)
        with Bar(f"{len(files)} files", sum(file.size for file in files)) as bar:
            count = download(portal, grant, folder, hands=given.parallel, files=files, meter=bar)
    complain(f"All {count} files are in {folder}, each with the SHA-256 of the release.")
    return 0
