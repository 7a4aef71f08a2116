"""Palettes in segments keep the colours of an image, and are no place for text (PS3.3 C.7.9.2)."""

import io

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.pixels.processing import apply_color_lut

from deid.engine import Identity, clean_dicom, load_profile
from deid.engine.acting.shades import is_shades

RED, BLUE, WHOLE, OTHER = 0x00281221, 0x00281223, 0x00281201, 0x00283010
# Shades of eight bits, twice in each word: a rise that is said one by one, a straight fall, and both said again.
RISE = (np.arange(160, 256, dtype=np.uint16) * 257).tolist()
SEGMENTS = [0, 96, *RISE, 1, 160, 0, 2, 2, 0, 0]
TEXT = [letter * 257 for letter in b"Seen by somebody else today and then by nobody at all again. "]


def packed(words, order="<"):
    return np.array(words, f"{order}u2").tobytes()


@pytest.mark.parametrize(
    ("tag", "raw", "answer"),
    [
        (RED, packed(SEGMENTS), True),
        (BLUE, packed(SEGMENTS, ">"), True),
        (WHOLE, packed(RISE), True),
        (OTHER, packed(RISE), False),
        (OTHER, packed(SEGMENTS), False),
        (RED, packed(SEGMENTS) + b"\0", False),
        (RED, packed(SEGMENTS[:-1]), False),
        (RED, packed([*SEGMENTS, 0]), False),
        (RED, packed([*SEGMENTS, 0, 5, 1]), False),
        (RED, packed([*SEGMENTS, 3, 1, 1, 1]), False),
        (RED, packed([*SEGMENTS, 1, 0, 1]), False),
        (RED, packed([0, len(TEXT), *TEXT]), False),
        (RED, packed([0, len(TEXT), *TEXT, 1, 60, 0, 0, len(TEXT), *TEXT]), False),
        (RED, packed([2, 1, 0, 0] * 32), False),
        (RED, packed([0, 62, *RISE[:62]]), True),
        (RED, packed([0, 61, *RISE[:61]]), False),
        (RED, b"", False),
    ],
)
def test_shades_are_told_from_text(tag, raw, answer):
    assert is_shades(tag, raw) is answer


def test_lines_of_segments_end_where_they_say():
    steep = [0, 1, 0, 0, 1, 65535] * 32
    assert not is_shades(RED, packed([*steep, 1, 2, 0]))
    assert is_shades(RED, packed([*steep, 1, 65000, 0]))


def coloured_in_segments():
    ds = pydicom.dcmread(get_testdata_file("examples_palette.dcm"))
    for name in ("Red", "Green", "Blue"):
        setattr(ds, f"{name}PaletteColorLookupTableDescriptor", [256, 0, 16])
        delattr(ds, f"{name}PaletteColorLookupTableData")
    for name, shades in (
        ("Red", SEGMENTS[:-4]),
        ("Green", [0, 256, *range(0, 65536, 256)]),
        ("Blue", SEGMENTS[:-4]),
    ):
        ds.add_new(f"Segmented{name}PaletteColorLookupTableData", "OW", packed(shades))
    return ds


def test_an_image_keeps_its_colours_where_its_palette_is_in_segments():
    ds, source, target = coloured_in_segments(), io.BytesIO(), io.BytesIO()
    ds.save_as(source)
    source.seek(0)
    clean_dicom(
        source, target, profile=load_profile("research"), identity=Identity(bytes(32)), subject_key="s"
    )
    target.seek(0)
    after = pydicom.dcmread(target)
    assert np.array_equal(apply_color_lut(after.pixel_array, after), apply_color_lut(ds.pixel_array, ds))


def counts_of(ds):
    source = io.BytesIO()
    ds.save_as(source)
    source.seek(0)
    given = {"profile": load_profile("research"), "identity": Identity(bytes(32)), "subject_key": "s"}
    return dict(clean_dicom(source, io.BytesIO(), **given).counts)


def test_what_a_check_takes_out_or_changes_is_not_counted_as_kept():
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    none = counts_of(ds)
    ds.add_new(0x00281201, "OW", b"Seen by somebody else today.")
    assert counts_of(ds) == none | {"X": none["X"] + 1}
    ds[0x00281201].value = packed(RISE)
    shades = counts_of(ds)
    assert shades == none | {"K": none["K"] + 1}
    ds.ViewPosition = "AP"
    assert counts_of(ds) == shades | {"K": shades["K"] + 1}
    ds.ViewPosition = "XIOMARA"
    assert counts_of(ds) == shades | {"C": shades["C"] + 1}
