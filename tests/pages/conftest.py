"""A browser, a live server and a house full of people, for the tests that look at pages."""

import json
import os
from importlib.util import find_spec
from pathlib import Path

import pytest
from playwright.sync_api import Page

ARTEFACTS = Path(__file__).resolve().parents[2] / "artefacts" / "pages"
# The browser's driver keeps an event loop in this thread, which Django takes for an asynchronous caller.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(scope="session")
def axe() -> str:
    folder = find_spec("axe_playwright_python").submodule_search_locations[0]
    return (Path(folder) / "axe.min.js").read_text()


RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page, axe: str) -> list[str]:
    """Return what axe finds; its script goes in through the debugger, since the pages' own policy forbids it."""
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": axe})
    ask = f"axe.run({{runOnly: {json.dumps(RULES)}}}).then(found => JSON.stringify([found.passes.length, found.violations]))"
    answer = session.send(
        "Runtime.evaluate", {"expression": ask, "awaitPromise": True, "returnByValue": True}
    )
    session.detach()
    passes, found = json.loads(answer["result"]["value"])
    assert passes > 5, "axe did not look at the page"
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]
