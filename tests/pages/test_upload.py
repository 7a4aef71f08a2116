"""Uploading in a real browser: cut connections, a reload in the middle, and nothing sent twice or lost."""

import hashlib
import random

import pytest

from storage import keys
from storage.models import SubmissionFile, UploadedPart
from storage.objects import raw_store
from storage.states import FileState, SubmissionState
from tests.pages.test_look import sign_in
from tests.portal.builders import collection, manager_of, sponsor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FILES = {"large.zip": 20_000_000, "a/one.dcm": 300_000, "a/two.dcm": 9_000_000, "empty.txt": 0}


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "scans"
    for name, size in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(random.Random(name).randbytes(size))
    return root


@pytest.fixture
def page(browser, live_server, objects):
    manager = manager_of(sponsor())
    made = collection(manager)
    context = browser.new_context()
    sign_in(context, live_server, manager)
    opened = context.new_page()
    opened.on("dialog", lambda dialog: dialog.accept())
    opened.goto(f"{live_server.url}/sponsor/collections/{made.slug}/upload/")
    yield opened
    context.close()


def test_a_folder_arrives_whole_though_the_connection_breaks_and_the_page_is_loaded_again(page, folder):
    seen = []

    def falter(route):
        seen.append(route.request.url)
        if len(seen) in (2, 4) or len(seen) > 5:
            route.abort()
        else:
            route.continue_()

    page.route("**/parts/*", falter)
    page.set_input_files("#pick-folder", str(folder))
    page.get_by_text("The connection falters").wait_for()
    page.unroute("**/parts/*")
    page.reload()
    had = set(UploadedPart.objects.values_list("file_id", "number"))
    again = []
    page.on("request", lambda request: again.append(request.url) if request.method == "PUT" else None)
    page.set_input_files("#pick-folder", str(folder))
    page.get_by_text("Everything has arrived").wait_for()
    sent_again = {tuple(url.split("/")[i] for i in (-3, -1)) for url in again}
    assert had
    assert not sent_again & {(str(file), str(number)) for file, number in had}
    assert SubmissionFile.objects.filter(state=FileState.UPLOADED).count() == len(FILES)
    for file in SubmissionFile.objects.all():
        parts = file.parts.order_by("number")
        arrived = hashlib.sha256(b"".join(_bytes_of(file, part) for part in parts)).hexdigest()
        assert arrived == hashlib.sha256((folder.parent / file.path).read_bytes()).hexdigest()
    page.get_by_role("button", name="Hand in").click()
    page.wait_for_url("**/sponsor/submissions/**")
    page.get_by_role("heading", name="Did everything arrive?").wait_for()
    assert SubmissionFile.objects.first().submission.state == SubmissionState.RECEIVING


def _bytes_of(file, part):
    return raw_store().get_bytes(keys.part(file.pk, part.number, part.sha256))


def test_a_file_that_was_removed_is_not_handed_in(page, folder):
    page.set_input_files("#pick-folder", str(folder))
    page.get_by_text("Everything has arrived").wait_for()
    page.get_by_role("button", name="Remove scans/a/one.dcm").click()
    page.get_by_text("3 of 3 files").wait_for()
    assert not SubmissionFile.objects.filter(path="scans/a/one.dcm").exists()


def test_pausing_stops_the_parts_and_going_on_sends_the_rest(page, folder):
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "PUT" else None)
    page.route("**/parts/*", lambda route: (page.wait_for_timeout(150), route.continue_()))
    page.set_input_files("#pick-folder", str(folder))
    page.get_by_role("button", name="Pause").click()
    page.get_by_text("Paused", exact=True).wait_for()
    page.wait_for_timeout(1200)
    count = len(sent)
    page.wait_for_timeout(1200)
    assert len(sent) == count
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("Everything has arrived").wait_for()
