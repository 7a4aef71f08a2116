"""The example people: one in each role, and the organisations that they speak for."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from guardian.shortcuts import assign_perm

from portal.models import Organisation, Person
from requests_app.services.sitting import found_committee, give_seat

PASSWORD = "tessera-example"  # noqa: S105 (of example accounts on one's own machine)
HALCYON, NORDLYS = "Halcyon Therapeutics", "Nordlys University"
ORGANISATIONS = {
    HALCYON: ("halcyon", True, "Denmark"),
    NORDLYS: ("nordlys", False, "Norway"),
    "Cartwright Institute": ("cartwright", False, "United Kingdom"),
    "Larkfield Patients' Alliance": ("larkfield", False, "Ireland"),
    "Osmund Hospital": ("osmund", False, "Sweden"),
    "Tessera Operations": ("operations", False, "Germany"),
}


@dataclass(frozen=True, slots=True)
class Account:
    """An example account, as the start-up prints it."""

    key: str
    role: str
    email: str
    full_name: str
    organisation: str
    job_title: str


ACCOUNTS = (
    Account("researcher", "Researcher", "rosa@nordlys.example", "Rosa Lindqvist", NORDLYS, "Radiologist"),
    Account("collaborator", "Collaborator", "tomas@nordlys.example", "Tomas Okafor", NORDLYS, "Statistician"),
    Account("manager", "Sponsor data manager", "mina@halcyon.example", "Mina Sato", HALCYON, "Data manager"),
    Account("chair", "Committee chair", "edith@cartwright.example", "Edith Marlowe", "Cartwright Institute", "Professor"),
    Account("member", "Committee member",
            "brendan@larkfield.example", "Brendan Foley", "Larkfield Patients' Alliance", "Trustee"),
    Account("third", "Committee member", "signe@osmund.example", "Signe Holm", "Osmund Hospital", "Ethicist"),
    Account("curator", "Curator", "jonas@operations.example", "Jonas Weiss", "Tessera Operations", "Image curator"),
    Account("admin", "Administrator", "ada@operations.example", "Ada Bright", "Tessera Operations", "Operations"),
)  # fmt: skip


@transaction.atomic
def make_people() -> dict[str, Person]:
    """Return the example people by their key, with their roles, and seat the committee."""
    organisations = {
        name: Organisation.objects.create(name=name, slug=slug, is_sponsor=sponsor, country=country)
        for name, (slug, sponsor, country) in ORGANISATIONS.items()
    }
    people = {one.key: _make(one, organisations[one.organisation]) for one in ACCOUNTS}
    sponsor = organisations[HALCYON]
    assign_perm("portal.manage_trials", people["manager"], sponsor)
    assign_perm("portal.curate_submissions", people["curator"], sponsor)
    committee = found_committee(
        person=people["manager"], sponsor=sponsor, name="Halcyon data access committee"
    )
    for key in ("chair", "member", "third"):
        give_seat(person=people["manager"], committee=committee, member=people[key], is_chair=key == "chair")
    return people


def known_people() -> dict[str, Person] | None:
    """Return the example people where they have been made before, None where they have not."""
    found = {
        person.email: person for person in Person.objects.filter(email__in=[one.email for one in ACCOUNTS])
    }
    if len(found) < len(ACCOUNTS):
        return None
    return {one.key: found[one.email] for one in ACCOUNTS}


def _make(account: Account, organisation: Organisation) -> Person:
    return Person.objects.create_user(
        account.email,
        PASSWORD,
        full_name=account.full_name,
        organisation=organisation,
        job_title=account.job_title,
        is_staff=account.key == "admin",
    )


def accounts_text() -> str:
    """Return the accounts as a table for the terminal."""
    lines = [f"  {one.role:<22}{one.email:<30}{one.full_name}" for one in ACCOUNTS]
    return "\n".join([f"  Example accounts (password: {PASSWORD})", *lines]) + "\n"
