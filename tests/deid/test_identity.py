import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.engine import Identity, subject_key
from deid.engine.identity import STANDARD_UIDS

KEYS = st.binary(min_size=16, max_size=48)


def test_the_derivations_are_pinned_so_that_releases_can_be_rebuilt():
    identity = Identity(bytes(range(32)))
    assert identity.pseudonym("s") == "T-RSUZUUMJTH"
    assert identity.uid("1.2.3") == "2.25.323208961630152073077901537594917788276"
    assert identity.shift_days("s") == -696


@given(KEYS, st.text(), st.text(min_size=1))
def test_pseudonyms_uids_and_shifts_are_the_same_in_every_worker(key, subject, uid):
    one, other = Identity(key), Identity(key)
    assert one.pseudonym(subject) == other.pseudonym(subject)
    assert one.uid(uid) == other.uid(uid)
    assert one.shift_days(subject) == other.shift_days(subject)


@given(KEYS, KEYS, st.text())
def test_two_grants_share_no_pseudonym_and_no_uid(one, other, subject):
    if one != other:
        assert Identity(one).pseudonym(subject) != Identity(other).pseudonym(subject)
        assert Identity(one).uid("1.2.3" + subject) != Identity(other).uid("1.2.3" + subject)


@given(KEYS, st.text())
def test_pseudonyms_and_uids_have_the_form_others_rely_on(key, subject):
    identity = Identity(key)
    assert re.fullmatch(r"T-[A-Z2-7]{10}", identity.pseudonym(subject))
    assert subject in STANDARD_UIDS or re.fullmatch(r"2\.25\.(0|[1-9]\d*)", identity.uid(subject))
    assert len(identity.uid(subject)) <= 64


@given(KEYS, st.text(), st.integers(-4000, 0), st.integers(0, 4000))
def test_shifts_stay_in_their_range(key, subject, first, last):
    assert first <= Identity(key, shift_range_days=(first, last)).shift_days(subject) <= last


def test_uids_of_the_standard_stay(identity):
    assert identity.uid("1.2.840.10008.5.1.4.1.1.2") == "1.2.840.10008.5.1.4.1.1.2"


def test_short_keys_and_impossible_ranges_are_refused():
    with pytest.raises(ValueError, match="16 bytes"):
        Identity(b"short")
    with pytest.raises(ValueError, match="range"):
        Identity(bytes(32), shift_range_days=(1, 0))


def test_padding_of_a_patient_id_does_not_make_another_subject():
    assert subject_key(b"k", "ID 1 ") == subject_key(b"k", " ID 1\0") != subject_key(b"k", "ID 2")
