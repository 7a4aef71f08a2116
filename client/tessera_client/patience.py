"""How often and how long to try again: as long as something moves, and not for ever when nothing does."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
LONGEST_WAIT = 30.0


@dataclass
class Patience:
    """Counts the failures in a row; progress gives all tries back."""

    tries: int = 8
    first_wait: float = 0.5
    failures: int = field(default=0, init=False)

    def progress(self) -> None:
        """Note that something arrived."""
        self.failures = 0

    def wait(self, stop: Event, asked: float = 0.0) -> bool:
        """Wait before the next try, twice as long each time; return False when there should be none."""
        self.failures += 1
        if self.failures >= self.tries:
            return False
        wait = min(LONGEST_WAIT, self.first_wait * 2 ** (self.failures - 1)) * random.uniform(0.7, 1.3)  # noqa: S311
        return not stop.wait(max(wait, min(asked, LONGEST_WAIT)))


PatienceMaker = Callable[[], Patience]
