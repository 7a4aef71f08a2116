"""What the command says: results on the standard output, everything else on the standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text


def say(text: str = "") -> None:
    """Print a result, as it is."""
    print(text, flush=True)


def complain(text: str) -> None:
    """Print what is not a result; what would steer the terminal is taken out of it."""
    clean = "".join(char if char.isprintable() or char == "\n" else "\ufffd" for char in text)
    print(clean, file=sys.stderr, flush=True)


def table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table on a terminal, tab-separated lines elsewhere."""
    if not sys.stdout.isatty():
        for row in rows:
            say("\t".join(_plain(cell) for cell in row))
        return
    shown = Table(*titles, box=box.SIMPLE)
    for row in rows:
        shown.add_row(*(Text(_plain(cell)) for cell in row))
    Console().print(shown)


def _plain(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return "".join(char if char.isprintable() else " " for char in text)


def size(count: float) -> str:
    """Return a number of bytes as people read it."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return ""
