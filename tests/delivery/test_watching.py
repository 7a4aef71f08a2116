"""The watcher of downloads does not outlive them: neither an answer that nobody read, nor the process."""

import gc
import subprocess
import sys
import uuid

import pytest

from delivery.services import watching
from delivery.services.streaming import GuardedStream
from tests.servers.worker import wait_for

ENDING = """
import os, uuid, logging
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
import django; django.setup()
from delivery.services import watching
def look(now):
    print("looked", flush=True)
watching.CHECK_SECONDS = 30
watching.WATCH._look = look
watching.WATCH.begin(watching.Running(uuid.uuid4(), uuid.uuid4(), uuid.uuid4()))
thread = watching.WATCH.thread
import atexit
atexit._run_exitfuncs()
thread.join(5)
print("ended" if not thread.is_alive() else "alive")
"""


@pytest.mark.django_db
def test_an_answer_that_nobody_reads_or_closes_is_watched_no_longer(monkeypatch):
    monkeypatch.setattr(watching, "CHECK_SECONDS", 0.05)
    watch = watching.Watch()
    monkeypatch.setattr("delivery.services.streaming.WATCH", watch)
    monkeypatch.setattr(watch, "_look", lambda now: None)
    given = {"person_id": uuid.uuid4(), "release_id": uuid.uuid4(), "download_id": uuid.uuid4()}
    stream = GuardedStream(iter([b"x"]), **given)
    assert list(watch.running) == [given["download_id"]] and watch.thread
    del stream
    gc.collect()
    wait_for(lambda: watch.thread is None and not watch.running, seconds=10)


def test_when_the_process_ends_nothing_is_asked_any_more():
    told = subprocess.run(
        [sys.executable, "-c", ENDING], capture_output=True, text=True, timeout=60, check=False
    )
    assert told.stdout.split() == ["ended"], told.stderr
