"""Tables of shades: they rise and fall slowly, and their bytes pass through the letters by the way.

PS3.3 C.7.6.3.1.6 (palettes), C.7.9.2 (palettes in segments) and C.11.1 (lookup tables).
"""

from array import array
from itertools import pairwise

WHOLE = frozenset({0x00281201, 0x00281202, 0x00281203, 0x00281204, 0x00283006})
SEGMENTED = frozenset({0x00281221, 0x00281222, 0x00281223, 0x00281224})
FEWEST_SHADES, SLOWLY = 64, 1 / 16
DISCRETE, LINEAR, INDIRECT = 0, 1, 2
# A table has as many (PS3.3 C.7.6.3.1.5).
MOST_SHADES = 1 << 16
NO_SHADES = array("H")


def is_shades(tag: int, raw: bytes) -> bool:
    """Say whether the value of an attribute is a table of shades, in words of two bytes in either order."""
    if tag not in WHOLE | SEGMENTED or len(raw) % 2 or len(raw) < 2 * FEWEST_SHADES:
        return False
    words, swapped = array("H", raw), array("H", raw)
    swapped.byteswap()
    return any(_is_slope(one if tag in WHOLE else _unfolded(one)) for one in (words, swapped))


def _is_slope(shades: "array[int]") -> bool:
    """Say whether numbers rise and fall slowly, as shades do and letters do not."""
    rises = sum(abs(after - before) for before, after in pairwise(shades))
    return bool(shades) and rises <= SLOWLY * len(shades) * (max(shades) - min(shades))


def _unfolded(words: "array[int]") -> "array[int]":
    """Return the shades that segments say, but for those that are said again; none where the words are not all of them
    segments (PS3.3 C.7.9.2)."""
    shades, at, end = array("H", [0]), 0, len(words)
    while at + 2 < end and len(shades) <= MOST_SHADES:
        kind, length = words[at : at + 2]
        if kind == DISCRETE:
            shades.extend(words[at + 2 : at + 2 + length])
        elif kind == LINEAR:
            first, last = shades[-1], words[at + 2]
            shades.extend(first + (last - first) * step // length for step in range(1, length + 1))
        size = {DISCRETE: 2 + length, LINEAR: 3, INDIRECT: 4}.get(kind, end)
        if not length or at + size > end:
            return NO_SHADES
        at += size
    return shades[1:] if at == end else NO_SHADES
