import h5py
import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from deid.engine.verification.risk import quasi_identifiers, risk_report
from deid.engine.verification.saying import says_of_people
from tests.deid.conftest import as_bytes
from tests.deid.raw_words import HEADER

pytestmark = pytest.mark.filterwarnings("ignore")


def people(*rows):
    return {f"T-{place}": {"PatientSex": [sex], "PatientAge": [age]} for place, (sex, age) in enumerate(rows)}


def test_classes_are_counted_over_all_quasi_identifiers_together():
    report = risk_report(people(("F", "050Y"), ("F", "050Y"), ("F", "061Y"), ("M", "050Y"), ("M", "050Y")))
    assert report.quasi_identifiers == ("PatientAge", "PatientSex")
    assert (report.subjects, report.smallest, report.alone) == (5, 1, 1)
    assert report.classes == {1: 1, 2: 2}


def test_it_is_told_what_singles_people_out():
    report = risk_report(people(("F", "050Y"), ("F", "061Y"), ("M", "050Y"), ("M", "061Y")))
    assert report.alone == 4
    assert report.telling == {"PatientAge": 0, "PatientSex": 0}
    alone_by_age = risk_report(people(("F", "050Y"), ("F", "061Y"), ("F", "062Y")))
    assert alone_by_age.telling == {"PatientAge": 0, "PatientSex": 3}


def test_a_value_that_only_one_of_two_has_parts_them():
    report = risk_report({"a": {"PatientSex": ["F"]}, "b": {}})
    assert report.classes == {1: 2}


def test_what_header_and_table_both_say_is_one_fact_whichever_of_them_says_it():
    by_header, by_table = {"PatientSex": ["F"], "PatientAge": ["050Y"]}, {"sex": ["female"], "Age": ["50"]}
    report = risk_report(
        {"a": by_header, "b": by_table, "c": by_header | by_table, "d": {"sex": ["m"], "age": ["50"]}}
    )
    assert report.quasi_identifiers == ("PatientAge", "PatientSex")
    assert report.classes == {1: 1, 3: 1}
    assert (report.smallest, report.alone) == (1, 1)
    assert report.telling == {"PatientAge": 1, "PatientSex": 0}


def test_a_known_k_of_three_is_found_by_hand():
    """Three classes, counted by hand: three women of 61, four men of 61, three men over 89. So k is 3, and nobody is alone."""
    women = {f"w{n}": {"PatientSex": ["F"], "PatientAge": ["061Y"], "age": ["61"]} for n in range(3)}
    men = {f"m{n}": {"PatientSex": ["M"], "AGE_YEARS": ["61 years"]} for n in range(4)}
    old = {"o0": {"PatientSex": ["M"], "PatientAge": ["090Y"]}, "o1": {"gender": ["Male"], "age": ["90+"]}}
    old["o2"] = {"PatientSex": ["M"], "PatientAge": ["090Y"], "age": ["90+"]}
    report = risk_report(women | men | old)
    assert (report.subjects, report.smallest, report.alone, report.classes) == (10, 3, 0, {3: 2, 4: 1})


@pytest.mark.parametrize(
    ("one", "other", "classes"),
    [
        (["050Y", "600M"], ["050Y"], {2: 1}),  # two headers, one age
        (["001Y", "018M"], ["018M"], {2: 1}),  # the exact age says the year as well
        (["001Y"], ["018M"], {1: 2}),  # but the year does not say the months
        (["050Y", "051Y"], ["050Y"], {1: 2}),  # two visits: both ages were released
        (["050Y"], [], {1: 2}),
    ],
)
def test_ages_of_several_headers_are_counted_once_each(one, other, classes):
    assert risk_report({"a": {"PatientAge": one}, "b": {"PatientAge": other}}).classes == classes


def test_an_age_at_something_else_is_another_fact():
    report = risk_report(
        {"a": {"PatientAge": ["050Y"], "age_at_death": ["50"]}, "b": {"PatientAge": ["050Y"]}}
    )
    assert report.quasi_identifiers == ("PatientAge", "age_at_death")
    assert report.classes == {1: 2}


def test_nobody_makes_no_class():
    report = risk_report({})
    assert (report.subjects, report.smallest, report.classes) == (0, 0, {})


def test_what_is_left_is_read_from_the_released_file_at_its_top_level_only(clean, tmp_path):
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    ds.PatientSex, ds.PatientWeight, ds.PatientAge = "F", "71", "095Y"
    _after, content, _cleaned = clean(as_bytes(ds))
    path = tmp_path / "released.dcm"
    path.write_bytes(content)
    left = quasi_identifiers(path)
    assert {name: left[name] for name in ("PatientSex", "PatientWeight", "PatientAge")} == {
        "PatientSex": "F",
        "PatientWeight": "71",
        "PatientAge": "090Y",
    }
    basic = clean(as_bytes(ds), "basic")[1]
    path.write_bytes(basic)
    assert quasi_identifiers(path) == {}


def test_what_stands_in_a_sequence_is_of_somebody_else(tmp_path):
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    ds.PatientSex, donor = "F", Dataset()
    donor.PatientSex, donor.EthnicGroup = "M", "X"
    ds.SourcePatientGroupIdentificationSequence = Sequence([donor])
    path = tmp_path / "released.dcm"
    path.write_bytes(as_bytes(ds))
    left = quasi_identifiers(path)
    assert left["PatientSex"] == "F"
    assert "EthnicGroup" not in left


def test_the_header_of_raw_data_is_counted_too(tmp_path):
    """What the cleaner leaves of an ISMRMRD header: sex and weight say the same as they do in DICOM."""
    cleaned = HEADER.replace("<patientName>Quackenbush^Stone</patientName>", "").replace("71.5", "71.50")
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["dataset/xml"] = [cleaned.encode()]
        file["dataset/data"] = np.zeros((4, 4))
    left = quasi_identifiers(tmp_path / "a.h5")
    assert left == {"PatientSex": "F", "PatientWeight": "71.50"}
    header = {"PatientSex": ["F"], "PatientWeight": ["71.5"]}
    table = {"sex": ["female"], "Weight (kg)": ["71.5"]}
    report = risk_report({"a": {name: [value] for name, value in left.items()}, "b": header, "c": table})
    assert report.classes == {3: 1} and report.quasi_identifiers == ("PatientSex", "PatientWeight")
    (tmp_path / "b.h5").write_bytes(b"nothing")
    assert quasi_identifiers(tmp_path / "b.h5") == {}


@pytest.mark.parametrize(
    "name", ["age", "Age (years)", "AGE_AT_SCAN", "Patient Sex", "Weight (kg)", "height_cm", "Country"]
)
def test_a_column_says_what_headers_say_however_its_name_is_written(name):
    assert says_of_people(name)


@pytest.mark.parametrize(
    "name", ["age_at_death", "tumour age", "weight_of_lesion", "country_code", "score", ""]
)
def test_a_column_of_anything_else_says_nothing_of_people(name):
    assert not says_of_people(name)
