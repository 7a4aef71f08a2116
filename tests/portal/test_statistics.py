"""The figures of a version are counted over people, and say nothing of the few."""

import json

import pytest
from django.test import Client

from tests.portal.builders import collection, curator_of, fill, manager_of, person, published, sponsor

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    organisation = sponsor()
    return manager_of(organisation), curator_of(organisation)


def rows(statistics, name):
    return {row["label"]: row["count"] for row in statistics[name]}


def test_people_are_counted_once_however_many_series_they_have(house):
    made = collection(house[0])
    fill(made, sexes="F" * 12)
    for subject in made.subjects.all()[:6]:
        first = subject.studies.get().series.get()
        first.pk, first.key = None, f"again-{subject.number}"
        first.save(force_insert=True)
    statistics = published(made, *house).statistics
    assert statistics["totals"]["series"] == 18
    assert statistics["totals"]["subjects"] == 12
    assert rows(statistics, "modalities") == {"CT": 12}


def test_the_only_person_of_a_sex_is_not_shown_nor_can_be_worked_out(house):
    made = collection(house[0])
    fill(made, sexes="F" * 20 + "M" * 12 + "O")
    statistics = published(made, *house).statistics
    assert rows(statistics, "sex") == {"Female": 20, "Male": None, "Other": None}
    assert statistics["totals"]["subjects"] == 33


def test_a_collection_of_four_people_does_not_say_how_many_they_are(house):
    made = collection(house[0])
    fill(made, sexes="FMFM")
    statistics = published(made, *house).statistics
    assert statistics["totals"]["subjects"] is None
    assert statistics["totals"]["studies"] is None
    assert statistics["sex"] == statistics["modalities"] == []


def test_no_key_and_no_number_of_a_subject_is_in_the_figures(house):
    made = collection(house[0])
    fill(made)
    text = json.dumps(published(made, *house).statistics)
    for subject in made.subjects.all():
        assert subject.key not in text
        assert str(subject.pk) not in text


def test_the_ages_have_no_gap_and_end_with_ninety_and_over(house):
    made = collection(house[0])
    fill(made, sexes="F" * 20)
    made.subjects.filter(number__lte=10).update(age_years=31)
    made.subjects.filter(number__gt=10).update(age_years=94)
    ages = published(made, *house).statistics["ages"]
    assert [row["label"] for row in ages] == ["30–39", "40–49", "50–59", "60–69", "70–79", "80–89", "90+"]
    assert [row["count"] for row in ages] == [10, 0, 0, 0, 0, 0, 10]


def test_the_samples_show_different_people_first(house):
    made = collection(house[0])
    fill(made, sexes="F" * 15)
    samples = published(made, *house).statistics["samples"]
    assert len(samples) == len({sample["series"] for sample in samples}) == 12


def test_the_list_of_series_does_not_say_what_the_figures_hide(house, client):
    made = collection(house[0])
    fill(made, sexes="F" * 21)
    for place, subject in enumerate(made.subjects.order_by("number")):
        rare = place == 0
        values = {"modality": "MR" if rare else "CT", "body_part": "KNEE" if rare else "CHEST"}
        subject.studies.get().series.update(**values, slice_thickness_mm=12.5 if rare else 2.5)
    assert rows(published(made, *house).statistics, "modalities") == {}
    address = f"/api/v1/collections/{made.slug}/versions/1/series"

    def told(reader):
        client.force_login(reader)
        listed = client.get(address).json()["results"]
        assert len(listed) == 21
        return {(one["modality"], one["body_part"], one["slice_thickness_mm"]) for one in listed}

    stranger = told(person("Stella", sponsor("Elsewhere")))
    assert not any({"MR", "KNEE", 12.5} & set(one) for one in stranger)
    assert ("MR", "KNEE", 12.5) in told(house[0]) and ("MR", "KNEE", 12.5) in told(house[1])


def test_what_many_have_is_told_in_the_list_of_series(house, client):
    made = collection(house[0])
    fill(made, sexes="F" * 12)
    for subject in made.subjects.all():
        subject.studies.get().series.update(modality="CT", body_part="CHEST", slice_thickness_mm=2.5)
    published(made, *house)
    client.force_login(person("Stella", sponsor("Elsewhere")))
    (listed,) = {
        (one["modality"], one["body_part"], one["slice_thickness_mm"])
        for one in client.get(f"/api/v1/collections/{made.slug}/versions/1/series").json()["results"]
    }
    assert listed == ("CT", "CHEST", 2.5)


def test_one_more_person_cannot_be_told_from_two_versions(house):
    made = collection(house[0])
    fill(made, sexes="F" * 12 + "M" * 9)
    first = published(made, *house).statistics
    fill(made, sexes="F", modality="MR")
    second = published(made, *house).statistics
    assert second["totals"]["subjects"] == 22
    for chart in ("sex", "ages", "modalities", "manufacturers", "body_parts", "images_per_subject"):
        assert second[chart] == first[chart]
        assert second["counted_in"][chart] == 1
    fill(made, sexes="FM")
    third = published(made, *house).statistics
    assert third["sex"] == first["sex"] and third["counted_in"]["sex"] == 1
    page = Client().get(f"/collections/{made.slug}/v3/").content.decode()
    assert "As counted in version 1" in page


def test_people_enough_are_counted_anew(house):
    made = collection(house[0])
    fill(made, sexes="F" * 12 + "M" * 9)
    assert published(made, *house).statistics["counted_in"] == {}
    fill(made, sexes="F" * 8 + "M" * 7)
    second = published(made, *house).statistics
    assert rows(second, "sex") == {"Female": 20, "Male": 16} and "sex" not in second["counted_in"]


def test_nothing_is_hidden_where_nothing_changes(house):
    made = collection(house[0])
    fill(made, sexes="F" * 12 + "M" * 9)
    first = published(made, *house).statistics
    assert published(made, *house).statistics == first
