"""The letters of a PDF page put together to lines: turned ones along their own direction, spaced ones without false gaps.

Importing this module loads pdfminer.
"""

import math
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple, cast

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTAnno, LTChar

# A letter that leans less than this is upright: italics are sheared, not turned.
UPRIGHT_DEGREES = 5
# Gaps that part words, in heights of the letters; letters of one line lie within so many heights of each other.
WORD_GAP, LINE_HEIGHT = 0.2, 0.5
# A line is spaced out where so many of its words are a letter or two; its gaps between words are so much wider than most.
FEWEST_SHORT, SHORT_SHARE, WIDER = 4, 0.5, 1.8


class Letter(NamedTuple):
    """A letter where it stands along the line and across it, in points of a page turned so that it is upright."""

    across: float
    along: float
    end: float
    size: float
    text: str
    x: float
    y: float


class Letters(PDFPageAggregator):
    """Lays out upright letters as usual and keeps those that are turned, by the direction they run in."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._turned: dict[int, list[Letter]] = defaultdict(list)

    def render_char(self, matrix: Any, *rest: Any) -> float:
        """Take one letter, and return how far it moves the pen."""
        a, b, c, d, x, y = matrix
        degrees = round(math.degrees(math.atan2(b, a)))
        mirrored = a * d - b * c < 0
        if abs(degrees) < UPRIGHT_DEGREES and not mirrored:
            return super().render_char(matrix, *rest)
        page, kept = self.cur_item, _Held()
        self.cur_item = cast(Any, kept)
        try:
            advance = super().render_char(matrix, *rest)
        finally:
            self.cur_item = page
        char: LTChar = kept.held[0]
        run = math.hypot(a, b) or 1.0
        along, across = (x * a + y * b) / run, (y * a - x * b) / run
        size = math.hypot(c, d) * float(rest[1])
        self._turned[degrees].append(
            Letter(across, along, along + char.adv * run, size or 1.0, char.get_text(), x, y)
        )
        return advance

    def turned_lines(self) -> Iterator[list[Letter]]:
        """Yield the lines of turned letters of the page, and forget them."""
        turned, self._turned = self._turned, defaultdict(list)
        for _degrees, letters in sorted(turned.items()):
            line: list[Letter] = []
            for letter in sorted(letters, key=lambda one: -one.across):
                if line and line[0].across - letter.across > LINE_HEIGHT * line[0].size:
                    yield sorted(line, key=lambda one: one.along)
                    line = []
                line.append(letter)
            if line:
                yield sorted(line, key=lambda one: one.along)


class _Held:
    """Stands for a page while one letter is made."""

    def __init__(self) -> None:
        self.held: list[Any] = []

    def add(self, item: Any) -> None:
        """Keep an item."""
        self.held.append(item)


def text_of_turned(line: list[Letter]) -> str:
    """Return what a line of turned letters says."""
    return _spoken([(one.text, one.along, one.end, one.size) for one in line], WORD_GAP)


def text_of_line(line: Any) -> str:
    """Return what a line of upright letters says: as it was laid out, or with gaps of its own where it is spaced out."""
    words = line.get_text().split()
    short = sum(len(word) <= 2 for word in words)
    if short < FEWEST_SHORT or short < SHORT_SHARE * len(words) or not _is_laid_out(line):
        return str(line.get_text())
    letters = [(char.get_text(), char.x0, char.x1, char.size) for char in line if isinstance(char, LTChar)]
    steps = [after[1] - one[1] for one, after in pairwise(letters) if one[0].strip() and after[0].strip()]
    return _spaced(letters, WIDER * median(steps)) if steps else str(line.get_text())


def _is_laid_out(line: Any) -> bool:
    """Say whether gaps of a line were put in by the layout, not written as blanks."""
    return any(isinstance(item, LTAnno) and item.get_text() == " " for item in line)


def _spoken(letters: list[tuple[str, float, float, float]], gap: float) -> str:
    """Return letters with a blank where the next begins further away than *gap* of its height."""
    text = letters[0][0]
    for (_one, _start, end, size), (after, start, _end, _size) in pairwise(letters):
        text += (" " if start - end > gap * size else "") + after
    return text


def _spaced(letters: list[tuple[str, float, float, float]], step: float) -> str:
    """Return letters with a blank where the next begins more than *step* points behind the beginning of the one before."""
    text = letters[0][0]
    for one, after in pairwise(letters):
        text += (" " if after[1] - one[1] > step else "") + after[0]
    return text
