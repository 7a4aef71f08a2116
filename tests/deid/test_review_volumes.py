"""What a curator reads of a volume before and after: every field, every extension, what lies between, the image."""

import struct

import nibabel
import numpy as np
import pytest

from deid.engine.review.explaining import LONGEST_VALUE
from deid.engine.review.nifti import MOST_EXTENSIONS, explain_nifti
from tests.deid.test_review import levels

LAYOUTS = {nibabel.Nifti1Image: (348, 108, "f", 148, 76), nibabel.Nifti2Image: (540, 168, "q", 240, 104)}


def told(folder, kind=nibabel.Nifti1Image, between: bytes = b"", order: str = "<", **header):
    """Return the rows of a volume of 5 × 4 × 3 voxels with bytes between header and image, by their paths."""
    size, offset, form, _descrip, _spacing = LAYOUTS[kind]
    image = kind(np.zeros((5, 4, 3), np.int16), np.eye(4), kind.header_class(endianness=order))
    image.set_data_dtype(np.int16)
    for name, value in header.items():
        image.header[name] = value
    content = bytearray(image.to_bytes())
    content[size + 4 : size + 4] = between
    struct.pack_into(order + form, content, offset, size + 4 + len(between))
    (folder / "x.nii").write_bytes(content)
    return {row.path: row for row in explain_nifti(folder / "x.nii")}


def extension(content: bytes, code: int = 6, order: str = "<") -> bytes:
    return struct.pack(order + "2i", len(content) + 8, code) + content


@pytest.mark.parametrize("kind", LAYOUTS)
@pytest.mark.parametrize("order", ["<", ">"])
def test_each_field_is_told_with_its_place_what_becomes_of_it_and_why(tmp_path, kind, order):
    size, offset, _form, descrip, spacing = LAYOUTS[kind]
    rows = told(tmp_path, kind, bytes(16), order, descrip=b"of Quackenbush\x01x")
    text, dim, start, unused = rows["descrip"], rows["dim"], rows["vox_offset"], rows["intent_name"]
    assert (text.tag, text.before, text.after, text.outcome) == (
        f"byte {descrip}",
        "of Quackenbush·x",
        "",
        "emptied",
    )
    assert text.reason.startswith("Header text may say anything") and text.vr == "80s"
    assert (unused.before, unused.outcome, unused.reason) == ("", "kept", "Header text; nothing stands there")
    assert (dim.before, dim.outcome, dim.depth) == ("3 5 4 3 1 1 1 1", "kept", 0)
    assert dim.reason == "Says how the image lies and how its voxels are read"
    assert (start.tag, start.before, start.after) == (f"byte {offset}", str(size + 20), str(size + 4))
    assert start.outcome == "changed" and start.reason.startswith("The image stands right behind the header")
    assert rows["pixdim"].tag == f"byte {spacing}"
    image = rows["image"]
    assert (image.tag, image.vr, image.before, image.after, image.outcome) == (
        f"byte {size + 20}", "16 bits", "120 bytes", "120 bytes", "kept",
    )  # fmt: skip
    assert image.depth == 0 and list(rows)[-1] == "image" and "gap" not in rows


def test_spacings_of_dimensions_that_are_not_there_are_told_to_change(tmp_path):
    row = told(tmp_path, pixdim=[1, 1, 1, 1, 7, 8, 9, 10])["pixdim"]
    assert (row.before, row.after, row.outcome) == ("1 1 1 1 7 8 9 10", "1 1 1 1 1 1 1 1", "changed")
    assert row.reason.startswith("Spacings of dimensions that the image does not have")


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", LAYOUTS)
def test_each_extension_is_told_by_its_number_and_what_it_is(tmp_path, kind, order):
    parts = [
        extension(b"of Quackenbush\0\0", 6, order),
        extension(b"", 77, order),
        extension(b"12345678", 2, order),
    ]
    rows = told(tmp_path, kind, b"".join(parts), order)
    start = LAYOUTS[kind][0] + 4
    first, second, third = (rows[f"extension {number}"] for number in (1, 2, 3))
    assert (first.tag, first.name, first.vr) == (f"byte {start}", "Extension 1, Comment", "24 bytes")
    assert (first.before, first.after, first.outcome, first.depth) == ("of Quackenbush", None, "removed", 0)
    assert (second.tag, second.name, second.vr, second.before) == (
        f"byte {start + 24}",
        "Extension 2, code 77",
        "8 bytes",
        "",
    )
    assert (third.tag, third.name, third.before) == (f"byte {start + 32}", "Extension 3, DICOM", "12345678")
    assert "extension 4" not in rows and "gap" not in rows


@pytest.mark.parametrize(
    ("between", "extensions", "gap"),
    [
        (extension(b"12345678") + b"words", 1, "words"), (struct.pack("<2i", 99, 6) + b"words", 0, "words"),
        (struct.pack("<2i", 7, 6) + b"words", 0, "words"), (extension(b"12345678") + bytes(16), 1, None), (bytes(7), 0, None),
        (b"\0\0x", 0, "x"), (extension(b"") * (MOST_EXTENSIONS + 1), MOST_EXTENSIONS, "·"),
    ],
)  # fmt: skip
def test_what_is_no_extension_is_told_as_bytes_before_the_image(tmp_path, between, extensions, gap):
    rows = told(tmp_path, between=between)
    assert len([path for path in rows if path.startswith("extension")]) == extensions
    assert ("gap" in rows) is (gap is not None)
    if gap is not None:
        row = rows["gap"]
        assert row.before.endswith(gap) and (row.after, row.outcome) == (
            None,
            "removed",
        )
        length = int(row.vr.removesuffix(" bytes"))
        assert row.tag == f"byte {352 + len(between) - length}" and row.depth == 0


@pytest.mark.parametrize(
    ("length", "shown"), [(LONGEST_VALUE, LONGEST_VALUE), (LONGEST_VALUE + 1, LONGEST_VALUE)]
)
def test_a_long_text_is_shown_up_to_a_length_and_says_so(tmp_path, length, shown):
    row = told(tmp_path, between=extension(b"x" * length))["extension 1"]
    assert row.before == "x" * shown + ("…" if length > shown else "")


@pytest.mark.parametrize(
    ("options", "said", "told_so"),
    [
        ({"retain_uids"}, "write date and time into them", True),
        ({"retain_uids", "retain_full_dates"}, "write date and time into them", False),
        (set(), "joined with each other", False), (set(), "True dates stay", False), (set(), "Institutions stay", False),
        (set(), "All dates go", True), ({"retain_full_dates"}, "All dates go", False),
        ({"retain_modified_dates"}, "All dates go", False), (set(), "nobody can look for bias", True),
        ({"retain_patient_characteristics"}, "nobody can look for bias", False), ({"clean_descriptors"}, "removed whole", False),
        (set(), "removed whole", True), (set(), "All private attributes go", True),
        ({"retain_safe_private"}, "All private attributes go", False),
    ],
)  # fmt: skip
def test_a_complaint_about_an_option_is_made_where_it_holds_and_nowhere_else(options, said, told_so):
    assert any(said in text for _level, text in levels(options)) is told_so
