"""A running portal with its examples, and people in a real browser."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from portal.embedded.stores import free_port
from tests.conftest import ARTEFACTS
from tests.servers.portal import RunningPortal

WIDTHS = {"wide": (1280, 900), "narrow": (390, 844)}


@pytest.fixture(scope="session")
def portal_running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    """The whole portal as `manage.py up` starts it, with the example data.

    While a journey is being written, `TESSERA_TEST_PORTAL=DATA:PORT` takes a portal that runs already.
    """
    running = os.environ.get("TESSERA_TEST_PORTAL")
    if running:
        data, _, port = running.rpartition(":")
        yield RunningPortal(Path(data), port=int(port), examples=True)
        return
    portal = RunningPortal(tmp_path_factory.mktemp("portal") / "data", port=free_port(), examples=True)
    portal.start(seconds=1500)
    yield portal
    portal.kill()


class Visit:
    """One person's browser window: goes to pages, keeps pictures, and listens for what the browser complains of."""

    def __init__(self, context: BrowserContext, portal: RunningPortal, name: str) -> None:
        self.portal, self.name = portal, name
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def go(self, path: str) -> Page:
        """Open a page."""
        self.page.goto(self.portal.address + path)
        return self.page

    def sign_in(self, email: str, password: str) -> Page:
        """Sign in as one of the example people."""
        page = self.go("/sign-in/")
        page.fill("input[name=username]", email)
        page.fill("input[name=password]", password)
        page.click("main button[type=submit]")
        return page

    def picture(self, name: str) -> None:
        """Keep a picture of the page at both widths."""
        ARTEFACTS.mkdir(exist_ok=True)
        for width, (across, down) in WIDTHS.items():
            self.page.set_viewport_size({"width": across, "height": down})
            file = re.sub(r"\W+", "-", f"{self.name}-{name}-{width}").lower()
            self.page.screenshot(path=ARTEFACTS / f"{file}.png", full_page=True)
        self.page.set_viewport_size({"width": WIDTHS["wide"][0], "height": WIDTHS["wide"][1]})

    def barriers(self) -> list[str]:
        """Return what axe finds wrong with the page."""
        found = Axe().run(self.page).response["violations"]
        return [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]]


@pytest.fixture
def visit(
    browser: Browser, portal_running: RunningPortal, request: pytest.FixtureRequest
) -> Iterator[Callable[[str], Visit]]:
    """Open a window of its own for each person; at the end nothing may have been complained of."""
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    def open_window(name: str = "visitor") -> Visit:
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 900}))
        visits.append(Visit(contexts[-1], portal_running, f"{request.node.name}-{name}"))
        return visits[-1]

    yield open_window
    complaints = [complaint for visit in visits for complaint in visit.complaints]
    for context in contexts:
        context.close()
    assert complaints == []
