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

NO_FILE = {"refused": "not_a_file", "reason": "This is a pipe, a socket or a device, not a file."}
UNREADABLE = {"refused": "unreadable", "reason": "This folder cannot be read."}


def files_of(source: Path) -> Iterator[tuple[Path, str]]:
    """Yield each file and its path relative to *source*; links are not followed."""
    if source.is_file():
        yield source, source.name
        return
    for path in sorted(source.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path, path.relative_to(source).as_posix()


def set_aside(source: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the relative path of what is no file to clean in *source*, and what the report says of it: links, pipes and
    devices, folders that cannot be read."""
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
    for error in unreadable:
        yield Path(error.filename).relative_to(source).as_posix(), dict(UNREADABLE)


def _leads_inside(link: Path, root: Path) -> bool:
    """Say whether a link leads to something that is there and lies under *root*."""
    try:
        return link.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):  # nothing there, or a link that leads back to itself
        return False
