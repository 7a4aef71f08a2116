"""Every place in which identity hides, one test each."""

import datetime
import zlib

import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from deid.engine import TooLargeError, UnreadableError, UnsupportedError
from tests.deid.conftest import as_bytes, wheel_file

NAME = "Quackenbush"


@pytest.fixture
def ct() -> Dataset:
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    ds.PatientName = f"{NAME}^Xiomara"
    return ds


def left(content: bytes, *values: str) -> list[str]:
    return [value for value in values if value.lower().encode() in content.lower()]


def test_private_elements_go_and_safe_ones_stay_in_whatever_block(ct, clean):
    ct.private_block(0x0019, "OTHER MAKER", create=True).add_new(0x10, "LO", NAME)
    ct.private_block(0x0019, "SIEMENS MR HEADER", create=True).add_new(0x0C, "IS", "800")
    after, content, _ = clean(as_bytes(ct))
    assert not left(content, NAME, "OTHER MAKER")
    assert after.private_block(0x0019, "SIEMENS MR HEADER")[0x0C].value == 800


def test_private_elements_go_altogether_under_the_basic_profile(ct, clean):
    after, _content, _ = clean(as_bytes(ct), "basic")
    assert [e.tag for e in after.iterall() if e.tag.is_private] == []


def test_siemens_csa_headers_are_never_passed_on(ct, clean):
    ct.private_block(0x0029, "SIEMENS CSA HEADER", create=True).add_new(
        0x10, "OB", b"SV10" + NAME.encode() + b"\0"
    )
    assert not left(clean(as_bytes(ct))[1], NAME, "CSA")


def test_an_unknown_public_attribute_goes(ct, clean):
    ct.add_new(0x00083FFF, "LO", "nothing in here is known")
    assert 0x00083FFF not in clean(as_bytes(ct))[0]


def test_a_known_name_in_an_attribute_outside_the_table_goes(ct, clean):
    ct.ConvolutionKernel = NAME
    ct.ContrastBolusAgent = f"ISOVUE {NAME}"
    after, content, _ = clean(as_bytes(ct))
    assert not left(content, NAME)


def test_numbers_that_are_text_are_emptied(ct, clean):
    source = as_bytes(ct)
    value = ct.KVP.original_string.encode() if hasattr(ct.KVP, "original_string") else b"120"
    place = source.index(b"\x18\x00\x60\x00DS") + 8
    forged = (
        source[:place]
        + b"BOB!"[: len(value) + len(value) % 2]
        + source[place + len(value) + len(value) % 2 :]
    )
    assert clean(forged)[0].KVP is None


def test_overlays_and_curves_go(ct, clean):
    ct.add_new(0x60000022, "LO", NAME)
    ct.add_new(0x60023000, "OW", b"\0\0")
    ct.add_new(0x50003000, "OW", b"\0\0")
    after = clean(as_bytes(ct))[0]
    assert not [e.tag for e in after if 0x5000 <= e.tag.group <= 0x60FF]


def test_text_in_unknown_and_byte_values_goes(ct, clean):
    ct.add_new(0x00189424, "UN", f"{NAME} was here ".encode())
    ct.add_new(0x00080081, "UN", f"{NAME} Street  ".encode())
    ct.add_new(0x00282000, "OB", b"\0\0")
    ct.add_new(0x00420010, "OB", f"{NAME} ".encode())
    assert not left(clean(as_bytes(ct))[1], NAME)


def test_words_of_text_in_a_table_of_numbers_go(ct, clean):
    ct.add_new(0x00281201, "OW", (f"{NAME} of Larkspur Valley".encode() * 3)[:60])
    assert 0x00281201 not in clean(as_bytes(ct))[0]


def test_people_at_every_depth_go(ct, clean):
    inner = Dataset()
    inner.PersonName = "Ostrander^Bea"
    for _ in range(5):
        outer = Dataset()
        outer.ContentSequence = Sequence([inner])
        inner = outer
    ct.ContentSequence = Sequence([inner])
    ct.StudyDescription = "CHEST read by Ostrander"
    after, content, _ = clean(as_bytes(ct))
    assert not left(content, "Ostrander")
    assert after.StudyDescription == "CHEST read by"


def test_meta_preamble_and_trailing_padding_are_not_passed_on(ct, clean):
    ct.preamble = b"%PDF-1.4".ljust(128, b"x")
    ct.file_meta.SourceApplicationEntityTitle = "QUACKAET"
    ct.file_meta.ImplementationVersionName = "QUACKVERSION"
    ct.file_meta.PrivateInformationCreatorUID, ct.file_meta.PrivateInformation = "1.2.3", b"QUACKINFO "
    ct.add_new(0xFFFCFFFC, "OB", b"QUACKPAD")
    after, content, _ = clean(as_bytes(ct))
    assert content[:128] == bytes(128)
    assert not left(content, "quack")
    assert after.file_meta.MediaStorageSOPInstanceUID == after.SOPInstanceUID


def test_uids_are_new_everywhere_and_still_point_to_each_other(ct, clean, identity):
    reference = Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = ct.SOPClassUID, ct.SOPInstanceUID
    ct.SourceImageSequence = Sequence([reference])
    ct.ImageComments = f"compare {ct.SeriesInstanceUID}"
    after, content, _ = clean(as_bytes(ct))
    assert (
        after.SourceImageSequence[0].ReferencedSOPInstanceUID
        == after.SOPInstanceUID
        == identity.uid(ct.SOPInstanceUID)
    )
    assert after.SourceImageSequence[0].ReferencedSOPClassUID == ct.SOPClassUID
    assert after.ImageComments == f"compare {after.SeriesInstanceUID}"
    assert not left(content, ct.SOPInstanceUID, ct.StudyInstanceUID, ct.SeriesInstanceUID)


def test_a_uid_attribute_that_holds_text_gets_a_uid(ct, clean):
    source = as_bytes(ct).replace(
        ct.FrameOfReferenceUID.encode(), NAME.encode().ljust(len(ct.FrameOfReferenceUID), b" ")
    )
    after, content, _ = clean(source)
    assert not left(content, NAME)
    assert after.FrameOfReferenceUID.startswith("2.25.")


def test_ages_over_89_are_grouped(ct, clean):
    ct.PatientAge = "093Y"
    assert clean(as_bytes(ct))[0].PatientAge == "090Y"
    ct.PatientAge = "089Y"
    assert clean(as_bytes(ct))[0].PatientAge == "089Y"
    ct.PatientAge = "22Y"
    assert clean(as_bytes(ct))[0].PatientAge == "022Y"


def test_graphic_annotation_keeps_its_place_and_loses_the_name(ct, clean):
    text, graphic = Dataset(), Dataset()
    text.UnformattedTextValue = f"nodule, {NAME}"
    text.AnchorPoint = [1.0, 2.0]
    graphic.TextObjectSequence = Sequence([text])
    ct.GraphicAnnotationSequence = Sequence([graphic])
    after, content, _ = clean(as_bytes(ct))
    kept = after.GraphicAnnotationSequence[0].TextObjectSequence[0]
    assert kept.UnformattedTextValue == "nodule" and list(kept.AnchorPoint) == [1.0, 2.0]


def test_structured_reports_keep_their_content_without_people(clean, identity):
    ds = pydicom.dcmread(get_testdata_file("reportsi.dcm"))
    ds.PatientName = f"{NAME}^Xiomara"
    text = Dataset()
    text.RelationshipType, text.ValueType, text.TextValue = (
        "CONTAINS",
        "TEXT",
        f"{NAME} has a nodule, seen 2019-03-02",
    )
    ds.ContentSequence.append(text)
    after, content, _ = clean(as_bytes(ds))
    shifted = datetime.date(2019, 3, 2) + datetime.timedelta(identity.shift_days("subject"))
    assert after.ContentSequence[-1].TextValue == f"has a nodule, seen {shifted}"
    assert len(after.ContentSequence) == len(ds.ContentSequence)


def test_icons_go(ct, clean):
    icon = Dataset()
    icon.Rows, icon.Columns = 64, 64
    ct.IconImageSequence = Sequence([icon])
    assert "IconImageSequence" not in clean(as_bytes(ct))[0]


def test_an_encapsulated_document_is_refused(ct, clean):
    ct.add_new(0x00420011, "OB", b"%PDF-1.4")
    with pytest.raises(UnsupportedError) as refusal:
        clean(as_bytes(ct))
    assert refusal.value.code == "encapsulated_document"


def test_a_dicomdir_is_refused(clean):
    source = wheel_file("DICOMDIR")
    with pytest.raises(UnsupportedError) as refusal:
        clean(source)
    assert refusal.value.code == "dicomdir"


def test_a_second_data_set_behind_the_first_is_refused(ct, clean):
    source = as_bytes(ct)
    with pytest.raises(UnreadableError):
        clean(source + source)


def test_a_deflated_file_comes_out_inflated_and_clean(ct, clean):
    ds = pydicom.dcmread(get_testdata_file("image_dfl.dcm"))
    ds.PatientName = f"{NAME}^Xiomara"
    after, content, cleaned = clean(as_bytes(ds))
    assert cleaned.transfer_syntax_uid == "1.2.840.10008.1.2.1"
    assert after.PixelData == ds.PixelData
    assert not left(content, NAME)


def test_a_deflated_bomb_is_refused(clean):
    source = wheel_file("image_dfl.dcm")
    start = 144 + int.from_bytes(source[140:144], "little")
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = engine.compress(bytes(200 << 20)) + engine.flush()
    with pytest.raises(TooLargeError) as refusal:
        clean(source[:start] + bomb)
    assert refusal.value.code == "deflate_bomb"


def test_an_element_that_is_there_twice_is_refused(ct, clean):
    source = as_bytes(ct)
    twice = source.index(b"\x10\x00\x10\x00PN")
    length = 8 + int.from_bytes(source[twice + 6 : twice + 8], "little")
    with pytest.raises(UnreadableError) as refusal:
        clean(source[:twice] + source[twice : twice + length] + source[twice:])
    assert refusal.value.code == "duplicate_element"


def test_what_was_done_is_stated(ct, clean):
    after = clean(as_bytes(ct))[0]
    codes = [item.CodeValue for item in after.DeidentificationMethodCodeSequence]
    assert after.PatientIdentityRemoved == "YES"
    assert after.LongitudinalTemporalInformationModified == "MODIFIED"
    assert codes == ["113100", "113103", "113104", "113105", "113107", "113108", "113109", "113111"]
    inspected = clean(as_bytes(ct), pixels_inspected=True)[0]
    assert "113101" in [item.CodeValue for item in inspected.DeidentificationMethodCodeSequence]
    basic = clean(as_bytes(ct), "basic")[0]
    assert basic.LongitudinalTemporalInformationModified == "REMOVED"
    assert [item.CodeValue for item in basic.DeidentificationMethodCodeSequence] == ["113100"]


def test_known_values_of_the_subject_from_other_files_leave_text(ct, clean):
    ct.SeriesDescription = "CHEST Featherington axial"
    after = clean(as_bytes(ct), known_values_of_subject=["Featherington"])[0]
    assert after.SeriesDescription == "CHEST axial"


def test_a_uid_that_only_pretends_to_be_of_the_standard_is_replaced(ct, clean, identity):
    ct.FrameOfReferenceUID = "1.2.840.10008.19500607.1"
    ct.ImageComments = "see 1.2.840.10008.19500607.1"
    after, content, _ = clean(as_bytes(ct))
    assert not left(content, "19500607")
    assert after.ImageComments == f"see {after.FrameOfReferenceUID}"


def test_an_unknown_class_is_mapped_wherever_it_is_named(ct, clean, identity):
    ct.SOPClassUID = ct.file_meta.MediaStorageSOPClassUID = "1.2.3.19500607.4"
    after, content, cleaned = clean(as_bytes(ct))
    assert not left(content, "19500607")
    assert after.file_meta.MediaStorageSOPClassUID == after.SOPClassUID == cleaned.sop_class_uid


@pytest.mark.parametrize(
    "uid", ["1.2.840.10008.5.1.4.1.1.2", "1.3.12.2.1107.5.9.1", "1.2.840.10008.5.1.4.1.1.999"]
)
def test_a_class_of_the_standard_or_of_a_vendor_stays(ct, clean, uid):
    ct.SOPClassUID = ct.file_meta.MediaStorageSOPClassUID = uid
    assert clean(as_bytes(ct))[0].SOPClassUID == uid


def test_a_lone_surname_that_no_attribute_knows_leaves_text(ct, clean):
    ct.SeriesDescription = "CHEST Featherington axial"
    ct.LUTExplanation = "window by OSTRANDER"
    ct.ImageComments = "lung nodule as hollingberry said, unchanged"
    after = clean(as_bytes(ct))[0]
    assert after.SeriesDescription == "CHEST axial"
    assert after.LUTExplanation == "window by"
    assert after.ImageComments == "lung nodule as said, unchanged"


def test_text_behind_the_last_frame_is_blanked_and_the_image_is_not(ct, clean):
    image = ct.PixelData
    ct.PixelData = image + f"patient {NAME}^Xiomara ".encode()
    after, content, _ = clean(as_bytes(ct))
    assert not left(content, NAME)
    assert after.PixelData[: len(image)] == image and len(after.PixelData) == len(ct.PixelData)
    ct.PixelData = image + bytes(range(30))
    assert clean(as_bytes(ct))[0].PixelData == ct.PixelData


def test_a_known_name_deep_in_a_long_table_takes_the_table_away(ct, clean):
    ct.add_new(0x00281201, "OW", bytes(1 << 20) + f"{NAME}^Xiomara".encode().ljust(30) + bytes(1 << 16))
    assert 0x00281201 not in clean(as_bytes(ct))[0]


def test_a_recorded_voice_is_refused(ct, clean):
    ct.SOPClassUID = ct.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.9.4.1"
    with pytest.raises(UnsupportedError) as refusal:
        clean(as_bytes(ct))
    assert refusal.value.code == "voice_recording"


@pytest.mark.parametrize(
    ("modality", "kinds", "in_image", "code"),
    [
        ("SM", ["ORIGINAL", "PRIMARY", "LABEL", "NONE"], "YES", "slide_label"),
        ("SM", ["ORIGINAL", "PRIMARY", "LABEL", "NONE"], "NO", "slide_label"),
        ("SM", ["ORIGINAL", "PRIMARY", "OVERVIEW", "NONE"], "YES", "slide_label"),
        ("SM", ["ORIGINAL", "PRIMARY", "OVERVIEW", "NONE"], "NO", ""),
        ("SM", ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"], None, ""), ("CT", ["DERIVED", "PRIMARY", "LABEL"], None, ""),
    ],
)  # fmt: skip
def test_the_picture_of_a_slides_label_is_refused(ct, clean, modality, kinds, in_image, code):
    ct.Modality, ct.ImageType = modality, kinds
    if in_image:
        ct.SpecimenLabelInImage = in_image
    try:
        clean(as_bytes(ct))
        refused = ""
    except UnsupportedError as refusal:
        refused = refusal.code
    assert refused == code


def test_an_image_keeps_the_palette_of_its_colours_and_is_refused_with_words_in_it(ct, clean):
    ramp = b"".join(bytes([shade, shade]) for shade in range(64, 128) for _more in range(4))
    ct.PhotometricInterpretation = "PALETTE COLOR"
    for colour in ("Red", "Green", "Blue"):
        ct.add_new(f"{colour}PaletteColorLookupTableDescriptor", "US", [256, 0, 16])
        ct.add_new(f"{colour}PaletteColorLookupTableData", "OW", ramp)
    assert clean(as_bytes(ct))[0].GreenPaletteColorLookupTableData == ramp
    ct.GreenPaletteColorLookupTableData = (b"seen by somebody else, call them " * 16)[:512]
    with pytest.raises(UnsupportedError) as refusal:
        clean(as_bytes(ct))
    assert refusal.value.code == "palette_with_text"
    ct.PhotometricInterpretation = "MONOCHROME2"
    assert "GreenPaletteColorLookupTableData" not in clean(as_bytes(ct))[0]


@pytest.mark.parametrize("name", ["Patel^Rosa", "Chen^Mei-Ling"])
def test_a_short_name_in_bytes_that_are_no_profile_takes_them_away(ct, clean, name):
    family = name.split("^")[0]
    ct.PatientName = name
    ct.add_new(0x00282000, "OB", bytes(30) + f"\1{family}\2".encode().ljust(30, b"\0"))
    ct.add_new(0x00480105, "SQ", Sequence([]))
    assert 0x00282000 not in clean(as_bytes(ct))[0]
    ct.add_new(0x00282000, "OB", f"profile of {family} and others ".encode())
    ct.PatientName = "Nobody^X"
    assert 0x00282000 not in clean(as_bytes(ct))[0]
    ct.add_new(0x00282000, "OB", bytes(36) + b"acsp" + b"desc sRGB IEC61966-2.1, copyright notice".ljust(60))
    assert 0x00282000 in clean(as_bytes(ct))[0]


def test_words_that_a_module_requires_are_never_empty(ct, clean):
    code, text = Dataset(), Dataset()
    code.CodeMeaning, text.TextValue = NAME, f"{NAME}"
    ct.ProcedureCodeSequence, ct.ContentSequence = Sequence([code]), Sequence([text])
    ct.ContentLabel = NAME.upper()[:16]
    after, content, _ = clean(as_bytes(ct))
    assert after.ProcedureCodeSequence[0].CodeMeaning == "REMOVED"
    assert after.ContentSequence[0].TextValue == after.ContentLabel == "REMOVED"
    assert not left(content, NAME)


@pytest.mark.parametrize("profile", ["research", "basic"])
def test_a_code_that_is_somebodys_number_becomes_one_that_stands_for_nothing(ct, clean, profile):
    """Person Identification Code Sequence and Verifying Observer Sequence are D in Table E.1-1."""
    code, observer = Dataset(), Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "EMP48213", "99STAFF", f"{NAME}, X"
    ct.PersonIdentificationCodeSequence = Sequence([code])
    observer.PersonIdentificationCodeSequence = Sequence([code, code])
    ct.VerifyingObserverSequence = Sequence([observer])
    after, content, _ = clean(as_bytes(ct), profile)
    assert not left(content, NAME, "EMP48213", "99STAFF")
    for item in (after, after.VerifyingObserverSequence[0]):
        (one,) = item.PersonIdentificationCodeSequence
        assert (one.CodeValue, one.CodeMeaning) == ("REMOVED", "REMOVED")
