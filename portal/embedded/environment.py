"""The data folder of an embedded portal: where things lie, and the environment that all its processes share."""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LONGEST_SOCKET = 90
SECRETS = (
    "TESSERA_SECRET_KEY",
    "TESSERA_KEY_WRAPPING_KEY",
    "TESSERA_LEDGER_SIGNING_KEY",
    "S3_RAW_ACCESS_KEY_ID",
    "S3_RAW_SECRET_ACCESS_KEY",
    "S3_RELEASED_ACCESS_KEY_ID",
    "S3_RELEASED_SECRET_ACCESS_KEY",
)
WRAPPING_KEY = "TESSERA_KEY_WRAPPING_KEY"
# Where a key stands that another one has taken the place of: what it did still holds.
OLD_KEYS = {
    "TESSERA_SECRET_KEY": "TESSERA_OLD_SECRET_KEYS",
    WRAPPING_KEY: "TESSERA_OLD_KEY_WRAPPING_KEYS",
    "TESSERA_LEDGER_SIGNING_KEY": "TESSERA_OLD_LEDGER_SIGNING_KEYS",
}


@dataclass(frozen=True)
class DataFolder:
    """Where an embedded portal keeps everything."""

    root: Path

    @property
    def environment(self) -> Path:
        """The file with addresses and secrets; readable by its owner only."""
        return self.root / "environment"

    @property
    def examples_loaded(self) -> Path:
        """Exists once the example data is complete."""
        return self.root / "examples-loaded"

    def prepared(self, root: Path, wrapping_key: str) -> Path:
        """Return the file that says that the database fits the migrations, packages and wrapping key as they are now."""
        whole = hashlib.sha256((root / "requirements" / "run.lock").read_bytes() + wrapping_key.encode())
        for migration in sorted(root.glob("*/migrations/*.py")):
            whole.update(migration.read_bytes())
        return self.root / f"prepared-{whole.hexdigest()[:16]}"

    def log(self, name: str) -> Path:
        """Return the log of one part."""
        return self.root / "logs" / f"{name}.log"

    def prepare(self) -> None:
        """Make the folder, closed to everybody else."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.root.chmod(stat.S_IRWXU)
        (self.root / "scratch").mkdir(exist_ok=True)

    def sockets(self) -> Path:
        """Return a folder for Unix sockets, whose addresses have to be short."""
        folder = self.root / "run"
        if len(str(folder)) > LONGEST_SOCKET:
            name = hashlib.sha256(str(self.root).encode()).hexdigest()[:12]
            folder = Path(tempfile.gettempdir()) / f"tessera-{os.getuid()}-{name}"
        folder.mkdir(mode=stat.S_IRWXU, exist_ok=True)
        if folder.stat().st_uid != os.getuid():
            raise PermissionError(f"{folder} belongs to somebody else; choose another folder with --data.")
        folder.chmod(stat.S_IRWXU)
        return folder

    def read(self) -> dict[str, str]:
        """Return what the environment file says."""
        if not self.environment.exists():
            return {}
        lines = self.environment.read_text().splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def write(self, values: Mapping[str, str]) -> None:
        """Replace the environment file."""
        fresh = self.environment.with_suffix(".new")
        fresh.touch(mode=stat.S_IRUSR | stat.S_IWUSR)
        fresh.write_text("".join(f"{name}={value}\n" for name, value in sorted(values.items())))
        fresh.replace(self.environment)

    def secrets(self) -> dict[str, str]:
        """Return the secrets of this folder, made on the first run."""
        known = self.read()
        return {name: known.get(name) or secrets.token_hex(32) for name in SECRETS}

    def old_keys(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return the keys that were there before, also those that *given* ones take the place of now: none is ever lost."""
        known, old = self.read(), {}
        for name, place in OLD_KEYS.items():
            before = [*known.get(place, "").split(","), *given.get(place, "").split(","), known.get(name, "")]
            kept = dict.fromkeys(filter(None, before))
            kept.pop(given.get(name) or known.get(name, ""), None)
            if kept:
                old[place] = ",".join(kept)
        return old
