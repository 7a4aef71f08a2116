"""One part of the portal: a process with its log, in a group of its own, that ends with its supervisor."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from portal.embedded import trampoline


class PartError(Exception):
    """A part did not start or has ended."""


class Part:
    """A child process: `start`, `wait_until`, `stop`."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        log: Path,
        *,
        stop_with: signal.Signals = signal.SIGTERM,
        orphan_gets: signal.Signals = signal.SIGKILL,
        environment: Mapping[str, str] | None = None,
        as_nobody: bool = False,
    ) -> None:
        self.name = name
        self.log = log
        self.stop_with = stop_with
        self.environment = {**os.environ, **(environment or {})}
        self.command = [str(word) for word in command]
        self.orphan_gets = orphan_gets
        self.as_nobody = as_nobody
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process; its output goes to the log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        leap = [sys.executable, "-I", "-S", trampoline.__file__, str(os.getpid()), str(int(self.orphan_gets))]
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [*(unprivileged() if self.as_nobody else []), *leap, *self.command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.environment,
                start_new_session=True,
            )

    def wait_until(self, ready: Callable[[], bool], seconds: float = 60) -> None:
        """Return when *ready* says so; raise `PartError` when the process ends or the time is over."""
        deadline = time.monotonic() + seconds
        while not ready():
            if self.ended():
                raise PartError(f"{self.name} ended while it started. Its log: {self.log}")
            if time.monotonic() > deadline:
                raise PartError(f"{self.name} is not ready after {seconds:.0f} s. Its log: {self.log}")
            time.sleep(0.02)

    def ended(self) -> bool:
        """Say whether the process is gone."""
        return self.process is None or self.process.poll() is not None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process."""
        if self.process is not None and not self.ended():
            self.process.send_signal(number)

    def stop(self, seconds: float = 10) -> None:
        """Ask the process to end, wait, and kill its whole group when it does not."""
        if self.process is None or self.ended():
            return
        self.signal(self.stop_with)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def unprivileged() -> list[str]:
    """Return what stands before a command that refuses to run as root; nothing for everybody else."""
    if os.geteuid() != 0:
        return []
    return ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
