"""How many deliberate mistakes in the engine's rules the tests notice.

    python benchmarks/mutants.py [--most 400] [--seed 1] [--under deid/engine/acting deid/engine/deciding …]

Each mutant changes one operator, constant, condition or return in one function; the sentence of an error is left alone,
its code is not. The tests are collected once; every mutant runs in a fork of that process, where the function's code is
exchanged in place, until the first test of its part fails or the tests take several times as long as without a mutant, which
is noticed as well (most such mutants loop for ever). Equivalent mutants are not told apart: the score is a lower bound.
"""

import argparse
import ast
import copy
import importlib
import inspect
import os
import random
import select
import signal
import sys
import time
import types
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

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
        "test_hidden_bits", "test_masks", "test_decoding", "test_volume_pictures", "test_planned_voxels", "test_hiding_places",
    ),
    "deid/engine/command": (
        "test_command", "test_command_paths", "test_command_progress", "test_whose", "test_formats_command",
    ),
    "deid/engine/whose": ("test_whose", "test_formats_command", "test_command"),
    "deid/engine/looking": ("test_command_pixels",),
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
        "test_formats_words", "test_csv_tables", "test_formats_raw", "test_formats_tables", "test_formats_command",
    ),
    "deid/engine/formats/documents": (
        "test_formats_words", "test_formats_models", "test_formats_masks", "test_formats_documents",
        "test_formats_encapsulated", "test_formats_pdf_letters", "test_formats_codings",
    ),
    "deid/engine/formats/images": (
        "test_raster_bytes", "test_tiff_bytes", "test_formats_masks", "test_formats_masks_kept", "test_formats_shown",
        "test_formats_images", "test_formats_verification",
    ),
    "deid/engine/formats/nifti": ("test_formats_lines", "test_nifti", "test_planned_voxels"),
    "deid/engine/formats/raw": (
        "test_raw_lines", "test_formats_words", "test_formats_arrays", "test_formats_shown", "test_formats_raw",
        "test_formats_numbers_of_people",
        "test_formats_hdf5", "test_raw_heads",
    ),
    "deid/engine/formats/tables": (
        "test_cdisc_columns", "test_workbook_limits", "test_formats_headings", "test_formats_numbers_of_people",
        "test_formats_codings", "test_formats_words",
        "test_formats_cells", "test_formats_columns", "test_formats_moments", "test_sas_transport",
        "test_csv_tables", "test_formats_tables",
    ),
}  # fmt: skip
# How long the tests of a mutant may take, in runs of all tests without one, and in seconds at least.
MOST_RUNS, SECONDS = 2, 20.0
SWAPPED = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Mod: ast.Add,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.RShift: ast.LShift, ast.LShift: ast.RShift,
    ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


def mutations(node: ast.AST) -> Iterator[str]:
    """Yield a name for each way to spoil *node* itself."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPPED:
        yield "comparison"
    if isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign) and type(node.op) in SWAPPED:
        yield "operator"
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not"
    if isinstance(node, ast.Constant) and isinstance(node.value, int | str | bytes) and node.value != "":
        yield "constant"
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield "condition"
    if isinstance(node, ast.Return) and node.value is not None and not _is_no(node.value):
        yield "return"


def _is_no(node: ast.AST) -> bool:
    """Say whether a value is what a spoilt return gives, or means the same."""
    return isinstance(node, ast.Constant) and (node.value is None or node.value is False)


def spoil(node: ast.AST, way: str) -> None:
    """Change *node* in place."""
    if way == "comparison":
        node.ops[0] = SWAPPED[type(node.ops[0])]()
    elif way == "operator":
        node.op = SWAPPED[type(node.op)]()
    elif way == "constant":
        value = node.value
        node.value = (not value) if isinstance(value, bool) else value + 1 if isinstance(value, int) else (
            value + "x" if isinstance(value, str) else value + b"x"
        )  # fmt: skip
    elif way == "not":
        node.operand = ast.UnaryOp(op=ast.Not(), operand=node.operand)
    elif way == "condition":
        node.test = ast.UnaryOp(op=ast.Not(), operand=node.test)
    elif way == "return":
        node.value = ast.Constant(value=None)


def tests_of(file: Path) -> list[str]:
    """Return the paths of the test files that judge *file*, in the order in which they run."""
    part = max((part for part in TESTS if str(file.relative_to(ROOT)).startswith(part)), key=len)
    return list(dict.fromkeys(f"tests/deid/{name}.py" for name in TESTS[part]))


def docstrings(tree: ast.AST) -> set[int]:
    """Return the identities of nodes that nobody tests: docstrings, annotations, decorators (sizes of caches) and the
    sentences of errors."""
    told: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) and ast.get_docstring(node):
            told.add(id(node.body[0].value))
        parts = [
            getattr(node, "annotation", None),
            getattr(node, "returns", None),
            *getattr(node, "decorator_list", ()),
            *(node.exc.args if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) else ()),
        ]
        for part in parts:
            told.update(id(one) for one in ast.walk(part) if part is not None) if part is not None else None
    return told


def places(path: Path) -> Iterator[tuple[int, str, int, str]]:
    """Yield (place in the walk, function, line, way) for every mutant of a file's functions."""
    tree = ast.parse(path.read_text())
    told = docstrings(tree)
    inside = {
        id(one): f.name for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) for one in ast.walk(f)
    }
    for place, node in enumerate(ast.walk(tree)):
        if id(node) in inside and id(node) not in told:
            for way in mutations(node):
                yield place, inside[id(node)], getattr(node, "lineno", 0), way


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


def apply(path: Path, place: int, way: str) -> None:
    """Exchange the code of the mutated function in the module that is already imported."""
    tree = ast.parse(path.read_text())
    spoil(next(node for at, node in enumerate(ast.walk(tree)) if at == place), way)
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    module = importlib.import_module(name)
    fresh = types.ModuleType(name)
    fresh.__dict__.update({"__file__": str(path), "__name__": name})
    sys.modules[name] = fresh
    exec(compile(ast.fix_missing_locations(copy.deepcopy(tree)), str(path), "exec"), fresh.__dict__)
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


class Mutants:
    """A plugin that runs the collected tests once as they are, and once in a fork for each mutant."""

    def __init__(self, given: argparse.Namespace) -> None:
        places_under = (ROOT / under for under in given.under)
        files = [file for at in places_under for file in (sorted(at.rglob("*.py")) if at.is_dir() else [at])]
        every = [(file, *one) for file in files for one in places(file)]
        self.all, self.counts, self.seconds = len(every), Counter[str](), SECONDS
        self.chosen = sorted(random.Random(given.seed).sample(every, min(given.most, len(every))))
        self.tests = {file: given.tests or tests_of(file) for file in files}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Take the place of the usual loop."""
        by_file: dict[str, list[pytest.Item]] = {}
        for item in session.items:
            by_file.setdefault(str(item.path.relative_to(ROOT)), []).append(item)
        started = time.monotonic()
        if self._run(session.items, None) != "survived":
            sys.exit("The tests fail without any mutant.")
        self.seconds = max(SECONDS, MOST_RUNS * (time.monotonic() - started))
        for number, (file, place, function, line, way) in enumerate(self.chosen, 1):
            items = [item for test in self.tests[file] for item in by_file.get(test, ())]
            verdict = self._run(items, (file, place, way))
            self.counts[verdict] += 1
            if verdict == "survived":
                print(f"\nsurvived: {file.relative_to(ROOT)}:{line} {function}: {way}")
            print(f"\r{number} of {len(self.chosen)}: {dict(self.counts)}", end="", flush=True)
        killed = len(self.chosen) - self.counts["survived"]
        print(
            f"\n{killed} of {len(self.chosen)} mutants noticed ({100 * killed / len(self.chosen):.1f} %), of {self.all}"
        )
        return True

    def _run(self, items: list[pytest.Item], mutant: tuple[Path, int, str] | None) -> str:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            self._be_child(items, mutant, writing)
        os.close(writing)
        ready, _, _ = select.select([reading], [], [], self.seconds if mutant else None)
        said = os.read(reading, 16) if ready else b""
        os.close(reading)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return {b"ok": "survived", b"failed": "failed"}.get(said, "hung" if not ready else "crashed")

    @staticmethod
    def _be_child(items: list[pytest.Item], mutant: tuple[Path, int, str] | None, writing: int) -> None:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        said = b"failed"
        try:
            if mutant:
                apply(*mutant)
            forget()
            session = items[0].session
            session.testsfailed = 0
            for item, following in zip(items, [*items[1:], None], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                if session.testsfailed:
                    break
            said = b"failed" if session.testsfailed else b"ok"
        finally:
            os.write(writing, said)
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
    sys.path.insert(0, str(ROOT))
    os.chdir(ROOT)
    plain = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-s"]
    mutants = Mutants(given)
    tests = dict.fromkeys(test for file in mutants.tests for test in mutants.tests[file])
    sys.exit(pytest.main([*plain, *tests], plugins=[mutants]))


if __name__ == "__main__":
    main()
