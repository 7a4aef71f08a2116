"""Real DICOM files of many makers and transfer syntaxes that come with pydicom's wheel."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

File = tuple[str, bytes]
NAMES = (
    "CT_small.dcm",
    "MR_small.dcm",
    "MR_small_RLE.dcm",
    "JPEG2000.dcm",
    "JPEG-lossy.dcm",
    "US1_UNCI.dcm",
    "examples_rgb_color.dcm",
    "examples_palette.dcm",
    "examples_jpeg2k.dcm",
    "SC_rgb_jpeg_gdcm.dcm",
    "rtdose_1frame.dcm",
    "liver_1frame.dcm",
    "rtplan.dcm",
    "emri_small.dcm",
    "SC_rgb_rle.dcm",
    "693_J2KI.dcm",
    "MR_small_bigendian.dcm",
    "image_dfl.dcm",
)


def real_files() -> Iterator[File]:
    """Yield the named files that this version of the wheel has."""
    folder = files("pydicom") / "data" / "test_files"
    for name in NAMES:
        found = folder / name
        if found.is_file():
            yield f"reference/{name}", found.read_bytes()
