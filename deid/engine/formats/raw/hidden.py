"""Text that hides in arrays of small whole numbers, as MATLAB and careless exports keep it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_LOOKED_AT = 1 << 16
LEAST = 3
LEAST_PACKED = 8
LAST_LATIN = 0x24F
LETTERS = np.zeros(256, dtype=bool)
LETTERS[65:91] = LETTERS[97:123] = True
PRINTABLE = np.zeros(256, dtype=bool)
PRINTABLE[32:127] = PRINTABLE[[0, 9, 10, 13]] = True
# Letters with accents (ISO 8859-1) stand among plain ones; in UTF-8 they are two bytes.
ACCENTED = slice(192, 256)
PRINTABLE[ACCENTED] = True


def looks_like_text(array: Any) -> bool:
    """Say whether an array of whole numbers is a line of characters: all printable, and mostly letters.

    Only arrays of one dimension, or of one row or column, that are short enough to be a text are looked at, as
    one character a number and as characters packed into wider numbers; MATLAB says itself what is text.
    """
    if _is_matlab_text(array):
        return True
    shape, kind = array.shape, array.dtype.kind
    count = int(np.prod(shape, dtype=np.int64)) if shape else 1
    if kind not in "iu" or not 0 < count <= MOST_LOOKED_AT or (shape and max(shape) != count):
        return False
    values = np.asarray(array[()] if hasattr(array, "id") else array).ravel()
    small = count >= LEAST and values.min() >= 0 and values.max() <= 255
    if small and not _is_counted(values) and _reads(values.astype(np.uint8)):
        return True
    if small and values.itemsize == 1 and _is_utf8(values):
        return True
    if count >= LEAST and values.itemsize > 1 and values.min() >= 0 and _reads_with_accents(values):
        return True
    packed = values.view(np.uint8)
    full = np.count_nonzero(packed) * 4 >= packed.size * 3
    return bool(values.itemsize > 1 and packed.size >= LEAST_PACKED and full and _reads(packed))


def _reads_with_accents(values: Any) -> bool:
    """Say whether numbers are code points of Latin letters (Unicode up to U+024F), mostly those of ASCII."""
    if values.max() > LAST_LATIN or values.max() <= 255:
        return False
    text = "".join(map(chr, values.tolist())).strip("\0")
    plain = sum(sign.isascii() and sign.isalpha() for sign in text)
    return plain * 2 >= len(text) and all(sign.isalpha() or sign in " -.,'" for sign in text)


def _is_utf8(values: Any) -> bool:
    """Say whether bytes are letters in UTF-8, at least one of them beyond ASCII."""
    try:
        text = values.astype(np.uint8).tobytes().decode().strip("\0")
    except UnicodeDecodeError:
        return False
    letters = sum(map(str.isalpha, text))
    return (
        not text.isascii() and letters * 2 >= len(text) and all(c.isprintable() or c.isspace() for c in text)
    )


def _is_counted(values: Any) -> bool:
    """Say whether numbers only ever rise or fall, as slice numbers do and names do not."""
    steps = np.diff(values.astype(np.int64))
    return bool((steps > 0).all() or (steps < 0).all())


def _is_matlab_text(array: Any) -> bool:
    """Say whether MATLAB's own attribute calls an array of numbers characters (MAT-file, version 7.3)."""
    named = array.attrs.get("MATLAB_class") if hasattr(array, "attrs") else None
    return named is not None and bytes(np.asarray(named).tobytes()).rstrip(b"\0") == b"char"


def _reads(codes: NDArray[np.uint8]) -> bool:
    """Say whether bytes are printable and mostly letters."""
    filled = int(codes.astype(bool).sum())
    return bool(PRINTABLE[codes].all() and filled and LETTERS[codes].sum() * 2 >= filled)
