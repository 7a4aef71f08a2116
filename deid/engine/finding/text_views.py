"""Text that a frame shows to who looks at it in another way: through its second window, or without its palette.

Such a view is looked at for shapes of text only, and what is masked already is no news. Importing this module loads the models
of `rapidocr-onnxruntime`.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from deid.engine.finding.text_deciding import read
from deid.engine.finding.text_fitting import fitted
from deid.engine.finding.text_ink import Box, Grey
from deid.engine.finding.text_reading import Proposal, shared, stretched
from deid.engine.finding.text_shapes import text_lines
from deid.engine.pixels.decoding import frame_pixels, shown_frame, window_count

# So many lines of a view are read, and so many views are looked at. What shares so much with another line is no news.
MOST_LINES, MOST_VIEWS, KNOWN = 8, 3, 0.3
# Views that differ by less, in greys on average, show the same.
ALIKE = 2.0


def other_views(dataset: Any, frame: int, shown: Grey) -> Iterator[Grey]:
    """Yield in 8-bit greys what a frame shows in its other windows (PS3.3 C.11.2.1.2), or, if it has a palette, the numbers of
    its colours; nothing that is like what is *shown* already."""
    views: Iterator[Grey]
    if str(dataset.get("PhotometricInterpretation")) == "PALETTE COLOR":
        views = iter([stretched(np.asarray(frame_pixels(dataset, frame), np.float32))])
    else:
        views = (shown_frame(dataset, frame, n) for n in range(1, min(window_count(dataset), 1 + MOST_VIEWS)))
    for view in views:
        if view.shape == shown.shape and np.abs(view.astype(np.int16) - shown).mean() > ALIKE:
            yield view


def text_of_view(view: Grey, known: Sequence[Box]) -> Iterator[tuple[Box, float]]:
    """Yield the rectangles of what has the shape of text in a *view* and reads as such, but for what is *known*, and how
    surely."""
    seen = list(known)
    fresh: list[Proposal] = []
    for line in text_lines(view):
        box = line.left, line.top, line.right, line.bottom
        if not any(shared(box, other) > KNOWN for other in seen) and len(fresh) < MOST_LINES:
            seen.append(box)
            fresh.append(Proposal(box, False, line.score))
    kept, _doubted = read([view], fresh)
    for proposal, score in kept:
        yield fitted([view], proposal.box, proposal.legible), score
