"""Exchanges the text of modules in the children that tests start: the commands and the sandbox.

`mutants.py` copies this file to a folder of its own, names that in PYTHONPATH, and writes beside it the text of a module as
`exchanged/NAME.py`. A text that calls `_reached` notes in the file `reached` which functions a child has called.
"""

import builtins
import importlib.machinery
import importlib.util
import sys
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

HERE = Path(__file__).resolve().parent
_SEEN = set()


def _reached(name: str) -> None:
    # A child may serve many tests: the file `test` is as old as the one that runs.
    seen = ((HERE / "test").stat().st_mtime_ns, name)
    if seen not in _SEEN:
        _SEEN.add(seen)
        with (HERE / "reached").open("a") as file:
            file.write(name + "\n")


class _Exchanged(importlib.machinery.SourceFileLoader):
    """Loads a module from the text that stands for it."""

    def get_code(self, fullname: str) -> CodeType:
        return compile((HERE / "exchanged" / f"{self.name}.py").read_text(), self.path, "exec")


class _Finder:
    """Finds the modules of which a text is there."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: ModuleType | None = None) -> Any:
        if not (HERE / "exchanged" / f"{name}.py").exists():
            return None
        found = importlib.machinery.PathFinder.find_spec(name, path, target)
        return importlib.util.spec_from_file_location(
            name,
            found.origin,
            loader=_Exchanged(name, found.origin),
            submodule_search_locations=found.submodule_search_locations,
        )


builtins._reached = _reached
sys.meta_path.insert(0, _Finder)
