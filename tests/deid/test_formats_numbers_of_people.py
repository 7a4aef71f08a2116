"""Numbers that stand for people in arrays and sequences: MRNs, births, ages over 89 and dates, under whatever name."""

import io

import h5py
import numpy as np
import pytest

from deid.engine.formats.moments import shift_text_date
from deid.engine.formats.raw.hdf5 import clean_hdf5
from deid.engine.formats.raw.ismrmrd import clean_header_xml
from deid.engine.formats.raw.pulseq import clean_pulseq

KNOWN = ["Böhmermann^Ada", "ONC101-0001", "53048748", "19520716"]
SEQUENCE = """[VERSION]
major 1
minor 4
revision 0
[DEFINITIONS]
{line}
TE 0.005
[BLOCKS]
1 312 1 0 0 1 0 0
"""


def cleaned(tmp_path, identity, fill, known=KNOWN):
    with h5py.File(tmp_path / "in.h5", "w") as file:
        file["kspace"] = np.arange(12.0)
        fill(file)
    with (tmp_path / "in.h5").open("rb") as source, (tmp_path / "out.h5").open("w+b") as target:
        clean_hdf5(source, target, identity=identity, subject_key="s", known_values=known)
    return h5py.File(tmp_path / "out.h5")


@pytest.mark.parametrize(
    "name", ["birth", "birth_date", "patient_id_number", "subject_ids", "patient_number"]
)
def test_an_attribute_or_array_of_numbers_of_people_is_dropped_by_its_name(name, tmp_path, identity):
    def fill(file):
        file.attrs[name] = 88112233
        file[name] = np.array([88112233, 88112234])

    with cleaned(tmp_path, identity, fill) as file:
        assert list(file) == ["kspace"] and list(file.attrs) == []


def test_a_number_that_is_known_to_be_somebodys_is_dropped_under_any_name(tmp_path, identity):
    def fill(file):
        file.attrs["scan_index"], file.attrs["slices"] = 53048748, 53
        file["index"] = np.array([53048748, 1])
        file["labels"] = np.array([1, 2])

    with cleaned(tmp_path, identity, fill) as file:
        assert sorted(file) == ["kspace", "labels"] and dict(file.attrs) == {"slices": 53}


def test_an_array_of_ages_stays_unless_one_is_over_89(tmp_path, identity):
    def fill(file):
        file["age"], file["patient_age"] = np.array([61, 89]), np.array([61, 90])

    with cleaned(tmp_path, identity, fill) as file:
        assert sorted(file) == ["age", "kspace"]


def test_ages_over_89_become_90(tmp_path, identity):
    def fill(file):
        file.attrs["age"], file.attrs["patient_age"], file.attrs["age_months"] = 93, 61, 700
        file["ages"] = np.array([30, 31])

    with cleaned(tmp_path, identity, fill) as file:
        assert dict(file.attrs) == {"age": 90, "patient_age": 61, "age_months": 700}


@pytest.mark.parametrize("name", ["scan_ONC101-0001", "scan_2016_05_13"])
def test_a_group_that_is_called_as_a_patient_or_day_is_renamed(name, tmp_path, identity):
    with cleaned(tmp_path, identity, lambda file: file.create_group(name)) as file:
        assert sorted(file) == ["kspace", "unnamed_1"]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-16-le"])
def test_a_name_with_accents_written_as_numbers_is_dropped(encoding, tmp_path, identity):
    content = "Böhmermann".encode(encoding)

    def fill(file):
        file["codes"] = np.frombuffer(content, "<u2" if encoding == "utf-16-le" else "u1")

    with cleaned(tmp_path, identity, fill, []) as file:
        assert list(file) == ["kspace"]


@pytest.mark.parametrize("kind", ["<u2", "<u4", "<i8"])
def test_a_name_of_eastern_europe_written_as_numbers_is_dropped_and_measurements_stay(
    kind, tmp_path, identity
):
    def fill(file):
        file["codes"] = np.array([ord(letter) for letter in "Kołodziejczak"], kind)
        file["index"] = np.array([300, 321, 101, 87, 280], kind)

    with cleaned(tmp_path, identity, fill, []) as file:
        assert sorted(file) == ["index", "kspace"]


def test_moments_that_an_attribute_holds_as_numbers_move_and_an_array_of_them_is_dropped(tmp_path, identity):
    first, days = 1_551_520_800, identity.shift_days("s")
    moments = np.array([first, first + 60])

    def fill(file):
        file["kspace"].attrs["acquisition_time"] = first
        file["kspace"].attrs["scan_time"] = first * 1000
        file["kspace"].attrs["start_time"] = moments
        file["kspace"].attrs["scan_date"] = 20190302
        file["kspace"].attrs["echo_time"], file["kspace"].attrs["end_time"] = 0.03, np.nan
        file["time_stamp"], file["sampling_time"] = moments, np.array([0.5, 1.5])

    with cleaned(tmp_path, identity, fill) as file:
        told = dict(file["kspace"].attrs)
        assert sorted(file) == ["kspace", "sampling_time"]
        assert told["acquisition_time"] == first + days * 86400
        assert told["scan_time"] == (first + days * 86400) * 1000
        assert told["start_time"].tolist() == [first + days * 86400, first + 60 + days * 86400]
        assert str(told["scan_date"]) == shift_text_date("20190302", days)
        assert told["echo_time"] == 0.03 and np.isnan(told["end_time"])


def test_the_day_of_a_scan_that_an_attribute_says_moves_and_a_birth_is_dropped(tmp_path, identity):
    def fill(file):
        file.attrs["scan_date"], file.attrs["birth_date"] = "2016-05-13", "1952-07-16"

    with cleaned(tmp_path, identity, fill) as file:
        assert dict(file.attrs) == {"scan_date": shift_text_date("2016-05-13", identity.shift_days("s"))}


@pytest.mark.parametrize(
    "line", ["PatientNumber 77001122", "SubjectAge 1952071", "Index 53048748", "Count 20160513"]
)
def test_a_definition_of_a_sequence_that_may_be_somebodys_number_or_a_day_is_dropped(line, identity):
    out = io.BytesIO()
    source = io.BytesIO(SEQUENCE.format(line=line).encode())
    clean_pulseq(source, out, identity=identity, subject_key="s", known_values=KNOWN)
    assert line.split()[1] not in out.getvalue().decode() and "TE 0.005" in out.getvalue().decode()


def test_a_type_of_sequence_that_joins_words_stays(identity):
    header = (
        '<ismrmrdHeader xmlns="http://www.ismrm.org/ISMRMRD"><sequenceParameters><TR>4000</TR>'
        "<sequence_type>{}</sequence_type></sequenceParameters></ismrmrdHeader>"
    )
    kept, _ = clean_header_xml(header.format("TurboSpinEcho").encode(), identity, "s")
    gone, _ = clean_header_xml(header.format("TurboQuackenbush").encode(), identity, "s")
    assert b">TurboSpinEcho<" in kept and b"Quackenbush" not in gone


@pytest.mark.parametrize("value", ["53048748", "20160513"])
def test_a_parameter_of_a_header_that_is_somebodys_number_or_a_day_is_dropped(value, identity):
    header = (
        '<ismrmrdHeader xmlns="http://www.ismrm.org/ISMRMRD"><experimentalConditions><H1resonanceFrequency_Hz>123255074'
        "</H1resonanceFrequency_Hz></experimentalConditions><userParameters><userParameterLong><name>scan</name>"
        f"<value>{value}</value></userParameterLong></userParameters></ismrmrdHeader>"
    )
    kept, _ = clean_header_xml(header.encode(), identity, "s", KNOWN)
    assert value not in kept.decode() and "123255074" in kept.decode()
