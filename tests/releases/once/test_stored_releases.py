"""Sealed releases are read again in the store, and the administrators learn of what is not as it was sealed."""

import io

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from deid.models import Release
from deid.services.planning import stop_release
from deid.services.releasing.checking import ask_for_checks, check_release
from portal.jobs.inline import run_queued
from portal.models import Job, LedgerEvent
from storage.objects import released_store

pytestmark = pytest.mark.django_db


def change(key: str) -> None:
    body = bytearray(released_store().get_bytes(key))
    body[len(body) // 2] ^= 1
    released_store().put_file(key, io.BytesIO(bytes(body)))


def page_of(world, address: str) -> str:
    client = Client()
    client.force_login(world.admin)
    return client.get(reverse(address)).content.decode()


def release_on_page(world, release: Release) -> str:
    client = Client()
    client.force_login(world.researcher)
    page = client.get(reverse("requests_app:grant", args=[release.grant_id])).content.decode()
    return page.split('id="release-progress"')[1].split("</div>")[0]


def test_what_changed_or_went_is_found_told_and_over_when_it_is_restored(world, sealed):
    assert check_release(sealed.pk) == 0
    assert "All are as they were sealed." in page_of(world, "storage:usage")
    item, document = sealed.items.first(), sealed.files.get(path="certificate.json")
    kept = {key: released_store().get_bytes(key) for key in (item.object_key, document.object_key)}
    change(item.object_key)
    released_store().delete(document.object_key)
    mail.outbox.clear()
    Release.objects.update(checked_at=None)
    ask_for_checks()
    run_queued()
    sealed.refresh_from_db()
    assert (sealed.damaged, sealed.state) == (2, "sealed") and sealed.checked_at
    event = LedgerEvent.objects.get(verb="stored objects are not what was sealed")
    assert event.detail == {"objects": 2} and event.subject_id == str(sealed.pk)
    (letter,) = [one for one in mail.outbox if one.to == [world.admin.email]]
    assert "2 stored objects are gone, or not what was sealed" in letter.body
    assert sealed.name in page_of(world, "portal:work") and "Damaged" in page_of(world, "storage:usage")
    with pytest.raises(CommandError, match="1 of 1 releases are NOT"):
        call_command("check_releases", stderr=io.StringIO())
    for key, body in kept.items():
        released_store().put_file(key, io.BytesIO(body))
    told = io.StringIO()
    call_command("check_releases", stdout=told)
    assert "1 sealed releases are stored as they were sealed" in told.getvalue()
    assert "Damaged" not in page_of(world, "storage:usage")
    assert LedgerEvent.objects.filter(verb="stored objects are not what was sealed").count() == 1


def test_a_release_is_read_once_a_week_and_one_that_was_purged_not_at_all(world, sealed):
    ask_for_checks()
    run_queued()
    asked = Job.objects.filter(name="deid.check_release")
    ask_for_checks()
    assert asked.count() == 1
    assert "Ready" in (ready := release_on_page(world, sealed)) and "since" in ready
    stop_release(grant_id=sealed.grant_id)
    run_queued()
    assert check_release(sealed.pk) == 0
    # It was sealed at that time, and purged at another that is not kept.
    assert "Purged" in (purged := release_on_page(world, sealed)) and "since" not in purged
    sealed.refresh_from_db()
    assert sealed.damaged == 0
