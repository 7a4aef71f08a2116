"""What a file or folder tree holds: files to clean, and links, of which none leads out of the tree."""

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


def files_of(source: Path) -> Iterator[tuple[Path, str]]:
    """Yield each file and its path relative to *source*; links are not followed."""
    if source.is_file():
        yield source, source.name
        return
    for path in sorted(source.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path, path.relative_to(source).as_posix()


def links_of(source: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the relative path of each link in *source*, and what the report says of it."""
    if not source.is_dir():
        return
    root = source.resolve()
    for path in sorted(source.rglob("*")):
        if path.is_symlink():
            target = path.resolve()
            inside = target.exists() and target.is_relative_to(root)
            yield path.relative_to(source).as_posix(), dict(INSIDE if inside else OUTSIDE)
