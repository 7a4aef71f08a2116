"""How many deliberate mistakes in the engine's rules the tests notice.

    python benchmarks/mutants.py [--most 400] [--seed 1] [--under deid/engine/acting deid/engine/deciding …]

Each mutant changes one operator, constant, condition or return in one function. The tests are collected once; every
mutant runs in a fork of that process, where the function's code is exchanged in place, until the first test fails.
Equivalent mutants are not told apart: the score is a lower bound.
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
TESTS = (
    "tests/deid/test_checks.py",
    "tests/deid/test_text.py",
    "tests/deid/test_words.py",
    "tests/deid/test_known.py",
    "tests/deid/test_hiding_places.py",
    "tests/deid/test_text_dates.py",
    "tests/deid/test_every_attribute.py",
    "tests/deid/test_every_option.py",
    "tests/deid/test_mislabelled.py",
    "tests/deid/test_dictionary.py",
    "tests/deid/test_profiles.py",
    "tests/deid/test_rules.py",
    "tests/deid/test_identity.py",
    "tests/deid/test_planted.py",
    "tests/deid/test_remembering.py",
    "tests/deid/test_properties.py",
)
SECONDS = 120
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
    if isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield "return"


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


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


def docstrings(tree: ast.AST) -> set[int]:
    """Return the identities of nodes that are docstrings, annotations or decorators (sizes of caches), which nobody tests."""
    told: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) and ast.get_docstring(node):
            told.add(id(node.body[0].value))
        parts = [
            getattr(node, "annotation", None),
            getattr(node, "returns", None),
            *getattr(node, "decorator_list", ()),
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
            inner = getattr(value, "__func__", value)
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
        files = [file for under in given.under for file in sorted((ROOT / under).rglob("*.py"))]
        every = [(file, *one) for file in files for one in places(file)]
        self.all, self.counts = len(every), Counter[str]()
        self.chosen = sorted(random.Random(given.seed).sample(every, min(given.most, len(every))))

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Take the place of the usual loop."""
        if self._run(session, None) != "survived":
            sys.exit("The tests fail without any mutant.")
        for number, (file, place, function, line, way) in enumerate(self.chosen, 1):
            verdict = self._run(session, (file, place, way))
            self.counts[verdict] += 1
            if verdict == "survived":
                print(f"\nsurvived: {file.relative_to(ROOT)}:{line} {function}: {way}")
            print(f"\r{number} of {len(self.chosen)}: {dict(self.counts)}", end="", flush=True)
        killed = len(self.chosen) - self.counts["survived"]
        print(
            f"\n{killed} of {len(self.chosen)} mutants noticed ({100 * killed / len(self.chosen):.1f} %), of {self.all}"
        )
        return True

    def _run(self, session: pytest.Session, mutant: tuple[Path, int, str] | None) -> str:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            self._be_child(session, mutant, writing)
        os.close(writing)
        until = time.monotonic() + SECONDS
        ready, _, _ = select.select([reading], [], [], max(0, until - time.monotonic()))
        said = os.read(reading, 16) if ready else b""
        os.close(reading)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return {b"ok": "survived", b"failed": "failed"}.get(said, "hung" if not ready else "crashed")

    @staticmethod
    def _be_child(session: pytest.Session, mutant: tuple[Path, int, str] | None, writing: int) -> None:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        said = b"failed"
        try:
            if mutant:
                apply(*mutant)
                forget()
            session.testsfailed = 0
            for place, item in enumerate(session.items):
                following = session.items[place + 1] if place + 1 < len(session.items) else None
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
    parser.add_argument("--tests", nargs="+", default=list(TESTS))
    given = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    os.chdir(ROOT)
    plain = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-s"]
    sys.exit(pytest.main([*plain, *given.tests], plugins=[Mutants(given)]))


if __name__ == "__main__":
    main()
