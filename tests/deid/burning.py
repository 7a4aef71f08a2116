"""Burn words into real and drawn images, as devices and secondary captures do, and remember where they are.

Everything follows from a seed. Seeds below 1000 are for building and tests, from 1000 on for measuring.
"""

import copy
import random
import warnings
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import font_source_sans_pro
import font_source_serif_pro
import numpy as np
import pydicom
import reportlab
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from pydicom.data import get_testdata_file
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "data" / "dicom_samples"
NAMES = (
    "QUACKENBUSH",
    "Hildegard",
    "MUELLER^ANNA",
    "Thorvaldsen",
    "OKONKWO",
    "van der Berg",
    "Szczepanski",
    "LEE, MIN",
)
LABELS = ("ID:", "Name:", "DOB", "Acc#", "Pat", "Dr.", "St. Elisabeth Hosp.", "")
# Images without text of their own. The first group comes with the pydicom wheel, the second with the samples.
WHEEL = (
    "CT_small.dcm",
    "MR_small.dcm",
    "693_UNCI.dcm",
    "MR2_UNCI.dcm",
    "RG1_UNCI.dcm",
    "examples_jpeg2k.dcm",
)
SAMPLE = (
    "nema-wg04/CT1_UNC", "nema-wg04/CT2_UNC", "nema-wg04/MR1_UNC", "nema-wg04/MR3_UNC", "nema-wg04/MR4_UNC",
    "nema-wg04/NM1_UNC", "nema-wg04/RG3_UNC", "nema-wg04/XA1_UNC", "cornerstone3D/CTImage.dcm", "dcmqi/01.dcm",
    "dcmqi/000003.dcm", "dcmqi/000012.dcm",
)  # fmt: skip
KINDS = ("CT", "MR", "CR", "DX", "MG", "XA", "US", "US cine", "SC", "PT", "palette", "SC YBR")
Pixels = NDArray[Any]


@dataclass(frozen=True)
class Word:
    """One planted word: its frame (`None` for all) and the rectangle of its ink."""

    frame: int | None
    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True)
class Burned:
    """An image, whether words are in it and where, and which pixels have no ink near them."""

    kind: str
    dataset: Any
    words: tuple[Word, ...]
    ink: Pixels

    def written(self, folder: Path) -> Path:
        """Write the image into a file."""
        path = folder / f"{self.kind.replace(' ', '-')}-{generate_uid()}.dcm"
        self.dataset.save_as(path, enforce_file_format=True)
        return path


@lru_cache(maxsize=64)
def font(name: str, size: int) -> Any:
    """Return a font that comes with a package."""
    known = {
        "sans": font_source_sans_pro.SourceSansProSemibold,
        "serif": font_source_serif_pro.SourceSerifPro,
        "vera": str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"),
        "bold": str(Path(reportlab.__file__).parent / "fonts" / "VeraBd.ttf"),
    }
    return ImageFont.load_default_imagefont() if name == "bitmap" else ImageFont.truetype(known[name], size)


def drawn(word: str, chance: random.Random) -> Pixels:
    """Return the ink of a word from 0 to 1 (rows × columns), of a random font, size and antialiasing."""
    size = chance.choice((8, 9, 10, 11, 12, 13, 14, 16, 18, 20, 24, 28, 34, 40))
    style = chance.choice(("sans", "serif", "vera", "bold", "bitmap", "stroke"))
    if style == "stroke":
        scale = max(size, 10) / 30
        (width, height), base = cv2.getTextSize(word, cv2.FONT_HERSHEY_SIMPLEX, scale, 1 + size // 20)
        canvas = np.zeros((height + base + 4, width + 4), np.uint8)
        line = chance.choice((cv2.LINE_8, cv2.LINE_AA))
        cv2.putText(canvas, word, (2, height + 2), cv2.FONT_HERSHEY_SIMPLEX, scale, 255, 1 + size // 20, line)
        return canvas / 255.0
    face = font(style, size)
    left, top, right, bottom = (int(n) for n in face.getbbox(word))
    picture = Image.new("L" if chance.random() < 0.6 else "1", (right - left + 2, bottom - top + 2), 0)
    ImageDraw.Draw(picture).text((1 - left, 1 - top), word, fill=255 if picture.mode == "L" else 1, font=face)
    ink = np.asarray(picture.convert("L")) / 255.0
    return np.repeat(np.repeat(ink, 2, 0), 2, 1) if style == "bitmap" and size > 24 else ink


def words_of(chance: random.Random) -> list[str]:
    """Return the words of one line."""
    date = f"{chance.randint(1930, 2012)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    number = f"A{chance.randint(100, 999)}-{chance.randint(1000, 9999)}"
    value = chance.choice((chance.choice(NAMES), date, f"{chance.randint(10000, 9999999)}", number))
    return [word for word in (chance.choice(LABELS), value) if word]


@lru_cache(maxsize=32)
def clean_sources() -> dict[str, list[Any]]:
    """Return data sets without text by kind: real ones where they are, and drawn ones."""
    found: dict[str, list[Any]] = {}
    paths = [Path(get_testdata_file(name, download=False) or "") for name in WHEEL]
    paths += [SAMPLES / name for name in SAMPLE]
    for path in paths:
        if path.is_file():
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                ds = pydicom.dcmread(path)
                found.setdefault(str(ds.Modality), []).append((path.name, ds.pixel_array, ds))
    return found


def anatomy(chance: random.Random, rows: int, columns: int) -> Pixels:
    """Return a drawn body from 0 to 1: smooth organs of many sizes in a bright outline, with noise and specks."""
    noise = np.random.default_rng(chance.randrange(1 << 30))
    picture = np.zeros((rows, columns), np.float32)
    outline = ((columns // 2, rows // 2), (int(columns * 0.38), int(rows * 0.42)))
    cv2.ellipse(picture, *outline, 0, 0, 360, 0.45, -1)
    for _organ in range(12):
        centre = (
            chance.randrange(columns // 4, columns * 3 // 4),
            chance.randrange(rows // 4, rows * 3 // 4),
        )
        size = (chance.randint(4, max(5, columns // 9)), chance.randint(4, max(5, rows // 9)))
        cv2.ellipse(picture, centre, size, chance.randrange(180), 0, 360, chance.uniform(0.1, 0.9), -1)
    cv2.ellipse(picture, *outline, 0, 0, 360, 0.95, max(2, rows // 80))
    picture = cv2.GaussianBlur(picture, (0, 0), 1.6)
    return np.clip(picture + noise.normal(0, 0.012, picture.shape) * (picture > 0.02), 0, 1)


def _fan(chance: random.Random, rows: int, columns: int) -> Pixels:
    """Return a speckled ultrasound sector from 0 to 1."""
    noise = np.random.default_rng(chance.randrange(1 << 30))
    y, x = np.mgrid[:rows, :columns]
    radius, angle = np.hypot(y - rows * 0.08, x - columns / 2), np.arctan2(x - columns / 2, y - rows * 0.08)
    inside = (radius > rows * 0.1) & (radius < rows * 0.85) & (np.abs(angle) < 0.6)
    speckle = cv2.GaussianBlur(noise.rayleigh(0.25, (rows, columns)).astype(np.float32), (0, 0), 1.2)
    return np.clip(speckle * inside * (0.4 + anatomy(chance, rows, columns)), 0, 1)


def _grey(kind: str, chance: random.Random) -> tuple[Pixels, Any]:
    """Return stored values of a clean image (frames × rows × columns) and a data set to carry them."""
    real = clean_sources()
    modality = {"DX": "CR", "MG": "CR"}.get(kind, kind)
    template = copy.deepcopy(pydicom.dcmread(get_testdata_file("CT_small.dcm")))
    for name in (
        "PixelPaddingValue",
        "SmallestImagePixelValue",
        "LargestImagePixelValue",
        "WindowCenter",
        "WindowWidth",
    ):
        if name in template:
            delattr(template, name)
    template.Modality, template.NumberOfFrames = kind.split()[0], 1
    template.RescaleSlope, template.RescaleIntercept, template.PixelRepresentation = 1, 0, 0
    choices = real.get(modality, [])
    if choices and chance.random() < 0.75:
        _name, values, source = chance.choice(choices)
        for name in ("WindowCenter", "WindowWidth", "RescaleSlope", "RescaleIntercept", "PixelRepresentation",
                     "PhotometricInterpretation", "BitsStored", "HighBit", "BitsAllocated"):  # fmt: skip
            if name in source:
                setattr(template, name, source[name].value)
        values = values if values.ndim == 3 else values[None]
        if values.shape[1] < 200:
            values = np.repeat(np.repeat(values, 3, 1), 3, 2)
        first = chance.randrange(max(1, len(values) - 2))
        return values[first : first + 3].copy(), template
    rows = {"DX": 900, "MG": 1100, "PT": 256}.get(kind, 512)
    bits = chance.choice((8, 10, 12, 14, 16))
    allocated = 8 if bits == 8 else 16
    template.BitsStored, template.HighBit, template.BitsAllocated = bits, bits - 1, allocated
    template.PhotometricInterpretation = chance.choice(("MONOCHROME1", "MONOCHROME2"))
    frames = 3 if kind == "XA" else 1
    values = np.stack([anatomy(chance, rows, rows) for _frame in range(frames)])
    if template.PhotometricInterpretation == "MONOCHROME1":
        values = 1 - values
    return (values * ((1 << bits) - 1)).astype(np.uint8 if bits == 8 else np.uint16), template


def _colour(kind: str, chance: random.Random) -> tuple[Pixels, Any]:
    """Return 8-bit colours of a clean image (frames × rows × columns × 3) and a data set to carry them."""
    template = copy.deepcopy(pydicom.dcmread(get_testdata_file("CT_small.dcm")))
    for name in ("PixelPaddingValue", "SmallestImagePixelValue", "LargestImagePixelValue", "WindowCenter",
                 "WindowWidth", "RescaleSlope", "RescaleIntercept"):  # fmt: skip
        if name in template:
            delattr(template, name)
    template.Modality, rows, columns = (
        ("US" if kind.startswith("US") else "SC" if "SC" in kind else "OT"),
        480,
        640,
    )
    frames = 3 if kind == "US cine" else 1
    drawn_frames = [
        _fan(chance, rows, columns) if kind.startswith("US") else anatomy(chance, rows, columns)
        for _n in range(frames)
    ]
    return np.repeat((np.stack(drawn_frames) * 255).astype(np.uint8)[..., None], 3, axis=3), template


def _place(
    chance: random.Random, shape: tuple[int, ...], size: tuple[int, int], taken: list[Word]
) -> tuple[int, int]:
    """Return where a line goes: usually into a corner or along an edge, sometimes over the anatomy."""
    for _try in range(60):
        rows, columns = shape[0] - size[0] - 2, shape[1] - size[1] - 2
        if rows < 3 or columns < 3:
            break
        if chance.random() < 0.7:
            top = chance.choice(
                (chance.randint(2, max(2, rows // 6)), rows - chance.randint(1, max(1, rows // 6)))
            )
        else:
            top = chance.randint(2, rows)
        left = chance.choice(
            (chance.randint(2, max(2, columns // 8)), chance.randint(2, columns), columns - 1)
        )
        free = all(
            top + size[0] + 5 < w.top
            or top - 5 > w.bottom
            or left + size[1] + 8 < w.left
            or left - 8 > w.right
            for w in taken
        )
        if free:
            return top, left
    return -1, -1


def _values_of_ink(values: Pixels, area: tuple[slice, slice], chance: random.Random, top: int) -> float:
    """Return a value that stands out of what lies under the text: the largest, the smallest, or grey on grey."""
    under = values[(slice(None), *area)].astype(np.float64)
    low, high = float(values.min()), float(values.max())
    choices = [float(top) if chance.random() < 0.5 else high, high, low + 0.75 * (high - low), low]
    chance.shuffle(choices)
    far = [c for c in choices if abs(c - float(np.median(under))) > 0.3 * max(high - low, 1)]
    return far[0] if far else max(choices, key=lambda c: abs(c - float(np.median(under))))


def _legible(values: Pixels, area: tuple[slice, slice], value: float) -> bool:
    """Say whether ink of *value* stands out of nearly everything it covers."""
    under = values[(slice(None), *area)].astype(np.float64)
    away = np.abs(under - value) > 0.2 * (float(values.max()) - float(values.min()))
    return float(away.mean()) > 0.9


def _side_by_side(
    parts: list[Pixels], top: int, left: int, *, upright: bool
) -> list[tuple[tuple[slice, slice], Pixels]]:
    """Return where each word of a line goes, and its ink, standing on its side if not *upright*."""
    gap, found, at = parts[0].shape[0] // 2 + 2, [], 0
    length = sum(part.shape[1] + gap for part in parts)
    for part in parts:
        shown = part if upright else np.rot90(part)
        rows = top if upright else top + length - at - shown.shape[0]
        columns = left + at if upright else left
        where = (slice(rows, rows + shown.shape[0]), slice(columns, columns + shown.shape[1]))
        found.append((where, shown))
        at += part.shape[1] + gap
    return found


def _colour_of_ink(value: float, chance: random.Random) -> tuple[float, ...]:
    return chance.choice(((1, 1, 1), (1, 1, 0.1), (0.2, 1, 0.2), (1, 0.6, 0.1))) if value > 100 else (1, 1, 1)


def _write_line(
    values: Pixels, dataset: Any, chance: random.Random, words: list[Word], ink_map: Pixels
) -> None:
    """Burn one line of words where there is room for it."""
    style = chance.randrange(1 << 30)
    parts = [drawn(word, random.Random(style)) for word in words_of(chance)]
    upright = chance.random() > 0.05
    gap = parts[0].shape[0] // 2 + 2
    height, width = max(p.shape[0] for p in parts), sum(p.shape[1] + gap for p in parts)
    size = (height, width) if upright else (width, height)
    top, left = _place(chance, values.shape[1:3], size, words)
    if top < 0:
        return
    area = (slice(top, top + size[0]), slice(left, left + size[1]))
    largest = 255 if values.dtype == np.uint8 else (1 << int(dataset.BitsStored)) - 1
    largest >>= int(values.dtype.kind == "i")
    value = _values_of_ink(values if values.ndim == 3 else values[..., 0], area, chance, largest)
    colour = _colour_of_ink(value, chance)
    placed = _side_by_side(parts, top, left, upright=upright)
    opaque = chance.random() < 0.12 and value > float(values.min())
    if opaque or not all(_legible(values, where, value) for where, _shown in placed):
        values[(slice(None), *area)] = values.min()
        value = float(values.max()) if value < float(values.max()) / 2 else value
    for where, shown in placed:
        _blend(values, where, shown, value, colour)
        ys, xs = np.nonzero(shown > 0.35)
        rows, columns = where[0].start, where[1].start
        words.append(
            Word(
                None,
                int(columns + xs.min()),
                int(rows + ys.min()),
                int(columns + xs.max()) + 1,
                int(rows + ys.max()) + 1,
            )
        )
        ink_map[where] |= shown > 0.05


def burn(kind: str, seed: int, *, clean: bool = False) -> Burned:
    """Return an image of *kind* with one to four lines of text, or the same image without any."""
    chance = random.Random(f"{kind} {seed}")
    in_colour = kind in ("US", "US cine", "SC", "SC YBR", "palette")
    values, dataset = (_colour if in_colour else _grey)(kind, chance)
    if kind == "palette":
        values = values[..., 0].copy()
    words, ink_map = write_lines(values, dataset, chance, 0 if clean else chance.randint(1, 4))
    return Burned(kind, _finished(kind, values, dataset), words, ink_map)


def write_lines(
    values: Pixels, dataset: Any, chance: random.Random, lines: int
) -> tuple[tuple[Word, ...], Pixels]:
    """Burn *lines* of words, where there is room for them, into the stored values of an image (frames × rows × columns,
    of colours × samples), and return the words and which pixels hold their ink."""
    words: list[Word] = []
    ink_map = np.zeros(values.shape[1:3], bool)
    for _line in range(lines):
        _write_line(values, dataset, chance, words, ink_map)
    return tuple(words), ink_map


def _blend(
    values: Pixels, where: tuple[slice, slice], ink: Pixels, value: float, colour: tuple[float, ...]
) -> None:
    """Lay ink of *value* over the pixels of every frame."""
    under = values[(slice(None), *where)].astype(np.float64)
    shade = np.array(colour) * value if values.ndim == 4 else np.array(value)
    cover = ink[None, ..., None] if values.ndim == 4 else ink[None]
    values[(slice(None), *where)] = np.rint(under * (1 - cover) + shade * cover).astype(values.dtype)


def _finished(kind: str, values: Pixels, dataset: Any) -> Any:
    """Return the data set with the pixels in it, in the photometric interpretation of its kind."""
    dataset.Rows, dataset.Columns, dataset.NumberOfFrames = values.shape[1], values.shape[2], len(values)
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SamplesPerPixel = 3 if values.ndim == 4 else 1
    if values.ndim == 4 or kind == "palette":
        dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 8, 8, 7, 0
    if values.ndim == 4:
        dataset.PhotometricInterpretation, dataset.PlanarConfiguration = "RGB", 0
        if kind == "SC YBR":
            dataset.PhotometricInterpretation = "YBR_FULL"
            values = np.stack([cv2.cvtColor(frame, cv2.COLOR_RGB2YCrCb)[..., [0, 2, 1]] for frame in values])
    if kind == "palette":
        dataset.PhotometricInterpretation = "PALETTE COLOR"
        ramp = np.linspace(0, 65535, 256).astype("<u2")
        for n, name in enumerate(("Red", "Green", "Blue")):
            dataset.add_new(f"{name}PaletteColorLookupTableDescriptor", "US", [256, 0, 16])
            setattr(
                dataset, f"{name}PaletteColorLookupTableData", (ramp // (1, 1, 2)[n]).astype("<u2").tobytes()
            )
    raw = np.ascontiguousarray(values).tobytes()
    dataset.PixelData = raw + b"\0" * (len(raw) % 2)
    dataset["PixelData"].VR = "OB" if dataset.BitsAllocated == 8 else "OW"
    return dataset
