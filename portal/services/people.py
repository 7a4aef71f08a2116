"""People: accounts, and the roles that they hold for an organisation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from guardian.models import UserObjectPermission
from guardian.shortcuts import assign_perm, remove_perm

from portal import ledger
from portal.errors import InvalidInputError, NotThereError
from portal.jobs import enqueue
from portal.models import Organisation, Person
from portal.policies import can_administer
from portal.verdicts import require

ROLES: Mapping[str, str] = {
    "manage_trials": "Data manager",
    "curate_submissions": "Curator",
}
ROLE_CHOICES = list(ROLES.items())
OWN_FIELDS = frozenset({"full_name", "organisation", "job_title", "orcid"})


@transaction.atomic
def create_account(
    *,
    email: str,
    full_name: str,
    password: str,
    organisation: Organisation | None = None,
    job_title: str = "",
    orcid: str = "",
) -> Person:
    """Return the new account of somebody who registered."""
    person = Person.objects.create_user(
        email, password, full_name=full_name, organisation=organisation, job_title=job_title, orcid=orcid
    )
    ledger.record(person, "account created", person)
    return person


@transaction.atomic
def edit_profile(*, person_id: UUID, changes: Mapping[str, Any]) -> Person:
    """Change what people may change about themselves; the ledger names the fields, not their values."""
    person = _locked_person(person_id)
    changed = sorted(name for name in OWN_FIELDS & changes.keys() if getattr(person, name) != changes[name])
    for name in changed:
        setattr(person, name, changes[name])
    if changed:
        person.save(update_fields=changed)
        ledger.record(person, "profile changed", person, fields=changed)
    return person


@transaction.atomic
def create_person(
    *,
    actor: Person,
    email: str,
    full_name: str,
    organisation_id: UUID | None = None,
    job_title: str = "",
    is_staff: bool = False,
) -> Person:
    """Return a new person, who is sent a link to set a password."""
    require(can_administer(actor))
    if Person.objects.filter(email__iexact=email).exists():
        raise InvalidInputError(
            "There is an account with this address already.",
            fields={"email": ["This address has an account."]},
        )
    person = Person.objects.create_user(
        email,
        None,
        full_name=full_name,
        organisation_id=organisation_id,
        job_title=job_title,
        is_staff=is_staff,
    )
    ledger.record(actor, "person created", person, administrator=is_staff)
    enqueue("portal.send_invitation", person.pk)
    return person


@transaction.atomic
def create_organisation(
    *, actor: Person, name: str, slug: str, country: str = "", ror: str = "", is_sponsor: bool = False
) -> Organisation:
    """Return a new organisation."""
    require(can_administer(actor))
    organisation = Organisation.objects.create(
        name=name, slug=slug, country=country, ror=ror, is_sponsor=is_sponsor
    )
    ledger.record(actor, "organisation created", organisation)
    return organisation


@transaction.atomic
def give_role(*, actor: Person, person_id: UUID, organisation_id: UUID, role: str) -> Person:
    """Let a person act for an organisation as *role*, one of `ROLES`."""
    require(can_administer(actor))
    person, organisation = _role_parties(person_id, organisation_id, role)
    assign_perm(role, person, organisation)
    ledger.record(actor, "role given", person, role=role, organisation=str(organisation.pk))
    return person


@transaction.atomic
def take_role(*, actor: Person, person_id: UUID, organisation_id: UUID, role: str) -> Person:
    """End a person's *role* for an organisation."""
    require(can_administer(actor))
    person, organisation = _role_parties(person_id, organisation_id, role)
    remove_perm(role, person, organisation)
    ledger.record(actor, "role taken", person, role=role, organisation=str(organisation.pk))
    return person


@transaction.atomic
def close_account(*, actor: Person, person_id: UUID) -> Person:
    """Shut a person out; what they did stays on record."""
    require(can_administer(actor))
    person = _locked_person(person_id)
    if person.is_system:
        raise InvalidInputError("The portal's own account cannot be closed.")
    if person.pk == actor.pk:
        raise InvalidInputError("You cannot close your own account; ask another administrator.")
    person.is_active = False
    person.save(update_fields=["is_active"])
    ledger.record(actor, "account closed", person)
    return person


@dataclass(frozen=True, slots=True)
class Role:
    """A role that somebody holds for an organisation."""

    role: str
    organisation: Organisation

    @property
    def label(self) -> str:
        """The role in words."""
        return ROLES[self.role]


def roles_of(people: Iterable[Person]) -> dict[UUID, list[Role]]:
    """Return the roles of *people* by their identifiers, in two queries."""
    rows = list(
        UserObjectPermission.objects.filter(
            user__in=list(people), permission__codename__in=ROLES, content_type__model="organisation"
        ).values_list("user_id", "permission__codename", "object_pk")
    )
    organisations = {str(one.pk): one for one in Organisation.objects.filter(pk__in={row[2] for row in rows})}
    roles: dict[UUID, list[Role]] = {}
    for person, role, organisation in rows:
        if organisation in organisations:
            roles.setdefault(person, []).append(Role(role, organisations[organisation]))
    return roles


def _role_parties(person_id: UUID, organisation_id: UUID, role: str) -> tuple[Person, Organisation]:
    if role not in ROLES:
        raise InvalidInputError(f"“{role}” is no role here.", fields={"role": ["Choose one of the list."]})
    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if organisation is None:
        raise NotThereError("There is no such organisation.")
    return _locked_person(person_id), organisation


def _locked_person(person_id: UUID) -> Person:
    person = Person.objects.select_for_update(of=("self",)).filter(pk=person_id).first()
    if person is None:
        raise NotThereError("There is no such person.")
    return person
