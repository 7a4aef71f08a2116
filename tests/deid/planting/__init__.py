"""Plant synthetic identifiers into real headers, with an answer key in the categories of MIDI-B."""

import random
from io import BytesIO
from pathlib import Path

import pydicom
from pydicom.data import get_testdata_file

from tests.deid.planting.answers import Check, Key, passes, value_at
from tests.deid.planting.attributes import plant_dates, plant_people, plant_texts, plant_uids
from tests.deid.planting.hidden import bytes_and_wrong_vrs, graphics_groups, outside, private
from tests.deid.planting.kept import kept
from tests.deid.planting.people import SCRIPTS, Person, make_person
from tests.deid.planting.pixel_words import words_in_pixels
from tests.deid.planting.places import codes, dates, descriptors, direct, graphics, nested, uids
from tests.deid.planting.reports import report

__all__ = ["Check", "Key", "Person", "base_files", "passes", "plant", "value_at"]

# Files of the pydicom wheel: several modalities, both byte orders, implicit and explicit, native and
# compressed.
BASES = (
    "CT_small.dcm",
    "MR_small.dcm",
    "MR_small_bigendian.dcm",
    "MR_small_implicit.dcm",
    "MR_small_RLE.dcm",
    "JPEG2000.dcm",
    "rtplan.dcm",
    "rtdose.dcm",
    "test-SR.dcm",
    "SC_rgb_small_odd.dcm",
    "image_dfl.dcm",
    "MR_small_jp2klossless.dcm",
    "examples_palette.dcm",
    "liver_1frame.dcm",
    "waveform_ecg.dcm",
    "reportsi.dcm",
)


def plant(base: Path, seed: int, *, hostile: bool = True, burned: bool = False) -> tuple[bytes, Key]:
    """Return the bytes of *base* with planted identifiers, and the answer key.

    What is not *hostile* has no values that contradict their VR; what is *burned* has words in its pixels too, where they
    can be written (there is no check of `pixels hidden` where they cannot). Seeds below 1000 are for building and tests;
    those from 1000 on are only ever counted.
    """
    dice = random.Random(f"{base.name}-{seed}")
    ds = pydicom.dcmread(base)
    ds.decode()  # before the character set changes
    charset = dice.choice(("", "", *SCRIPTS))
    ds.SpecificCharacterSet = charset.split("\\") if charset else "ISO_IR 192"
    key = Key(make_person(dice, charset))
    kept(ds, key, dice)
    plant_texts(ds, key, dice, 14)
    plant_people(ds, key, dice, 5)
    plant_dates(ds, key, dice, 5)
    plant_uids(ds, key, dice, 5)
    direct(ds, key)
    descriptors(ds, key, dice)
    dates(ds, key)
    uids(ds, key, dice)
    nested(ds, key, dice)
    codes(ds, key, dice)
    graphics(ds, key, dice)
    report(ds, key, dice)
    private(ds, key, dice)
    graphics_groups(ds, key)
    outside(ds, key)
    if hostile:
        bytes_and_wrong_vrs(ds, key, dice)
    if burned:
        words_in_pixels(ds, key, dice)
    out = BytesIO()
    ds.save_as(out, enforce_file_format=False)
    key.settle(ds)
    return out.getvalue(), key


def base_files() -> list[Path]:
    """Return the files of the pydicom wheel that are planted into."""
    found = [get_testdata_file(name, download=False) for name in BASES]
    return [Path(path) for path in found if path]
