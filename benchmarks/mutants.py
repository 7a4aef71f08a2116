"""How many deliberate mistakes in the engine's rules the tests notice.

    python benchmarks/mutants.py [--most 400] [--seed 1] [--under deid/engine/acting deid/engine/deciding …]

Each mutant changes one operator, constant, condition or return in one function; the sentence of an error is left alone,
its code is not. The tests are collected once and run once, which tells the functions that each of them reaches. Every mutant
runs in a fork of that process, where the function's code is exchanged in place and in the children that tests start, until the
first test that reaches it fails or those tests take several times as long as without a mutant, which is noticed as well (most
such mutants loop for ever). Mutants that change what a person reads only, or an assertion, are left out (`untold`); equivalent
ones are not told apart otherwise: the score is a lower bound.
"""

import argparse
import ast
import builtins
import importlib
import inspect
import json
import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
import types
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from mistakes import places, spoilt

ROOT = Path(__file__).resolve().parents[1]
UNDER = ("deid/engine/acting", "deid/engine/deciding")
RULES = (
    "test_checks", "test_text", "test_words", "test_known", "test_hiding_places", "test_text_dates", "test_every_attribute",
    "test_every_option", "test_mislabelled", "test_dictionary", "test_profiles", "test_rules", "test_identity", "test_planted",
    "test_remembering", "test_properties",
)  # fmt: skip
# The test files of each part, those that judge it first; the longest beginning of a path that stands here decides.
TESTS = {
    "deid/engine": RULES,
    "deid/engine/acting": ("test_segments", *RULES),
    "deid/engine/deciding": ("test_rules", "test_table_e1_1", *RULES),
    "deid/engine/text": ("test_text_parts", "test_text_people", "test_text_numbers", "test_text_scripts", *RULES),
    "deid/engine/reading": ("test_reading", "test_mislabelled", "test_hiding_places", *RULES, "test_structure", "test_hostile"),
    "deid/engine/identity": ("test_identity", *RULES),
    "deid/engine/keys": ("test_identity", *RULES),
    "deid/engine/profiles": ("test_profiles", *RULES),
    "deid/engine/writing": ("test_writing", *RULES),
    "deid/engine/review": ("test_review_sentences", "test_review_volumes", "test_review", "test_differing"),
    "deid/engine/pixels": (
        "test_codestreams", "test_pictures", "test_segments", "test_hidden_bits", "test_masks", "test_decoding",
        "test_volume_pictures", "test_planned_voxels", "test_planted_pixels", "test_hiding_places",
    ),
    "deid/engine/command": (
        "test_command_orders", "test_command_one_file", "test_command_stretches", "test_command_paths",
        "test_command_progress", "test_whose", "test_command",
    ),
    "deid/engine/command/defacing": ("test_command_orders", "test_command_faces"),
    "deid/engine/command/looking": ("test_command_orders", "test_command_pixels"),
    "deid/engine/whose": ("test_whose_stated", "test_whose"),
    "deid/engine/looking": ("test_looking",),
    "deid/engine/sandbox": ("test_sandbox", "test_hostile"),
    "deid/engine/facts": (
        "test_facts", "test_facts_of_files", "test_raw_heads", "test_nifti", "test_formats_hdf5", "test_planted",
    ),
    "deid/engine/verification": (
        "test_leaks_instances", "test_leaks_files",
        "test_walking", "test_needles", "test_comparing", "test_second_reader_files", "test_second_reader_pixels",
        "test_verification",
        "test_formats_verification", "test_risk", "test_segments", "test_hidden_bits", "test_nifti", "test_planned_voxels",
        "test_formats_encapsulated", "test_reading_again",
    ),
    "deid/engine/formats": (
        "test_formats_lines", "test_formats_masks", "test_document_lengths", "test_formats_encapsulated",
        "test_formats_verification", "test_nifti", "test_formats_command",
    ),
    "deid/engine/formats/bids": (
        "test_formats_words", "test_csv_tables", "test_formats_raw", "test_formats_tables",
    ),
    "deid/engine/formats/documents": (
        "test_formats_words", "test_formats_models", "test_formats_masks", "test_formats_documents",
        "test_formats_encapsulated", "test_formats_pdf_letters", "test_formats_pdf_limits",
        "test_formats_codings", "test_whose_stated",
    ),
    "deid/engine/formats/images": (
        "test_raster_bytes", "test_tiff_bytes", "test_formats_masks", "test_formats_masks_kept", "test_formats_shown",
        "test_formats_images", "test_formats_verification",
    ),
    "deid/engine/formats/nifti": ("test_formats_lines", "test_nifti", "test_planned_voxels"),
    "deid/engine/formats/raw": (
        "test_raw_lines", "test_formats_words", "test_formats_arrays", "test_formats_shown", "test_formats_raw",
        "test_formats_numbers_of_people",
        "test_formats_hdf5", "test_raw_heads", "test_whose_stated",
    ),
    "deid/engine/formats/tables": (
        "test_cdisc_columns", "test_workbook_limits", "test_formats_headings", "test_formats_numbers_of_people",
        "test_formats_codings", "test_formats_words",
        "test_formats_cells", "test_formats_columns", "test_formats_moments", "test_sas_transport",
        "test_csv_tables", "test_formats_tables",
    ),
}  # fmt: skip
# How long the tests of a mutant may take: so many seconds, and so many times as long as without one.
SECONDS, MOST_RUNS = 15.0, 3
# How long the tests of a mutant take together, without it; slower ones are not asked.
LONGEST = 60.0


def tests_of(file: Path) -> list[str]:
    """Return the paths of the test files that judge *file*, in the order in which they run."""
    part = max((part for part in TESTS if str(file.relative_to(ROOT)).startswith(part)), key=len)
    return list(dict.fromkeys(f"tests/deid/{name}.py" for name in TESTS[part]))


def functions(module: types.ModuleType) -> dict[str, types.FunctionType]:
    """Return every function of a module by its qualified name, those inside classes and caches too."""
    found = {}
    owners = [module, *(one for one in vars(module).values() if inspect.isclass(one))]
    for owner in owners:
        if inspect.isclass(owner) and owner.__module__ != module.__name__:
            continue
        for value in vars(owner).values():
            inner = getattr(value, "fget", None) or getattr(value, "__func__", value)
            one = inspect.unwrap(inner) if callable(inner) else inner
            if isinstance(one, types.FunctionType) and one.__module__ == module.__name__:
                found[one.__qualname__] = one
    return found


def module_of(path: Path) -> str:
    """Return the name of the module in a file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


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


def exchange(path: Path, text: str, folder: Path) -> None:
    """Exchange the code of a module's functions, in the module that is already imported and in children started from now on."""
    name = module_of(path)
    (folder / "exchanged" / f"{name}.py").write_text(text)
    module = importlib.import_module(name)
    fresh = types.ModuleType(name)
    fresh.__dict__.update({key: vars(module)[key] for key in vars(module) if key.startswith("__")})
    sys.modules[name] = fresh
    exec(compile(text, str(path), "exec"), fresh.__dict__)
    sys.modules[name] = module
    old, new = functions(module), functions(fresh)
    for qualified, function in new.items():
        if qualified in old and old[qualified].__code__.co_freevars == function.__code__.co_freevars:
            old[qualified].__code__ = function.__code__
            old[qualified].__defaults__, old[qualified].__kwdefaults__ = (
                function.__defaults__,
                function.__kwdefaults__,
            )


def forget() -> None:
    """Empty the caches of the engine: what was answered while tests were collected was answered by no mutant."""
    for name, module in list(sys.modules.items()):
        if name.startswith("deid.engine"):
            for one in vars(module).values():
                if callable(getattr(one, "cache_clear", None)):
                    one.cache_clear()


class Watching:
    """Notes which functions each test reaches, in its own process and in the children that it starts, and how long it takes.

    What a test reaches while it is set up counts for every test of its file, which may share what was set up.
    """

    def __init__(self, folder: Path) -> None:
        self.reached: set[str] = set()
        self.shared: set[str] = set()
        self._told = folder / "reached"
        builtins._reached = self.reached.add

    def pytest_runtest_call(self) -> None:
        """Keep what was reached before the test itself."""
        self.shared = self._all()

    def told_of(self, item: pytest.Item, following: pytest.Item | None) -> dict[str, Any]:
        """Run a test and return what it told."""
        self.reached.clear()
        self.shared = set()
        self._told.write_text("")
        forget()
        started = time.monotonic()
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        seconds = time.monotonic() - started
        return {"reached": sorted(self._all()), "shared": sorted(self.shared), "seconds": seconds}

    def _all(self) -> set[str]:
        return self.reached | set(self._told.read_text().split("\n"))


class Mutants:
    """A plugin that runs the collected tests once as they are, and those that reach a mutant in a fork for each."""

    def __init__(self, given: argparse.Namespace, folder: Path) -> None:
        places_under = (ROOT / under for under in given.under)
        self.files = [
            file for at in places_under for file in (sorted(at.rglob("*.py")) if at.is_dir() else [at])
        ]
        every = [(file, *one) for file in self.files for one in places(file)]
        self.all, self.counts, self.folder = len(every), Counter[str](), folder
        self.chosen = sorted(random.Random(given.seed).sample(every, min(given.most, len(every))))
        self.tests = {file: given.tests or tests_of(file) for file in self.files}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Take the place of the usual loop."""
        started = time.monotonic()
        told = self._watched(session.items)
        print(f"the tests take {time.monotonic() - started:.0f} s; the slowest:", flush=True)
        for seconds, item in sorted(
            ((one["seconds"], item.nodeid) for item, one in zip(session.items, told, strict=True))
        )[-3:]:
            print(f"  {seconds:.1f} s {item}")
        for number, (file, place, function, line, way) in enumerate(self.chosen, 1):
            items, seconds = self._reaching(session.items, told, file, function)
            verdict = self._noticed(items, file, spoilt(file, place, way), seconds) if items else "uncalled"
            self.counts[verdict] += 1
            if verdict in ("survived", "uncalled"):
                print(f"\n{verdict}: {file.relative_to(ROOT)}:{line} {function}: {way}")
            print(f"\r{number} of {len(self.chosen)}: {dict(self.counts)}", end="", flush=True)
        killed = len(self.chosen) - self.counts["survived"] - self.counts["uncalled"]
        print(
            f"\n{killed} of {len(self.chosen)} mutants noticed ({100 * killed / len(self.chosen):.1f} %), of {self.all}"
        )
        return True

    def _reaching(
        self, items: list[pytest.Item], told: list[dict[str, Any]], file: Path, function: str
    ) -> tuple[list[pytest.Item], float]:
        """Return the tests of a file that reach a function, the quickest first, and how long they take."""
        name, own = f"{file.relative_to(ROOT)}:{function}", self.tests[file]
        shared = {item.path for item, one in zip(items, told, strict=True) if name in one["shared"]}
        found = [
            (one["seconds"], at)
            for at, (item, one) in enumerate(zip(items, told, strict=True))
            if (name in one["reached"] or item.path in shared) and str(item.path.relative_to(ROOT)) in own
        ]
        found = sorted(found)
        taken = [sum(seconds for seconds, _at in found[: place + 1]) for place in range(len(found))]
        asked = [at for place, (_seconds, at) in enumerate(found) if not place or taken[place] <= LONGEST]
        return [items[at] for at in asked], sum(found[place][0] for place in range(len(asked)))

    def _watched(self, items: list[pytest.Item]) -> list[dict[str, Any]]:
        """Return what each test tells, run once in a fork whose functions tell that they are called."""
        child = os.fork()
        if child == 0:
            self._be_child(lambda: self._watch(items))
        try:
            os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        finally:
            self._end(child)
        told = json.loads((self.folder / "told.json").read_text() or "[]")
        for text in (self.folder / "exchanged").iterdir():
            text.unlink()
        if len(told) != len(items):
            sys.exit("The tests fail without any mutant.")
        return told

    def _watch(self, items: list[pytest.Item]) -> None:
        watching, session = Watching(self.folder), items[0].session
        for file in self.files:
            exchange(file, telling(file), self.folder)
        session.config.pluginmanager.register(watching)
        told = [watching.told_of(*two) for two in zip(items, [*items[1:], None], strict=True)]
        (self.folder / "told.json").write_text(json.dumps(told if not session.testsfailed else []))

    def _noticed(self, items: list[pytest.Item], file: Path, text: str, seconds: float) -> str:
        """Return what became of the tests in a fork where *file* has another *text*."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            self._be_child(lambda: os.write(writing, self._tried(items, file, text)))
        os.close(writing)
        try:
            ready, _, _ = select.select([reading], [], [], SECONDS + MOST_RUNS * seconds)
            said = os.read(reading, 16) if ready else b""
        finally:
            os.close(reading)
            self._end(child)
        (self.folder / "exchanged" / f"{module_of(file)}.py").unlink(missing_ok=True)
        return {b"ok": "survived", b"failed": "failed"}.get(said, "hung" if not ready else "crashed")

    def _tried(self, items: list[pytest.Item], file: Path, text: str) -> bytes:
        try:
            exchange(file, text, self.folder)
        except Exception:
            return b"failed"
        forget()
        session = items[0].session
        session.testsfailed = 0
        for item, following in zip(items, [*items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                return b"failed"
        return b"ok"

    @staticmethod
    def _end(child: int) -> None:
        """End a fork and whatever it started, also where this process is told to end."""
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)

    def _be_child(self, work: Callable[[], object]) -> None:
        """Do the *work*, in silence and in a group of processes of its own, and end."""
        os.setpgid(0, 0)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        paths = (str(self.folder), os.environ.get("PYTHONPATH", ""))
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
        try:
            work()
        finally:
            os._exit(0)


def main() -> None:
    """Collect the tests, then run them for each mutant."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--most", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--under", nargs="+", default=list(UNDER))
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
        shutil.copy(ROOT / "benchmarks/mutant_children/sitecustomize.py", folder)
        mutants = Mutants(given, folder)
        tests = dict.fromkeys(test for file in mutants.tests for test in mutants.tests[file])
        sys.exit(pytest.main([*plain, *tests], plugins=[mutants]))


if __name__ == "__main__":
    main()
