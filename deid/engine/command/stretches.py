"""Files that a child is asked about together: a call takes the parent about as long as the child takes for a small image."""

from collections.abc import Iterator, Sequence
from pathlib import Path

MOST_TOGETHER, MOST_BYTES = 32, 32 << 20
# So many stretches for each worker at least, so that none waits long for the last of another.
FEWEST_EACH = 8
Inputs = Sequence[tuple[Path, str]]


def in_stretches(inputs: Inputs, workers: int) -> Iterator[Inputs]:
    """Yield *inputs* in stretches of small files that *workers* share out; a large file is one by itself."""
    most = max(1, min(MOST_TOGETHER, len(inputs) // (workers * FEWEST_EACH)))
    first, size = 0, 0
    for place, (path, _relative) in enumerate(inputs):
        own = _size(path)
        size += own
        if place > first and (place - first == most or size > MOST_BYTES):
            yield inputs[first:place]
            first, size = place, own
    if first < len(inputs):
        yield inputs[first:]


def _size(path: Path) -> int:
    """Return how long a file is; of one that is gone the child says so."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
