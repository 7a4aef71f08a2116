"""A whole portal in processes of its own, started by the command that people use."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from tests.servers.worker import wait_for

ROOT = Path(__file__).resolve().parent.parent.parent
# What the tests' own servers have set must not shine through: this portal brings its own parts.
OWN = ("DATABASE_URL", "CELERY_BROKER_URL", "TESSERA_DATA", "TESSERA_SECRET_KEY", "TESSERA_KEY_WRAPPING_KEY")
OWN_PREFIXES = ("S3_", "TESSERA_LEDGER")


class RunningPortal:
    """Runs `manage.py up` over a data folder."""

    def __init__(self, data: Path, *, port: int, examples: bool) -> None:
        self.data, self.port, self.examples = data, port, examples
        self.address = f"http://127.0.0.1:{port}"
        self.log = data.parent / f"up-{port}.log"
        self.process: subprocess.Popen[bytes]

    def launch(self) -> None:
        """Start the command."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in OWN and not name.startswith(OWN_PREFIXES)
        }
        environment = {**kept, "TESSERA_SKIP_INSTALL": "1", "TESSERA_TEST_MARK": str(self.data)}
        command = [sys.executable, "manage.py", "up", "--data", str(self.data), "--port", str(self.port)]
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                command if self.examples else [*command, "--no-examples"],
                cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def start(self, seconds: float = 60) -> None:
        """Start and wait until it says that it is ready; nothing is left of one that does not."""
        self.launch()
        try:
            wait_for(self._is_ready, seconds=seconds, why=self.output)
        except AssertionError:
            self.process.terminate()
            self.process.wait(40)
            raise

    def _is_ready(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(f"It ended while it started. {self.output()}")
        return "] ready\n" in self.output()

    def output(self) -> str:
        """Return what the command has printed."""
        return self.log.read_text()

    def get(self, path: str) -> tuple[int, str]:
        """Return status and body of a page."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def stop(self, number: signal.Signals) -> int:
        """Ask it to stop and return its exit status."""
        self.process.send_signal(number)
        return self.process.wait(40)

    def kill(self) -> None:
        """Make sure that nothing is left."""
        if hasattr(self, "process") and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
