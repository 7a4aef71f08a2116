"""Letters as ink on a small picture, and where they are."""

import numpy as np
from PIL import Image, ImageDraw

from tests.deid import burning

SIZE = (240, 320)


def written(words, place, height, font="vera"):
    """Return where the ink of *words* is in a picture of `SIZE`, *height* pixels high from *place* (left, top) on."""
    canvas = Image.new("L", SIZE[::-1], 0)
    ImageDraw.Draw(canvas).text(place, words, fill=255, font=burning.font(font, height))
    return np.asarray(canvas) > 127


def around(ink):
    """Return the box (left, top, right, bottom) of ink."""
    columns, rows = np.flatnonzero(ink.any(axis=0)), np.flatnonzero(ink.any(axis=1))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
