"""The download doors: which bytes come, in which frame, and for whom."""

import hashlib
import io
import uuid
import zipfile

import pytest

PATH = "data/S-001/scan-001.dcm"
NO_STORE = "no-store, private"


@pytest.fixture
def content(shared):
    return shared.sealed.contents[PATH]


@pytest.fixture
def rosa(shared):
    return shared.browser(shared.world.researcher)


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-0", 0, 0), ("bytes=10-99", 10, 99), ("bytes=99990-", 99_990, 99_999),
     ("bytes=-7", 99_993, 99_999), ("bytes=-200000", 0, 99_999), ("bytes=50-200000", 50, 99_999)],
)  # fmt: skip
def test_a_range_brings_these_bytes_and_no_others(shared, rosa, content, asked, first, last):
    answer = rosa.get(shared.file(), headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.content == content[first : last + 1]
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/100000"
    assert answer.headers["Content-Length"] == str(last - first + 1)
    assert answer.headers["Cache-Control"] == NO_STORE


@pytest.mark.parametrize("asked", ["bytes=100000-", "bytes=100000-100001", "bytes=-0"])
def test_a_range_outside_of_the_file_is_unsatisfiable(shared, rosa, asked):
    answer = rosa.get(shared.file(), headers={"Range": asked})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == "bytes */100000"
    assert answer.content == b""


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=a-b", "items=0-5", "bytes=0-1,5-9", "bytes=-"])
def test_a_range_that_is_not_understood_brings_everything(shared, rosa, content, asked):
    answer = rosa.get(shared.file(), headers={"Range": asked})
    assert answer.status_code == 200
    assert answer.content == content


def test_if_range_resumes_the_same_file_and_starts_another_one_over(shared, rosa, content):
    etag = f'"{hashlib.sha256(content).hexdigest()}"'
    same = rosa.get(shared.file(), headers={"Range": "bytes=5-", "If-Range": etag})
    assert (same.status_code, same.content, same.headers["ETag"]) == (206, content[5:], etag)
    other = rosa.get(shared.file(), headers={"Range": "bytes=5-", "If-Range": '"another"'})
    assert (other.status_code, other.content) == (200, content)


def test_head_says_what_get_would_bring_and_is_no_download(shared, rosa, content):
    receipts = f"/api/v1/grants/{shared.sealed.grant.pk}/downloads?limit=500"
    before = len(rosa.get(receipts).json()["results"])
    head = rosa.head(shared.file())
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == "100000"
    assert head.headers["ETag"] == f'"{hashlib.sha256(content).hexdigest()}"'
    assert head.headers["Accept-Ranges"] == "bytes"
    assert head.headers["Cache-Control"] == NO_STORE
    part = rosa.head(shared.file(), headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.headers["Content-Length"]) == (206, "10")
    assert len(rosa.get(receipts).json()["results"]) == before


def test_files_come_as_files_that_no_browser_runs(shared, rosa):
    headers = rosa.get(shared.file("README.md")).headers
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"] == 'attachment; filename="README.md"'
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]


def test_the_package_holds_exactly_what_the_manifest_names(shared, rosa):
    answer = rosa.get(f"/grants/{shared.sealed.grant.pk}/package.zip")
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert answer.headers["Cache-Control"] == NO_STORE
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert {one.compress_type for one in archive.infolist()} == {zipfile.ZIP_STORED}
        files = {name: archive.read(name) for name in archive.namelist()}
    root = shared.sealed.release.name
    assert files == {f"{root}/{path}": content for path, content in shared.sealed.contents.items()}
    lines = files[f"{root}/manifest-sha256.txt"].decode().splitlines()
    named = dict(reversed(line.split("  ", 1)) for line in lines)
    payload = {path: content for path, content in shared.sealed.contents.items() if path.startswith("data/")}
    assert named == {path: hashlib.sha256(content).hexdigest() for path, content in payload.items()}


@pytest.mark.parametrize("who", [None, "manager", "curator", "chair", "admin"])
def test_to_everybody_but_its_holders_a_release_does_not_exist(shared, who):
    browser = shared.browser(shared.world.people[who] if who else None)
    nowhere = shared.file().replace(str(shared.sealed.grant.pk), str(uuid.uuid4()))
    package = f"/grants/{shared.sealed.grant.pk}/package.zip"
    there, not_there = browser.get(shared.file()), browser.get(nowhere)
    assert (there.status_code, there.content) == (404, not_there.content)
    assert browser.get(package).status_code == 404
    assert browser.head(shared.file()).status_code == 404


def test_a_collaborator_who_signed_may_download_as_the_requester_may(shared, content):
    tomas = shared.browser(shared.world.collaborator)
    assert tomas.get(shared.file()).content == content
    header = shared.bearer(shared.world.collaborator, "download")
    assert shared.browser(None).get(shared.file(), headers=header).content == content


def test_a_token_must_be_alive_and_made_for_downloads(shared):
    visitor = shared.browser(None)
    wrong = shared.bearer(shared.world.researcher, "read", "write", "upload")
    refused = visitor.get(shared.file(), headers=wrong)
    assert (refused.status_code, refused.json()["code"]) == (403, "token_scope")
    unknown = visitor.get(shared.file(), headers={"Authorization": "Bearer tessera_unknown"})
    assert (unknown.status_code, unknown.json()["code"]) == (403, "token_not_alive")
    for address in ("files", "release"):
        told = visitor.get(f"/api/v1/grants/{shared.sealed.grant.pk}/{address}", headers=wrong)
        assert (told.status_code, told.json()["code"]) == (403, "token_scope")


@pytest.mark.parametrize(
    "path", ["nothing.dcm", "data/../README.md", "%2e%2e/README.md", "data", "README.md/"]
)
def test_only_the_files_of_the_release_are_there(shared, rosa, path):
    assert rosa.get(shared.file(path)).status_code in ({200} if path.startswith("data/..") else {404})


def test_only_reading_is_possible(shared, rosa):
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert rosa.request(method, shared.file()).status_code in {403, 405}
