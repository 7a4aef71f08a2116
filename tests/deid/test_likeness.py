"""Instances of a series are read by those before them, and come out as if each had been the first."""

import io
from copy import deepcopy

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from deid.engine import Identity, RefusedError, clean_dicom, load_profile
from deid.engine import instances as engine
from deid.engine.instances import read_like_last, top_level
from deid.engine.reading.alike import MOST_MISSES, Likeness
from deid.engine.reading.elements import Placed
from deid.engine.reading.files import read_data_set
from deid.engine.structure.checks import check_elements
from tests.deid.conftest import as_bytes
from tests.deid.planting import base_files, plant

pytestmark = pytest.mark.filterwarnings("ignore")
# One and the same, as what is remembered is by it.
IDENTITY = Identity(bytes(32))


@pytest.fixture(autouse=True)
def nothing_before(monkeypatch):
    """Have read nothing yet."""
    monkeypatch.setattr(engine, "_LIKENESS", Likeness())


def cleaned(source: bytes, profile: str = "research") -> tuple[object, ...]:
    """Return all that comes of an instance."""
    out = io.BytesIO()
    try:
        done = clean_dicom(
            io.BytesIO(source), out, profile=load_profile(profile), identity=IDENTITY, subject_key="s"
        )
    except RefusedError as error:
        return (error.code,)
    return out.getvalue(), done


def alone(source: bytes, profile: str = "research") -> tuple[object, ...]:
    """Return what comes of an instance before which nothing was read and nothing is remembered."""
    engine._LIKENESS = Likeness()
    engine._memory.cache_clear()
    return cleaned(source, profile)


def series(
    path: str = "CT_small.dcm", count: int = 8, syntax: str | None = None, **of_each: object
) -> list[bytes]:
    """Return instances of one series, in which a few elements change as they do from slice to slice."""
    ds = pydicom.dcmread(get_testdata_file(path))
    if syntax:
        ds.file_meta.TransferSyntaxUID = syntax
    slices = []
    for number in range(count):
        one = deepcopy(ds)
        one.SOPInstanceUID = one.file_meta.MediaStorageSOPInstanceUID = (
            f"1.2.3.{9 * 10 ** (number % 3)}.{number}"
        )
        one.InstanceNumber, one.SliceLocation = number, str(1.5 * number)
        for name, values in of_each.items():
            if values[number] is None:
                delattr(one, name)
            else:
                setattr(one, name, values[number])
        slices.append(as_bytes(one))
    return slices


def parts_of(source: bytes) -> list[bool]:
    return [isinstance(part, Placed) for part in read_like_last(io.BytesIO(source)).parts]


def as_if_alone(sources: list[bytes], **how: str) -> None:
    """Require of each that it comes out as if it were the only one."""
    together = [cleaned(source, **how) for source in sources]
    assert together == [alone(source, **how) for source in sources]


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_instances_of_a_series_are_read_by_three_before(syntax):
    sources = series(syntax=syntax)
    assert [any(parts_of(source)) for source in sources] == [False] * 3 + [True] * 5
    as_if_alone(sources)


@pytest.mark.parametrize("profile", ["basic", "research"])
@pytest.mark.parametrize("base", base_files(), ids=lambda path: path.name)
def test_a_planted_file_with_other_numbers_comes_out_as_if_alone(base, profile):
    source = plant(base, 3)[0]
    ds = pydicom.dcmread(io.BytesIO(source))
    ds.InstanceNumber = 77
    other = io.BytesIO()
    try:
        ds.save_as(other)
        ds.InstanceNumber = 1234567
        again = io.BytesIO()
        ds.save_as(again)
    except Exception:
        pytest.skip("pydicom does not write it")
    as_if_alone([other.getvalue(), again.getvalue()] * 3, profile=profile)


def item(**values: object) -> Dataset:
    ds = Dataset()
    for name, value in values.items():
        setattr(ds, name, value)
    return ds


OTHERS = {
    "a name in one slice alone": {"StudyDescription": ["Head", "Head", "Head", "Seen by Quackenbush", *["Head"] * 4],
                                  "OperatorsName": [*["Ng"] * 5, "Quackenbush^Xiomara", "Ng", "Quackenbush^Xiomara"]},
    "one that is missing": {"StudyDescription": ["Head", None, "Head", "Head", None, None, "Head", "Head"]},
    "another character set": {"SpecificCharacterSet": [*["ISO_IR 100"] * 4, *["ISO_IR 126"] * 2, *["ISO_IR 100"] * 2]},
    "another subject's name": {"PatientName": [*["Adler^Eva"] * 5, *["Ng^Li"] * 3]},
    "another birth date": {"PatientBirthDate": [*["19500102"] * 5, *["19610304"] * 3]},
    "a date": {"AcquisitionDate": [*["20110101"] * 5, "20110102", "20110101", "20110103"]},
    "sequences": {"RequestAttributesSequence": [Sequence([item(ScheduledProcedureStepDescription=f"Dr. Quack {n // 3}")])
                                                for n in range(8)]},
    "a class of another kind": {"SOPClassUID": [*["1.2.840.10008.5.1.4.1.1.2"] * 5, *["1.2.840.10008.5.1.4.1.1.7"] * 3]},
}  # fmt: skip


@pytest.mark.parametrize("which", OTHERS)
def test_what_differs_from_the_instances_before_is_treated_anew(which):
    as_if_alone(series(**OTHERS[which]))


SAFE, UNSAFE = "GEMS_PARM_01", "QUACKENBUSH"
SAFE_OFFSET = 0x39


def private(creators: list[tuple[str, ...]]) -> list[bytes]:
    """Return a series whose instances have one and the same value in blocks of these creators."""
    sources = []
    for source, names in zip(series(count=len(creators)), creators, strict=True):
        ds = pydicom.dcmread(io.BytesIO(source))
        for number, name in enumerate(names):
            ds.add_new(0x00430010 + number, "LO", name)
            ds.add_new(0x00431000 + 0x100 * number + SAFE_OFFSET, "IS", "7")
        sources.append(as_bytes(ds))
    return sources


def kept(source: bytes) -> set[str]:
    """Return the creators that came out."""
    out = pydicom.dcmread(io.BytesIO(cleaned(source)[0]))
    return {str(one.value) for one in out if one.tag.is_private_creator and one.tag.group == 0x0043}


@pytest.mark.parametrize("others", [(SAFE,), (SAFE, UNSAFE), (UNSAFE, SAFE), (SAFE, SAFE)])
def test_private_elements_stay_by_their_creator_and_no_other(others):
    """The safe list knows the element of one creator; the same bytes under another one go."""
    changed = tuple(UNSAFE for _ in others)
    made = private([others, others, others, others, changed, others, changed, others])
    as_if_alone(made)
    assert [kept(source) for source in made] == [{SAFE}] * 4 + [set(), {SAFE}, set(), {SAFE}]


@pytest.mark.parametrize("named", [True, False])
def test_bytes_are_read_by_the_character_set_of_their_instance(named):
    """What a name is called in its own character set is found in the text that has the same one."""
    sources = []
    for source, term in zip(series(), ["ISO_IR 100"] * 4 + ["ISO_IR 126", "ISO_IR 100"] * 2, strict=True):
        ds = pydicom.dcmread(io.BytesIO(source))
        ds.SpecificCharacterSet = term
        ds.add_new(0x00081030, "LO", b"Thorax \xe4\xf1\xe9 \xfcber")
        ds.OperatorsName = "Ng"
        if named:
            ds.add_new(0x00081070, "PN", b"\xc1\xe4\xf1\xe9\xe1\xed\xfc")
        ds.add_new(0x00081090, "LO", b"Scan \xc1\xe4\xf1\xe9\xe1\xed\xfc")
        sources.append(as_bytes(ds))
    as_if_alone(sources)


CHOICES = {
    "StudyDescription": st.sampled_from([None, "Head", "Quackenbush 12.03.2011", "Thorax nativ"]),
    "PatientName": st.sampled_from(["Adler^Eva", "Quackenbush^Xiomara"]),
    "StudyDate": st.sampled_from([None, "20110312", "20110313"]),
    "SpecificCharacterSet": st.sampled_from([None, "ISO_IR 100", "ISO_IR 192"]),
    "SeriesInstanceUID": st.sampled_from(["1.2.3.4.5", "1.2.3.4.5", "1.2.3.4.6"]),
    "BodyPartExamined": st.sampled_from([None, "HEAD", "Quackenbush"]),
    "KVP": st.sampled_from([None, "120", "80"]),
}


@given(
    st.lists(st.fixed_dictionaries(CHOICES), min_size=3, max_size=9), st.sampled_from(["research", "basic"])
)
def test_whatever_changes_from_one_to_the_next_each_comes_out_as_if_alone(chosen, profile):
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    sources = []
    for number, values in enumerate(chosen):
        one = deepcopy(ds)
        one.InstanceNumber = number
        for name, value in values.items():
            if value is not None:
                setattr(one, name, value)
            elif name in one:
                delattr(one, name)
        sources.append(as_bytes(one))
    as_if_alone(sources, profile=profile)


def test_elements_are_there_as_if_each_had_been_read_whole():
    sources = series()
    for source in sources:
        data, whole = read_like_last(io.BytesIO(source)), read_data_set(io.BytesIO(source))
        assert data.elements == whole.elements
        assert check_elements(data) == check_elements(whole)
        tags, all_of_them = top_level(data), top_level(whole)
        assert len(tags) == len(all_of_them) and set(tags) == set(all_of_them)
        assert {tag: tags[tag] for tag in tags} == dict(all_of_them)
        assert 0x00101001 not in tags and tags.get(0x00101001) is None


@pytest.mark.parametrize("cut", [-1, -40, 0x7000, 3000, 700])
def test_a_damaged_instance_is_refused_as_if_alone(cut):
    sources = series()
    as_if_alone([*sources[:5], sources[5][:cut], sources[6]])


def changed(source: bytes, tag: bytes, change) -> bytes:
    """Return a file in which the short element that begins with *tag* is changed as bytes."""
    place = source.index(tag)
    end = place + 8 + int.from_bytes(source[place + 6 : place + 8], "little")
    return source[:place] + change(source[place:end]) + source[end:]


SERIES_UID, INSTANCE_NUMBER, STUDY_TIME = b"\x20\x00\x0e\x00", b"\x20\x00\x13\x00", b"\x08\x00\x30\x00"


@pytest.mark.parametrize(
    ("tag", "change"),
    [(SERIES_UID, lambda one: one + one), (INSTANCE_NUMBER, lambda one: SERIES_UID + one[4:])],
)
def test_an_element_that_comes_twice_is_refused_within_a_series_too(tag, change):
    *sources, last = series()
    assert [cleaned(source)[0] for source in (*sources, changed(last, tag, change))][
        -1
    ] == "duplicate_element"


def test_bytes_behind_the_last_element_are_refused_within_a_series_too():
    *sources, last = series()
    assert [cleaned(source)[0] for source in (*sources, last + b"Quac")][-1] == "left_over_bytes"


def test_elements_out_of_order_come_out_in_order():
    sources, moved = [], []
    for source in series():
        without = changed(source, STUDY_TIME, lambda one: moved.append(one) or b"")
        sources.append(changed(without, SERIES_UID, lambda one: one + moved[-1]))
    as_if_alone(sources)


def test_a_series_without_likeness_is_given_up_until_the_next_one():
    sources = series(count=2 * MOST_MISSES, StudyDescription=[None, "Head"] * MOST_MISSES)
    for source in sources:
        parts_of(source)
    assert engine._LIKENESS._pattern is None
    assert not any(parts_of(sources[0]) + parts_of(sources[2]) + parts_of(sources[4]))
    others = series(SeriesInstanceUID=["1.2.3.9"] * 8)
    assert [any(parts_of(source)) for source in others][-1]
