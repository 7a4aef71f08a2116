"""What people do in the browser, in their own words; the journey reads like the story that it proves."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import Page, expect

from examples.people import ACCOUNTS, PASSWORD
from tests.journeys.conftest import Visit

EMAIL = {account.key: account.email for account in ACCOUNTS}
LONG = "We want to know how robust the marker is across makers, because patients wait for an answer. " * 2
PATIENCE = 120_000


def signed_in(visit: Visit, who: str) -> Page:
    """Sign in as an example person."""
    return visit.sign_in(EMAIL[who], PASSWORD)


def write(page: Page, **fields: str) -> None:
    """Fill in fields by their name."""
    for name, value in fields.items():
        page.fill(f"main [name={name}]", value)


def press(page: Page, name: str) -> None:
    """Press the button or follow the link of that name."""
    page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first.click()


def said(page: Page, text: str) -> None:
    """Wait until the page says *text*."""
    expect(page.locator("main")).to_contain_text(text, timeout=PATIENCE)


def as_zip(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return the files as one archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for path, body in files:
            archive.writestr(path, body)
    return target.getvalue()


def signing_links(mail: Path, collection: str, wanted: int) -> dict[str, str]:
    """Return the signing link in each person's mail, by address; waits until all are there."""
    deadline = time.monotonic() + 60
    while True:
        found: dict[str, str] = {}
        for file in mail.glob("*"):
            for letter in file.read_text().split("-" * 79):
                address = re.search(r"^To: (\S+)", letter, re.MULTILINE)
                link = re.search(r"/sign/[\w-]+/", letter)
                if address and link and collection in letter:
                    found[address.group(1)] = link.group()
        if len(found) >= wanted:
            return found
        assert time.monotonic() < deadline, f"{len(found)} of {wanted} letters have come"
        time.sleep(0.5)
