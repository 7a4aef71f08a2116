import base64
import hashlib
import hmac
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.engine import Identity, subject_key
from deid.engine.identity import STANDARD_UIDS, identity_of
from deid.engine.keys import read_key

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
    assert subject_key(b"k", "\t\rID 1\n") == subject_key(b"k", "ID 1") != subject_key(b"k", "xID 1x")


@given(KEYS, st.text(st.characters(exclude_categories=["Cs"])), st.integers(-4000, 0), st.integers(0, 4000))
def test_everything_is_derived_as_the_design_says(key, text, first, last):
    """HMAC-SHA-256 over a label, a zero byte and the input; UIDs are 2.25. and 128 bits (PS3.5 B.2)."""

    def digest(label):
        return hmac.new(key, label + b"\0" + text.encode(), hashlib.sha256).digest()

    identity = Identity(key, shift_range_days=(first, last))
    assert identity.pseudonym(text) == "T-" + base64.b32encode(digest(b"subject"))[:10].decode()
    if text not in STANDARD_UIDS:
        assert identity.uid(text) == f"2.25.{int.from_bytes(digest(b'uid')[:16], 'big')}"
    assert identity.shift_days(text) == first + int.from_bytes(digest(b"shift")[:8], "big") % (
        last - first + 1
    )
    stripped = text.strip(" \0\t\r\n")
    expected = hmac.new(key, b"subject-key\0" + stripped.encode(), hashlib.sha256).hexdigest()
    assert subject_key(key, text) == expected


def test_every_day_of_a_range_is_reached_and_the_range_that_is_meant_is_one_to_ten_years():
    reached = {Identity(bytes(16), shift_range_days=(-2, 1)).shift_days(str(number)) for number in range(200)}
    assert reached == {-2, -1, 0, 1}
    assert Identity(bytes(16), shift_range_days=(5, 5)).shift_days("s") == 5
    shifts = [Identity(bytes(16)).shift_days(str(number)) for number in range(9000)]
    assert -3650 <= min(shifts) < -3640 and -375 < max(shifts) <= -365


def test_context_groups_of_the_standard_are_its_own_uids():
    """PS3.16: context groups have UIDs under 1.2.840.10008.6.1."""
    assert {f"1.2.840.10008.6.1.{number}" for number in (1, 1999)} <= STANDARD_UIDS
    assert not {f"1.2.840.10008.6.1.{number}" for number in (0, 2000)} & STANDARD_UIDS


def test_one_key_gives_one_identity():
    key = "ab" * 16
    assert identity_of(key) is identity_of(key)
    assert identity_of(key).uid("1.2.3") == Identity(bytes.fromhex(key)).uid("1.2.3")


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"ab" * 16, bytes.fromhex("ab" * 16)), (b" ABcd" + b"12" * 14 + b"\n", bytes.fromhex("abcd" + "12" * 14)),
        (bytes(range(32)), bytes(range(32))), (bytes(16), bytes(16)),
        (b"ab" * 15, None), (bytes(15), None), (b"", None), (b"\xab" * 16 + b"c", b"\xab" * 16 + b"c"),
    ],
)  # fmt: skip
def test_a_key_file_holds_hexadecimal_digits_or_bytes(tmp_path, content, key):
    (tmp_path / "key").write_bytes(content)
    if key is None:
        with pytest.raises(ValueError, match="16 bytes"):
            read_key(tmp_path / "key")
    else:
        assert read_key(tmp_path / "key") == key


def test_a_key_of_sixteen_bytes_is_long_enough_and_of_fifteen_is_not():
    assert Identity(bytes(16))
    with pytest.raises(ValueError, match="16 bytes"):
        Identity(bytes(15))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"correct horse battery staple", "guessed"), (b"ab" * 16 + b"c", "guessed"), (b"\x89PNG" + bytes(4000), "larger"),
        (b"ab" * 15, "16 bytes"), (b"\xff" * 15, "16 bytes"), (b"", "16 bytes"), (b"ab" * 1025, "larger"),
    ],
)  # fmt: skip
def test_what_is_no_key_is_refused_with_how_to_make_one(tmp_path, content, said):
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(ValueError, match=f"{said}.*openssl rand"):
        read_key(tmp_path / "key")


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"AB" * 16, b"\xab" * 16),
        (b"00" * 1024, bytes(1024)),
        (bytes(range(250, 234, -1)), bytes(range(250, 234, -1))),
    ],
)
def test_keys_are_hexadecimal_digits_or_raw_bytes(tmp_path, content, key):
    (tmp_path / "key").write_bytes(content)
    assert read_key(tmp_path / "key") == key
