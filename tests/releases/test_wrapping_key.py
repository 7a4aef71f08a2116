"""The portal's own key is another one than that under which the keys of grants are kept: said plainly, and waited for."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from deid.keys import collection_key, grant_key
from deid.services.knowing import known_values_by_key
from deid.services.planning import rebuild_release
from examples.images.dicom import ct_trial
from examples.walking import upload
from portal.jobs.inline import run_queued
from portal.models import Job, Person
from requests_app.models import Grant
from requests_app.services.tracing import trace_leak
from tests.releases.conftest import curate_and_publish, members_of, walk_to_release

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(world, objects, settings):
    settings.INSPECT_MOST_IMAGES = 0
    collection = world.collection("keys", published=False)
    upload(collection, ct_trial(1, 2, size=64), world.manager)
    run_queued()
    curate_and_publish(world, collection)
    return collection


def test_what_the_portals_key_does_not_open_is_said_and_waits_for_the_right_one(world, published, settings):
    release = walk_to_release(world, published)
    image = next(body for path, body in members_of(release).items() if path.endswith(".dcm"))
    right, settings.KEY_WRAPPING_KEY = settings.KEY_WRAPPING_KEY, "ab" * 32
    browser = Client()
    browser.force_login(world.manager)
    page = browser.post(reverse("requests_app:trace"), {"file": io.BytesIO(image)})
    assert page.status_code == 503 and "does not open what is kept under it" in page.content.decode()
    type(release).objects.filter(pk=release.pk).update(state="failed")
    rebuild_release(person=Person.system(), release_id=release.pk)
    run_queued()
    waiting = Job.objects.filter(name="deid.clean_item", error_code="key_does_not_open")
    assert waiting.exists() and {job.state for job in waiting} == {"queued"}
    settings.KEY_WRAPPING_KEY = right
    waiting.update(not_before="2000-01-01T00:00Z")
    run_queued()
    release.refresh_from_db()
    assert release.state == "sealed"
    assert [one.grant.pk for one in trace_leak(person=world.manager, content=io.BytesIO(image)).named] == [
        Grant.objects.get().pk
    ]


def test_another_key_takes_the_place_of_the_first_and_the_same_bytes_are_built_under_it(
    world, published, settings
):
    release = walk_to_release(world, published)
    members, grant = members_of(release), Grant.objects.get().pk
    before = collection_key(published), grant_key(grant), known_values_by_key(published)
    first, settings.KEY_WRAPPING_KEY = settings.KEY_WRAPPING_KEY, "cd" * 32
    with pytest.raises(CommandError, match=r"^3 of 3 kept keys do not open under TESSERA_KEY_WRAPPING_KEY"):
        call_command("rewrap_keys")
    settings.OLD_KEY_WRAPPING_KEYS = ["ab" * 32, first]
    assert (collection_key(published), grant_key(grant), known_values_by_key(published)) == before
    said = io.StringIO()
    call_command("rewrap_keys", stdout=said)
    assert said.getvalue().startswith("3 keys are wrapped anew")
    settings.OLD_KEY_WRAPPING_KEYS = []
    assert (collection_key(published), grant_key(grant), known_values_by_key(published)) == before
    again = io.StringIO()
    call_command("rewrap_keys", stdout=again)
    assert again.getvalue() == ""
    type(release).objects.filter(pk=release.pk).update(state="failed")
    rebuild_release(person=Person.system(), release_id=release.pk)
    run_queued()
    release.refresh_from_db()
    built = members_of(release)
    images = {path for path in members if path.endswith(".dcm")}
    assert images and {path: built[path] for path in images} == {path: members[path] for path in images}
