"""A grant that ends while its release is being made leaves nothing in the store, at whichever moment it ends."""

import io
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from deid.models import Release
from deid.services.planning import rebuild_release, stop_release
from deid.services.releasing import cleaning, sealing
from deid.services.releasing.steps import fail_release
from portal.jobs.inline import run_queued
from portal.models import Person
from requests_app.services.ending import revoke_grant
from storage import keys
from storage.objects import released_store
from tests.releases.test_faults_inside import do, release, uploaded  # noqa: F401

pytestmark = pytest.mark.django_db


def objects_of(release):  # noqa: F811
    return [stored.key for stored in released_store().list_prefix(keys.release(release.pk))]


def ends_before(module, name, monkeypatch, end):
    """Have the release end, and be purged, right before a function of *module* writes something."""
    write = getattr(module, name)

    def ended_and_written(*args):
        end()
        do("deid.purge_release")
        return write(*args)

    monkeypatch.setattr(module, name, ended_and_written)


@pytest.mark.parametrize(
    ("state", "end"),
    [
        ("stopped", lambda one: stop_release(grant_id=one.grant_id)),
        ("failed", lambda one: fail_release(one.pk, "another item")),
    ],
)
@pytest.mark.parametrize(
    ("module", "name", "job"),
    [
        (cleaning, "write_container", "deid.clean_item"),
        (sealing, "_write_documents", "deid.seal_release"),
    ],
)
def test_what_is_written_after_the_purge_goes_too(release, monkeypatch, module, name, job, state, end):  # noqa: F811
    for step in ("deid.build_release", "deid.clean_item", "deid.verify_item", "deid.seal_release"):
        if step == job:
            break
        do(step)
    ends_before(module, name, monkeypatch, lambda: end(release))
    do(job)
    assert objects_of(release), "the job wrote after the purge"
    run_queued()
    release.refresh_from_db()
    assert (release.state, objects_of(release)) == (state, [])
    assert not release.files.filter(item=None).exists()


def test_a_worker_that_was_killed_behind_its_write_leaves_nothing_of_a_stopped_release(release, monkeypatch):  # noqa: F811
    do("deid.build_release")
    with monkeypatch.context() as patch:
        patch.setattr(cleaning, "_record", lambda *args: 1 / 0)
        do("deid.clean_item")
    stop_release(grant_id=release.grant_id)
    do("deid.purge_release")
    assert not objects_of(release)


def test_a_release_that_failed_is_built_again_whole(release, monkeypatch):  # noqa: F811
    do("deid.build_release")
    ends_before(cleaning, "write_container", monkeypatch, lambda: fail_release(release.pk, "another item"))
    do("deid.clean_item")
    monkeypatch.undo()
    run_queued()
    rebuild_release(person=Person.system(), release_id=release.pk)
    run_queued()
    assert Release.objects.get().state == "sealed" and objects_of(release)


def test_for_a_grant_that_has_ended_nothing_is_built_again(release, world):  # noqa: F811
    run_queued()
    grant = str(release.grant_id)
    stop_release(grant_id=release.grant_id)
    run_queued()
    call_command("rebuild_release", grant, stdout=io.StringIO())
    run_queued()
    assert Release.objects.get().state == "sealed" and objects_of(release)
    revoke_grant(person=world.manager, grant_id=release.grant_id, reason="Breach.")
    run_queued()
    with pytest.raises(CommandError, match="The grant has ended"):
        call_command("rebuild_release", grant)
    with pytest.raises(CommandError, match="There is no grant"):
        call_command("rebuild_release", str(uuid4()))
    run_queued()
    assert Release.objects.get().state == "purged" and not objects_of(release)


def test_a_release_of_which_something_is_gone_fails_with_the_reason_and_does_not_wait_for_ever(release):  # noqa: F811
    for step in ("deid.build_release", "deid.clean_item", "deid.verify_item"):
        do(step)
    released_store().delete(release.items.get().object_key)
    do("deid.seal_release")
    release.refresh_from_db()
    assert (release.state, release.failure_code) == ("failed", "object_missing")
