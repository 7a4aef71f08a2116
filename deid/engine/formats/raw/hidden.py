"""Text that hides in arrays of small whole numbers, as MATLAB and careless exports keep it."""

from typing import Any

import numpy as np

MOST_LOOKED_AT = 1 << 16
LEAST = 3
LETTERS = np.zeros(256, dtype=bool)
LETTERS[65:91] = LETTERS[97:123] = True
PRINTABLE = np.zeros(256, dtype=bool)
PRINTABLE[32:127] = PRINTABLE[[0, 9, 10, 13]] = True


def looks_like_text(array: Any) -> bool:
    """Say whether an array of whole numbers is a line of characters: all printable, and with letters.

    Only arrays of one dimension, or of one row or column, that are short enough to be a text are looked at.
    """
    shape, kind = array.shape, array.dtype.kind
    count = int(np.prod(shape, dtype=np.int64)) if shape else 0
    if kind not in "iu" or not LEAST <= count <= MOST_LOOKED_AT or max(shape) != count:
        return False
    values = np.asarray(array[()] if hasattr(array, "id") else array).ravel()
    if values.min() < 0 or values.max() > 255:
        return False
    codes = values.astype(np.uint8)
    return bool(PRINTABLE[codes].all() and LETTERS[codes].sum() * 2 >= codes.astype(bool).sum())
