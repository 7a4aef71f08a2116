"""What a file or folder tree holds: files to clean, and what is set aside, such as links, of which none leads out of the tree."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

INSIDE = {
    "left_out": "link",
    "reason": "This is a link to a file of the same tree, which is cleaned where it lies.",
}
OUTSIDE = {
    "refused": "link",
    "reason": "This is a link to something outside of the tree; put the file itself in its place.",
}

OF_SYSTEM = {
    "left_out": "of_the_system",
    "reason": "In this file an operating system notes how it shows a folder; it holds nothing of a study.",
}
_OF_SYSTEM = frozenset((".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", ".directory", ".localized"))
# How AppleDouble begins, which macOS puts beside a file as `._name` on disks of others.
_BESIDE, _APPLE_DOUBLE = "._", b"\x00\x05\x16\x07"

NO_FILE = {"refused": "not_a_file", "reason": "This is a pipe, a socket or a device, not a file."}
UNREADABLE = {"refused": "unreadable", "reason": "This folder cannot be read."}


def files_of(source: Path) -> Iterator[tuple[Path, str]]:
    """Yield each file and its path relative to *source*; links are not followed."""
    if source.is_file():
        yield source, source.name
        return
    for path in sorted(source.rglob("*")):
        if path.is_file() and not path.is_symlink() and not _is_of_system(path):
            yield path, path.relative_to(source).as_posix()


def set_aside(source: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the relative path of what is no file to clean in *source*, and what the report says of it: links, pipes and
    devices, what systems note of folders, folders that cannot be read."""
    if not source.is_dir():
        return
    root = source.resolve()
    unreadable: list[OSError] = []
    for folder, folders, files in os.walk(source, onerror=unreadable.append):
        for path in sorted(Path(folder, name) for name in (*folders, *files)):
            if path.is_symlink():
                yield (
                    path.relative_to(source).as_posix(),
                    dict(INSIDE if _leads_inside(path, root) else OUTSIDE),
                )
            elif not path.is_dir() and not path.is_file():
                yield path.relative_to(source).as_posix(), dict(NO_FILE)
            elif path.is_file() and _is_of_system(path):
                yield path.relative_to(source).as_posix(), dict(OF_SYSTEM)
    for error in unreadable:
        yield Path(error.filename).relative_to(source).as_posix(), dict(UNREADABLE)


def _is_of_system(path: Path) -> bool:
    """Say whether an operating system keeps a file for itself."""
    if not path.name.startswith(_BESIDE):
        return path.name.lower() in _OF_SYSTEM
    try:
        with path.open("rb") as file:
            return file.read(len(_APPLE_DOUBLE)) == _APPLE_DOUBLE
    except OSError:  # its cleaning says why
        return False


def _leads_inside(link: Path, root: Path) -> bool:
    """Say whether a link leads to something that is there and lies under *root*."""
    try:
        return link.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):  # nothing there, or a link that leads back to itself
        return False
