"""A column that is called after a subject is not released, nor a table that tells its own subjects."""

import io

import pydicom
import pytest

from deid.models import Release
from deid.services.tabling import set_roles
from examples.images.dicom import ct_trial
from examples.walking import curate, publish, upload
from portal.errors import InvalidInputError, NotAllowedError
from portal.jobs.inline import run_queued
from portal.models import ClinicalTable, TableColumn
from tests.releases.conftest import members_of, walk_to_grant, walk_to_release

TABLE = b"participant_id,Quackenbush score,remarks\nMRN77123,3,fine\n"


def image(name: str = "Quackenbush^Ada") -> bytes:
    ds, out = pydicom.dcmread(io.BytesIO(next(iter(ct_trial(1, 2, size=64)))[1])), io.BytesIO()
    ds.PatientName, ds.PatientID = name, "MRN77123"
    ds.save_as(out)
    return out.getvalue()


@pytest.fixture
def table(world, objects, settings):
    settings.INSPECT_MOST_IMAGES = 0
    collection = world.collection("headings", published=False)
    upload(collection, [("a.dcm", image()), ("scores.csv", TABLE)], world.manager)
    run_queued()
    curate(collection, world.curator)
    run_queued()
    return ClinicalTable.objects.get()


def roles_of(table, second: str) -> dict[int, str]:
    first, named, last = table.columns.all()
    return {first.pk: "identifier", named.pk: second, last.pk: "free_text"}


@pytest.mark.django_db
def test_a_heading_that_names_a_subject_is_refused_unless_its_column_stays(table, world):
    with pytest.raises(InvalidInputError, match="heading of column 2 holds the name of a subject") as refused:
        set_roles(person=world.manager, table_id=table.pk, roles=roles_of(table, "value"))
    assert "uackenbush" not in str(refused.value)
    set_roles(person=world.manager, table_id=table.pk, roles=roles_of(table, "drop"))
    publish(table.collection, world.people)
    for path, body in members_of(walk_to_release(world, table.collection)).items():
        assert b"uackenbush" not in body, path


@pytest.mark.django_db
def test_a_version_waits_where_the_subject_became_known_later(table, world):
    set_roles(person=world.manager, table_id=table.pk, roles=roles_of(table, "drop"))
    TableColumn.objects.filter(name="Quackenbush score").update(role="value")
    with pytest.raises(NotAllowedError, match="called after a subject"):
        publish(table.collection, world.people)


@pytest.mark.django_db
def test_the_second_reader_stops_a_release_whose_table_is_called_after_a_subject(table, world):
    set_roles(person=world.manager, table_id=table.pk, roles=roles_of(table, "drop"))
    publish(table.collection, world.people)
    TableColumn.objects.filter(name="Quackenbush score").update(role="value")
    grant = walk_to_grant(world, table.collection)
    run_queued()
    release = Release.objects.get(grant_id=grant.pk)
    assert (release.state, release.failure_code) == ("failed", "name")


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "refused"), [("White^Grace", False), ("White^Kowalczyk", True)])
def test_a_heading_of_words_names_nobody_who_is_called_so_but_one_with_another_name_does(
    name, refused, world, objects, settings
):
    settings.INSPECT_MOST_IMAGES = 0
    collection = world.collection("words", published=False)
    rows = b"participant_id,white_matter,grace_score,Kowalczyk_white\nMRN77123,3,4,5\n"
    upload(collection, [("a.dcm", image(name)), ("scores.csv", rows)], world.manager)
    run_queued()
    table = ClinicalTable.objects.get()
    first, *others = table.columns.all()
    roles = {first.pk: "identifier", **{one.pk: "value" for one in others}}
    if refused:
        with pytest.raises(InvalidInputError, match="heading of column 4"):
            set_roles(person=world.manager, table_id=table.pk, roles=roles)
    else:
        assert set_roles(person=world.manager, table_id=table.pk, roles=roles).roles_set_at
