"""What the command remembers between two calls: the sign-in, and uploads that were broken off.

Everything lies in files that only their owner may read, below `$XDG_CONFIG_HOME/tessera` and `$XDG_STATE_HOME/tessera`.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tessera_client.sources import LocalFile


def config_file() -> Path:
    """Return where the sign-in is kept."""
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "tessera" / "login.json"


def state_file() -> Path:
    """Return where broken-off uploads are noted."""
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "tessera" / "uploads.json"


def read(place: Path) -> dict[str, Any]:
    """Return what a file holds, nothing where it is missing or spoiled."""
    try:
        said = json.loads(place.read_text())
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def write(place: Path, content: dict[str, Any]) -> None:
    """Replace a file as a whole; only its owner may read it, from its first byte on."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = place.with_name(f"{place.name}.{os.getpid()}")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file, indent=1)
    new.replace(place)


def recall(url: str, collection: str, files: list[LocalFile]) -> str:
    """Return the submission of an earlier upload of the same files, an empty string where there was none."""
    return str(read(state_file()).get(_key(url, collection, files), ""))


def keep(url: str, collection: str, files: list[LocalFile], submission: str) -> None:
    """Note the submission, so that a second call finds it."""
    write(state_file(), {**read(state_file()), _key(url, collection, files): submission})


def forget(url: str, collection: str, files: list[LocalFile]) -> None:
    """Forget an upload that was handed in."""
    known = read(state_file())
    known.pop(_key(url, collection, files), None)
    write(state_file(), known)


def _key(url: str, collection: str, files: list[LocalFile]) -> str:
    """Return one name for this upload; the paths themselves are not written down."""
    said = json.dumps([url, collection, sorted(str(file.place.resolve()) for file in files)])
    return hashlib.sha256(said.encode()).hexdigest()
