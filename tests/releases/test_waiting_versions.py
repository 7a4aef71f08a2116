"""A curator sees which versions wait to be published, and what has to be done before."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from deid.models import Finding
from portal.models import Series
from portal.services import versions
from tests.portal.builders import fill

pytestmark = pytest.mark.django_db
DECIDED, READY = "Every finding is decided by a person", "Every condition is met"


def waiting(client):
    """Return what the page says of each version that waits, by the address of its collection."""
    page = client.get(reverse("deid:queue")).content.decode()
    part = re.search(r'id="versions".*?</section>', page, re.S)
    rows = (
        re.findall(r'<a href="([^"]+)">([^<]+)</a><span class="tasks__hint">([^<]+)', part[0]) if part else []
    )
    return {href: (title, hint) for href, title, hint in rows}


def test_versions_in_curation_stand_there_with_what_lacks_until_they_are_published(world, objects):
    collection = world.collection("many", published=False)
    fill(collection, sexes="FMFM")
    client, manager = Client(), world.manager
    client.force_login(world.curator)
    draft = versions.open_draft_version(collection=collection, actor=manager)
    assert waiting(client) == {}
    versions.submit_version(version_id=draft.pk, actor=manager)
    finding = Finding.objects.create(series=Series.objects.first(), kind="quality", summary="Gaps.")
    place = reverse("portal:workbench", args=["many"])
    (title, hint) = waiting(client)[place]
    assert title == f"{collection.title}, version 1"
    assert DECIDED in hint
    Finding.objects.filter(pk=finding.pk).update(state="dismissed", decided_by=world.curator)
    assert waiting(client)[place][1] == READY
    versions.publish_version(version_id=draft.pk, actor=world.curator)
    assert waiting(client) == {}
