"""What systems leave in folders and archives of theirs: how a folder is shown, small pictures, marks beside files."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

REASON = "An operating system keeps it for itself. Nothing of a study is in it, and nothing of it is kept."
# Names in small letters; the command of the engine leaves out the same ones. The last is of macOS, with a line break at its end.
_NAMES = frozenset(
    (".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", ".directory", ".localized", "icon\ufffd")
)
# The folder in which macOS packs the marks of other files, and how such a mark begins (AppleDouble) that lies beside its file.
_FOLDER, _BESIDE, _APPLE_DOUBLE = "__MACOSX", "._", b"\x00\x05\x16\x07"


def is_leaving(path: str, place: Path) -> bool:
    """Say whether what was uploaded as *path*, and lies at *place*, is something that a system keeps for itself."""
    named = PurePosixPath(path)
    if named.name.lower() in _NAMES or _FOLDER in named.parts[:-1]:
        return True
    if not named.name.startswith(_BESIDE):
        return False
    with place.open("rb") as file:
        return file.read(len(_APPLE_DOUBLE)) == _APPLE_DOUBLE
