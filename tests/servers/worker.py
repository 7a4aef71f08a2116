"""A real Celery worker in a process of its own, over the test database."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.db import connection

from tests import plugin

ROOT = Path(__file__).resolve().parent.parent.parent


class Worker:
    """Starts, freezes and kills a worker with everything that it started."""

    def __init__(self, log: Path, environment: dict[str, str], queues: str) -> None:
        self.log, self.queues = log, queues
        url = plugin.SERVERS.postgres_url.replace("/tessera?", f"/{connection.settings_dict['NAME']}?")
        self.environment = {**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(ROOT), **environment}

    def start(self, app: str = "tests.servers.worker_app") -> None:
        """Start the worker and wait until it takes work."""
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [
                    sys.executable, "-m", "celery", "-A", app, "--quiet", "worker", "--concurrency=1",
                    "--without-gossip", "--without-mingle", "--without-heartbeat", "-Q", self.queues,
                ],
                stdout=output, stderr=subprocess.STDOUT, env=self.environment, cwd=ROOT,
                start_new_session=True,
            )  # fmt: skip
        wait_for(lambda: '"%s ready."' in self.log.read_text(), seconds=30, why=self.log.read_text)

    def kill(self) -> None:
        """Kill the worker and its pool, as when the machine goes dark."""
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGKILL)
        self.process.wait()

    def freeze(self) -> None:
        """Stop the worker and its pool in their tracks."""
        self.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen worker go on as if nothing had happened."""
        self.signal(signal.SIGCONT)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the whole process group."""
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return


def wait_for(holds: Callable[[], bool], *, seconds: float = 15, why: Callable[[], str] = str) -> None:
    """Return once *holds* does; fail loudly when the time is over."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"It did not come to pass within {seconds} s. {why()}")
        time.sleep(0.05)
