import base64
import gzip
import io
import zipfile
import zlib

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file

from deid.engine.formats.documents.pdf_pages import Line, Page, write_pages
from deid.engine.verification import Needle, identifying_values, search, verify_dicom, verify_table
from deid.engine.verification.needles import needles_of_values
from deid.engine.verification.search import search_bytes
from deid.engine.verification.unpacking import unpacked
from tests.deid.conftest import as_bytes

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def pair(tmp_path, clean):
    """A source with planted values, and its cleaned form that a test may spoil."""
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    ds.PatientName, ds.PatientID = "Quackenbush^Xiomara", "PT1234567"
    ds.InstitutionName, ds.StudyDate = "Larkspur Valley Hospital", "20190302"
    source = tmp_path / "source.dcm"
    source.write_bytes(as_bytes(ds))
    return source, clean(source.read_bytes())[0], tmp_path / "released.dcm"


def kinds(pair) -> set[str]:
    source, after, path = pair
    path.write_bytes(as_bytes(after))
    return {hit.kind for hit in verify_dicom(source, path)}


def test_a_clean_release_has_no_hit(pair):
    assert kinds(pair) == set()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("seen QUACKENBUSH here", "name"),
        ("XiomaraQuackenbush", "name"),
        ("Quackenbush, Xiomara", "name"),
        ("id PT1234567.", "identifier"),
        ("Larkspur Valley Hospital", "place"),
        ("on 2019-03-02", "date"),
        ("02.03.2019", "date"),
        ("03/02/2019", "date"),
        ("2 Mar 2019", "date"),
        (base64.b64encode(b"x Quackenbush y").decode(), "name"),
        (base64.b64encode(b"xy PT1234567 y").decode(), "identifier"),
    ],
)
def test_a_value_left_in_text_is_found_in_every_spelling(pair, text, kind):
    pair[1].ImageComments = text
    assert kind in kinds(pair)


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_value_left_in_bytes_is_found_in_every_encoding(pair, codec):
    value = "..Quackenbush..".encode(codec)
    pair[1].add_new(0x00282000, "OB", value + b"\0" * (len(value) % 2))
    assert "name" in kinds(pair)


def test_an_old_uid_is_found(pair):
    pair[1].FrameOfReferenceUID = pydicom.dcmread(pair[0]).StudyInstanceUID
    assert kinds(pair) >= {"uid", "foreign uid"}


def test_a_date_that_did_not_move_is_found(pair):
    pair[1].StudyDate = "20190302"
    assert kinds(pair) == {"date"}


def test_elements_that_must_not_be_there_are_found(pair):
    pair[1].private_block(0x0099, "SOMEBODY", create=True).add_new(1, "LO", "x")
    pair[1].add_new(0x60003000, "OW", b"\0\0")
    assert kinds(pair) == {"private element", "forbidden element"}


def test_a_missing_statement_is_found(pair):
    del pair[1].PatientIdentityRemoved
    assert kinds(pair) == {"missing statement"}


def test_a_preamble_and_foreign_meta_are_found(pair):
    source, after, path = pair
    after.preamble = b"MZ".ljust(128, b"\0")
    after.file_meta.SourceApplicationEntityTitle = "AET"
    assert kinds(pair) == {"preamble", "file meta"}


def test_hits_and_their_text_hold_no_value(pair):
    source, after, path = pair
    after.ImageComments = "Quackenbush"
    path.write_bytes(as_bytes(after))
    hits = search(path, identifying_values(source))
    assert hits and "uackenbush" not in repr(hits)


def test_plain_words_and_short_values_are_not_searched_for(pair):
    ds = pydicom.dcmread(pair[0])
    ds.PatientName, ds.AccessionNumber, ds.StudyID = "CT^Head", "1", "12"
    pair[0].write_bytes(as_bytes(ds))
    words = {word for needle in identifying_values(pair[0]) for word in needle.words}
    assert not words & {"CT", "Head", "1", "12"}


def test_the_words_of_the_statement_are_not_taken_for_a_name(pair, clean):
    ds = pydicom.dcmread(pair[0])
    ds.PatientName = "Longitudinal^Retain"
    pair[0].write_bytes(as_bytes(ds))
    assert kinds((pair[0], clean(pair[0].read_bytes())[0], pair[2])) == set()


def test_devices_are_searched_for_unless_the_profile_retains_them(pair):
    ds = pydicom.dcmread(pair[0])
    ds.StationName = "SCANNER77"
    pair[0].write_bytes(as_bytes(ds))
    assert not [n for n in identifying_values(pair[0]) if n.kind == "device"]
    assert [n for n in identifying_values(pair[0], frozenset()) if "SCANNER77" in n.words]


def test_a_value_left_in_a_table_is_found_by_its_line(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("id,note\nT-1,fine\nT-2,saw Quackenbush\n")
    needles = [Needle("name", "x", ("Quackenbush",))]
    assert [(hit.place, hit.kind) for hit in verify_table(table, needles)] == [("line 3", "name")]
    assert search_bytes(b"nothing", needles, "x") == []


def zipped(text: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("note.txt", text)
    return out.getvalue()


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, lambda text: zlib.compress(text, 9), zipped])
def test_a_value_left_inside_a_compressed_member_is_found(pair, pack):
    value = b"\1\2\3" + pack(b"the scan of Quackenbush and much more " * 9)
    pair[1].add_new(0x00282000, "OB", value + b"\0" * (len(value) % 2))
    assert "name" in kinds(pair)


def test_a_member_that_unpacks_without_end_is_only_looked_into_as_far_as_is_fit():
    bomb = zlib.compress(b"\0" * (64 << 20))
    assert max(len(one) for one in unpacked(bomb)) == 8 << 20


@pytest.mark.parametrize(
    "text", ["M\u00fcllner", "Mu\u0308llner", "Mullner", "MUELLNER", '"M\\u00fcllner"', "M%C3%BCllner"]
)
def test_a_name_with_an_accent_is_found_however_it_is_written(text):
    needles = needles_of_values(["M\u00fcllner^\u00c4nne"])
    assert search_bytes(f"seen {text} here".encode(), needles, "text")


@pytest.mark.parametrize(
    ("terms", "name", "left", "left_terms"),
    [
        ("ISO_IR 126", "ΠΑΠΑΔΗΣ^ΜΑΡΙΑ", "ο Παπαδης εδώ", "ISO_IR 192"),
        ("ISO_IR 192", "Παπαδης^Μαρια", "ΠΑΠΑΔΗΣ", "ISO_IR 126"),
        ("ISO_IR 144", "Люксембург^Ада", "ЛЮКСЕМБУРГ", "ISO_IR 144"),
        ("ISO_IR 101", "Wałęsowicz^Zoé", "WAŁĘSOWICZ", "ISO_IR 192"),
        ("GB18030", "黎誠明^小東", "黎誠明小東", "ISO_IR 192"),
        (["", "ISO 2022 IR 87"], "山田川^太郎右衛門", "山田川太郎右衛門", "ISO_IR 192"),
    ],
)
def test_a_name_is_found_in_another_character_set_and_case(tmp_path, clean, terms, name, left, left_terms):
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    ds.SpecificCharacterSet, ds.PatientName = terms, name
    source, released = tmp_path / "source.dcm", tmp_path / "released.dcm"
    source.write_bytes(as_bytes(ds))
    after = clean(source.read_bytes())[0]
    released.write_bytes(as_bytes(after))
    assert verify_dicom(source, released) == []
    after.SpecificCharacterSet, after.ImageComments = left_terms, left
    released.write_bytes(as_bytes(after))
    assert "name" in {hit.kind for hit in verify_dicom(source, released)}


@pytest.mark.parametrize("text", ["WEISSM\u00dcLLER", "Wei\u00dfm\u00fcller", "Weissmueller"])
def test_a_name_in_ascii_is_found_with_its_accents(text):
    assert search_bytes(f"seen {text} here".encode(), needles_of_values(["WEISSMUELLER^EVA"]), "text")


def printed(text: str) -> bytes:
    return write_pages([Page(600, 800, (Line(text, 72, 700, 11),))])


def test_a_name_is_found_in_a_document_with_letters_of_its_own():
    needles = needles_of_values(["Λυμπερης^Ζωη"])
    assert "Λυμπερης".encode() not in printed("Λυμπερης")
    assert {hit.kind for hit in search_bytes(printed("όζος, Λυμπερης"), needles, "document")} == {"name"}
    assert search_bytes(printed("όζος 8 mm"), needles, "document") == []


def drawn(content: bytes, *, packed: bool) -> bytes:
    """Return a PDF of one page that draws *content* in a font of every reader (ISO 32000-1 9.6.2.2)."""
    stream = zlib.compress(content) if packed else content
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d%b>>stream\n%b\nendstream" % (len(stream), b"/Filter/FlateDecode" * packed, stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]  # fmt: skip
    body = b"".join(b"%d 0 obj\n%b\nendobj\n" % (number, one) for number, one in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer <</Root 1 0 R/Size 6>>\n%%EOF\n"


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("words", "found"),
    [
        (b"[(Quac) -20 (kenb) 10 (ush)] TJ", {"name"}),
        (b"(Quackenbush) Tj", {"name"}),
        (b"[(Qua) 10 (rk)] TJ", set()),
    ],
)
def test_a_name_is_found_in_a_document_that_sets_its_letters_apart(words, found, packed):
    document = drawn(b"BT /F1 12 Tf 72 700 Td " + words + b" ET", packed=packed)
    needles = needles_of_values(["Quackenbush^Xiomara"])
    assert {hit.kind for hit in search_bytes(document, needles, "document")} == found


def test_a_document_that_nobody_can_read_does_not_pass():
    broken = printed("όζος")[:-400].replace(b"/Pages", b"/Pegas")
    assert {hit.kind for hit in search_bytes(broken, [], "document")} == {"unreadable"}


def test_values_that_other_files_gave_are_searched_for(pair):
    source, after, path = pair
    after.ImageComments = "as with Featherington before"
    path.write_bytes(as_bytes(after))
    assert verify_dicom(source, path) == []
    found = verify_dicom(source, path, more=needles_of_values(["Featherington^Philippa"]))
    assert {hit.kind for hit in found} == {"name"}


def test_what_hid_beside_the_image_may_go_and_the_image_itself_may_not(tmp_path, clean):
    ds = pydicom.dcmread(get_testdata_file("MR_small.dcm"))
    ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 12, 11, 0
    image = np.frombuffer(ds.PixelData, "<u2") & 0x0FFF
    ds.PixelData = (image | 0x4000).astype("<u2").tobytes()
    source, released = tmp_path / "source.dcm", tmp_path / "released.dcm"
    source.write_bytes(as_bytes(ds))
    after = clean(source.read_bytes())[0]
    released.write_bytes(as_bytes(after))
    assert verify_dicom(source, released) == []
    changed = image.copy()
    changed[5] ^= 1
    after.PixelData = changed.astype("<u2").tobytes()
    released.write_bytes(as_bytes(after))
    assert {hit.kind for hit in verify_dicom(source, released)} == {"pixels changed"}
