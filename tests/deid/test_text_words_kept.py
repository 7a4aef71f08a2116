"""Words of medicine that look like names, and people whose names are words, in text."""

import io

import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset

from deid.engine import Identity, clean_dicom, load_profile
from deid.engine.text.cleaning import TextCleaner
from deid.engine.text.known import compile_known
from deid.engine.text.words import is_clinical


@pytest.mark.parametrize(
    "text",
    [
        "Tc99m MDP", "99M-Tc", "Mo99/Tc99m gen", "Lu177 PSMA", "In111 octreotide", "2DFAST", "EFGRE3D",
        "LI-RADS LR-5",
        "PSA 7.2 ng/mL",
        "NG TUBE PLACEMENT", "Patient with RUQ pain", "Pt with HbA1c 7.1 and GERD",
        "Patient with Stage IVA", "Patient with ALT/AST high", "lesion in segment IVa, WHO grade IVa",
        "Patient with D-dimer and C-section", "BRAF V600E, KRAS wild type", "T2N0M0", "NCT01234567",
        "RTOG 0617 arm B", "Kerley B lines",
        "Jackson-Pratt drain", "Xenetix 350", "ORIF, NKDA, IDDM", "matrix 256 x 1024", "b values 1000 200 300",
        "room 3, bed 12",
        "Breast Imaging", "Chest Radiology follow up", "dr will call", "St. Jude mitral valve, MR",
        "V.a. Lungenembolie, D-Dimere erhöht", "Z.n. Hüft-TEP rechts, V.a. Lockerung", "melanoma, Breslow 1.2 mm",
        "seen by hand surgery",
    ],
)  # fmt: skip
def test_what_is_medicine_stays(text):
    assert TextCleaner((), None).clean(text) == text


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("AHV 756.1234.5678.97, Knie rechts", "756.1234"), ("Aadhaar 1234 5678 9123", "5678"), ("PHN 9876 543 210", "9876"),
        ("call x4471", "4471"), ("pgr 44821", "44821"), ("path S19-44821", "44821"), ("specimen 19:SP4482", "4482"),
        ("PORTABLE CHEST Rm 4-217B", "217B"), ("images in C:\\Users\\thorvaldsen\\img", "thorvaldsen"),
        ("Pine Ridge Hosp: CTA NECK", "Pine"), ("OUTSIDE FILMS Prairie Lakes ER", "Prairie"),
        ("Great Lakes Imaging CT", "Great"),
        ("Mass General CT ABDOMEN", "Mass"), ("dr silva aware", "silva"), ("seen by dr. baker today", "baker"),
        ("bx by silva", "silva"),
        ("Patient: Brown", "Brown"), ("pt name Young", "Young"), ("PCP Fisher", "Fisher"),
        ("verified Green 14:20", "Green"),
       
        ("BEST,JOHN", "BEST"), ("US THYROID ITO, NAOKO", "ITO"), ("CHEST ref Ito MD", "Ito"),
        ("Xu RN present", "Xu"),
        ("done by Vo RT(R)", "Vo"), ("Krishnamurthy/wachte/10-23-2018 b-values", "wachte"),
    ],
)  # fmt: skip
def test_people_and_places_of_ordinary_words_go(text, gone):
    assert gone not in TextCleaner((), None).clean(text)


def test_what_stands_behind_a_town_keeps_its_first_letter():
    assert "Z.n. Appendektomie" in TextCleaner((), None).clean(
        "geb. am 1.2.1956 in Carrowmore, Z.n. Appendektomie."
    )


@pytest.mark.parametrize("text", ["PRB-0044 CHEST", "prb 0044 CHEST", "PRB0044 CHEST"])
def test_a_short_identifier_goes_however_it_is_parted(text):
    assert compile_known(frozenset(), frozenset({"PRB0044"})).removed_from(text, "").strip() == "CHEST"


@pytest.mark.parametrize("text", ["Pine Ridge", "PINE RIDGE CT", "prior at Pine Ridge dated"])
def test_what_a_known_hospital_is_called_goes_without_what_it_is(text):
    known = compile_known(frozenset(), frozenset({"Pine Ridge Community Hospital"}))
    assert "ridge" not in known.removed_from(text).lower()


@pytest.mark.parametrize(
    ("word", "clinical"), [("G-tube", True), ("T2", True), ("J-P", False), ("J-Grimwald", False)]
)
def test_a_single_letter_is_medicine_beside_a_number_or_a_word_of_it(word, clinical):
    assert is_clinical(word) is clinical


def cleaned(change):
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    change(ds)
    source, target = io.BytesIO(), io.BytesIO()
    ds.save_as(source)
    source.seek(0)
    clean_dicom(
        source, target, profile=load_profile("research"), identity=Identity(bytes(32)), subject_key="one"
    )
    target.seek(0)
    return pydicom.dcmread(target)


def test_defined_terms_and_names_of_coils_and_sequences_stay():
    def change(ds: Dataset) -> None:
        ds.CorrectedImage = ["DECY", "ATTN", "SCAT", "DTIM", "RAN", "RADL", "DCAL", "NORM"]
        ds.SequenceName, ds.ReceiveCoilName = "*epzfid2d1_64", "8HRBRAIN"

    kept = cleaned(change)
    assert list(kept.CorrectedImage) == ["DECY", "ATTN", "SCAT", "DTIM", "RAN", "RADL", "DCAL", "NORM"]
    assert (kept.SequenceName, kept.ReceiveCoilName) == ("*epzfid2d1_64", "8HRBRAIN")


@pytest.mark.parametrize(
    ("name", "meaning", "left"),
    [("Foot^Kristin", "Left Foot", "Left Foot"), ("Head^Kristin", "Head", "Head"), ("Grimwald^Kristin", "Grimwald Foot", "Foot")],
)  # fmt: skip
def test_the_meaning_of_a_code_stays_though_the_patient_is_called_so(name, meaning, left):
    def change(ds: Dataset) -> None:
        region = Dataset()
        region.CodeValue, region.CodingSchemeDesignator, region.CodeMeaning = "12345", "SCT", meaning
        ds.PatientName, ds.AnatomicRegionSequence = name, [region]

    assert cleaned(change).AnatomicRegionSequence[0].CodeMeaning.strip() == left
