"""The words of the difference between two profiles are held against what cleaning does to a real header."""

import io
import itertools
import random
import re
from pathlib import Path

import pydicom
import pytest
from pydicom.data import get_testdata_file

from deid.engine import Identity, clean_dicom, load_profile, make_profile
from deid.engine.profiles.options import OPTIONS
from deid.engine.profiles.profile import Profile
from deid.engine.review.differing import profile_difference
from deid.engine.review.outcomes import outcome_of
from deid.engine.review.wording import attribute_name
from tests.deid.test_every_option import SOURCE

pytestmark = pytest.mark.filterwarnings("ignore")
IDENTITY = Identity(bytes(range(32)))
DATES = {"retain_full_dates", "retain_modified_dates"}
SETS = [
    *(set(pair) for pair in itertools.combinations(sorted(OPTIONS), 2) if set(pair) != DATES),
    *({one} for one in sorted(OPTIONS)), set(), set(OPTIONS) - {"retain_full_dates"},
]  # fmt: skip
# Rules of one's own that the linter has nothing against, of several kinds of values.
RULES = [
    {}, {"00081030": "X"}, {"00081030": "K", "00080020": "Z"}, {"00181002": "K"}, {"00181002": "X", "00181000": "D"},
    {"00080080": "D", "00101010": "X"}, {"00080030": "C"}, {"00204000": "C"}, {"00080070": "X"}, {"00280301": "X"},
]  # fmt: skip


def cleaned(source: bytes, profile: Profile) -> dict[int, object]:
    """Return the raw values after cleaning, of sequences whether they are there."""
    out = io.BytesIO()
    clean_dicom(io.BytesIO(source), out, profile=profile, identity=IDENTITY, subject_key="s")
    return values_of(out.getvalue())


def values_of(content: bytes) -> dict[int, object]:
    ds = pydicom.dcmread(io.BytesIO(content))
    return {int(tag): _plain(ds.get_item(tag)) for tag in list(ds.keys())}


def _plain(element) -> object:
    if element.VR == "SQ":
        return "sequence"
    value = element.value if isinstance(element.value, bytes) else str(element.value or "").encode()
    return value.removesuffix(b"\0").rstrip(b" ")


def fits(words: str, before: object, after: object | None) -> bool:
    """Say whether what became of a value is what the words say."""
    if ", or " in words or (" or " in words and "as the kind" in words):
        choices = [one for one in ("removed", "emptied", "replaced by a dummy") if one in words]
        return any(fits(one, before, after) for one in choices)
    if words == "removed":
        return after is None
    if words == "emptied":
        return after in (b"", "sequence")  # a sequence that is empty is still one
    if words == "replaced by a dummy":
        return after not in (None, b"", before)
    if words == "given new UIDs":
        if isinstance(before, bytes) and before.startswith(b"1.2.840.10008."):
            return after == before  # the Standard's own name classes and syntaxes, not anybody's
        return isinstance(after, bytes) and after.startswith(b"2.25.") and after != before
    if words == "shifted with all dates":
        return after not in (None, b"", before) and len(after) == len(before)
    if words in ("kept", "kept, ages over 89 as one", "kept and cleaned inside"):
        return after == before
    # What is cleaned or checked keeps some of it, or loses what is not what it should be.
    assert words in ("cleaned", "kept without known identifiers", "kept if it fits its VR",
                     "replaced by the pseudonym", "written by the cleaner itself"), words  # fmt: skip
    return True


HEADERS = [
    SOURCE,
    Path(get_testdata_file("CT_small.dcm")).read_bytes(),
    Path(get_testdata_file("MR_small.dcm")).read_bytes(),
]


@pytest.mark.parametrize("options", SETS, ids=lambda one: "+".join(sorted(one)) or "basic")
def test_what_is_said_of_each_attribute_is_what_becomes_of_it(options):
    for rules in random.Random(len(str(options))).sample(RULES, 3):
        profile = make_profile("own", frozenset(options), rules)
        for source in HEADERS:
            before, after = values_of(source), cleaned(source, profile)
            wrong = {
                attribute_name(tag): (words, value, after.get(tag))
                for tag, value in before.items()
                if not tag >> 16 & 1 and tag & 0xFFFF and value
                and not fits(words := outcome_of(profile, tag), value, after.get(tag))
            }  # fmt: skip
            assert wrong == {}


DEFINITE = {"removed", "emptied", "replaced by a dummy", "given new UIDs", "kept", "shifted with all dates"}


def test_what_is_cleaned_differently_is_said_to_differ_and_what_is_said_to_differ_does():
    profiles = [make_profile(f"p{n}", frozenset(one), RULES[n % len(RULES)]) for n, one in enumerate(SETS)]
    before, compared = values_of(SOURCE), 0
    for one, other in random.Random(5).sample(list(itertools.combinations(profiles, 2)), 60):
        first, second = cleaned(SOURCE, one), cleaned(SOURCE, other)
        said = "\n".join(profile_difference(one, other))
        named = {int("".join(pair), 16) for pair in re.findall(r"\((\w{4}),(\w{4})\)", said)}
        for tag in before:
            words = {outcome_of(one, tag), outcome_of(other, tag)}
            if not words <= DEFINITE:
                continue
            differs = first.get(tag) != second.get(tag)
            standard = (
                bytes(before[tag]).startswith(b"1.2.840.10008") if isinstance(before[tag], bytes) else False
            )
            assert differs == (len(words) == 2) or standard, (attribute_name(tag), words)
            assert tag not in named or len(words) == 2, attribute_name(tag)
            compared += differs
    assert compared > 500


def test_device_uid_is_said_to_be_mapped_as_it_is():
    basic = make_profile("basic", frozenset(), {})
    device = make_profile("device", frozenset({"retain_device_identity"}), {})
    assert outcome_of(device, 0x00181002) == "given new UIDs"
    assert not [one for one in profile_difference(basic, device) if "Device UID" in one]
    uids = make_profile("uids", frozenset({"retain_uids"}), {})
    assert any(
        "Device UID" in one or "given new UIDs are now kept" in one for one in profile_difference(basic, uids)
    )


def test_what_is_outside_of_the_table_is_told_too():
    said = profile_difference(load_profile("basic"), load_profile("research"))
    assert "Dates outside of the table were removed and are now shifted with all dates." in said
    assert "Times outside of the table were removed and are now kept." in said
    assert "Private attributes were removed and are now kept where the safe list names them." in said


def test_a_rule_for_what_the_cleaner_states_itself_makes_no_difference():
    plain = make_profile("a", frozenset(), {})
    assert profile_difference(plain, make_profile("b", frozenset(), {"00120062": "X", "60003000": "K"})) == []
