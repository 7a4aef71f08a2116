"""Pictures that look like what they stand for: a chest, a head, an ultrasound fan."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Array = NDArray[np.float64]


def _grid(size: int) -> tuple[Array, Array]:
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    return x, y


def _ellipse(
    x: Array, y: Array, centre: tuple[float, float], radii: tuple[float, float]
) -> NDArray[np.bool_]:
    return ((x - centre[0]) / radii[0]) ** 2 + ((y - centre[1]) / radii[1]) ** 2 <= 1


def _soften(picture: Array) -> Array:
    padded = np.pad(picture, 1, mode="edge")
    return (
        padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:] + 4 * padded[1:-1, 1:-1]
    ) / 8


def chest_slice(size: int, height: float, dice: np.random.Generator, nodule: bool) -> NDArray[np.int16]:
    """Return a CT slice of a chest in HU; *height* from 0 (base) to 1 (apex)."""
    x, y = _grid(size)
    picture = np.full((size, size), -1000.0)
    width = 0.88 - 0.12 * height
    picture[_ellipse(x, y, (0, 0.02), (width, 0.66))] = -90
    picture[_ellipse(x, y, (0, 0.02), (width - 0.06, 0.6))] = 45
    lung = 0.42 - 0.2 * abs(height - 0.45)
    for side in (-1, 1):
        region = _ellipse(x, y, (side * 0.42, 0.0), (lung * 0.75, lung + 0.08))
        picture[region] = -860 + 40 * dice.standard_normal(int(region.sum()))
        vessels = region & (dice.random((size, size)) > 0.965)
        picture[vessels] = -350
    picture[_ellipse(x, y, (-0.1, 0.08), (0.2 * (1.1 - height), 0.24 * (1.1 - height)))] = 60
    picture[_ellipse(x, y, (0, 0.44), (0.1, 0.12))] = 420
    picture[_ellipse(x, y, (0, 0.43), (0.045, 0.05))] = 30
    for angle in np.linspace(0.25, 2 * np.pi - 0.25, 12):
        centre = ((width - 0.08) * np.cos(angle), 0.02 + 0.57 * np.sin(angle))
        picture[_ellipse(x, y, centre, (0.035, 0.03))] = 600
    if nodule and abs(height - 0.5) < 0.12:
        picture[_ellipse(x, y, (0.46, -0.1), (0.05, 0.05))] = 40
    noise = 14 * dice.standard_normal((size, size))
    return np.asarray(np.clip(_soften(picture) + noise, -1024, 3071), dtype=np.int16)


def head_volume(size: int, slices: int, dice: np.random.Generator) -> NDArray[np.int16]:
    """Return a T1-like brain without its face (slices, rows, columns): skull, grey and white matter, ventricles."""
    x, y = _grid(size)
    volume = np.zeros((slices, size, size))
    for place, z in enumerate(np.linspace(-0.72, 0.78, slices)):
        shrink = np.sqrt(max(0.05, 1 - z**2))
        picture = np.zeros((size, size))
        picture[_ellipse(x, y, (0, 0), (0.74 * shrink, 0.9 * shrink))] = 620
        picture[_ellipse(x, y, (0, 0), (0.69 * shrink, 0.85 * shrink))] = 90
        picture[_ellipse(x, y, (0, 0), (0.64 * shrink, 0.8 * shrink))] = 420
        folds = 0.05 * np.sin(14 * np.arctan2(y, x) + 5 * z)
        inner = (x / (0.52 * shrink)) ** 2 + (y / (0.66 * shrink)) ** 2 <= 1 + folds * 3
        picture[inner] = 700
        picture[np.abs(x) < 0.012] = np.minimum(picture[np.abs(x) < 0.012], 150)
        if abs(z) < 0.3:
            for side in (-1, 1):
                picture[_ellipse(x, y, (side * 0.12, 0.02), (0.06, 0.24 - 0.4 * abs(z)))] = 110
        volume[place] = _soften(_soften(picture))
    volume += 18 * dice.standard_normal(volume.shape) * (volume > 20)
    return np.asarray(np.clip(volume, 0, 4095), dtype=np.int16)


def fan(width: int, height: int, dice: np.random.Generator, lines: list[str]) -> NDArray[np.uint8]:
    """Return an ultrasound picture: a speckled fan with a nodule, and *lines* burned in above it."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    depth, angle = np.hypot(x - width / 2, y + 60), np.arctan2(x - width / 2, y + 60)
    inside = (np.abs(angle) < 0.62) & (depth > 130) & (depth < height + 20)
    speckle = dice.rayleigh(38, (height, width)) * (1.25 - depth / (height * 1.6))
    layers = 22 * np.sin(depth / 17) ** 8
    picture = np.where(inside, np.clip(speckle + layers + 18, 0, 230), 0)
    nodule = ((x - width * 0.53) / 54) ** 2 + ((y - height * 0.5) / 38) ** 2
    picture = np.where(inside & (nodule < 1), picture * 0.35, picture)
    drawn = Image.fromarray(_soften(picture).astype(np.uint8))
    pen, font = ImageDraw.Draw(drawn), ImageFont.load_default(size=17)
    for place, line in enumerate(lines):
        pen.text((10, 8 + 22 * place), line, fill=236, font=font)
    return np.asarray(drawn)
