"""Who may do what with people, trials and collections: every decision of the app, in one place.

django-guardian stores object permissions. Its table is asked directly, because its shortcut takes several
milliseconds a question and every page asks several: what counts is held by the person on the organisation;
global (model-level) permissions and groups open nothing here.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet, UUIDField
from django.db.models.functions import Cast, Now, TruncDate
from guardian.models import UserObjectPermission

from portal.models import AccessToken, Collection, CollectionVersion, Organisation, Person
from portal.states import VersionState
from portal.verdicts import ALLOWED, Verdict, denied

MANAGE = "portal.manage_trials"
CURATE = "portal.curate_submissions"
SHOWN = [VersionState.PUBLISHED, VersionState.SUPERSEDED, VersionState.WITHDRAWN]


def organisations_with(person: Person, permission: str) -> QuerySet[Organisation]:
    """Return the organisations for which *person* holds the object permission."""
    if not person.is_authenticated or not person.is_active:
        return Organisation.objects.none()
    app, codename = permission.split(".")
    held = UserObjectPermission.objects.filter(
        user=person,
        permission__codename=codename,
        permission__content_type__app_label=app,
        content_type__app_label=Organisation._meta.app_label,
        content_type__model=Organisation._meta.model_name,
    )
    return Organisation.objects.filter(
        pk__in=held.order_by().values_list(Cast("object_pk", UUIDField()), flat=True)
    )


def own_tokens(person: Person) -> QuerySet[AccessToken]:
    """Return the access tokens of *person*; nobody sees those of others, administrators neither."""
    return AccessToken.objects.filter(person=person)


def managed_collections(person: Person) -> QuerySet[Collection]:
    """Return the collections that *person* manages as a sponsor's data manager."""
    return Collection.objects.filter(trial__sponsor__in=organisations_with(person, MANAGE))


def curated_collections(person: Person) -> QuerySet[Collection]:
    """Return the collections that *person* curates."""
    return Collection.objects.filter(trial__sponsor__in=organisations_with(person, CURATE))


def catalogue() -> QuerySet[Collection]:
    """Return the collections that everybody may see: once published, and past their embargo."""
    return Collection.objects.filter(
        Q(embargo_until__isnull=True) | Q(embargo_until__lte=TruncDate(Now())), versions__state__in=SHOWN
    ).distinct()


def visible_collections(person: Person) -> QuerySet[Collection]:
    """Return the collections whose page *person* may open."""
    return Collection.objects.filter(
        Q(pk__in=catalogue().values("pk"))
        | Q(pk__in=managed_collections(person).values("pk"))
        | Q(pk__in=curated_collections(person).values("pk"))
    )


def visible_versions(person: Person) -> QuerySet[CollectionVersion]:
    """Return the versions that *person* may look at."""
    insiders = Q(collection__in=managed_collections(person)) | Q(collection__in=curated_collections(person))
    return CollectionVersion.objects.filter(
        Q(collection__in=catalogue(), state__in=SHOWN) | insiders
    ).distinct()


def can_manage(person: Person, organisation: Organisation) -> Verdict:
    """Say whether *person* may register trials and collections for *organisation*."""
    if organisations_with(person, MANAGE).contains(organisation):
        return ALLOWED
    return denied("Only a data manager of this sponsor may do this.")


def can_curate(person: Person, collection: Collection) -> Verdict:
    """Say whether *person* may decide on findings and publish versions of *collection*."""
    if curated_collections(person).contains(collection):
        return ALLOWED
    return denied("Only a curator who works for this sponsor may do this.")


def can_administer(person: Person) -> Verdict:
    """Say whether *person* runs the portal."""
    if person.is_authenticated and person.is_active and person.is_staff:
        return ALLOWED
    return denied("Only an administrator may do this.")
