"""How many deliberate mistakes in the engine's rules the tests notice.

    python benchmarks/mutants.py [--most 400] [--seed 1] [--under deid/engine/acting deid/engine/deciding …]
        [--without deid/engine/command/defacing.py …]

Each mutant changes one operator, constant, condition or return in one function; the sentence of an error is left alone,
its code is not. The tests are collected once and run once, which tells the functions that each of them reaches. Every mutant
runs in a fork of that process, where the function's code is exchanged in place and in the children that tests start, until the
first test that reaches it fails or those tests take several times as long as without a mutant, which is noticed as well (most
such mutants loop for ever). Mutants that change what a person reads only, or an assertion, are left out (`untold`); equivalent
ones are not told apart otherwise: the score is a lower bound.
"""

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest
from mutating import one_mutant
from mutating.exchanging import ROOT
from mutating.mistakes import places, shown, spoilt
from mutating.parts import tests_of
from mutating.reaching import Reached

UNDER = ("deid/engine/acting", "deid/engine/deciding")


def files_of(under: list[str], without: list[str]) -> list[Path]:
    """Return the files and those in the folders of *under*, but for the files and folders of *without*."""
    files = [
        file
        for at in map(ROOT.joinpath, under)
        for file in (sorted(at.rglob("*.py")) if at.is_dir() else [at])
    ]
    return [file for file in files if not any(file.is_relative_to(ROOT / one) for one in without)]


class Mutants:
    """A plugin that runs the collected tests once as they are, and those that reach a mutant in a fork for each."""

    def __init__(self, given: argparse.Namespace, folder: Path) -> None:
        self.files = files_of(given.under, given.without)
        every = [(file, *one) for file in self.files for one in places(file)]
        self.all, self.counts, self.folder = len(every), Counter[str](), folder
        self.chosen = sorted(random.Random(given.seed).sample(every, min(given.most, len(every))))
        self.tests = {file: given.tests or tests_of(file) for file in self.files}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Take the place of the usual loop."""
        started = time.monotonic()
        reached = Reached(session.items, self.files, self.folder)
        print(f"the tests take {time.monotonic() - started:.0f} s; the slowest:", flush=True)
        for seconds, name in reached.slowest():
            print(f"  {seconds:.1f} s {name}")
        for number, (file, place, function, line, way) in enumerate(self.chosen, 1):
            items, seconds = reached.by(file, function, self.tests[file])
            text = spoilt(file, place, way)
            verdict = one_mutant.verdict(items, file, text, seconds, self.folder) if items else "uncalled"
            self.counts[verdict] += 1
            if verdict in ("survived", "uncalled"):
                print(f"\n{verdict}: {file.relative_to(ROOT)}:{line} {function}: {way}\n{shown(file, text)}")
            print(f"\r{number} of {len(self.chosen)}: {dict(self.counts)}", end="", flush=True)
        killed = len(self.chosen) - self.counts["survived"] - self.counts["uncalled"]
        print(
            f"\n{killed} of {len(self.chosen)} mutants noticed ({100 * killed / len(self.chosen):.1f} %), of {self.all}"
        )
        return True


def main() -> None:
    """Collect the tests, then run them for each mutant."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--most", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--under", nargs="+", default=list(UNDER))
    parser.add_argument("--without", nargs="+", default=[], help="files and folders to leave out")
    parser.add_argument("--tests", nargs="+", help="test files for all of them instead of those of each part")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    sys.path.insert(0, str(ROOT))
    os.chdir(ROOT)
    plain = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-s"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "exchanged").mkdir()
        (folder / "told.json").touch()
        shutil.copy(ROOT / "benchmarks/mutating/children/sitecustomize.py", folder)
        mutants = Mutants(given, folder)
        tests = dict.fromkeys(test for file in mutants.tests for test in mutants.tests[file])
        sys.exit(pytest.main([*plain, *tests], plugins=[mutants]))


if __name__ == "__main__":
    main()
