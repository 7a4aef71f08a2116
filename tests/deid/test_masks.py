import io

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file

from deid.engine import Mask, UnsupportedMaskError
from deid.engine.verification.pixels import compare_pixels
from deid.engine.verification.walker import Walker
from tests.deid.conftest import as_bytes, wheel_file

pytestmark = pytest.mark.filterwarnings("ignore")
MASK = Mask(None, 2, 1, 5, 3)
NATIVE = (
    "CT_small.dcm",
    "MR_small_bigendian.dcm",
    "MR_small_implicit.dcm",
    "SC_rgb_small_odd.dcm",
    "examples_palette.dcm",
    "SC_ybr_full_422_uncompressed.dcm",
    "SC_rgb_small_odd_big_endian.dcm",
    "image_dfl.dcm",
    "rtdose.dcm",
)
LOSSLESS = (
    "MR_small_RLE.dcm",
    "MR_small_jp2klossless.dcm",
    "MR_small_jpeg_ls_lossless.dcm",
    "SC_rgb_rle_2frame.dcm",
)


def frames(ds):
    return ds.pixel_array.reshape((int(ds.get("NumberOfFrames") or 1), ds.Rows, ds.Columns, -1))


@pytest.mark.parametrize("name", NATIVE + LOSSLESS)
def test_only_masked_pixels_change(name, clean):
    source = wheel_file(name)
    before = pydicom.dcmread(io.BytesIO(source))
    after, content, cleaned = clean(source, masks=[MASK])
    old, new = frames(before), frames(after)
    inside = np.zeros(old.shape, dtype=bool)
    inside[:, 1:4, 2 : 8 if "422" in name else 7] = True
    assert old.shape == new.shape and (old[~inside] == new[~inside]).all()
    assert (new[:, 1:4, 2:7] == new[:1, 1:2, 2:3]).all()
    assert after.BurnedInAnnotation == "NO"
    assert cleaned.counts["masked_frames"] == old.shape[0]


def test_only_named_frames_are_masked(clean):
    source = wheel_file("rtdose.dcm")
    before = frames(pydicom.dcmread(io.BytesIO(source)))
    after = frames(clean(source, masks=[Mask(range(2, 4), 0, 0, 10, 10)])[0])
    changed = [(before[n] != after[n]).any() for n in range(len(before))]
    assert [n for n, change in enumerate(changed) if change] == [2, 3]


def test_monochrome1_is_blanked_to_black(clean):
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    ds.PhotometricInterpretation, ds.PixelRepresentation, ds.BitsStored, ds.HighBit = "MONOCHROME1", 0, 12, 11
    after = clean(as_bytes(ds), masks=[MASK])[0]
    assert (after.pixel_array[1:4, 2:7] == 4095).all()


def test_lossy_sources_stay_labelled_as_lossy(clean):
    source = wheel_file("JPEG2000.dcm")
    after, _content, cleaned = clean(source, masks=[MASK])
    assert cleaned.transfer_syntax_uid == "1.2.840.10008.1.2.1"
    assert after.LossyImageCompression == "01"


@pytest.mark.parametrize(
    "mask", [Mask(None, 500, 0, 3, 3), Mask(range(7, 9), 0, 0, 3, 3), Mask(None, 0, 0, 0, 3)]
)
def test_a_mask_outside_the_image_is_refused(mask, clean):
    with pytest.raises(UnsupportedMaskError):
        clean(wheel_file("CT_small.dcm"), masks=[mask])


def test_a_mask_on_packed_bits_or_on_no_pixels_is_refused(clean):
    for name in ("liver_1frame.dcm", "rtplan.dcm"):
        with pytest.raises(UnsupportedMaskError):
            clean(wheel_file(name), masks=[MASK])


def test_the_second_reader_notices_changed_pixels_and_missing_masks(clean):
    source = wheel_file("CT_small.dcm")
    masked, whole = clean(source, masks=[MASK])[1], clean(source)[1]

    def hits(content, masks):
        walked = [list(Walker(c).elements()) for c in (source, content)]
        return [hit.kind for hit in compare_pixels(source, walked[0], content, walked[1], masks)]

    assert hits(masked, [MASK]) == hits(whole, []) == []
    assert hits(masked, []) == ["pixels changed"]
    assert hits(whole, [MASK]) == ["mask not applied"]
    assert hits(masked, [Mask(None, 2, 1, 4, 3)]) == ["pixels changed"]
