"""Every page is looked at in a real browser: no violation of axe, no sideways scrolling, no error in the console."""

import re

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore

from portal.models import Person
from portal.services import versions
from storage.models import Submission, SubmissionFile
from storage.states import FileState, SubmissionState
from tests.pages.conftest import ARTEFACTS, violations
from tests.pages.workflow import Workflow, make_workflow
from tests.portal.builders import collection, curator_of, fill, kept, manager_of, person, published, sponsor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Every page is looked at small and large, and in both themes; the other combinations on request.
VIEWS = [
    (390, "dark"), (1280, "light"), pytest.param(390, "light", marks=pytest.mark.soak),
    pytest.param(1600, "dark", marks=pytest.mark.soak),
]  # fmt: skip
# Pages of the request workflow, curation and delivery; what stands in capitals is made by the fixture.
WORKFLOW = {
    None: ["/register/", "SIGN"],
    "researcher": ["/work/", "/requests/", "REQUEST", "RETURNED", "DRAFT/edit/collections/", "DRAFT/edit/purpose/",
                   "DRAFT/edit/people/", "DRAFT/edit/check/", "/grants/", "GRANT", "CERTIFICATE"],
    "chair": ["/committee/", "REVIEW", "/collections/lungs/"],
    "manager": ["/sponsor/committees/", "COMMITTEE", "/sponsor/collections/lungs/terms/", "/sponsor/use/", "GRANT",
                "/sponsor/profiles/write/halcyon/", "TABLE"],
    "curator": ["/curation/", "DESK", "LEAF", "FACE", "WORDS", "SUBMISSION"],
}  # fmt: skip
PAGES = {
    None: ["/", "/collections/", "/collections/lungs/", "/about/", "/styleguide/", "/sign-in/", "/account/create/",
           "/account/reset/", "/collections/nowhere/"],
    "manager": ["/work/", "/account/", "/sponsor/", "/sponsor/trials/new/", "/sponsor/collections/lungs/",
                "/sponsor/profiles/", "/sponsor/trace/",
                "/sponsor/collections/lungs/edit/", "/sponsor/collections/lungs/upload/", "REPORT"],
    "curator": ["/work/", "/sponsor/collections/lungs/"],
    "administrator": ["/administration/", "/administration/people/new/", "/administration/organisations/",
                      "/administration/jobs/", "/administration/ledger/", "/administration/settings/",
                      "/administration/storage/"],
}  # fmt: skip


@pytest.fixture
def house(objects):
    organisation = sponsor()
    people = {"manager": manager_of(organisation), "curator": curator_of(organisation),
              "administrator": person("Ada", is_staff=True)}  # fmt: skip
    made = collection(people["manager"], "lungs")
    for series in fill(made, sexes="F" * 14 + "M" * 9 + "O"):
        series.thumbnail_key = ""
        series.save()
        kept(series, people["curator"])
    published(made, people["manager"], people["curator"])
    version = versions.open_draft_version(collection=made, actor=people["manager"])
    versions.submit_version(version_id=version.pk, actor=people["manager"])
    report = Submission.objects.create(
        collection=made, person=people["manager"], state=SubmissionState.INSPECTED
    )
    SubmissionFile.objects.create(
        submission=report,
        path="notes.docx",
        size=5,
        state=FileState.REJECTED,
        reason_code="x",
        reason="No image.",
    )
    return people | {"report": f"/sponsor/submissions/{report.pk}/"}


@pytest.fixture
def workflow(objects) -> Workflow:
    return make_workflow()


def sign_in(context, server, who: Person) -> None:
    session = SessionStore()
    session["_auth_user_id"] = str(who.pk)
    session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    session["_auth_user_hash"] = who.get_session_auth_hash()
    session.save()
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": server.url}]
    )


@pytest.mark.parametrize(("width", "theme"), VIEWS)
@pytest.mark.parametrize("role", list(PAGES), ids=str)
def test_pages_are_accessible_and_fit(browser, axe, live_server, house, role, width, theme):
    addresses = [address.replace("REPORT", house["report"]) for address in PAGES[role]]
    assert problems_of(browser, axe, live_server, house.get(role), addresses, width, theme) == []


@pytest.mark.parametrize(("width", "theme"), VIEWS)
@pytest.mark.parametrize("role", list(WORKFLOW), ids=str)
def test_pages_of_the_workflow_are_accessible_and_fit(
    browser, axe, live_server, workflow, role, width, theme
):
    made = workflow.pages
    addresses = [
        next((address.replace(name, made[name]) for name in made if address.startswith(name)), address)
        for address in WORKFLOW[role]
    ]
    who = workflow.world.people[role] if role else None
    assert problems_of(browser, axe, live_server, who, addresses, width, theme) == []


def problems_of(browser, axe, live_server, who, addresses, width, theme) -> list[str]:
    """Open each address as *who*, keep a picture of it, and return everything that is wrong with it."""
    context = browser.new_context(color_scheme=theme, viewport={"width": width, "height": 900})
    if who:
        sign_in(context, live_server, who)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console", lambda said: problems.append(said.text) if "Content Security Policy" in said.text else None
    )
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    for address in addresses:
        answer = page.goto(live_server.url + address)
        expected = 404 if "nowhere" in address else 200
        problems += [] if answer.status == expected else [f"{address}: {answer.status}"]
        page.wait_for_load_state("load")
        place = re.sub(r"[0-9a-f-]{36}", "one", address).strip("/").replace("/", "_")[:60] or "home"
        name = f"{place}-{who.full_name if who else 'visitor'}-{width}-{theme}.png"
        page.screenshot(path=ARTEFACTS / name, full_page=True)
        sideways = page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        problems += [f"{address}: scrolls sideways by {sideways} px"] if sideways > 0 else []
        problems += [f"{address}: {one}" for one in violations(page, axe)]
    context.close()
    return problems


def test_the_toggle_changes_the_theme_and_the_server_remembers_it(browser, live_server, db):
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    page.goto(live_server.url + "/about/")
    light = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Change between light and dark").click()
    dark = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == dark != light
    context.close()


def test_the_catalogue_answers_a_click_on_a_facet_without_loading_the_page_anew(browser, live_server, house):
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    page = context.new_page()
    page.goto(live_server.url + "/collections/")
    page.evaluate("() => { window.stillHere = true; }")
    page.get_by_role("checkbox", name="CT 1").check()
    page.wait_for_url("**/collections/?*modality=CT*")
    assert page.evaluate("() => window.stillHere") is True
    assert page.get_by_role("checkbox", name="CT 1").is_checked()
    context.close()
