"""Accounts, roles, trials and collections: who may do it, and what the ledger keeps."""

import pytest

from portal.errors import InvalidInputError, NotAllowedError, NotThereError
from portal.models import Collection, Job, LedgerEvent, Person, Trial
from portal.policies import MANAGE, organisations_with
from portal.services import people, trials
from tests.portal.builders import collection, curator_of, manager_of, person, sponsor

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return person("Ada", is_staff=True)


def test_an_administrator_creates_somebody_who_is_sent_a_link(admin):
    made = people.create_person(actor=admin, email="New@Example.org", full_name="New Person")
    assert made.email == "new@example.org"
    assert not made.has_usable_password()
    assert Job.objects.filter(name="portal.send_invitation", identifier=str(made.pk)).exists()
    assert LedgerEvent.objects.get(verb="person created").actor == admin


def test_the_ledger_does_not_keep_the_address(admin):
    people.create_person(actor=admin, email="new@example.org", full_name="New Person")
    assert "example.org" not in str(list(LedgerEvent.objects.values_list("detail", flat=True)))


def test_nobody_else_creates_people(admin):
    for nobody in (person("Rosa"), manager_of(sponsor())):
        with pytest.raises(NotAllowedError):
            people.create_person(actor=nobody, email="x@example.org", full_name="X")
    assert not Person.objects.filter(email="x@example.org").exists()


def test_an_address_is_used_once_whatever_its_case(admin):
    people.create_person(actor=admin, email="new@example.org", full_name="A")
    with pytest.raises(InvalidInputError):
        people.create_person(actor=admin, email="NEW@example.org", full_name="B")


def test_a_role_is_given_and_taken_for_one_organisation_only(admin):
    one, other = sponsor("One"), sponsor("Other")
    rosa = person("Rosa")
    people.give_role(actor=admin, person_id=rosa.pk, organisation_id=one.pk, role="manage_trials")
    assert list(organisations_with(Person.objects.get(pk=rosa.pk), MANAGE)) == [one]
    people.take_role(actor=admin, person_id=rosa.pk, organisation_id=one.pk, role="manage_trials")
    assert not organisations_with(Person.objects.get(pk=rosa.pk), MANAGE).exists()
    assert other.pk != one.pk


def test_a_role_that_is_none_is_refused(admin):
    with pytest.raises(InvalidInputError):
        people.give_role(
            actor=admin, person_id=person("Rosa").pk, organisation_id=sponsor().pk, role="delete_organisation"
        )


def test_nobody_closes_their_own_account_but_another_administrator_does(admin):
    with pytest.raises(InvalidInputError):
        people.close_account(actor=admin, person_id=admin.pk)
    people.close_account(actor=person("Bo", is_staff=True), person_id=admin.pk)
    admin.refresh_from_db()
    assert not admin.is_active


def test_a_data_manager_registers_trials_of_their_own_sponsor_only():
    mine, other = sponsor("Mine"), sponsor("Other")
    manager = manager_of(mine)
    told = {"registry_number": "nct00000042 ", "title": "T", "phase": "1", "condition": "C"}
    trial = trials.register_trial(actor=manager, sponsor_id=mine.pk, **told)
    assert trial.registry_number == "NCT00000042"
    with pytest.raises(NotAllowedError):
        trials.register_trial(
            actor=manager, sponsor_id=other.pk, **{**told, "registry_number": "NCT00000043"}
        )
    with pytest.raises(InvalidInputError):
        trials.register_trial(actor=manager, sponsor_id=mine.pk, **told)
    assert Trial.objects.count() == 1


def test_a_curator_does_not_register_trials():
    organisation = sponsor()
    with pytest.raises(NotAllowedError):
        trials.register_trial(
            actor=curator_of(organisation), sponsor_id=organisation.pk, registry_number="NCT1", title="T",
            phase="1", condition="C",
        )  # fmt: skip


def test_a_collection_is_changed_in_the_fields_that_are_offered_and_no_other():
    manager = manager_of(sponsor())
    made = collection(manager)
    trials.edit_collection(
        actor=manager, collection_id=made.pk, changes={"title": "New", "summary": made.summary}
    )
    assert Collection.objects.get().title == "New"
    assert LedgerEvent.objects.get(verb="collection changed").detail == {"fields": ["title"]}
    with pytest.raises(TypeError):
        trials.edit_collection(actor=manager, collection_id=made.pk, changes={"trial_id": made.trial_id})


def test_strangers_do_not_change_collections():
    made = collection(manager_of(sponsor()))
    with pytest.raises(NotAllowedError):
        trials.edit_collection(actor=person("Rosa"), collection_id=made.pk, changes={"title": "Mine now"})
    with pytest.raises(NotThereError):
        trials.edit_collection(actor=person("Bo"), collection_id=person("X").pk, changes={})
