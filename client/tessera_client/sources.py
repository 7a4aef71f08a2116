"""What lies on this disk and is to be uploaded, under the names by which the portal will know it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tessera_client.errors import InvalidInputError


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file on this disk: where it lies, what it is called there, and how long it is."""

    place: Path
    path: str
    size: int


def local_files(paths: list[Path]) -> list[LocalFile]:
    """Return every file of *paths*, folders with all that is in them, by name.

    Raises `InvalidInputError` for a path that is not there, for links and devices (nothing is left out silently),
    and for two files that would have the same name.
    """
    found: dict[str, LocalFile] = {}
    for given in paths:
        if not given.exists():
            raise InvalidInputError(f"There is no {given}.")
        for place, path in _walk(given):
            if place.is_symlink() or not place.is_file():
                raise InvalidInputError(f"{place} is a link or a device, not a file. Give the file itself.")
            if path in found:
                raise InvalidInputError(
                    f"Two files would be called {path}. Upload them one folder at a time, or rename one."
                )
            found[path] = LocalFile(place, path, place.stat().st_size)
    if not found:
        raise InvalidInputError("There is no file in what you gave.")
    return [found[path] for path in sorted(found)]


def _walk(given: Path) -> Iterator[tuple[Path, str]]:
    """Yield files and links; links to folders are not followed, which keeps circles out."""
    if not given.is_dir():
        yield given, given.name
        return
    root = given.resolve()
    for folder, folders, names in os.walk(root):
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        for name in sorted([*names, *links]):
            place = Path(folder) / name
            yield place, (Path(root.name) / place.relative_to(root)).as_posix()
