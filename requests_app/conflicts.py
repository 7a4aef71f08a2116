"""Conflicts of interest that recorded facts show by themselves."""

from __future__ import annotations

from portal.models import Person
from requests_app.models import AccessRequest, Review, Vote

# Addresses at these say nothing about an employer.
PUBLIC_MAIL = frozenset(
    {"gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com", "proton.me", "gmx.net"}
)


def domain_of(email: str) -> str:
    """Return the part of an address that names an employer, or nothing for a public mail service."""
    domain = email.rpartition("@")[2].lower()
    return "" if domain in PUBLIC_MAIL else domain


def mailbox_of(email: str) -> str:
    """Return an address without case and without the tag after a plus sign, so that aliases are equal."""
    local, _, domain = email.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def computed_conflicts(member: Person, review: Review) -> list[str]:
    """Return the reasons, in words, why *member* must stand aside from *review*; empty when there is none."""
    return [
        *_as_participant(member, review.access_request),
        *_as_colleague(member, review.access_request),
        *_as_earlier_voter(member, review),
    ]


def _as_participant(member: Person, access_request: AccessRequest) -> list[str]:
    requester = access_request.requester
    same_orcid = bool(member.orcid) and member.orcid == requester.orcid
    if access_request.involves(member) or same_orcid or _shares_mailbox(member, access_request):
        return ["Takes part in the request."]
    return []


def _shares_mailbox(member: Person, access_request: AccessRequest) -> bool:
    boxes = {mailbox_of(email) for email in _addresses(access_request)}
    return mailbox_of(member.email) in boxes


def _as_colleague(member: Person, access_request: AccessRequest) -> list[str]:
    organisation = member.organisation_id
    people = [access_request.requester, *_linked_people(access_request)]
    if organisation and any(person.organisation_id == organisation for person in people):
        return ["Works for the same organisation as somebody who asks."]
    domain = domain_of(member.email)
    if domain and any(domain_of(email) == domain for email in _addresses(access_request)):
        return ["Has an address at the same organisation as somebody who asks."]
    return []


def _as_earlier_voter(member: Person, review: Review) -> list[str]:
    if Vote.objects.filter(review=review, member=member, round__lt=review.round).exists():
        return ["Voted before the appeal; an appeal is decided by others."]
    return []


def _linked_people(access_request: AccessRequest) -> list[Person]:
    collaborators = access_request.collaborators.filter(removed_at=None).select_related("person")
    return [collaborator.person for collaborator in collaborators if collaborator.person]


def _addresses(access_request: AccessRequest) -> list[str]:
    named = access_request.collaborators.filter(removed_at=None).values_list("email", flat=True)
    return [access_request.requester.email, *named]
