"""Where a file of a release lies in the folder: never outside of it, whatever the server calls it."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from tessera_client.errors import UnsafePathError

ODD = re.compile(r"[\x00-\x1f\x7f\\:]")
PART = ".part"


def place_in(folder: Path, path: str) -> Path:
    """Return the place of *path* in *folder*; raise `UnsafePathError` for what would lead out of it.

    Links on the way are followed before the answer is given, so a link that somebody planted leads nowhere.
    """
    pieces = PurePosixPath(path).parts
    if (
        not path
        or path.startswith("/")
        or ODD.search(path)
        or {"..", "."} & set(path.split("/"))
        or not pieces
    ):
        raise UnsafePathError(
            "The portal named a file that would lie outside of the folder; it is not written."
        )
    root = folder.resolve()
    place = root.joinpath(*pieces)
    if place.is_symlink() or not place.parent.resolve().is_relative_to(root):
        raise UnsafePathError(f"{path} leads through a link out of the folder; it is not written.")
    return place


def part_of(place: Path) -> Path:
    """Return where the bytes of a file lie until they are complete and checked."""
    return place.with_name(place.name + PART)
