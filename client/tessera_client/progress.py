"""One progress bar for everything, which ends at 100 %."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)


class Meter(Protocol):
    """Something that wants to know how far it is."""

    def add(self, count: int) -> None:
        """Count bytes; a negative number takes them back."""


class Quiet:
    """A meter that shows nothing."""

    def add(self, count: int) -> None:
        """Count nothing."""


class Bar:
    """The bar on a terminal; elsewhere one line at the end."""

    def __init__(self, what: str, total: int) -> None:
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=Console(file=sys.stderr),
        )
        # An empty file is done at once: a bar over nothing is full.
        self.task = self.progress.add_task(what, total=total or 1, completed=0 if total else 1)

    def add(self, count: int) -> None:
        """Count bytes."""
        self.progress.advance(self.task, count)

    def __enter__(self) -> Self:
        self.progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.progress.stop()
