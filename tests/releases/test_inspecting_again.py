"""After an upgrade series are looked at again: decisions stay, and what nobody could see before is asked."""

import io

import pytest
from django.core.management import call_command

from deid.engine.version import engine_build
from deid.models import Finding
from deid.services.curating import decide_finding
from deid.states import FindingMove
from examples.images.dicom import us_trial
from examples.walking import curate, publish, upload
from portal.jobs.inline import run_queued
from portal.models import LedgerEvent, Series
from portal.services.versions import withdraw_version
from tests.releases.test_late_images import collection, unread  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
EARLIER = "Tessera 0.0.9 000000000000"


def upgrade() -> str:
    """Have all series looked at again as after an upgrade; return what the command says."""
    Series.objects.update(inspected_by=EARLIER)
    said = io.StringIO()
    call_command("inspect_again", stdout=said)
    run_queued()
    return said.getvalue()


@pytest.mark.parametrize("move", [FindingMove.DISMISS, FindingMove.WITHHOLD])
def test_what_was_decided_stays_where_nothing_else_is_found(collection, world, move):  # noqa: F811
    finding = Finding.objects.get(kind="burned_in_text")
    if move is FindingMove.WITHHOLD:
        decide_finding(curator=world.curator, finding_id=finding.pk, move=FindingMove.REOPEN)
        decide_finding(curator=world.curator, finding_id=finding.pk, move=move, note="No.")
    before, state = Finding.objects.get(pk=finding.pk), Series.objects.get().state
    assert upgrade().startswith("1 series are looked at again")
    after = Finding.objects.get(pk=finding.pk)
    assert (after.state, after.decided_at, after.note) == (before.state, before.decided_at, before.note)
    assert (Series.objects.get().state, Series.objects.get().inspected_by) == (state, engine_build())
    said = io.StringIO()
    call_command("inspect_again", stdout=said)
    assert said.getvalue().startswith("0 series")


def test_what_an_earlier_engine_did_not_find_is_asked(collection):  # noqa: F811
    Finding.objects.filter(kind="burned_in_text").delete()
    assert Series.objects.get().state == "cleared"
    upgrade()
    assert (
        Finding.objects.get(kind="burned_in_text").state == "open"
        and Series.objects.get().state == "inspected"
    )


def test_text_that_no_mask_covers_opens_the_finding_and_the_same_text_does_not(world, objects):
    us = world.collection("us", published=False)
    upload(us, list(us_trial(1, 320, 240))[:1], world.manager)
    run_queued()
    curate(us, world.curator)
    run_queued()
    found = Finding.objects.get(kind="burned_in_text")
    assert found.state == "accepted" and found.boxes
    upgrade()
    assert Finding.objects.get(pk=found.pk).state == "accepted" and Series.objects.get().state == "cleared"
    elsewhere = {**found.boxes[0], "x": 300, "y": 230, "width": 4, "height": 4, "instance": None}
    Finding.objects.filter(pk=found.pk).update(boxes=[elsewhere])
    upgrade()
    opened = Finding.objects.get(pk=found.pk)
    assert (opened.state, opened.decided_by) == ("open", None) and Series.objects.get().state == "inspected"
    assert opened.boxes == [elsewhere, *found.boxes], "what was drawn stays"
    assert LedgerEvent.objects.filter(verb="finding: opened again by another inspection").count() == 1


def test_a_published_series_stays_as_it_is_and_is_named_until_its_version_is_withdrawn(collection, world):  # noqa: F811
    version = publish(collection, world.people)
    Finding.objects.filter(kind="burned_in_text").delete()
    upgrade()
    assert (
        not Finding.objects.filter(kind="burned_in_text").exists() and Series.objects.get().state == "cleared"
    )
    (event,) = LedgerEvent.objects.filter(verb="published series: another inspection finds more")
    assert event.detail["kinds"] == ["burned_in_text"]
    assert f"published series of {collection.slug}" in upgrade()
    withdraw_version(version_id=version.pk, actor=world.manager, reason="There is text in it.")
    assert "published" not in upgrade()
    assert Finding.objects.get(kind="burned_in_text").state == "open"
