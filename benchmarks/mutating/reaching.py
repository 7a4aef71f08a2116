"""Which tests reach which function, told by running every test once."""

import ast
import builtins
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from mutating import forks
from mutating.exchanging import ROOT, exchange, forget

# How long the tests of a mutant take together, without it; slower ones are not asked.
LONGEST = 60.0


def telling(path: Path) -> str:
    """Return the text of a file whose functions tell that they were called."""
    tree = ast.parse(path.read_text())
    for node in list(ast.walk(tree)):
        if isinstance(node, ast.FunctionDef):
            name = ast.Constant(value=f"{path.relative_to(ROOT)}:{node.name}")
            told = ast.Expr(
                value=ast.Call(func=ast.Name(id="_reached", ctx=ast.Load()), args=[name], keywords=[])
            )
            node.body.insert(1 if ast.get_docstring(node) else 0, told)
    return ast.unparse(ast.fix_missing_locations(tree))


class Watching:
    """Notes which functions each test reaches, in its own process and in the children that it starts, and how long it takes.

    What a test reaches while it is set up counts for every test of its file, which may share what was set up.
    """

    def __init__(self, folder: Path) -> None:
        self.reached: set[str] = set()
        self.shared: set[str] = set()
        self._told, self._test = folder / "reached", folder / "test"
        builtins._reached = self.reached.add

    def pytest_runtest_call(self) -> None:
        """Keep what was reached before the test itself."""
        self.shared = self._all()

    def told_of(self, item: pytest.Item, following: pytest.Item | None) -> dict[str, Any]:
        """Run a test and return what it told."""
        self.reached.clear()
        self.shared = set()
        self._told.write_text("")
        self._test.write_text("")
        forget()
        started = time.monotonic()
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        seconds = time.monotonic() - started
        return {"reached": sorted(self._all()), "shared": sorted(self.shared), "seconds": seconds}

    def _all(self) -> set[str]:
        return self.reached | set(self._told.read_text().split("\n"))


class Reached:
    """What each of the tests told when it ran once, in a fork whose functions tell that they are called."""

    def __init__(self, items: list[pytest.Item], files: list[Path], folder: Path) -> None:
        self._told = list(zip(items, _watched(items, files, folder), strict=True))

    def slowest(self) -> list[tuple[float, str]]:
        """Return the seconds and names of the three slowest tests."""
        return sorted((one["seconds"], item.nodeid) for item, one in self._told)[-3:]

    def by(self, file: Path, function: str, own: list[str]) -> tuple[list[pytest.Item], float]:
        """Return the tests of the *own* test files that reach a function, the quickest first, and how long they take."""
        name = f"{file.relative_to(ROOT)}:{function}"
        shared = {item.path for item, one in self._told if name in one["shared"]}
        found = sorted(
            (one["seconds"], at)
            for at, (item, one) in enumerate(self._told)
            if (name in one["reached"] or item.path in shared) and str(item.path.relative_to(ROOT)) in own
        )
        taken, asked = 0.0, []
        for seconds, at in found:
            if asked and taken + seconds > LONGEST:
                break
            taken += seconds
            asked.append(self._told[at][0])
        return asked, taken


def _watched(items: list[pytest.Item], files: list[Path], folder: Path) -> list[dict[str, Any]]:
    child = os.fork()
    if child == 0:
        forks.be_child(lambda: _watch(items, files, folder), folder)
    try:
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    finally:
        forks.end(child)
    told = json.loads((folder / "told.json").read_text() or "[]")
    for text in (folder / "exchanged").iterdir():
        text.unlink()
    if len(told) != len(items):
        sys.exit("The tests fail without any mutant.")
    return told


def _watch(items: list[pytest.Item], files: list[Path], folder: Path) -> None:
    watching, session = Watching(folder), items[0].session
    for file in files:
        exchange(file, telling(file), folder)
    session.config.pluginmanager.register(watching)
    told = [watching.told_of(*two) for two in zip(items, [*items[1:], None], strict=True)]
    (folder / "told.json").write_text(json.dumps(told if not session.testsfailed else []))
