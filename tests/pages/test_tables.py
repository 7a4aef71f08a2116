"""The page of a clinical table in a real browser: what stands in its columns, and what would leave under another role."""

import pytest

from examples.walking import publish, upload
from portal.jobs.inline import run_queued
from portal.models import ClinicalTable
from tests.pages.conftest import violations
from tests.pages.test_curation import sideways
from tests.pages.test_look import sign_in
from tests.world import make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROWS = b"subject_id,visit,remark\nP1,2019-03-04,seen by Dr. Okonkwo\nP2,2020-01-02,effusion\n"


@pytest.mark.parametrize("width", [390, 1280])
def test_another_role_is_told_before_it_is_set_and_nothing_typed_is_lost(
    browser, axe, live_server, objects, width
):
    world = make_world()
    collection = world.collection("visits", published=False)
    upload(collection, [("visits.csv", ROWS)], world.manager)
    run_queued()
    table = ClinicalTable.objects.get()
    context = browser.new_context(viewport={"width": width, "height": 900})
    sign_in(context, live_server, world.manager)
    page = context.new_page()
    page.goto(f"{live_server.url}/curation/tables/{table.pk}/")
    remark = table.columns.get(name="remark")
    held = page.locator(f"#held-{remark.pk}")
    held.get_by_text("seen by Dr. Okonkwo").wait_for()
    page.get_by_label("What it is called in public").fill("Visits")
    page.get_by_label("remark", exact=True).select_option("drop")
    held.get_by_text("Not released").first.wait_for()
    page.get_by_label("remark", exact=True).select_option("free_text")
    held.get_by_text("Kept").wait_for()
    assert "Okonkwo" not in held.locator("li").first.locator(".outcome").inner_text()
    page.get_by_label("visit", exact=True).select_option("identifier")
    page.get_by_text("Exactly one column names the subject.").wait_for()
    page.get_by_label("visit", exact=True).select_option("date")
    page.get_by_text("Values stand as they arrived").wait_for()
    assert violations(page, axe) == [] and sideways(page) == 0
    page.get_by_role("button", name="Set the roles").click()
    page.get_by_text("It is set.").wait_for()
    remark.refresh_from_db()
    table.refresh_from_db()
    assert (remark.role, table.public_title) == ("free_text", "Visits")
    publish(collection, world.people)
    page.reload()
    page.get_by_text("which never changes").wait_for()
    held.get_by_text("seen by Dr. Okonkwo").wait_for()
    assert page.get_by_label("remark", exact=True).is_disabled() and violations(page, axe) == []
    page.goto(f"{live_server.url}/collections/visits/")
    page.get_by_text("Visits 3 columns").click()
    assert violations(page, axe) == [] and sideways(page) == 0
    context.close()
