"""`tessera upload` and `tessera request`: every file has an answer, and nothing is sent twice."""

import hashlib
import os
import random
import signal
import time
import zipfile

from examples.images.dicom import ct_trial
from portal.jobs.inline import run_queued
from requests_app.models import AccessRequest
from storage.models import Submission, SubmissionFile
from tests.servers.faults import FaultProxy, status
from tests.servers.worker import wait_for

MB = 1 << 20


def test_a_folder_and_a_zip_are_uploaded_and_every_file_has_its_answer(
    web, tessera, token_of, committed_world
):
    collection = committed_world.collection("scans", published=False)
    images = [content for _, content in ct_trial(1, 4, size=32)]
    folder = tessera.home / "folder" / "deep"
    folder.mkdir(parents=True)
    (folder / "first.dcm").write_bytes(images[0])
    (folder / "second.dcm").write_bytes(images[1])
    (folder / "notes.exe").write_bytes(b"MZ nothing that belongs here")
    (folder / "empty.dcm").write_bytes(b"")
    with zipfile.ZipFile(tessera.home / "more.zip", "w") as archive:
        archive.writestr("third.dcm", images[2])
        archive.writestr("fourth.dcm", images[3])
    done = tessera.run(
        "--url", web.url, "--token", token_of("manager"), "upload", collection.slug,
        tessera.home / "folder", tessera.home / "more.zip", meanwhile=run_queued,
    )  # fmt: skip
    assert done.status == 1, done
    states = {file.path: file.state for file in SubmissionFile.objects.all()}
    assert states == {
        "folder/deep/first.dcm": "accepted", "folder/deep/second.dcm": "accepted", "more.zip": "expanded",
        "third.dcm": "accepted", "fourth.dcm": "accepted",
        "folder/deep/notes.exe": "rejected", "folder/deep/empty.dcm": "rejected",
    }  # fmt: skip
    for path in ("folder/deep/notes.exe", "folder/deep/empty.dcm"):
        reason = SubmissionFile.objects.get(path=path).reason
        assert f"{path}: {reason}" in done.err
    assert "2 files were rejected, 4 were accepted." in done.err
    assert "100%" in done.err


def _parts_when_all_has_arrived() -> int:
    """Return how many parts are there once what was on its way has arrived as well."""
    parts = SubmissionFile.objects.get().parts
    count, since = parts.count(), time.monotonic()
    while time.monotonic() - since < 4:
        time.sleep(0.2)
        if parts.count() != count:
            count, since = parts.count(), time.monotonic()
    return count


def test_an_upload_that_was_killed_goes_on_and_sends_no_part_twice(web, tessera, token_of, committed_world):
    collection = committed_world.collection("scans", published=False)
    content = random.Random(3).randbytes(60 * MB)
    (tessera.home / "large.bin").write_bytes(content)
    proxy = FaultProxy(web.port)
    words = (
        "--url", proxy.url, "--token", token_of("manager"), "upload", "--no-wait", collection.slug,
        tessera.home / "large.bin",
    )  # fmt: skip
    process = tessera.start(*words)
    wait_for(lambda: proxy.seen.count("PUT") >= 3, seconds=60)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    arrived = _parts_when_all_has_arrived()
    proxy.seen.clear()
    proxy.plan("PUT", status(504), status(502))
    done = tessera.run(*words)
    assert done.status == 0, done
    submission = Submission.objects.get()
    file = submission.files.get()
    assert (submission.state, file.client_sha256) == ("receiving", hashlib.sha256(content).hexdigest())
    assert file.parts.count() == 8
    # Two were answered by error pages and sent again.
    assert arrived >= 1
    assert proxy.seen.count("PUT") == 8 - arrived + 2


def test_a_request_is_drafted_says_what_lacks_and_is_submitted(web, tessera, token_of, committed_world):
    committed_world.collection("breathe")
    text = tessera.home / "text.md"
    text.write_text("We want to measure how robust the marker is across makers, as patients wait. " * 4)
    sign = ("--url", web.url, "--token", token_of("researcher"))
    begun = tessera.run(*sign, "request", "breathe", "--title", "Robust markers", "--submit")
    assert begun.status == 2
    assert "still needed" in begun.out
    texts = [
        word
        for option in ("summary", "purpose", "plan", "data-protection", "funding", "ethics", "publication")
        for word in (f"--{option}-file", text)
    ]
    done = tessera.run(*sign, "request", "breathe", *texts, "--submit")
    assert done.status == 0, done
    assert AccessRequest.objects.get().reviews.get().state == "submitted"
    assert "breathe\tsubmitted" in tessera.run(*sign, "status").out


def test_the_catalogue_can_be_looked_at_without_signing_in(web, tessera, committed_world):
    committed_world.collection("breathe")
    assert "breathe\t" in tessera.run("--url", web.url, "collections").out
    assert "Title: Breathe" in tessera.run("--url", web.url, "show", "breathe").out
    assert tessera.run("--url", web.url, "show", "nothing").status == 4
