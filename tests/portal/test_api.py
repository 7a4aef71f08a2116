"""The portal's API: the same rules as the pages, every field named."""

import pytest
from django.core.management import call_command

from portal.services import versions
from tests.portal.builders import (
    collection,
    curator_of,
    fill,
    manager_of,
    only_own_conditions,
    person,
    published,
    sponsor,
)

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture(autouse=True)
def alone():
    with only_own_conditions():
        yield


@pytest.fixture
def house():
    organisation = sponsor()
    manager, curator = manager_of(organisation), curator_of(organisation)
    shown = collection(manager, "shown")
    fill(shown)
    published(shown, manager, curator)
    hidden = collection(manager, "hidden")
    versions.open_draft_version(collection=hidden, actor=manager)
    return {"manager": manager, "curator": curator, "researcher": person("Rosa"),
            "administrator": person("Ada", is_staff=True)}  # fmt: skip


def slugs(client):
    return {row["slug"] for row in client.get(f"{API}/collections").json()["results"]}


def test_the_list_and_the_detail_agree_on_who_sees_what(client, house):
    for role in (None, "researcher", "manager", "curator"):
        if role:
            client.force_login(house[role])
        listed = slugs(client)
        for slug in ("shown", "hidden"):
            detail = client.get(f"{API}/collections/{slug}").status_code == 200
            version = client.get(f"{API}/collections/{slug}/versions/1").status_code == 200
            assert detail == version == (slug in listed)
        assert listed == ({"shown", "hidden"} if role in {"manager", "curator"} else {"shown"})


def test_series_tell_nothing_of_whose_they_are(client, house):
    client.force_login(house["researcher"])
    rows = client.get(f"{API}/collections/shown/versions/1/series").json()["results"]
    assert len(rows) == 12
    assert set(rows[0]) == {
        "id", "kind", "modality", "body_part", "slice_thickness_mm", "instance_count", "byte_count",
    }  # fmt: skip
    assert client.get(f"{API}/collections/hidden/versions/1/series").status_code == 404


def test_series_of_a_withdrawn_version_are_gone(client, house):
    version = house["manager"].registered_collections.get(slug="shown").versions.get()
    versions.withdraw_version(version_id=version.pk, actor=house["manager"], reason="Gone.")
    client.force_login(house["researcher"])
    assert client.get(f"{API}/collections/shown/versions/1/series").status_code == 404
    assert client.get(f"{API}/collections/shown/versions/1").json()["statistics"] == {}


def test_visitors_write_nothing(client, house):
    assert client.post(f"{API}/collections", {}, "application/json").status_code == 401
    assert client.patch(f"{API}/collections/shown", {}, "application/json").status_code == 401
    assert client.post(f"{API}/collections/shown/versions", {}, "application/json").status_code == 401


def test_a_manager_changes_a_collection_and_only_the_fields_that_are_offered(client, house):
    client.force_login(house["manager"])
    told = {"title": "Better", "slug": "stolen", "registered_by": str(house["researcher"].pk), "trial": None}
    assert client.patch(f"{API}/collections/shown", told, "application/json").json()["title"] == "Better"
    assert slugs(client) == {"shown", "hidden"}
    client.force_login(house["researcher"])
    refused = client.patch(f"{API}/collections/shown", {"title": "Mine"}, "application/json")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")


def test_a_version_goes_its_way_through_the_api(client, house):
    collection_ = house["manager"].registered_collections.get(slug="hidden")
    fill(collection_)
    at = f"{API}/collections/hidden/versions/1"
    client.force_login(house["manager"])
    assert (
        client.post(f"{at}/submit", {"notes": "All in."}, "application/json").json()["state"] == "in_curation"
    )
    assert client.post(f"{at}/publish", {}, "application/json").status_code == 403
    client.force_login(house["curator"])
    assert client.post(f"{at}/publish", {}, "application/json").json()["state"] == "published"
    assert client.post(f"{at}/publish", {}, "application/json").status_code == 403
    client.logout()
    assert "hidden" in slugs(client)


def test_people_jobs_and_the_ledger_are_for_administrators(client, house):
    for address in ("people", "organisations", "jobs", "ledger"):
        assert client.get(f"{API}/{address}").status_code == 401
        for role, status in (("researcher", 403), ("manager", 403), ("administrator", 200)):
            client.force_login(house[role])
            assert client.get(f"{API}/{address}").status_code == status, (address, role)
        client.logout()


def test_an_administrator_gives_and_ends_a_role(client, house):
    client.force_login(house["administrator"])
    at = f"{API}/people/{house['researcher'].pk}/roles"
    told = {"organisation": "northwind", "role": "curate_submissions"}
    assert client.post(at, told, "application/json").status_code == 204
    client.force_login(house["researcher"])
    assert client.get(f"{API}/me").json()["roles"] == [told]
    assert "hidden" in slugs(client)
    assert client.post(at, told, "application/json").status_code == 403
    client.force_login(house["administrator"])
    gone = "?organisation=northwind&role=curate_submissions"
    assert client.delete(at + gone).status_code == 204
    client.force_login(house["researcher"])
    assert "hidden" not in slugs(client)


def test_no_answer_carries_a_password_or_a_permission(client, house):
    client.force_login(house["administrator"])
    for row in client.get(f"{API}/people").json()["results"]:
        assert not {"password", "is_superuser", "user_permissions", "last_login"} & set(row)


def test_the_openapi_description_has_no_warning(tmp_path, capsys):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))
    assert (tmp_path / "schema.yml").stat().st_size > 10_000
