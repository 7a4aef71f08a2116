"""A workbook of several sheets in the command: each sheet that names subjects becomes a table of its own."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from deid.engine.errors import RefusedError
from deid.engine.formats.tables.sheets import WRITTEN_AS


def beside(relative: str, number: int) -> str:
    """Return the path of a sheet in the tree, as if it lay beside its workbook: companions are told apart by it."""
    path = PurePosixPath(relative)
    return str(path.with_name(f"{path.stem}-sheet-{number}{WRITTEN_AS}"))


def clean_sheets(numbers: Sequence[int], clean: Callable[[int], dict[str, Any]]) -> dict[str, Any]:
    """Return the report's entry for a workbook: that of its first table, with the counts of all, the others as `sheets`, and
    which sheets are left out and why; raises `RefusedError` where none can be taken."""
    entries: list[dict[str, Any]] = []
    left_out: list[str] = []
    for number in numbers:
        try:
            entries.append(clean(number))
        except RefusedError as error:
            left_out.append(f"Sheet {number}: {error.reason}")
    if not entries:
        raise RefusedError(f"None of its {len(numbers)} sheets can be taken. {left_out[0]}", code="bad_table")
    first, *others = entries
    counts = Counter[str]()
    for entry in entries:
        counts.update(entry["counts"])
    told = {**first, "counts": dict(counts)}
    return told | ({"sheets": others} if others else {}) | ({"left_out_sheets": left_out} if left_out else {})


def outputs_of(entries: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """Yield the outputs that entries of a report name, those of further sheets among them."""
    for entry in entries:
        if "output" in entry:
            yield entry["output"]
            yield from (sheet["output"] for sheet in entry.get("sheets", ()))
