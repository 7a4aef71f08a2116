"""Masks on raster images, kinds and subjects of files by their names, archives of workbooks, lines of pages."""

import io
import json
import zipfile

import numpy as np
import pytest
from PIL import Image

from deid.engine import Identity, Mask, RefusedError
from deid.engine.formats.bounded import read_all, size_of
from deid.engine.formats.cleaning import clean_file
from deid.engine.formats.documents.pdf import cleaned_page, read_pages
from deid.engine.formats.documents.pdf_pages import Line, Page, write_pages
from deid.engine.formats.images.cleaning import clean_image
from deid.engine.formats.images.opening import opened
from deid.engine.formats.kinds import Kind, ending_of, kind_of
from deid.engine.formats.subjects import subject_of_cell, subject_of_path
from deid.engine.formats.tables.workbooks import workbook_rows

IDENTITY = Identity(bytes(32))


def code_of(act, *given, **more) -> str:
    try:
        act(*given, **more)
    except RefusedError as error:
        return error.code
    return ""


def saved(pages, kind: str, **more) -> bytes:
    out = io.BytesIO()
    pages[0].save(out, kind, save_all=len(pages) > 1, append_images=pages[1:], **more)
    return out.getvalue()


def masked(content: bytes, *masks: Mask):
    out = io.BytesIO()
    report = clean_image(io.BytesIO(content), out, identity=IDENTITY, subject_key="s", masks=masks)
    return out.getvalue(), report


def values(content: bytes, page: int = 0) -> np.ndarray:
    picture = Image.open(io.BytesIO(content))
    picture.seek(page)
    return np.asarray(picture).copy()


def noise(mode: str) -> Image.Image:
    drawn = np.random.default_rng(4).integers(50, 250, (20, 30, 4), np.uint8)
    if mode == "I;16":
        return Image.fromarray(drawn[..., 0].astype(np.uint16) * 99)
    if mode == "P":
        return Image.fromarray(drawn[..., :3]).quantize(16)
    return Image.fromarray(
        {"L": drawn[..., 0], "LA": drawn[..., :2], "RGB": drawn[..., :3]}.get(mode, drawn), mode
    )


@pytest.mark.parametrize(
    ("mode", "kind", "black"),
    [
        ("L", "PNG", 0), ("LA", "PNG", (0, 255)), ("RGB", "PNG", (0, 0, 0)), ("RGBA", "PNG", (0, 0, 0, 255)),
        ("I;16", "PNG", 0), ("L", "TIFF", 0),
        ("RGB", "TIFF", (0, 0, 0)), ("CMYK", "TIFF", (0, 0, 0, 255)), ("L", "PPM", 0), ("RGB", "PPM", (0, 0, 0)),
        ("P", "PNG", None),
    ],
)  # fmt: skip
def test_a_mask_is_black_and_opaque_inside_and_leaves_the_rest(mode, kind, black):
    content = saved([noise(mode)], kind)
    after, report = masked(content, Mask(None, 3, 5, 7, 4), Mask(range(0, 1), 0, 0, 1, 1))
    old, new = values(content), values(after)
    inside = np.zeros((20, 30), bool)
    inside[5:9, 3:10] = inside[0, 0] = True
    assert np.array_equal(old[~inside], new[~inside]) and report.counts["masked_frames"] == 1
    if mode == "P":
        shades = np.asarray(Image.open(io.BytesIO(after)).convert("RGB")).astype(int).sum(axis=2)
        palette = (
            np.asarray(Image.open(io.BytesIO(content)).getpalette()[: 3 * 16]).reshape(-1, 3).sum(axis=1)
        )
        assert (shades[inside] == palette.min()).all()
    else:
        assert (new[inside] == black).all()


@pytest.mark.parametrize("packing", ["raw", "tiff_lzw", "packbits", "tiff_adobe_deflate"])
def test_a_mask_lies_on_the_pages_that_it_names(packing):
    content = saved([noise("L"), noise("L"), noise("L")], "TIFF", compression=packing)
    after, report = masked(content, Mask(range(1, 3), 28, 18, 2, 2))
    assert (
        report.counts["masked_frames"] == 2 and Image.open(io.BytesIO(after)).info["compression"] == packing
    )
    assert np.array_equal(values(after, 0), values(content, 0))
    for page in (1, 2):
        expected = values(content, page)
        expected[18:, 28:] = 0
        assert np.array_equal(values(after, page), expected)
    assert "masked_frames" not in masked(content, Mask(range(7, 9), 0, 0, 2, 2))[1].counts


def test_a_packing_that_loses_is_written_without_loss():
    content = saved([noise("L").convert("1")], "TIFF", compression="group4")
    after, _ = masked(content, Mask(None, 0, 0, 30, 1))
    assert Image.open(io.BytesIO(after)).info["compression"] == "tiff_adobe_deflate"
    assert not values(after)[0].any() and np.array_equal(values(after)[1:], values(content)[1:])


@pytest.mark.parametrize(
    ("mask", "code"),
    [
        (Mask(None, 0, 0, 30, 20), ""), (Mask(None, 29, 19, 1, 1), ""), (Mask(None, 0, 0, 31, 20), "mask_outside"),
        (Mask(None, 0, 0, 30, 21), "mask_outside"),
        (Mask(None, -1, 0, 5, 5), "mask_outside"), (Mask(None, 0, -1, 5, 5), "mask_outside"),
        (Mask(None, 0, 0, 0, 5), "mask_outside"), (Mask(None, 0, 0, 5, 0), "mask_outside"),
    ],
)  # fmt: skip
def test_a_mask_lies_inside_of_its_image(mask, code):
    assert code_of(masked, saved([noise("L")], "PNG"), mask) == code


def test_what_is_no_image_is_refused():
    assert code_of(opened, io.BytesIO(b"no image at all")) == "bad_image"
    assert code_of(masked, b"no image at all") == "bad_image" and code_of(masked, b"P7\n") == "bad_image"


ENDINGS = {
    Kind.DICOM: "dcm", Kind.NIFTI: "nii nii.gz", Kind.HDF5: "h5 hdf5 mrd", Kind.BART_HEADER: "hdr", Kind.BART_DATA: "cfl",
    Kind.PULSEQ: "seq", Kind.DDSM: "ics overlay", Kind.SIDECAR: "json", Kind.GRADIENTS: "bval bvec", Kind.RECORDING: "tsv.gz",
    Kind.TABLE: "csv tsv xlsx xpt", Kind.DOCUMENT: "pdf txt rtf xml", Kind.MODEL: "stl obj mtl",
    Kind.IMAGE: "png jpg jpeg tif tiff svs pgm ppm pbm ljpeg",
}  # fmt: skip


@pytest.mark.parametrize("kind", list(ENDINGS))
def test_a_kind_is_told_by_the_ending_of_a_name_in_any_case(kind):
    for ending in ENDINGS[kind].split():
        for name in (f"a/b.{ending}", f"x.y.{ending.upper()}", f"Quackenbush.1.{ending}"):
            assert ending_of(name) == f".{ending}" and kind_of(name) is kind


@pytest.mark.parametrize("name", ["IM00001", "1.2.3.4", "x.gz", "x.tar.gz", "png", "a.png/IM1", "", "nii.gz"])
def test_what_has_no_known_ending_is_taken_for_dicom(name):
    assert ending_of(name) == ".dcm" and kind_of(name) is Kind.DICOM


def archive(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members:
            file.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK", "bad_table"), (archive(("a", b"b")), "bad_table"),
        (archive(*((f"{n}", b"") for n in range(10_001))), "zip_bomb"),
        (archive(*((f"{n}", b"") for n in range(10_000))), "bad_table"), (archive(("a", bytes(20 << 20))), "zip_bomb"),
        (archive(("a", bytes(15 << 20))), "bad_table"),
    ],
    ids=range(6),
)  # fmt: skip
def test_an_archive_that_unpacks_to_far_more_than_its_size_is_no_workbook(content, code):
    assert code_of(lambda: list(workbook_rows(io.BytesIO(content)))) == code


def test_a_locked_workbook_says_so():
    content = bytearray(archive(("a", b"b")))
    directory = content.index(b"PK\1\2")
    content[directory + 8] |= 1
    assert code_of(lambda: list(workbook_rows(io.BytesIO(bytes(content))))) == "encrypted"


def test_lines_of_a_page_come_back_where_they_were_set():
    lines = (
        Line("CT of the chest", 72, 700, 11),
        Line("A nodule of 8 mm", 80, 650, 20),
        Line("Größe ±2", 72, 600, 9),
    )
    (page,) = read_pages(write_pages([Page(600, 800, lines)]))
    assert (page.width, page.height) == (600, 800) and [line.text for line in page.lines] == [
        line.text for line in lines
    ]
    for old, new in zip(lines, page.lines, strict=True):
        assert (
            abs(new.x - old.x) < 1
            and abs(new.y - old.y) < 0.5 * old.size
            and 0.7 * old.size < new.size < 1.3 * old.size
        )
    several = read_pages(
        write_pages([Page(600, 800, lines[:1]), Page(300, 400, lines[1:2]), Page(600, 800, ())])
    )
    assert [(page.width, len(page.lines)) for page in several] == [(600, 1), (300, 1), (600, 0)]


def test_a_page_is_cleaned_as_a_whole_and_each_line_stays_where_it_stood():
    page = Page(600, 800, (Line("one", 72, 700, 11), Line("two", 80, 650, 20), Line("three", 72, 600, 9)))
    after = cleaned_page(page, lambda text: text.replace("two", ""))
    assert after == Page(600, 800, (page.lines[0], page.lines[2]))
    flowing = cleaned_page(page, lambda text: text.replace("\n|\ntwo", " and"))
    assert [line.text for line in flowing.lines if line.text.strip()] == ["one and", "three"]
    assert all((line.x, line.size) == (36.0, 9.0) for line in flowing.lines)
    heights = [line.y for line in flowing.lines]
    assert heights[0] == 752.0 and heights == sorted(heights, reverse=True)


@pytest.mark.parametrize("content", [b"", b"%PDX-1.4", b"%PDF-1.4\n", b"%PDF-1.7" + bytes(99)])
def test_what_is_no_pdf_is_refused(content):
    assert code_of(read_pages, content) == "bad_document"


@pytest.mark.parametrize(("size", "code"), [(0, ""), (9, ""), (10, "too_large")])
def test_a_file_is_read_whole_or_refused(size, code):
    assert code_of(read_all, io.BytesIO(bytes(size)), 9) == code
    assert code or read_all(io.BytesIO(bytes(size)), 9) == bytes(size)
    assert size_of(io.BytesIO(bytes(size))) == size


def test_what_each_kind_is_given_reaches_what_cleans_it(tmp_path):
    """Masks reach images, known values texts, and an array of BART the header beside it."""
    (tmp_path / "x.png").write_bytes(saved([noise("L")], "PNG"))
    given = {"identity": IDENTITY, "subject_key": "s"}
    report = clean_file(
        Kind.IMAGE, tmp_path / "x.png", tmp_path / "y", masks=[Mask(None, 0, 0, 2, 2)], **given
    )
    assert report.counts["masked_frames"] == 1 and not values((tmp_path / "y").read_bytes())[:2, :2].any()
    (tmp_path / "x.json").write_text('{"SeriesDescription": "knee 7712 axial"}')
    for known, left in (((), "knee 7712 axial"), (("7712",), "knee axial")):
        clean_file(Kind.SIDECAR, tmp_path / "x.json", tmp_path / "y", known_values=known, **given)
        assert json.loads((tmp_path / "y").read_text()) == {"SeriesDescription": left}
    (tmp_path / "x.hdr").write_text("# Dimensions\n2 3\n")
    (tmp_path / "x.cfl").write_bytes(bytes(40))
    for kind, name in ((Kind.BART_DATA, "x.cfl"), (Kind.BART_HEADER, "x.hdr")):
        assert code_of(clean_file, kind, tmp_path / name, tmp_path / "y", **given) == "bad_raw"
    (tmp_path / "x.stl").write_bytes(b"solid x\nfacet normal 0 0 1\nendsolid\n")
    assert clean_file(Kind.MODEL, tmp_path / "x.stl", tmp_path / "y", **given).counts == {"K": 1}


@pytest.mark.parametrize(
    ("path", "subject"),
    [
        ("sub-P77/anat/sub-P77_T1w.nii", "P77"), ("study/sub-P77_T1w.nii", "P77"), ("P77/scan.nii", "P77"),
        ("P77_scan.nii", "P77"),
        ("P77.nii.gz", "P77"), ("P77", "P77"), ("a/xsub-P77_T1w.nii", "a"),
    ],
)  # fmt: skip
def test_a_path_names_its_subject(path, subject):
    assert subject_of_path(path) == subject


@pytest.mark.parametrize("text", ["P77", " P77 ", "sub-P77", " sub-P77"])
def test_a_cell_names_its_subject_as_a_path_does(text):
    assert subject_of_cell(text) == "P77"
