"""Who may do what with requests, reviews, agreements and grants: every decision of the app, in one place.

`may_read` is the one entitlement function: lists, pages, APIs, the package builder and every door ask it, and
the list rule (`readable_series`) and the object rule are the same queryset.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from deid.models import Release, ReleaseItem
from deid.states import ReleaseState
from portal.models import Collection, Person, Series
from portal.policies import (
    MANAGE,
    can_administer,
    managed_collections,
    organisations_with,
    visible_collections,
)
from portal.states import VersionState
from portal.verdicts import ALLOWED, Verdict, denied
from requests_app.models import AccessRequest, Collaborator, Committee, Grant, Review, Seat, Signature
from requests_app.states import GrantState, ReviewState

EDITABLE = (ReviewState.DRAFT, ReviewState.RETURNED)


# What may be read ---------------------------------------------------------------------------------


def held_grants(person: Person) -> QuerySet[Grant]:
    """Return every grant that *person* signed for, alive or not."""
    if not person.is_authenticated or not person.is_active:
        return Grant.objects.none()
    removed = Collaborator.objects.filter(signatures=OuterRef("pk"), removed_at__isnull=False)
    signed = Signature.objects.filter(
        ~Exists(removed),
        agreement__review__grant=OuterRef("pk"),
        person=person,
        signed_at__isnull=False,
        role__in=[Signature.Role.REQUESTER, Signature.Role.COLLABORATOR],
    )
    return Grant.objects.filter(Exists(signed))


def live_grants(person: Person) -> QuerySet[Grant]:
    """Return the grants of *person* that are alive at this moment, by the database's clock."""
    return held_grants(person).filter(
        state=GrantState.ACTIVE,
        starts_at__lte=Now(),
        expires_at__gt=Now(),
        review__state=ReviewState.GRANTED,
        review__agreement__executed_at__isnull=False,
    )


def readable_releases(person: Person) -> QuerySet[Release]:
    """Return the sealed releases of live grants on what is not withdrawn: all that *person* may download now."""
    return Release.objects.filter(
        state=ReleaseState.SEALED, grant_id__in=live_grants(person).values("pk")
    ).exclude(version__state=VersionState.WITHDRAWN)


def readable_series(person: Person) -> QuerySet[Series]:
    """Return the series that *person* may read now."""
    items = ReleaseItem.objects.filter(release__in=readable_releases(person), series=OuterRef("pk"))
    return Series.objects.filter(Exists(items))


def may_read(person: Person, series: Series) -> bool:
    """Say whether *person* may read *series* now."""
    return readable_series(person).contains(series)


# Requests -------------------------------------------------------------------------------------------


def own_requests(person: Person) -> QuerySet[AccessRequest]:
    """Return the requests that *person* made or is named in."""
    if not person.is_authenticated or not person.is_active:
        return AccessRequest.objects.none()
    return AccessRequest.objects.filter(
        Q(requester=person)
        | Q(collaborators__person=person, collaborators__removed_at=None, revisions__isnull=False)
    ).distinct()


def can_ask_for(person: Person, collection: Collection) -> Verdict:
    """Say whether *person* may put *collection* on a request."""
    if not visible_collections(person).contains(collection) or collection.published_version() is None:
        return denied("This collection is not published.")
    if not hasattr(collection, "terms"):
        return denied("The sponsor has not yet said under which terms this collection is shared.")
    return ALLOWED


def can_edit(person: Person, access_request: AccessRequest) -> Verdict:
    """Say whether *person* may change the wording of *access_request*."""
    if person.pk != access_request.requester_id:
        return denied("Only the requester may change the request.")
    if not access_request.reviews.filter(state__in=EDITABLE).exists() and access_request.reviews.exists():
        return denied("It can be changed as a draft, or when a committee has returned it.")
    return ALLOWED


def can_withdraw(person: Person, review: Review) -> Verdict:
    """Say whether *person* may take the request for this collection back."""
    if person.pk != review.requester_id:
        return denied("Only the requester may withdraw the request.")
    return ALLOWED


def can_appeal(person: Person, review: Review) -> Verdict:
    """Say whether *person* may ask for a second decision by others."""
    if person.pk != review.requester_id:
        return denied("Only the requester may appeal.")
    if review.round > 1:
        return denied("An appeal has been decided already.")
    return ALLOWED


# Committees -----------------------------------------------------------------------------------------


def seats_of(person: Person) -> QuerySet[Seat]:
    """Return the seats that *person* holds now."""
    if not person.is_authenticated or not person.is_active:
        return Seat.objects.none()
    return Seat.objects.filter(person=person, left_at__isnull=True)


def reviews_before(person: Person) -> QuerySet[Review]:
    """Return the reviews that lie before the committees on which *person* sits."""
    return Review.objects.filter(
        committee__in=seats_of(person).values("committee"), revision__isnull=False
    ).exclude(requester=person)


def visible_reviews(person: Person) -> QuerySet[Review]:
    """Return the reviews that *person* may look at: their own side's and their committees'."""
    return Review.objects.filter(
        Q(access_request__in=own_requests(person).values("pk"))
        | Q(pk__in=reviews_before(person).values("pk"))
    )


def unconflicted_seats(review: Review) -> QuerySet[Seat]:
    """Return the seats whose holders may vote on *review*: seated now, and not standing aside."""
    return Seat.objects.filter(committee=review.committee, left_at__isnull=True).exclude(
        Q(person__in=review.recusals.values("member")) | Q(person=review.requester_id)
    )


def can_see_deliberation(person: Person, review: Review) -> Verdict:
    """Say whether *person* may read what the members write among themselves."""
    if review.access_request.involves(person):
        return denied("The committee's deliberation is closed to those who ask.")
    if review.recusals.filter(member=person).exists():
        return denied("You stand aside from this request.")
    if seats_of(person).filter(committee=review.committee).exists():
        return ALLOWED
    return denied("Only members of the committee may read this.")


def can_review(person: Person, review: Review) -> Verdict:
    """Say whether *person* may check, return or vote on *review*."""
    if review.access_request.involves(person):
        return denied("Nobody decides on a request they take part in.")
    if not seats_of(person).filter(committee=review.committee).exists():
        return denied("Only members of this committee may do this.")
    recusal = review.recusals.filter(member=person).first()
    if recusal is not None:
        return denied(f"You stand aside from this request: {recusal.reason}")
    return ALLOWED


def can_decide(person: Person, review: Review) -> Verdict:
    """Say whether *person* may record the decision: the chair, or any member when the chair may not."""
    verdict = can_review(person, review)
    if not verdict:
        return verdict
    seats = unconflicted_seats(review)
    chair = seats.filter(is_chair=True).first()
    if chair is not None and chair.person_id != person.pk:
        return denied("The chair records the decision.")
    return ALLOWED


def can_set_recusal(person: Person, review: Review, member: Person) -> Verdict:
    """Say whether *person* may make *member* stand aside: members themselves, and the chair for others."""
    seat = seats_of(person).filter(committee=review.committee).first()
    if seat is None:
        return denied("Only members of this committee may do this.")
    if person.pk != member.pk and not seat.is_chair:
        return denied("Only the chair may ask another member to stand aside.")
    return ALLOWED


def can_write_message(person: Person, review: Review) -> Verdict:
    """Say whether *person* may ask or answer in the thread."""
    if review.access_request.involves(person) and review.revision_id:
        return ALLOWED
    return can_review(person, review)


# Sponsors -------------------------------------------------------------------------------------------


def managed_committees(person: Person) -> QuerySet[Committee]:
    """Return the committees of the sponsors that *person* works for as data manager."""
    return Committee.objects.filter(sponsor__in=organisations_with(person, MANAGE))


def sponsored_grants(person: Person) -> QuerySet[Grant]:
    """Return the grants on the collections that *person* manages."""
    return Grant.objects.filter(review__collection__in=managed_collections(person))


def can_end_grant(person: Person, grant: Grant) -> Verdict:
    """Say whether *person* may suspend, resume or revoke *grant*."""
    if sponsored_grants(person).contains(grant) or person.is_system:
        return ALLOWED
    return denied("Only a data manager of the collection's sponsor may do this.")


def can_close_out(person: Person, grant: Grant) -> Verdict:
    """Say whether *person* may attest that all copies are destroyed."""
    if person.pk == grant.review.requester_id:
        return ALLOWED
    return denied("Only the requester attests the destruction.")


def can_ask_again(person: Person, grant: Grant) -> Verdict:
    """Say whether *person* may begin a new request with what the grant's request said."""
    if person.pk == grant.review.requester_id:
        return ALLOWED
    return denied("Only the requester may ask again.")


def visible_grants(person: Person) -> QuerySet[Grant]:
    """Return the grants that *person* may look at: held ones and those of managed collections."""
    return Grant.objects.filter(
        Q(pk__in=held_grants(person).values("pk"))
        | Q(pk__in=sponsored_grants(person).values("pk"))
        | Q(review__access_request__in=own_requests(person).values("pk"))
    )


def certified_releases(person: Person) -> QuerySet[Release]:
    """Return the releases whose certificate *person* may read: of the grants they may look at, once sealed, for good."""
    return Release.objects.filter(
        grant_id__in=visible_grants(person).values("pk"), state__in=[ReleaseState.SEALED, ReleaseState.PURGED]
    ).exclude(certificate={})


def can_report(person: Person, grant: Grant) -> Verdict:
    """Say whether *person* may report what was published with the data of *grant*."""
    if held_grants(person).contains(grant):
        return ALLOWED
    return denied("Only holders of the grant may report publications.")


def traceable_grants(person: Person) -> QuerySet[Grant]:
    """Return the grants among which *person* may trace a leaked file: administrators all, sponsors their own."""
    grants = Grant.objects.select_related(
        "review__collection", "review__access_request__requester__organisation"
    )
    if can_administer(person):
        return grants
    return grants.filter(review__collection__in=managed_collections(person))


def can_trace(person: Person) -> Verdict:
    """Say whether *person* may ask whose copy a file is."""
    if can_administer(person) or organisations_with(person, MANAGE).exists():
        return ALLOWED
    return denied("Only a sponsor’s data manager or an administrator can trace a file.")
