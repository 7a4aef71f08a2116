"""Whatever a server calls its files: nothing is written outside of the folder."""

import subprocess
import sys

import pytest

sys.path.insert(0, str(__import__("pathlib").Path(__file__).resolve().parents[2] / "client"))

from tessera_client.errors import InvalidInputError, UnsafePathError
from tessera_client.paths import place_in
from tessera_client.sources import local_files

HOSTILE = [
    "", "/etc/passwd", "../x", "a/../../x", "a/..", ".", "a/./b", "..", "a\\..\\x", "C:/x", "a\x00b", "a\nb", "//x",
]  # fmt: skip


@pytest.mark.parametrize("path", HOSTILE)
def test_a_hostile_path_is_refused(tmp_path, path):
    with pytest.raises(UnsafePathError):
        place_in(tmp_path, path)


def test_an_honest_path_lies_in_the_folder(tmp_path):
    assert place_in(tmp_path, "data/S-1/x y.dcm") == tmp_path.resolve() / "data" / "S-1" / "x y.dcm"


def test_a_link_that_somebody_planted_leads_nowhere(tmp_path):
    outside, folder = tmp_path / "outside", tmp_path / "folder"
    outside.mkdir()
    folder.mkdir()
    (folder / "data").symlink_to(outside)
    (folder / "file").symlink_to(outside / "file")
    for path in ("data/x", "file"):
        with pytest.raises(UnsafePathError):
            place_in(folder, path)


def test_links_and_two_files_of_one_name_are_refused_before_anything_is_sent(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name / "same").mkdir(parents=True)
        (tmp_path / name / "same" / "x.dcm").write_text(name)
    with pytest.raises(InvalidInputError, match="Two files"):
        local_files([tmp_path / "a" / "same", tmp_path / "b" / "same"])
    (tmp_path / "a" / "same" / "link").symlink_to("/etc")
    with pytest.raises(InvalidInputError, match="link"):
        local_files([tmp_path / "a" / "same"])


def test_the_client_needs_nothing_of_the_portal():
    program = (
        "import sys, tessera_client.command.main; "
        "print([n for n in sys.modules if n.split('.')[0] in {'django', 'portal', 'storage', 'rest_framework'}])"
    )
    client = str(__import__("pathlib").Path(__file__).resolve().parents[2] / "client")
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=client, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
