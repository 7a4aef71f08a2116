import io

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.encaps import generate_frames, parse_basic_offsets

from deid.engine import Mask, UnsupportedMaskError
from deid.engine.pixels.maskable import can_mask
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


@pytest.mark.parametrize(("high_bit", "black"), [(11, 4095), (15, 4095 << 4)])
def test_monochrome1_is_blanked_to_black(clean, high_bit, black):
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    ds.PhotometricInterpretation, ds.PixelRepresentation, ds.BitsStored, ds.HighBit = (
        "MONOCHROME1",
        0,
        12,
        high_bit,
    )
    after = clean(as_bytes(ds), masks=[MASK])[0]
    stored = np.frombuffer(after.PixelData, "<u2").reshape(128, 128)
    assert (stored[1:4, 2:7] == black).all()


@pytest.mark.parametrize("name", LOSSLESS)
def test_lossless_data_comes_out_in_its_own_syntax(name, clean):
    before = pydicom.dcmread(io.BytesIO(wheel_file(name)))
    after, content, cleaned = clean(wheel_file(name), masks=[MASK])
    assert cleaned.transfer_syntax_uid == before.file_meta.TransferSyntaxUID
    assert after.file_meta.TransferSyntaxUID == before.file_meta.TransferSyntaxUID
    assert after.PhotometricInterpretation == before.PhotometricInterpretation
    assert "unpacked_frames" not in cleaned.counts and len(content) < 4 * len(wheel_file(name))


def test_frames_without_a_mask_keep_their_fragments(clean):
    source = wheel_file("SC_rgb_rle_2frame.dcm")
    after = clean(source, masks=[Mask(range(1, 2), 0, 0, 5, 5)])[0]
    old = list(generate_frames(pydicom.dcmread(io.BytesIO(source)).PixelData, number_of_frames=2))
    new = list(generate_frames(after.PixelData, number_of_frames=2))
    assert new[0] == old[0] and new[1] != old[1]
    basic = parse_basic_offsets(after.PixelData)
    assert basic == [0, len(new[0]) + 8]


def test_a_syntax_that_nothing_here_encodes_comes_out_native_and_counted(clean):
    source = wheel_file("JPGExtended.dcm")
    before = pydicom.dcmread(io.BytesIO(source))
    after, _content, cleaned = clean(source, masks=[MASK])
    assert cleaned.transfer_syntax_uid == "1.2.840.10008.1.2.1" and cleaned.counts["unpacked_frames"] == 1
    old, new = frames(before), frames(after)
    inside = np.zeros(old.shape, dtype=bool)
    inside[:, 1:4, 2:7] = True
    assert (old[~inside] == new[~inside]).all() and (new[inside] == 0).all()


@pytest.mark.parametrize("name", ["JPEG2000.dcm", "SC_rgb_jpeg_dcmtk.dcm"])
def test_lossy_sources_stay_labelled_as_lossy(name, clean):
    source = wheel_file(name)
    before = pydicom.dcmread(io.BytesIO(source))
    after, _content, _cleaned = clean(source, masks=[MASK])
    assert after.get("LossyImageCompression") == before.get("LossyImageCompression", "01")
    old, new = frames(before), frames(after)
    assert (old[:, 5:] == new[:, 5:]).all()


def test_shared_colours_in_an_odd_width_are_refused(clean, tmp_path):
    ds = pydicom.dcmread(get_testdata_file("SC_ybr_full_422_uncompressed.dcm"))
    ds.Columns -= 1
    (tmp_path / "x.dcm").write_bytes(as_bytes(ds))
    with pytest.raises(UnsupportedMaskError):
        clean(as_bytes(ds), masks=[MASK])
    assert "even width" in can_mask(tmp_path / "x.dcm")


@pytest.mark.parametrize(
    ("name", "bits"),
    [("SC_rgb_small_odd.dcm", 8), ("SC_rgb_small_odd.dcm", 16), ("SC_rgb_rle_2frame.dcm", 8)],
)
def test_colour_by_plane_is_masked_in_every_plane(name, bits, clean):
    ds = pydicom.dcmread(io.BytesIO(wheel_file(name)))
    if not ds.file_meta.TransferSyntaxUID.is_compressed:
        pixels = ds.pixel_array.astype(f"<u{bits // 8}")
        ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PlanarConfiguration = bits, bits, bits - 1, 1
        raw = np.ascontiguousarray(np.moveaxis(pixels, -1, 0)).tobytes()
        ds.PixelData = raw + b"\0" * (len(raw) % 2)
    before = frames(pydicom.dcmread(io.BytesIO(as_bytes(ds))))
    after = frames(clean(as_bytes(ds), masks=[MASK])[0])
    assert (after[:, 1:4, 2:7] == 0).all() and (after[:, 4:] == before[:, 4:]).all()


def test_hidden_bits_are_cleared_and_the_image_stays(clean):
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    ds.PixelRepresentation, ds.BitsStored, ds.HighBit = 0, 12, 11
    for name in ("PixelPaddingValue", "SmallestImagePixelValue", "LargestImagePixelValue"):
        if name in ds:
            delattr(ds, name)
    image = ds.pixel_array.astype("<u2") & 0x0FFF
    ds.PixelData = (image | 0x1000 * (np.indices(image.shape)[0] % 9 == 0)).astype("<u2").tobytes()
    after, _content, cleaned = clean(as_bytes(ds), clear_hidden_bits=True)
    assert np.frombuffer(after.PixelData, "<u2").reshape(image.shape).tolist() == image.tolist()
    assert cleaned.counts["cleared_samples"] == 128 * 15
    masked = clean(as_bytes(ds), clear_hidden_bits=True, masks=[MASK])[0]
    expected = image.copy()
    expected[1:4, 2:7] = 0
    assert np.frombuffer(masked.PixelData, "<u2").reshape(image.shape).tolist() == expected.tolist()


@pytest.mark.parametrize("said", [True, False])
def test_a_single_unused_bit_hides_nothing_either(clean, said):
    ds = pydicom.dcmread(io.BytesIO(wheel_file("CT_small.dcm")))
    for name in ("PixelPaddingValue", "SmallestImagePixelValue", "LargestImagePixelValue"):
        ds.pop(name, None)
    image = np.arange(128 * 128, dtype="<u2").reshape(128, 128)
    ds.PixelRepresentation, ds.BitsStored, ds.HighBit = 0, 15, 14
    ds.PixelData = (image | np.uint16(said << 15)).tobytes()
    after, _content, cleaned = clean(as_bytes(ds))
    assert (
        after.PixelData == image.tobytes() and cleaned.counts.get("cleared_samples", 0) == image.size * said
    )


@pytest.mark.parametrize(("bits", "middle"), [(8, 128), (12, 2048)])
def test_a_mask_over_brightness_and_colour_is_black(clean, bits, middle):
    ds = pydicom.dcmread(io.BytesIO(wheel_file("SC_rgb_small_odd.dcm")))
    wide = np.uint8 if bits == 8 else np.uint16
    ds.PhotometricInterpretation, ds.BitsStored, ds.HighBit = "YBR_FULL", bits, bits - 1
    ds.BitsAllocated = 8 * np.dtype(wide).itemsize
    ds.PixelData = np.full((ds.Rows, ds.Columns, 3), 7, wide).tobytes()
    after = clean(as_bytes(ds), masks=[MASK])[0]
    values = np.frombuffer(after.PixelData, wide)[: ds.Rows * ds.Columns * 3].reshape(ds.Rows, ds.Columns, 3)
    assert (values[1:4, 2:7] == (0, middle, middle)).all() and (values[4:] == 7).all()


def test_sign_extension_and_padding_are_no_hidden_bits(clean):
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 12, 11, 1
    image = (ds.pixel_array.astype(np.int16) % 2000) - 1000
    image[:5] = -3000
    ds.PixelPaddingValue = -3000
    ds.PixelData = image.astype("<i2").tobytes()
    after, _content, cleaned = clean(as_bytes(ds), clear_hidden_bits=True)
    assert after.PixelData == ds.PixelData and "cleared_samples" not in cleaned.counts


@pytest.mark.parametrize(
    "name", ["CT_small.dcm", "MR_small_RLE.dcm", "JPEG2000.dcm", "SC_ybr_full_422_uncompressed.dcm"]
)
def test_what_can_be_masked_is_said_beforehand(name):
    assert can_mask(get_testdata_file(name)) is None


@pytest.mark.parametrize("name", ["liver_1frame.dcm", "rtplan.dcm"])
def test_what_cannot_be_masked_is_said_beforehand_with_a_reason(name):
    assert "mask" in can_mask(get_testdata_file(name))


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


@pytest.mark.parametrize("name", ["MR_small_bigendian.dcm", "MR_small.dcm"])
@pytest.mark.parametrize("hiding", [False, True])
def test_hidden_bits_are_found_in_both_byte_orders_and_nothing_else_changes(clean, name, hiding):
    ds = pydicom.dcmread(get_testdata_file(name))
    kind = ">u2" if "big" in name else "<u2"
    pixels = np.frombuffer(ds.PixelData, kind).copy() & 0x0FFF
    ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 12, 11, 0
    ds.PixelData = (
        (pixels | np.where(np.arange(pixels.size) % 7 == 3, 0x8000 if hiding else 0, 0))
        .astype(kind)
        .tobytes()
    )
    after, _content, cleaned = clean(as_bytes(ds))
    assert np.array_equal(np.frombuffer(after.PixelData, kind), pixels)
    assert bool(cleaned.counts.get("cleared_samples")) is hiding


def test_negative_samples_with_unused_bits_of_zero_stay_as_they_are(clean):
    ds = pydicom.dcmread(get_testdata_file("MR_small.dcm"))
    ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 12, 11, 1
    ds.PixelData = (np.arange(ds.Rows * ds.Columns) & 0x0FFF).astype("<u2").tobytes()
    after, _content, _cleaned = clean(as_bytes(ds))
    assert after.PixelData == ds.PixelData


def test_text_behind_the_image_and_in_its_unused_bits_goes_with_and_without_a_mask(clean):
    ds = pydicom.dcmread(get_testdata_file("MR_small.dcm"))
    ds.PatientName = "Quackenbush^Xiomara"
    ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 12, 11, 0
    image = (np.frombuffer(ds.PixelData, "<u2") & 0x0FFF) | 0x4000
    ds.PixelData = image.astype("<u2").tobytes() + b"Quackenbush^Xiomara!"
    for masks in ([], [MASK]):
        after, content, _cleaned = clean(as_bytes(ds), masks=masks)
        assert b"Quackenbush" not in content
        assert after.PixelData[-20:] == bytes(20)
        assert np.frombuffer(after.PixelData, "<u2").max() < 0x1000
