"""What holds for every instance, whatever its values: same bytes, same intervals, closed references,
no joins."""

import datetime
import io

import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from deid.engine import Identity, clean_dicom, load_profile
from deid.engine.acting.dates import shift_date, shift_date_time
from deid.engine.verification.walker import Walker
from tests.deid.conftest import as_bytes

pytestmark = pytest.mark.filterwarnings("ignore")
BASE = pydicom.dcmread(get_testdata_file("MR_small.dcm"))
DAYS = st.dates(datetime.date(1905, 1, 1), datetime.date(2100, 12, 31))
UIDS = st.integers(1, 10**20).map(lambda number: f"1.2.826.0.1.{number}")
NAMES = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJ", min_size=6, max_size=20).map("Qx".__add__)
relaxed = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def cleaned(source: bytes, key: bytes = b"k" * 32) -> bytes:
    out = io.BytesIO()
    profile = load_profile("research")
    clean_dicom(io.BytesIO(source), out, profile=profile, identity=Identity(key), subject_key="s")
    return out.getvalue()


def instance(**values: object) -> bytes:
    ds = pydicom.Dataset(BASE)
    ds.file_meta, ds.preamble = BASE.file_meta, BASE.preamble
    for name, value in values.items():
        setattr(ds, name, value)
    return as_bytes(ds)


@relaxed
@given(NAMES, DAYS, UIDS)
def test_the_same_input_gives_the_same_bytes(name, day, uid):
    source = instance(PatientName=name, StudyDate=f"{day:%Y%m%d}", StudyInstanceUID=uid)
    assert cleaned(source) == cleaned(source)


@relaxed
@given(DAYS, DAYS, st.times())
def test_intervals_are_kept_to_the_fraction_of_a_second(one, other, clock):
    source = instance(
        StudyDate=f"{one:%Y%m%d}",
        SeriesDate=f"{other:%Y%m%d}",
        AcquisitionDateTime=f"{one:%Y%m%d}{clock:%H%M%S.%f}",
    )
    after = pydicom.dcmread(io.BytesIO(cleaned(source)))
    first, second = (
        datetime.datetime.strptime(str(d), "%Y%m%d").date() for d in (after.StudyDate, after.SeriesDate)
    )
    assert second - first == other - one
    assert str(after.AcquisitionDateTime) == f"{first:%Y%m%d}{clock:%H%M%S.%f}"


@relaxed
@given(st.lists(UIDS, min_size=1, max_size=6, unique=True))
def test_references_stay_closed_and_distinct(uids):
    items = []
    for uid in uids:
        item = Dataset()
        item.ReferencedSOPInstanceUID = uid
        items.append(item)
    source = instance(SOPInstanceUID=uids[0], ReferencedImageSequence=Sequence(items))
    after = pydicom.dcmread(io.BytesIO(cleaned(source)))
    new = [item.ReferencedSOPInstanceUID for item in after.ReferencedImageSequence]
    assert new[0] == after.SOPInstanceUID and len(set(new)) == len(uids)


@relaxed
@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32), NAMES)
def test_two_grants_share_no_pseudonym_and_no_uid(one, other, name):
    if one == other:
        return
    source = instance(PatientName=name)
    shared = []
    for key in (one, other):
        seen = Walker(cleaned(source, key)).elements()
        values = {part for s in seen if s.vr in ("UI", "PN") for part in s.value.strip(b"\0 ").split(b"\\")}
        shared.append({v for v in values if v and not v.startswith(b"1.2.840.10008.") and len(v) > 3})
    own = b"2.25.214430923419683640313208917466385403137"
    assert shared[0] & shared[1] <= {own}


@relaxed
@given(NAMES, NAMES)
def test_no_name_comes_through_any_text(surname, given_name):
    text = f"chest {surname} axial {given_name.upper()}"
    content = cleaned(
        instance(PatientName=f"{surname}^{given_name}", StudyDescription=text[:64], ImageComments=text)
    )

    for name in (surname, given_name):
        assert name.lower().encode() not in content.lower()


@given(DAYS, st.integers(-3650, -365))
def test_date_times_move_like_dates(day, shift):
    assert (
        shift_date_time(f"{day:%Y%m%d}101112.5+0100", shift)
        == shift_date(f"{day:%Y%m%d}", shift) + "101112.5+0100"
    )
