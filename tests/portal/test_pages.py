"""Every page for every role: who gets it, who does not, and what stands on it."""

import json
import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal import ledger
from portal.models import Job, JobState, LedgerEvent, Person
from portal.services import letters, versions
from portal.views import errors
from tests.portal.builders import (
    PASSWORD,
    collection,
    curator_of,
    fill,
    manager_of,
    person,
    published,
    sponsor,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    """A sponsor with a published and a draft collection, and everybody who might look at them."""
    organisation = sponsor()
    people = {
        "manager": manager_of(organisation),
        "curator": curator_of(organisation),
        "researcher": person("Rosa"),
        "other sponsor": manager_of(sponsor("Other"), "Otto"),
        "administrator": person("Ada", is_staff=True),
        "superuser": person("Sue", is_superuser=True),
    }
    shown = collection(people["manager"], "shown")
    fill(shown)
    published(shown, people["manager"], people["curator"])
    hidden = collection(people["manager"], "hidden")
    versions.open_draft_version(collection=hidden, actor=people["manager"])
    return people


ALL = {"visitor", "researcher", "manager", "curator", "other sponsor", "administrator", "superuser"}
SIGNED_IN = ALL - {"visitor"}
INSIDE = {"manager", "curator"}
# address, who may look at it, what the others get
PAGES = [
    ("/", ALL, 0),
    ("/about/", ALL, 0),
    ("/styleguide/", ALL, 0),
    ("/collections/", ALL, 0),
    ("/collections/shown/", ALL, 0),
    ("/collections/shown/v1/", ALL, 0),
    ("/collections/shown/v1/cite.bib", ALL, 0),
    ("/collections/hidden/", INSIDE, 404),
    ("/collections/hidden/v1/", INSIDE, 404),
    ("/collections/nowhere/", set(), 404),
    ("/work/", SIGNED_IN, 302),
    ("/account/", SIGNED_IN, 302),
    ("/account/password/", SIGNED_IN, 302),
    ("/account/tokens/", SIGNED_IN, 302),
    ("/sponsor/", {"manager", "curator", "other sponsor"}, 403),
    ("/sponsor/trials/new/", {"manager", "other sponsor"}, 403),
    ("/sponsor/collections/shown/", INSIDE, 404),
    ("/sponsor/collections/shown/edit/", {"manager"}, 404),
    ("/sponsor/collections/shown/upload/", {"manager"}, 404),
    ("/administration/", {"administrator"}, 403),
    ("/administration/people/new/", {"administrator"}, 403),
    ("/administration/organisations/", {"administrator"}, 403),
    ("/administration/jobs/", {"administrator"}, 403),
    ("/administration/ledger/", {"administrator"}, 403),
    ("/administration/settings/", {"administrator"}, 403),
    ("/administration/storage/", {"administrator"}, 403),
]


@pytest.mark.parametrize("role", sorted(ALL))
def test_each_page_opens_for_those_it_is_for_and_for_nobody_else(client, house, role):
    if role != "visitor":
        client.force_login(house[role])
    for address, allowed, otherwise in PAGES:
        answer = client.get(address)
        refused = 302 if role == "visitor" and not address.startswith("/collections") else otherwise
        assert answer.status_code == (200 if role in allowed else refused), address
        if answer.status_code == 302:
            assert answer["Location"].startswith("/sign-in/?next=")


@pytest.mark.parametrize("role", sorted(ALL - INSIDE))
def test_nothing_of_a_hidden_collection_is_said_to_strangers(client, house, role):
    if role != "visitor":
        client.force_login(house[role])
    for address in ("/", "/collections/", "/collections/?q=hidden", "/sponsor/", "/work/"):
        assert "/collections/hidden/" not in client.get(address, follow=True).content.decode()


def test_the_catalogue_narrows_by_facets_and_words_and_counts_truly(client, house):
    other = collection(house["manager"], "knees", title="Knees", modalities=["MR"])
    fill(other, modality="MR")
    published(other, house["manager"], house["curator"])
    page = client.get("/collections/", {"modality": "MR"}).content.decode()
    assert "/collections/knees/" in page
    assert "/collections/shown/" not in page
    assert re.search(r"<strong>1</strong> of 2 collections", page)
    assert client.get("/collections/", {"q": "nothing like it"}).context["found"] == 0
    facet = next(one for one in client.get("/collections/").context["facets"] if one["name"] == "modality")
    assert {option["value"]: option["count"] for option in facet["options"]} == {"CT": 1, "MR": 1}


def test_htmx_gets_the_results_alone(client, house):
    page = client.get("/collections/", headers={"HX-Request": "true"}).content.decode()
    assert page.lstrip().startswith('<div id="results"') or 'id="results"' in page[:200]
    assert "<html" not in page


def test_the_description_for_machines_is_valid_and_cannot_break_out(client, house):
    made = collection(house["manager"], "evil", title="</script><script>alert(1)</script>")
    fill(made)
    published(made, house["manager"], house["curator"])
    page = client.get("/collections/evil/").content.decode()
    assert "<script>alert" not in page
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    described = json.loads(found.group(1))
    assert described["@type"] == "Dataset"
    assert described["name"] == "</script><script>alert(1)</script>"


def test_a_description_in_markdown_cannot_carry_tags_or_scripts(client, house):
    made = collection(
        house["manager"],
        "marked",
        description="# Top\n\n<img src=x onerror=alert(1)>\n\n[x](javascript:alert(1))",
    )
    fill(made)
    published(made, house["manager"], house["curator"])
    page = client.get("/collections/marked/").content.decode()
    assert "<h3>Top</h3>" in page
    assert "<img src=x" not in page
    assert 'href="javascript:' not in page


def test_a_withdrawn_version_leaves_a_page_with_the_reason_and_no_figures(client, house):
    version = house["manager"].registered_collections.get(slug="shown").versions.get()
    versions.withdraw_version(version_id=version.pk, actor=house["manager"], reason="A site withdrew.")
    page = client.get("/collections/shown/v1/").content.decode()
    assert "A site withdrew." in page
    assert "Show as a table" not in page
    assert "/collections/shown/" not in client.get("/collections/").content.decode()


def test_no_page_has_an_inline_style_or_script(client, house):
    client.force_login(house["manager"])
    for address in (
        "/",
        "/collections/",
        "/collections/shown/",
        "/sponsor/collections/shown/",
        "/styleguide/",
    ):
        page = client.get(address).content.decode()
        assert " style=" not in page, address
        assert not re.search(r"<script(?![^>]*(src=|ld\+json))", page), address
        assert not re.search(r"\son\w+=", page), address


def test_pages_ask_the_database_as_often_for_many_collections_as_for_one(client, house):
    def asked() -> dict[str, int]:
        found = {}
        for address in ("/", "/collections/", "/sponsor/", "/work/", "/api/v1/collections"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            found[address] = len(queries)
        return found

    client.force_login(house["manager"])
    before = asked()
    for number in range(5):
        made = collection(house["manager"], f"more-{number}")
        fill(made)
        published(made, house["manager"], house["curator"])
    assert asked() == before


def test_somebody_registers_a_trial_and_a_collection_and_hands_a_version_over(client, house):
    manager = house["manager"]
    client.force_login(manager)
    trial = {"sponsor": manager.organisation_id, "registry_number": "NCT99999999", "title": "T", "phase": "2",
             "condition": "Gout", "arms": "One\nTwo\n", "sites": ""}  # fmt: skip
    answer = client.post("/sponsor/trials/new/", trial)
    assert answer.status_code == 302
    told = {"title": "Feet", "slug": "feet", "summary": "Feet.", "description": "Text.", "modalities": ["CR"],
            "licence": "controlled", "deid_profile": "research"}  # fmt: skip
    assert client.post(answer["Location"], told)["Location"] == "/sponsor/collections/feet/"
    made = manager.registered_collections.get(slug="feet")
    assert made.trial.arms == ["One", "Two"]
    client.post(reverse("portal:version_act", args=["feet", "open"]))
    client.post(reverse("portal:version_act", args=["feet", "submit"]), {"notes": "First."})
    assert made.versions.get().state == "in_curation"


def test_a_form_that_is_wrong_says_where_and_keeps_what_was_typed(client, house):
    client.force_login(house["manager"])
    trial = house["manager"].registered_trials.first()
    answer = client.post(
        f"/sponsor/trials/{trial.pk}/new/", {"title": "Feet", "slug": "shown", "summary": "x", "description": "x",
                                            "modalities": ["CR"], "licence": "controlled", "deid_profile": "basic"},
    )  # fmt: skip
    page = answer.content.decode()
    assert "Please mend this first" in page
    assert 'value="Feet"' in page
    assert 'aria-invalid="true"' in page


def test_acts_on_a_version_are_refused_to_those_who_may_not(client, house):
    client.force_login(house["manager"])
    made = house["manager"].registered_collections.get(slug="hidden")
    client.post(reverse("portal:version_act", args=["hidden", "submit"]))
    assert client.post(reverse("portal:version_act", args=["hidden", "publish"])).status_code == 403
    client.force_login(house["researcher"])
    assert client.post(reverse("portal:version_act", args=["hidden", "publish"])).status_code == 404
    assert made.versions.get().state == "in_curation"


def test_people_sign_in_with_their_address_whatever_its_case(client, house):
    house["researcher"].set_password(PASSWORD)
    house["researcher"].save()
    answer = client.post("/sign-in/", {"username": "ROSA@example.org", "password": PASSWORD})
    assert answer["Location"] == "/work/"
    assert client.post("/sign-out/")["Location"] == "/"
    assert client.get("/work/").status_code == 302


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, house):
    wrong = client.post("/sign-in/", {"username": "rosa@example.org", "password": "no"}).content.decode()
    unknown = client.post("/sign-in/", {"username": "nobody@example.org", "password": "no"}).content.decode()
    tidy = [re.sub(r'(value|content)="[^"]*"|X-CSRFToken[^}]*', "", page) for page in (wrong, unknown)]
    assert tidy[0] == tidy[1]


def test_somebody_creates_an_account_and_is_signed_in(client):
    told = {"full_name": "New One", "email": "New@Example.org", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post("/account/create/", told)["Location"] == "/work/"
    made = Person.objects.get(email="new@example.org")
    assert not made.is_staff
    assert client.get("/account/").context["user"] == made
    assert LedgerEvent.objects.filter(verb="account created", subject_id=str(made.pk)).exists()


def test_nobody_makes_themselves_an_administrator_with_a_form(client, house):
    client.force_login(house["researcher"])
    client.post(
        "/account/", {"full_name": "Rosa R", "is_staff": "on", "is_superuser": "on", "email": "x@x.org"}
    )
    changed = Person.objects.get(pk=house["researcher"].pk)
    assert changed.full_name == "Rosa R"
    assert (changed.is_staff, changed.is_superuser, changed.email) == (False, False, "rosa@example.org")


def test_an_invitation_leads_to_a_password(client, house):
    newcomer = Person.objects.create_user("n@example.org", None, full_name="N")
    letters.send_invitation(person_id=newcomer.pk)
    link = re.search(r"http://[^/]+(/\S+)", mail.outbox[0].body).group(1)
    form = client.get(link, follow=True)
    answer = client.post(form.redirect_chain[-1][0], {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert answer["Location"] == "/sign-in/"
    newcomer.refresh_from_db()
    assert newcomer.check_password(PASSWORD)
    assert client.get(link, follow=True).context["validlink"] is False


def test_a_failed_job_is_asked_for_again_and_a_finished_one_is_not(client, house):
    client.force_login(house["administrator"])
    failed = Job.objects.create(name="portal.sign_ledger", identifier="x", state=JobState.FAILED)
    done = Job.objects.create(name="portal.sign_ledger", identifier="y", state=JobState.DONE)
    assert client.post(reverse("portal:retry_job", args=[failed.pk])).status_code == 302
    assert Job.objects.filter(identifier="x", state=JobState.QUEUED).count() == 1
    assert client.post(reverse("portal:retry_job", args=[done.pk])).status_code == 409


def test_the_ledger_page_checks_the_chain_and_says_when_it_is_broken(client, house):
    client.force_login(house["administrator"])
    assert "The ledger is intact" in client.post("/administration/ledger/").content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE portal_ledgerevent SET verb = 'forged' WHERE sequence = 2")
    assert "Row 2 was changed" in client.post("/administration/ledger/").content.decode()


def test_the_settings_page_shows_no_secret(client, house, settings):
    client.force_login(house["administrator"])
    page = client.get("/administration/settings/").content.decode()
    for secret in (settings.SECRET_KEY, settings.LEDGER_SIGNING_KEY, settings.KEY_WRAPPING_KEY):
        assert secret not in page


def test_my_work_shows_the_draft_to_the_manager_and_the_handed_over_version_to_the_curator(client, house):
    client.force_login(house["manager"])
    assert "Upload, then hand over" in client.get("/work/").content.decode()
    version = house["manager"].registered_collections.get(slug="hidden").versions.get()
    versions.submit_version(version_id=version.pk, actor=house["manager"])
    client.force_login(house["curator"])
    assert "Curate and publish" in client.get("/work/").content.decode()
    client.force_login(house["researcher"])
    assert "Nothing waits for you" in client.get("/work/").content.decode()


def test_the_style_guide_is_not_shown_in_production(client, house, settings):
    settings.TESSERA_MODE, settings.DEBUG = "production", False
    assert client.get("/styleguide/").status_code == 404


def test_error_pages_say_what_to_do(client, house, rf):
    missing = client.get("/nowhere/").content.decode()
    assert "There is nothing here" in missing
    assert "/sign-in/?next=/nowhere/" in missing
    broken = errors.server_error(rf.get("/"))
    assert broken.status_code == 500
    assert b"Nothing you sent is half done" in broken.content


def test_a_form_without_its_token_is_refused_with_a_way_on(house):
    answer = Client(enforce_csrf_checks=True).post("/sign-in/", {"username": "x", "password": "y"})
    assert answer.status_code == 403
    assert "This form has expired" in answer.content.decode()


def test_what_a_service_refuses_is_a_page_with_its_reason(client, house):
    client.force_login(house["researcher"])
    answer = client.get("/administration/jobs/")
    assert answer.status_code == 403
    assert "Only an administrator may do this." in answer.content.decode()


def test_the_ledger_page_shows_an_act_whose_detail_is_named_items(client, house):
    ledger.record(house["administrator"], "release planned", house["administrator"], items=3)
    client.force_login(house["administrator"])
    answer = client.get("/administration/ledger/")
    assert answer.status_code == 200
    assert "items: <code>3</code>" in answer.content.decode()
