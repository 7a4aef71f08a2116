"""What changed between two versions is counted by modality, and shown to insiders alone."""

import pytest

from portal.models import ClinicalTable, Series, SeriesState
from portal.services import versions
from portal.services.versions.comparing import ModalityChange
from tests.portal.builders import collection, curator_of, fill, manager_of, person, published, sponsor

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    organisation = sponsor()
    return manager_of(organisation), curator_of(organisation)


@pytest.fixture
def second(house):
    """A second version in the making: one CT withheld, two MR and a table added."""
    made = collection(house[0], "lungs")
    first = published_with(made, house)
    gone = first.series.first()
    Series.objects.filter(pk=gone.pk).update(state=SeriesState.WITHHELD)
    fill(made, sexes="FM", modality="MR")
    table = ClinicalTable.objects.create(
        collection=made, title="Outcomes", source_key="raw/t", sha256="0" * 64, size=1
    )
    table.columns.create(position=1, name="score", role="value")
    return versions.open_draft_version(collection=made, actor=house[0])


def published_with(made, house):
    fill(made)
    return published(made, *house)


def test_the_first_version_has_nothing_to_be_compared_with(house):
    made = collection(house[0])
    assert versions.difference_of(published_with(made, house)) is None


def test_series_that_came_went_and_stayed_are_counted_by_modality(second):
    found = versions.difference_of(second)
    assert found.since == 1
    assert found.series == (ModalityChange("CT", 0, 1, 11), ModalityChange("MR", 2, 0, 0))
    assert found.tables_added == ("Outcomes",)
    assert not found.is_empty


def test_a_published_version_is_compared_as_it_was_frozen(house, second):
    published(second.collection, *house)
    fill(second.collection, sexes="F", modality="US")
    second.refresh_from_db()
    assert [row.modality for row in versions.difference_of(second).series] == ["CT", "MR"]


def test_the_workbench_shows_it_and_the_public_page_does_not(house, second, client):
    published(second.collection, *house)
    said = "What changed since version 1"
    assert said not in client.get("/collections/lungs/").content.decode()
    client.force_login(person("Stranger"))
    assert said not in client.get("/collections/lungs/").content.decode()
    client.force_login(house[1])
    assert said in client.get("/collections/lungs/").content.decode()
    versions.open_draft_version(collection=second.collection, actor=house[0])
    assert "What changed since version 2" in client.get("/sponsor/collections/lungs/").content.decode()
