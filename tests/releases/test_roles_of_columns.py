"""Nothing is published of a table before a person has said what its columns hold."""

import pytest
from django.test import Client
from django.urls import reverse

from examples.walking import upload
from portal.errors import NotAllowedError
from portal.jobs.inline import run_queued
from portal.models import ClinicalTable
from portal.services.versions import open_draft_version, publish_version, submit_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def table(world, objects):
    collection = world.collection("visits", published=False)
    upload(collection, [("visits.csv", b"subject_id,age\nP1,61\nP2,54\n")], world.manager)
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
