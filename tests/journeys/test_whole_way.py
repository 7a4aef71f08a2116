"""The whole main job in a browser: a sponsor shares, a committee decides, a researcher downloads, and it ends."""

import json
import os
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import bagit
import pydicom
import pytest
from playwright.sync_api import Page, expect

from examples.images.dicom import ct_trial, us_trial
from examples.images.volumes import brain_trial
from tests.journeys.conftest import Visit
from tests.journeys.people import EMAIL, LONG, PATIENCE, as_zip, press, said, signed_in, signing_links, write
from tests.servers.portal import ROOT

pytestmark = pytest.mark.browser

STAMP = f"{time.time():.0f}"[-6:]
TITLE, SLUG = f"AURORA imaging {STAMP}", f"aurora-{STAMP}"
OFFICIAL = "dean@nordlys.example"


def test_from_registering_a_trial_to_the_attested_destruction(
    visit: Callable[[str], Visit], tmp_path: Path
) -> None:
    manager = visit("manager")
    _register(manager)
    _upload(manager)
    _publish(manager, visit("curator"))
    researcher = visit("researcher")
    _ask(researcher)
    chair, member = visit("chair"), visit("member")
    _decide(chair, member, researcher)
    _sign(visit, researcher)
    package = _download(researcher, tmp_path)
    _look_inside(package)
    _revoke(manager, researcher)
    _close(researcher, visit("visitor"))
    _verify_the_ledger(researcher.portal.data)


def _register(manager: Visit) -> None:
    page = signed_in(manager, "manager")
    page = manager.go("/sponsor/trials/new/")
    write(
        page, registry_number=f"NCT08{STAMP}", title="AURORA: a trial of everything", condition="Sarcoidosis"
    )
    page.select_option("[name=phase]", "2")
    write(page, arms="Standard\nNew", sites="Oslo\nTurku")
    manager.picture("register-trial")
    press(page, "Register the trial")
    page.wait_for_url("**/sponsor/trials/*/new/")
    write(
        page,
        title=TITLE,
        slug=SLUG,
        summary="CT, ultrasound, volumes and a table.",
        description="## Background\n\nAll kinds.",
    )
    for value in ("CT", "US", "MR"):
        page.check(f"[name=modalities][value={value}]")
    manager.picture("register-collection")
    press(page, "Register the collection")
    page.wait_for_url(f"**/{SLUG}/**")
    page = manager.go(f"/sponsor/collections/{SLUG}/terms/")
    page.select_option("[name=committee]", label="Halcyon data access committee")
    write(page, agreement_text="1. Use it only for the purpose.\n2. Identify nobody.", grant_days="30")
    page.check("[name=needs_official]")
    press(page, "Set the terms")
    said(page, "The terms are set")
    manager.picture("terms")


def _upload(manager: Visit) -> None:
    page = manager.go(f"/sponsor/collections/{SLUG}/upload/")
    files = [*ct_trial(1, 3, size=64), *us_trial(1, 320, 240), *brain_trial(2, size=24, slices=8)]
    loose = [
        {"name": "notes.bin", "mimeType": "application/octet-stream", "buffer": b"These are no images."},
        {"name": "everything.zip", "mimeType": "application/zip", "buffer": as_zip([*files, ("../../evil.dcm", b"x" * 200)])},
    ]  # fmt: skip
    page.set_input_files("#pick-files", loose)
    hand_in = page.locator("[data-hand-in]")
    expect(hand_in).to_be_enabled(timeout=PATIENCE)
    manager.picture("upload")
    hand_in.click()
    page.wait_for_url("**/sponsor/submissions/*/")
    expect(page.locator(".page-head .status")).to_contain_text(
        re.compile("Inspected|Accepted"), timeout=PATIENCE
    )
    page.reload()
    said(page, "notes.bin")
    said(page, "evil.dcm")
    manager.picture("report")
    assert manager.barriers() == []
    page = manager.go(f"/sponsor/collections/{SLUG}/")
    press(page, "Hand over to the curators")
    said(page, "In curation")


def _publish(manager: Visit, curator: Visit) -> None:
    page = signed_in(curator, "curator")
    page = curator.go("/curation/")
    curator.picture("queue")
    assert curator.barriers() == []
    while True:
        page = curator.go("/curation/")
        waiting = page.locator(".desk-queue a")
        if not waiting.count():
            break
        waiting.first.click()
        is_text = "Text in the image" in (page.locator("h1").text_content() or "")
        is_ultrasound = "US" in (page.locator(".eyebrow").text_content() or "")
        if is_text and is_ultrasound:
            curator.picture("desk")
            assert curator.barriers() == []
        page.keyboard.press("a" if is_text and is_ultrasound else "d")
        page.wait_for_load_state()
        said(page, ".")
    page = manager.go(f"/sponsor/collections/{SLUG}/")
    page = curator.go(f"/sponsor/collections/{SLUG}/")
    page.locator("li", has_text="Nobody has said yet what its columns hold").get_by_role("link").click()
    curator.picture("table")
    assert curator.barriers() == []
    press(page, "Set the roles")
    page = curator.go(f"/sponsor/collections/{SLUG}/")
    curator.picture("workbench")
    page.locator("[data-opens=publish-dialog]").click()
    page.locator("#publish-dialog button[type=submit]").click()
    said(page, "Published")


def _ask(researcher: Visit) -> None:
    page = signed_in(researcher, "researcher")
    page = researcher.go(f"/collections/?q={STAMP}")
    page.get_by_role("link", name=TITLE).first.click()
    researcher.picture("landing")
    assert researcher.barriers() == []
    press(page, "Ask for access")
    page = researcher.go("/collections/nodus-us/")
    press(page, "Add to request")
    researcher.picture("wizard-collections")
    press(page, "Go on")
    write(page, title="Robust markers across makers", public_summary=LONG, purpose=LONG)
    expect(page.locator("[data-autosave-status]")).to_contain_text("saved", timeout=20_000)
    press(page, "Save and go on")
    write(page, plan=LONG, data_protection="On an encrypted server.")
    researcher.picture("wizard-plan")
    press(page, "Save and go on")
    write(page, funding="The university.", ethics="REK 2026/17", publication_intent="Open access.")
    press(page, "Save and go on")
    write(page, full_name="Tomas Okafor", email=EMAIL["collaborator"], organisation_name="Nordlys University")
    press(page, "Add")
    said(page, "is named as a collaborator")
    write(page, official_name="Olga Dean", official_email=OFFICIAL)
    assert researcher.barriers() == []
    press(page, "Save and go on")
    said(page, "Everything is there")
    press(page, "Submit the request")
    said(page, "Now with Halcyon data access committee")
    researcher.picture("submitted")
    assert researcher.barriers() == []


def _decide(chair: Visit, member: Visit, researcher: Visit) -> None:
    page = signed_in(chair, "chair")
    _open_review(chair)
    write(page, wanted="Say how the funding is secured.")
    press(page, "Return")
    said(page, "Returned")
    answer = researcher.page
    answer.reload()
    press(answer, "Change the request")
    answer.goto(answer.url.replace("/purpose/", "/conduct/"))
    write(answer, funding="The university, by a grant of five years.")
    press(answer, "Save and go on")
    answer.goto(answer.url.replace("/people/", "/check/"))
    press(answer, "Submit the request")
    said(answer, "Submitted")
    _open_review(chair)
    said(page, "What changed since revision 1")
    chair.picture("difference")
    press(page, "Complete: start the review")
    _vote(chair.page)
    page.fill("#condition", "Report after six months.")
    press(page, "Propose")
    other = signed_in(member, "member")
    _open_review(member)
    _vote(other)
    member.picture("voted")
    _open_review(chair)
    said(page, "The votes carry: approve with conditions")
    write(page, letter="A sound plan by a sound team.")
    chair.picture("review")
    assert chair.barriers() == []
    press(page, "Record the decision")
    said(page, "Decided")


def _open_review(visit: Visit) -> Page:
    page = visit.go("/committee/")
    page.locator("main li", has_text=TITLE).get_by_role("link").first.click()
    return page


def _vote(page: Page) -> None:
    page.check("[name=choice][value=approve]")
    press(page, "Vote")
    said(page, "Your vote is recorded")


def _sign(visit: Callable[[str], Visit], researcher: Visit) -> None:
    links = signing_links(researcher.portal.data / "mail", TITLE, 3)
    collaborator, official = visit("collaborator"), visit("official")
    signed_in(collaborator, "collaborator")
    for who, email, name in (
        (researcher, EMAIL["researcher"], "Rosa Lindqvist"),
        (collaborator, EMAIL["collaborator"], "Tomas Okafor"),
        (official, OFFICIAL, "Olga Dean"),
    ):
        page = who.go(links[email])
        said(page, "Report after six months.")
        page.check("[name=agreed]")
        write(page, typed_name=name)
        if who is official:
            who.picture("sign")
            assert who.barriers() == []
        press(page, "Sign the agreement")
        said(page, "You have signed")


def _download(researcher: Visit, folder: Path) -> Path:
    page = researcher.go("/grants/")
    entry = page.locator("main li", has_text=TITLE).get_by_role("link")
    while not entry.count():
        page.wait_for_timeout(500)
        page.reload()
    entry.first.click()
    researcher.picture("building")
    expect(page.locator("#release-progress")).to_contain_text("Ready", timeout=PATIENCE)
    page.reload()
    researcher.picture("grant")
    assert researcher.barriers() == []
    with page.expect_download() as started:
        page.get_by_role("link", name="Download everything").click()
    target = folder / "package.zip"
    started.value.save_as(target)
    with zipfile.ZipFile(target) as archive:
        archive.extractall(folder)
    (package,) = [path for path in folder.iterdir() if path.is_dir()]
    page.reload()
    said(page, "package.zip")
    return package


def _look_inside(package: Path) -> None:
    assert bagit.Bag(str(package)).validate()
    images = [pydicom.dcmread(file) for file in package.rglob("*.dcm")]
    assert len(images) == 7
    for image in images:
        assert image.PatientIdentityRemoved == "YES"
        assert image.pixel_array.size
    whole = b"".join(file.read_bytes() for file in package.rglob("*") if file.is_file()).lower()
    for needle in (b"hlc-1000", b"us-1000", b"cur1000", b"larchwood", b"harrowgate"):
        assert needle not in whole
    assert json.loads((package / "certificate.json").read_text())["verified"]["hits"] == 0


def _revoke(manager: Visit, researcher: Visit) -> None:
    page = manager.go("/sponsor/use/")
    said(page, "Rosa Lindqvist")
    manager.picture("use")
    assert manager.barriers() == []
    page.locator("tr", has_text=TITLE).get_by_role("link").first.click()
    page.get_by_text("Revoke", exact=True).click()
    page.fill("#revoke-reason", "The consent of a participant was withdrawn.")
    page.get_by_role("button", name="Revoke grant").click()
    said(page, "Every door of this grant is shut")
    door = researcher.page.url.rstrip("/") + "/package.zip"
    answer = researcher.page.context.request.get(door, headers={"Accept": "application/json"})
    assert answer.status == 403
    assert answer.json()["code"] == "grant_revoked"


def _close(researcher: Visit, visitor: Visit) -> None:
    page = researcher.page
    page.reload()
    page.get_by_text("Report a publication").click()
    write(page, title="Markers that hold", year="2026", doi="10.1000/xyz")
    page.get_by_role("button", name="Report", exact=True).click()
    said(page, "Markers that hold")
    write(page, statement="Deleted from the server and its backups on 21 November.")
    press(page, "Attest destruction")
    said(page, "closed out")
    researcher.picture("closed")
    public = visitor.go("/register/")
    said(public, "Robust markers across makers")
    said(public, "Markers that hold")
    visitor.picture("register")
    assert visitor.barriers() == []


def _verify_the_ledger(data: Path) -> None:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("S3_", "TESSERA", "DATABASE", "CELERY"))
    }
    command = [sys.executable, "manage.py", "verify_ledger"]
    environment = {**kept, "TESSERA_DATA": str(data), "TESSERA_SKIP_INSTALL": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip()
