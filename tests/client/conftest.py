"""The `tessera` command as people run it, against the real web server over the test database."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.models import Scope
from portal.services.tokens import issue_token
from tests.servers.web import Web
from tests.servers.worker import ROOT, wait_for
from tests.world import World


@pytest.fixture
def web(committed_world: World, objects: None, tmp_path: Path) -> Iterator[Web]:
    """The web server."""
    server = Web(tmp_path / "web.log")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def token_of(committed_world: World) -> Callable[..., str]:
    """Make a token with every scope, or the given ones, for somebody of the world."""

    def token(name: str, *scopes: str) -> str:
        wanted = list(scopes or Scope.values)
        return issue_token(person=committed_world.people[name], name="test", scopes=wanted, days=1)[1]

    return token


class Tessera:
    """Runs the command in a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.started: list[subprocess.Popen[str]] = []

    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        return {**kept, "HOME": str(self.home), "PYTHONPATH": str(ROOT / "client")}

    def start(self, *words: object) -> subprocess.Popen[str]:
        """Start the command and return the running process."""
        process = subprocess.Popen(
            [sys.executable, "-m", "tessera_client", *map(str, words)],
            env=self.environment(), cwd=self.home, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        self.started.append(process)
        return process

    def run(self, *words: object, meanwhile: Callable[[], object] = lambda: None) -> "Ended":
        """Run the command to its end; *meanwhile* is called again and again until then."""
        process = self.start(*words)

        def is_over() -> bool:
            meanwhile()
            return process.poll() is not None

        wait_for(is_over, seconds=120, why=lambda: "The command did not end.")
        out, err = process.communicate()
        return Ended(process.returncode, out, err)


class Ended:
    """How a command ended."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    def __repr__(self) -> str:
        return f"exit {self.status}\n{self.out}\n{self.err}"


@pytest.fixture
def tessera(tmp_path: Path) -> Iterator[Tessera]:
    """The command."""
    home = tmp_path / "home"
    home.mkdir()
    command = Tessera(home)
    yield command
    for process in command.started:
        if process.poll() is None:
            process.kill()
            process.communicate()
