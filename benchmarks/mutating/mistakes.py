"""The deliberate mistakes: each changes one operator, constant, condition or return in one function of a file."""

import ast
import difflib
from collections.abc import Iterator
from pathlib import Path

# Arguments that nobody tests: what `--help` says, that two sequences are of one length, which is an assertion, and what a digest
# is for, which does not change it.
UNTOLD = frozenset({"help", "description", "metavar", "strict", "usedforsecurity"})
# What is called to log.
LOGGED = frozenset({"debug", "info", "warning", "error", "exception"})
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


def untold(tree: ast.AST) -> set[int]:
    """Return the identities of nodes that nobody tests: docstrings, annotations, decorators (sizes of caches), the sentences of
    errors and of logs, and what the arguments of `UNTOLD` say."""
    told: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) and ast.get_docstring(node):
            told.add(id(node.body[0].value))
        parts = [
            getattr(node, "annotation", None),
            getattr(node, "returns", None),
            *getattr(node, "decorator_list", ()),
            *(node.exc.args if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) else ()),
            *(node.args if isinstance(node, ast.Call) and _is_error(node.func) else ()),
            *((node.value,) if isinstance(node, ast.keyword) and node.arg in UNTOLD else ()),
            *(node.args if isinstance(node, ast.Call) and _logs(node.func) else ()),
        ]
        told.update(id(one) for part in parts if part is not None for one in ast.walk(part))
    return told


def _is_error(called: ast.AST) -> bool:
    return isinstance(called, ast.Name) and called.id.endswith("Error")


def _logs(called: ast.AST) -> bool:
    return isinstance(called, ast.Attribute) and called.attr in LOGGED


def places(path: Path) -> Iterator[tuple[int, str, int, str]]:
    """Yield (place in the walk, function, line, way) for every mutant of a file's functions."""
    tree = ast.parse(path.read_text())
    told = untold(tree)
    inside = {
        id(one): f.name for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) for one in ast.walk(f)
    }
    for place, node in enumerate(ast.walk(tree)):
        if id(node) in inside and id(node) not in told:
            for way in mutations(node):
                yield place, inside[id(node)], getattr(node, "lineno", 0), way


def spoilt(path: Path, place: int, way: str) -> str:
    """Return the text of a file with one mistake."""
    tree = ast.parse(path.read_text())
    spoil(next(node for at, node in enumerate(ast.walk(tree)) if at == place), way)
    return ast.unparse(ast.fix_missing_locations(tree))


def shown(path: Path, text: str) -> str:
    """Return the lines of a file that its spoilt *text* takes away and has instead, without comments."""
    lines = difflib.ndiff(ast.unparse(ast.parse(path.read_text())).split("\n"), text.split("\n"))
    return "\n".join(line for line in lines if line[0] in "+-")
