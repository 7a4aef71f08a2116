"""Nothing is published of a table before a person has said what its columns hold, having seen what stands in them."""

import csv
import io
import json
import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from examples.walking import publish, upload
from portal.errors import NotAllowedError
from portal.jobs.inline import run_queued
from portal.models import ClinicalTable
from portal.services.versions import open_draft_version, publish_version, submit_version
from tests.releases.conftest import members_of, walk_to_release

pytestmark = pytest.mark.django_db


@pytest.fixture
def table(world, objects):
    collection = world.collection("visits", published=False)
    upload(collection, [("list-of-dr-okonkwo.csv", b"subject_id,age\nP1,61\nP2,54\n")], world.manager)
    run_queued()
    return ClinicalTable.objects.get()


def test_a_version_waits_until_somebody_has_said_what_the_columns_hold(table, world):
    version = open_draft_version(collection=table.collection, actor=world.manager)
    submit_version(version_id=version.pk, actor=world.manager, notes="First.")
    with pytest.raises(NotAllowedError, match="what the columns of every table hold"):
        publish_version(version_id=version.pk, actor=world.curator)
    client, page = Client(), reverse("deid:table", args=[table.pk])
    client.force_login(world.curator)
    bench = client.get(reverse("portal:workbench", args=[table.collection.slug])).content.decode()
    assert page in bench and "Nobody has said yet what its columns hold" in bench
    assert "only proposed" in client.get(page).content.decode()
    assert client.post(page, {"action": "set"}).status_code == 302
    assert "only proposed" not in client.get(page).content.decode()
    assert publish_version(version_id=version.pk, actor=world.curator).state == "published"


def test_a_refused_choice_says_nothing_of_the_columns(table, world):
    client, page = Client(), reverse("deid:table", args=[table.pk])
    client.force_login(world.curator)
    roles = {f"role-{column.pk}": "drop" for column in table.columns.all()}
    assert client.post(page, {"action": "set", **roles}).status_code == 400
    table.refresh_from_db()
    assert table.roles_set_at is None


def values_of(html: str) -> dict[str, list[str]]:
    """What the page shows of each column, by the column's number, as words."""
    parts = re.split(r'<div class="held" id="held-(\d+)"', html)[1:]
    shown = {}
    for pk, part in zip(parts[::2], parts[1::2], strict=True):
        items = re.findall("<li>(.*?)</li>", part, re.S)
        shown[pk] = [" ".join(unescape(re.sub("<[^>]+>", " ", one)).split()) for one in items]
    return shown


def test_who_sets_the_roles_sees_what_stands_in_the_columns_and_what_would_leave(table, world):
    client, page = Client(), reverse("deid:table_columns", args=[table.pk])
    client.force_login(world.manager)
    subject, age = table.columns.all()
    told = client.get(page)
    assert told["Cache-Control"] == "no-store, private"
    shown = values_of(told.content.decode())
    assert [one.split()[0] for one in shown[str(subject.pk)]] == ["P1", "P2"]
    assert all("becomes" in one for one in shown[str(subject.pk)])
    assert shown[str(age.pk)] == ["61 Kept", "54 Kept"]
    tried = values_of(client.get(page, {f"role-{age.pk}": "drop"}).content.decode())
    assert tried[str(age.pk)] == ["61 Not released", "54 Not released"]
    age.refresh_from_db()
    assert age.role == "age", "trying sets nothing"


def test_roles_that_cannot_be_are_told_as_that(table, world):
    client, page = Client(), reverse("deid:table_columns", args=[table.pk])
    client.force_login(world.manager)
    roles = {f"role-{column.pk}": "identifier" for column in table.columns.all()}
    answer = client.get(page, roles).content.decode()
    assert "Exactly one column names the subject" in answer and not values_of(answer)
    assert (
        "Choose a role from the list"
        in client.get(page, {**roles, f"role-{min(pks(table))}": "x"}).content.decode()
    )


def pks(table: ClinicalTable) -> list[int]:
    return [column.pk for column in table.columns.all()]


def test_strangers_see_no_values(table, world):
    page = reverse("deid:table_columns", args=[table.pk])
    for person, status in ((world.chair, 404), (world.researcher, 404), (None, 302)):
        client = Client()
        if person:
            client.force_login(person)
        assert client.get(page).status_code == status


def test_what_was_typed_is_kept_when_the_roles_are_refused(table, world):
    client, page = Client(), reverse("deid:table", args=[table.pk])
    client.force_login(world.manager)
    subject, age = pks(table)
    typed = {f"role-{subject}": "drop", f"role-{age}": "value", f"description-{age}": "In years"}
    answer = client.post(page, {"action": "set", "public_title": "People", **typed})
    html = answer.content.decode()
    assert answer.status_code == 400 and 'value="In years"' in html and 'value="People"' in html
    assert '<option value="value" selected>' in html
    answer = client.post(page, {"action": "set", "public_title": "x" * 121})
    assert answer.status_code == 400 and "at most 120 characters" in answer.content.decode()


def test_a_published_table_has_its_name_and_dictionary_in_public_and_in_the_package(table, world):
    client = Client()
    client.force_login(world.manager)
    subject, age = pks(table)
    said = {"public_title": " Who  takes part ", f"description-{age}": "In years, at baseline"}
    client.post(
        reverse("deid:table", args=[table.pk]), {"action": "set", f"role-{subject}": "identifier", **said}
    )
    collection = table.collection
    publish(collection, world.people)
    public = Client().get(reverse("portal:collection", args=[collection.slug])).content.decode()
    assert "Who takes part" in public and "In years, at baseline" in public and "okonkwo" not in public
    told = Client().get(f"/api/v1/collections/{collection.slug}/versions/1").json()
    assert told["statistics"]["tables"] == [
        {
            "title": "Who takes part",
            "columns": 2,
            "dictionary": [
                {"name": "subject_id", "holds": "Subject identifier (becomes the pseudonym)", "about": ""},
                {"name": "age", "holds": "Age (over 89 grouped)", "about": "In years, at baseline"},
            ],
        }
    ]
    members = members_of(walk_to_release(world, collection))
    top = next(iter(members)).split("/")[0]
    rows = list(csv.DictReader(io.StringIO(members[f"{top}/dictionary.csv"].decode())))
    assert rows[1] == {
        "file": "clinical/table-1.csv",
        "table": "Who takes part",
        "column": "age",
        "holds": "Age (over 89 grouped)",
        "about": "In years, at baseline",
    }
    header = members[f"{top}/clinical/table-1.csv"].decode().splitlines()[0]
    assert [row["column"] for row in rows] == header.split(",")
    described = json.loads(members[f"{top}/croissant.json"])
    (_, people) = described["recordSet"]
    assert people["description"] == "Who takes part"
    assert people["field"][1]["source"] == {
        "fileObject": {"@id": "clinical/table-1.csv"},
        "extract": {"column": "age"},
    }
    assert {one["@id"] for one in described["distribution"]} == {"index.csv", "clinical/table-1.csv"}
    assert "`clinical/table-1.csv` Who takes part, 2 columns" in members[f"{top}/README.md"].decode()
    assert "dictionary.csv" in members[f"{top}/tagmanifest-sha256.txt"].decode()
