"""`manage.py up` starts everything, keeps the data, and leaves no process behind, however it ends."""

import os
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.embedded.environment import DataFolder
from portal.embedded.stores import free_port
from tests.servers.portal import ROOT, RunningPortal
from tests.servers.worker import wait_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def processes_over(folder: Path) -> list[int]:
    """Return the processes that belong to a portal over *folder*: by environment, arguments or working folder."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            said = (place / "environ").read_bytes() + (place / "cmdline").read_bytes()
            here = str((place / "cwd").readlink())
            state = (place / "stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if state != "Z" and (str(folder).encode() in said or here.startswith(str(folder))):
            found.append(int(place.name))
    return found


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for all portals of this module, one after another: only the first has to make everything."""
    return tmp_path_factory.mktemp("up") / "data"


@pytest.fixture
def portal(data: Path) -> Iterator[RunningPortal]:
    """A portal without examples."""
    running = RunningPortal(data, port=free_port(), examples=False)
    yield running
    running.kill()


def test_it_starts_answers_and_stops_and_starts_again_over_the_same_data(portal):
    portal.start()
    assert portal.get("/healthz") == (200, '{"status": "ok"}')
    assert portal.get("/api/v1/schema/")[0] == 200
    key = (portal.data / "environment").read_text()
    assert (portal.data / "environment").stat().st_mode & 0o077 == 0
    assert len(processes_over(portal.data)) > 8
    assert portal.stop(signal.SIGINT) == 0
    assert "Everything is stopped." in portal.output()
    assert processes_over(portal.data) == []
    portal.start()
    assert portal.get("/healthz")[0] == 200
    again = (portal.data / "environment").read_text()
    assert [line for line in key.splitlines() if "KEY" in line] == [
        line for line in again.splitlines() if "KEY" in line
    ]


def test_a_key_that_takes_the_place_of_another_never_loses_it(tmp_path):
    data = DataFolder(tmp_path)
    data.write(first := data.secrets())
    name, place = "TESSERA_KEY_WRAPPING_KEY", "TESSERA_OLD_KEY_WRAPPING_KEYS"
    assert data.old_keys({}) == {} == data.old_keys({name: first[name]})
    second = {**first, name: "second", **data.old_keys({name: "second"})}
    assert second[place] == first[name]
    data.write(second)
    assert data.old_keys({}) == {place: first[name]} == data.old_keys({place: first[name]})
    assert data.old_keys({name: "third"}) == {place: f"{first[name]},second"}
    assert data.old_keys({name: first[name]}) == {place: "second"}
    assert data.prepared(ROOT, "second") != data.prepared(ROOT, "third")


def test_no_orphan_survives_a_killed_supervisor(portal):
    portal.start()
    assert len(processes_over(portal.data)) > 8
    os.kill(portal.process.pid, signal.SIGKILL)
    wait_for(
        lambda: processes_over(portal.data) == [], seconds=10, why=lambda: str(processes_over(portal.data))
    )


def test_when_a_part_dies_it_says_which_and_where_its_log_is(portal):
    portal.start()
    valkey = [
        pid for pid in processes_over(portal.data) if "valkey" in Path(f"/proc/{pid}/cmdline").read_text()
    ]
    os.kill(valkey[0], signal.SIGKILL)
    assert portal.process.wait(30) == 1
    assert "Valkey has ended by itself. Its log:" in portal.output()
    assert str(portal.data / "logs" / "valkey.log") in portal.output()
    assert processes_over(portal.data) == []


@pytest.fixture(scope="module")
def steady(data: Path) -> Iterator[RunningPortal]:
    """A portal that nobody harms; no other of this module starts after it."""
    running = RunningPortal(data, port=free_port(), examples=False)
    running.start()
    yield running
    running.stop(signal.SIGTERM)


def test_a_second_portal_over_the_same_folder_is_refused(steady):
    second = RunningPortal(steady.data, port=free_port(), examples=False)
    second.launch()
    assert second.process.wait(30) == 1
    assert "Another portal runs over" in second.output()
    assert steady.get("/healthz")[0] == 200


def test_a_body_that_is_too_large_is_refused_before_it_is_read(steady):
    request = urllib.request.Request(
        steady.address + "/api/v1/submissions", data=bytes(11 << 20), method="POST"
    )
    with pytest.raises((urllib.error.HTTPError, ConnectionError, urllib.error.URLError)) as refused:
        urllib.request.urlopen(request, timeout=10)
    if isinstance(refused.value, urllib.error.HTTPError):
        assert refused.value.code == 413
