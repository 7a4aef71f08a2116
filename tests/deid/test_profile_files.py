"""Profiles as files: read, refused with what to do, checked and compared by the command, and cleaned by."""

import contextlib
import io
import json
from pathlib import Path
from types import SimpleNamespace

import pydicom
import pytest
from pydicom.data import get_testdata_file

from deid.engine import ProfileError, load_profile, make_profile
from deid.engine import __main__ as command
from deid.engine.profiles.files import profile_json, read_profile
from deid.engine.review.differing import profile_difference
from deid.engine.review.linting import lint_profile

pytestmark = pytest.mark.filterwarnings("ignore")
HEAD = {"options": ["clean_descriptors", "retain_modified_dates"], "overrides": {"0008103e": "X"}}


@pytest.fixture
def written(tmp_path):
    def write(content, name="head.json"):
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    return write


def engine(*arguments):
    """Run the command in this process, and return its exit status with what it says."""
    with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.redirect_stderr(io.StringIO()) as told:
        status = command.main(list(map(str, arguments)))
    return SimpleNamespace(returncode=status, stdout=said.getvalue(), stderr=told.getvalue())


def test_a_file_is_the_profile_that_it_says_and_comes_back_the_same(written):
    own = read_profile(written(HEAD))
    assert own.digest == make_profile("head", frozenset(HEAD["options"]), {"0008103E": "X"}).digest
    assert read_profile(written(profile_json(own), "other.json")) == own
    assert read_profile("research") == load_profile("research")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "no JSON"),
        ("[" * 100000, "no JSON"),
        ("[]", "no list of options"),
        ({"options": "all"}, "no list of options"),
        ({"options": [1]}, "something else than texts"),
        ({"options": [], "overrides": {"00081030": None}}, "something else than texts"),
        ({"options": [], "rules": {}}, "nobody knows: rules"),
        ({"options": ["clean_everything"]}, "clean_everything"),
        ({"options": [], "overrides": {"zz": "X"}}, "has a rule for 'zz'"),
        ({"options": [], "edition": "2019a"}, "remove `edition` and `digest`"),
        ({"options": [], "digest": "0" * 64}, "not what its digest says"),
    ],
)
def test_a_file_that_is_no_profile_is_refused_with_what_to_do(written, content, told):
    with pytest.raises(ProfileError, match=told):
        read_profile(written(content))


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ProfileError, match="name a file, or one of basic, research"):
        read_profile(str(tmp_path / "none.json"))


def test_lint_prints_what_is_wrong_and_ends_with_one(written):
    done = engine(
        "lint", written({"options": ["clean_descriptors"], "overrides": {"00100010": "K", "0020000d": "X"}})
    )
    assert done.returncode == 1
    assert "error: Study Instance UID (0020,000D) is required (Type 1)" in done.stdout
    fine = engine("lint", written(HEAD))
    assert (fine.returncode, fine.stderr) == (0, "")
    complaints = lint_profile(frozenset(HEAD["options"]), {"0008103E": "X"})
    assert len(complaints) > 1 and fine.stdout.splitlines() == [
        f"{one.level}: {one.text}" for one in complaints
    ]
    assert "note: All private attributes go" in fine.stdout
    assert engine("lint", "research").returncode == 0
    for odd in ({"options": ["clean_everything"]}, {"options": [], "overrides": {"zz": "X"}}):
        told = engine("lint", written(odd))
        assert (told.returncode, told.stdout.startswith("error: "), told.stderr) == (1, True, "")
    broken = engine("lint", written("{"))
    assert broken.returncode == 2
    assert broken.stderr.startswith("error: the profile's file is no JSON")
    assert broken.stderr.index("\n") == len(broken.stderr) - 1 and not broken.stdout


def test_diff_prints_the_difference_and_ends_with_one_where_there_is_any(written):
    own = written(HEAD)
    other = {**HEAD, "overrides": {"0008103E": "X", "00081010": "K", "00081030": "X"}}
    done = engine("diff", own, written(other, "other.json"))
    assert (done.returncode, done.stderr) == (1, "")
    said = list(profile_difference(read_profile(own), read_profile(written(other, "other.json"))))
    assert len(said) > 1 and done.stdout.splitlines() == said
    assert "Station Name (0008,1010)" in done.stdout
    same = engine("diff", own, written({**HEAD, "name": "twin"}, "twin.json"))
    assert (same.returncode, same.stdout) == (0, "")
    assert engine("diff", own, "nothing").returncode == 2


def test_a_tree_is_cleaned_by_a_file_and_one_with_an_error_is_refused(written, tmp_path):
    (tmp_path / "key").write_text("00" * 16)
    given = [get_testdata_file("CT_small.dcm"), tmp_path / "out", "--key-file", tmp_path / "key"]
    given += ["--report", tmp_path / "r.json", "--pixels", "keep", "--profile"]
    refused = engine(*given, written({"options": [], "overrides": {"00081070": "K"}}, "bad.json"))
    assert refused.returncode == 2
    assert "cannot be used: Operators' Name (0008,1070) names or locates a person" in refused.stderr
    done = engine(*given, written({**HEAD, "overrides": {"00080070": "X"}}))
    assert done.returncode == 0, done.stderr
    (cleaned,) = (tmp_path / "out").rglob("*.dcm")
    image = pydicom.dcmread(cleaned)
    assert "Manufacturer" not in image
    assert "head" in image.DeidentificationMethod
    report = json.loads((tmp_path / "r.json").read_text())
    assert (
        report["profile"]["digest"] == read_profile(written({**HEAD, "overrides": {"00080070": "X"}})).digest
    )


def test_the_report_never_overwrites_the_profile(written, tmp_path):
    (tmp_path / "key").write_text("00" * 16)
    own = written(HEAD)
    given = [get_testdata_file("CT_small.dcm"), tmp_path / "out", "--key-file", tmp_path / "key"]
    done = engine(*given, "--report", own, "--profile", own)
    assert done.returncode == 2
    assert json.loads(Path(own).read_text()) == HEAD
