"""OpenStack Swift as a second object store: installed once from its lock file, started when a test needs it."""

import hashlib
import subprocess
import venv
from pathlib import Path
from random import SystemRandom

from portal.embedded.part import Part
from portal.embedded.stores import port_answers

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
LOCK = ROOT / "requirements" / "swift.lock"
# Beside the main environment, so that it is found again by the next run.
ENVIRONMENT = ROOT / ".swift-venv"
KEY, SECRET = "portal:app", "swift-secret"


def install() -> Path:
    """Return the Python of Swift's environment, made on the first run."""
    python = ENVIRONMENT / "bin" / "python"
    stamp = ENVIRONMENT / f"installed-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]}"
    if not stamp.exists():
        venv.create(ENVIRONMENT, with_pip=True, symlinks=True)
        options = ["--disable-pip-version-check", "--no-input", "--no-deps", "--require-hashes", "-q"]
        subprocess.run([python, "-m", "pip", "install", *options, "-r", LOCK], check=True)
        stamp.touch()
    return python


class Swift(Part):
    """One Swift with four servers on ports *port* to *port* + 3."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        super().__init__(
            "Swift",
            [install(), HERE / "swift_node" / "server.py", folder, str(port), SECRET],
            folder / "swift.log",
        )

    def start(self) -> None:
        """Start it and wait until all of it answers."""
        super().start()
        self.wait_until(lambda: all(port_answers(self.port + offset) for offset in range(4)))


def four_free_ports() -> int:
    """Return the first of four neighbouring free ports."""
    while True:
        port = SystemRandom().randrange(20_000, 30_000)
        if not any(port_answers(port + offset) for offset in range(4)):
            return port
