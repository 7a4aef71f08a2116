"""The limited children of a command: one for each of its threads and each set of limits."""

import threading

from deid.engine.sandbox.limits import Limits
from deid.engine.sandbox.pool import Pool

ORDINARY = Limits()
# Text models take half a gigabyte; a mask on compressed pixels decodes all frames of the image.
LOOKING = Limits(memory_bytes=3 << 30, cpu_seconds=600, wall_seconds=900)
MASKING = Limits(memory_bytes=4 << 30, cpu_seconds=600, wall_seconds=1800)
DEFACING = Limits(memory_bytes=6 << 30, cpu_seconds=1800, wall_seconds=3000)


class Pools:
    """Gives each thread children of its own."""

    def __init__(self) -> None:
        self._local = threading.local()
        self._all: list[Pool] = []

    def of(self, limits: Limits) -> Pool:
        """Return the child of this thread that has these *limits*."""
        mine: dict[Limits, Pool] = self._local.__dict__.setdefault("mine", {})
        if limits not in mine:
            mine[limits] = Pool(limits)
            self._all.append(mine[limits])
        return mine[limits]

    def end(self, limits: Limits) -> None:
        """End the children with these *limits*, so that a phase that is over holds no memory."""
        for pool in self._all:
            if pool.limits == limits:
                pool.close()

    def close(self) -> None:
        """End all children."""
        for pool in self._all:
            pool.close()
