"""The curator's pages in a real browser: leafing by keys and without scripts, the rows of a header, a refusal."""

import re

import pytest

from deid.models import Finding
from tests.pages.conftest import violations
from tests.pages.test_look import sign_in
from tests.pages.workflow import make_workflow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_keys_turn_the_pages_but_not_while_a_note_is_typed(browser, live_server, objects):
    workflow = make_workflow()
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    sign_in(context, live_server, workflow.world.people["curator"])
    page = context.new_page()
    page.goto(live_server.url + workflow.pages["LEAF"])
    place = page.locator(".leaf__where")
    for key, said in ((".", "Image 2 of 3, frame 2 of 4"), (".", "frame 3 of 4"), (",", "frame 2 of 4"),
                      (",", "frame 1 of 4"), (",", "Image 1 of 3"), (",", "Image 1 of 3")):  # fmt: skip
        page.keyboard.press(key)
        page.wait_for_function(
            "said => document.querySelector('.leaf__where').innerText.includes(said)", arg=said
        )
    page.get_by_label(re.compile("^Note")).fill("")
    page.get_by_label(re.compile("^Note")).type("No name, as said.")
    assert page.get_by_label(re.compile("^Note")).input_value() == "No name, as said."
    assert place.inner_text() == "Image 1 of 3"
    context.close()


def test_the_words_of_a_report_come_with_what_goes_and_what_stands_in_its_place(
    browser, live_server, objects
):
    workflow = make_workflow()
    context = browser.new_context(viewport={"width": 390, "height": 800})
    sign_in(context, live_server, workflow.world.people["curator"])
    page = context.new_page()
    page.goto(live_server.url + workflow.pages["WORDS"])
    words = page.locator(".report__words")
    words.wait_for()
    without = """(all, mark) => {
        const rest = all.cloneNode(true)
        rest.querySelectorAll(mark).forEach(one => one.remove())
        return rest.textContent
    }"""
    before, after = words.evaluate(without, "ins"), words.evaluate(without, "del")
    assert "Dr. Moss" in before and "3 March 2020" in before
    assert "Moss" not in after and "3 March 2020" not in after
    assert re.search(r"\d+ [A-Z][a-z]+ 20\d\d", after)
    context.close()


def test_leafing_works_without_scripts(browser, live_server, objects):
    workflow = make_workflow()
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, live_server, workflow.world.people["curator"])
    page = context.new_page()
    page.goto(live_server.url + workflow.pages["LEAF"])
    page.get_by_role("link", name="Next image with a finding").click()
    assert page.locator(".leaf__where").inner_text() == "Image 2 of 3, frame 3 of 4"
    page.get_by_role("link", name="Last", exact=True).click()
    assert page.locator(".leaf__where").inner_text() == "Image 3 of 3"
    context.close()


def test_a_box_is_drawn_by_keys_for_one_frame_and_kept_without_deciding(browser, axe, live_server, objects):
    workflow = make_workflow()
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    sign_in(context, live_server, workflow.world.people["curator"])
    page = context.new_page()
    page.goto(live_server.url + workflow.pages["LEAF"])
    page.keyboard.press("n")
    page.keyboard.press("ArrowDown")
    page.get_by_label("To which pictures box new goes").select_option("frame")
    assert violations(page, axe) == []
    page.get_by_role("button", name="Erase box 1").click()
    page.locator("h1").click()
    page.keyboard.press("s")
    page.get_by_text("Nothing is decided yet").wait_for()
    finding = Finding.objects.get(pk=page.url.split("/findings/")[1].split("/")[0])
    (box,) = finding.boxes
    assert finding.state == "open" and box["frames"] == [0, 1]
    assert (box["x"], box["y"], box["width"]) == (128, 100, 64)
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_rows_of_a_header_and_a_refused_bulk_decision_are_accessible_and_fit(
    browser, axe, live_server, objects, width
):
    workflow = make_workflow()
    context = browser.new_context(viewport={"width": width, "height": 900})
    sign_in(context, live_server, workflow.world.people["curator"])
    page = context.new_page()
    page.goto(live_server.url + workflow.pages["LEAF"])
    header = page.get_by_role("link", name="Header before and after").get_attribute("href")
    assert header and header.endswith("?image=2")
    for query, said in (("", "Waits for a person"), ("&profile=basic", "leave differently")):
        page.goto(live_server.url + header + query)
        page.get_by_text(said).first.wait_for()
        assert violations(page, axe) == [] and sideways(page) == 0
    page.goto(live_server.url + "/curation/")
    for box in page.locator("input[name=finding]").all():
        box.check()
    page.get_by_role("button", name="Accept the masks").click()
    page.get_by_role("alert").get_by_role("link").first.wait_for()
    ticked = page.locator("input[name=finding]:checked").count()
    assert ticked == Finding.objects.filter(state="open").count() > 1
    assert violations(page, axe) == [] and sideways(page) == 0
    context.close()


def sideways(page) -> int:
    return page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
