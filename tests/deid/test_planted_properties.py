"""What holds over whole planted instances: no joins between grants, no leaks into logs, nothing worse the second time."""

import io
import json
import logging
import subprocess
import sys
from pathlib import Path

import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deid.engine import Identity, clean_dicom, load_profile
from deid.engine.text.cleaning import TextCleaner
from deid.engine.verification.walker import Walker
from tests.deid.planting import base_files, plant

pytestmark = pytest.mark.filterwarnings("ignore")
ROOT = Path(__file__).resolve().parents[2]
few = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
KEYS = st.binary(min_size=32, max_size=32)
BASES, SEEDS = st.sampled_from(base_files()), st.integers(20, 400)


def cleaned(source: bytes, key: bytes, profile: str = "research") -> tuple[bytes, str]:
    out = io.BytesIO()
    done = clean_dicom(
        io.BytesIO(source), out, profile=load_profile(profile), identity=Identity(key), subject_key="s"
    )
    return out.getvalue(), done.pseudonym


def values(content: bytes, *vrs: str) -> set[bytes]:
    """Return the values of some VRs, in every data set of a file."""
    seen = [one for one in Walker(content).elements() if one.vr in vrs and one.tag >> 16 != 2]
    return {part.strip(b"\0 ") for one in seen for part in one.value.split(b"\\") if part.strip(b"\0 ")}


@few
@given(BASES, SEEDS, KEYS)
def test_planted_instances_come_out_the_same_every_time(base, seed, key):
    source, _ = plant(base, seed)
    assert cleaned(source, key) == cleaned(source, key)


@few
@given(BASES, SEEDS, KEYS, KEYS)
def test_two_grants_share_no_value_that_says_who(base, seed, one, other):
    if one == other:
        return
    source, _ = plant(base, seed)
    (first, name), (second, other_name) = cleaned(source, one), cleaned(source, other)
    assert name != other_name
    ours, theirs = values(first, "UI"), values(second, "UI")
    shared = {uid for uid in ours & theirs if not uid.startswith((b"1.2.840.10008.", b"1.3.12.2.1107.5.9.1"))}
    assert shared == set()
    if Identity(one).shift_days("s") != Identity(other).shift_days("s"):
        pairs = zip(Walker(first).elements(), Walker(second).elements(), strict=True)
        same = [a.place for a, b in pairs if a.vr in ("DA", "DT") and a.value.strip() and a.value == b.value]
        dummies = {b"19000101", b"19000101000000"}
        assert not same or values(first, "DA", "DT") & values(second, "DA", "DT") <= dummies


@few
@given(BASES, SEEDS, KEYS)
def test_cleaning_what_is_clean_leaks_nothing_and_loses_no_more_words(base, seed, key):
    source, answers = plant(base, seed)
    once, _ = cleaned(source, key)
    twice, _ = cleaned(once, key)
    assert [
        token for token in answers.all_tokens() if len(token) > 4 and token.lower().encode() in twice.lower()
    ] == []
    first, second = pydicom.dcmread(io.BytesIO(once)), pydicom.dcmread(io.BytesIO(twice))
    assert [str(e.tag) for e in first] == [str(e.tag) for e in second]
    assert first.get("PixelData") == second.get("PixelData")
    assert first.get("Manufacturer") == second.get("Manufacturer")


@few
@given(BASES, SEEDS)
def test_no_value_of_the_source_reaches_a_log(base, seed):
    source, answers = plant(base, seed)
    told = io.StringIO()
    handler = logging.StreamHandler(told)
    logging.getLogger().addHandler(handler)
    try:
        cleaned(source, b"k" * 32)
    finally:
        logging.getLogger().removeHandler(handler)
    assert [token for token in answers.all_tokens() if token in told.getvalue()] == []


def test_the_command_tells_no_value_and_names_no_file_after_anybody(tmp_path):
    source, tokens = tmp_path / "in", []
    for number, base in enumerate(base_files()[:6]):
        content, answers = plant(base, 50 + number)
        folder = source / answers.person.surname
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{answers.person.given} {number}.dcm").write_bytes(content)
        (folder / f"{answers.person.patient_id} broken{number}.dcm").write_bytes(content[:-9])
        tokens += [token for token in answers.all_tokens() if len(token) > 4]
    (tmp_path / "key").write_text("ab" * 32)
    report = tmp_path / "report.json"
    arguments = [
        source,
        tmp_path / "out",
        "--key-file",
        tmp_path / "key",
        "--report",
        report,
        "--workers",
        "2",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "deid.engine", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert [token for token in tokens if token in done.stdout + done.stderr] == []
    written = [path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*")]
    assert [token for token in tokens if any(token.lower() in name.lower() for name in written)] == []
    said = json.loads(report.read_text())["files"].values()
    assert [token for token in tokens if any(token in json.dumps(entry) for entry in said)] == []


@given(
    st.text(max_size=120), st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=9), max_size=3)
)
def test_cleaning_a_text_twice_is_cleaning_it_once(text, known):
    cleaner = TextCleaner(known, None)
    once = cleaner.clean(text)
    assert cleaner.clean(once) == once
