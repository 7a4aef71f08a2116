"""Real files with their bytes changed: each ends cleaned and understood, or refused with a code, and nothing else."""

import io
from pathlib import Path

import pydicom
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from deid.engine import RefusedError, check_structure
from deid.engine.verification.walker import Walker
from tests.deid.planting import base_files, plant

pytestmark = pytest.mark.filterwarnings("ignore")
FILES = [path.read_bytes() for path in base_files() if path.stat().st_size < 60_000]
VRS = [
    b"UN",
    b"SQ",
    b"OB",
    b"LO",
    b"PN",
    b"US",
    b"UT",
    b"DS",
    b"AT",
    b"UI",
    b"OW",
    b"FD",
    b"\0\0",
    b"ZZ",
    b"ob",
]
LENGTHS = [b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xfe\xff\xff\xff", b"\0\0\0\x80", b"\x01\0"]
DELIMITERS = [
    b"\xfe\xff\x00\xe0",
    b"\xfe\xff\x0d\xe0",
    b"\xfe\xff\xdd\xe0",
    b"\xfe\xff\x00\xe0\xff\xff\xff\xff",
]
PLACES = st.integers(132, 6000)
CHANGES = st.one_of(
    st.tuples(
        st.just("put"), PLACES, st.one_of(st.binary(min_size=1, max_size=8), st.sampled_from(LENGTHS + VRS))
    ),
    st.tuples(
        st.just("insert"), PLACES, st.one_of(st.binary(min_size=1, max_size=20), st.sampled_from(DELIMITERS))
    ),
    st.tuples(st.just("drop"), PLACES, st.integers(1, 40)),
    st.tuples(st.just("repeat"), PLACES, st.integers(1, 300)),
    st.tuples(st.just("vr"), PLACES, st.tuples(st.sampled_from(VRS[:12]), st.sampled_from(VRS))),
    st.tuples(st.just("behind"), PLACES, st.integers(1, 400)),
)


def changed(content: bytes, changes: list) -> bytes:
    """Return a file with some changes made to it."""
    for kind, anywhere, what in changes:
        place = min(anywhere, len(content))
        if kind == "put":
            content = content[:place] + what + content[place + len(what) :]
        elif kind == "insert":
            content = content[:place] + what + content[place:]
        elif kind == "drop":
            content = content[:place] + content[place + what :]
        elif kind == "repeat":
            content = content[:place] + content[place : place + what] * 2 + content[place + what :]
        elif kind == "vr" and (found := content.find(what[0], place)) > 0:
            content = content[:found] + what[1] + content[found + 2 :]
        elif kind == "behind":
            content += content[place : place + what]
    return content


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(FILES), st.lists(CHANGES, min_size=1, max_size=5))
@example(FILES[0], [("repeat", 400, 100)])
def test_changed_files_are_cleaned_and_understood_or_refused_with_a_code(clean, tmp_path, content, changes):
    broken = changed(content, changes)
    path = tmp_path / "broken.dcm"
    path.write_bytes(broken)
    for act in (lambda: clean(broken)[1], lambda: check_structure(path)):
        try:
            done = act()
        except RefusedError as refusal:
            assert refusal.code and refusal.reason
            continue
        if isinstance(done, bytes):
            assert list(Walker(done).elements())
            assert pydicom.dcmread(io.BytesIO(done)).PatientIdentityRemoved == "YES"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([Path(path) for path in base_files()[:6]]), st.lists(CHANGES, min_size=1, max_size=2))
def test_a_changed_file_that_is_cleaned_still_leaks_nobody(clean, base, changes):
    source, key = plant(base, 77)
    try:
        content = clean(changed(source, changes))[1].lower()
    except RefusedError:
        return
    people = (key.person.surname, key.person.given, key.person.physician, *key.person.staff)
    assert [name for name in people if name.lower().encode() in content] == []
