"""The mails of the portal app; each has one link that leads on."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from guardian.shortcuts import get_users_with_perms

from portal.models import CollectionVersion, Organisation, Person


def send(template: str, subject: str, to: list[str], link: str, **context: Any) -> None:
    """Send the letter *template* with its one link to each address on its own."""
    text = render_to_string(f"portal/mail/{template}.txt", {**context, "link": settings.PUBLIC_URL + link})
    for address in to:
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [address])


def send_invitation(*, person_id: UUID) -> None:
    """Send somebody new the link that sets a password."""
    person = Person.objects.get(pk=person_id)
    link = reverse(
        "portal:password_set",
        args=[urlsafe_base64_encode(force_bytes(person.pk)), default_token_generator.make_token(person)],
    )
    send("invitation", "Your Tessera account", [person.email], link, person=person)


def announce_version(*, version_id: UUID) -> None:
    """Tell the data managers that a version of theirs is published."""
    version = CollectionVersion.objects.select_related("collection__trial__sponsor").get(pk=version_id)
    link = reverse("portal:version", args=[version.collection.slug, version.number])
    subject = f"Version {version.number} is published"
    send("published", subject, _addresses(version), link, version=version)


def announce_withdrawal(*, version_id: UUID) -> None:
    """Tell the data managers that a version of theirs was withdrawn."""
    version = CollectionVersion.objects.select_related("collection__trial__sponsor").get(pk=version_id)
    link = reverse("portal:version", args=[version.collection.slug, version.number])
    subject = f"Version {version.number} was withdrawn"
    send("withdrawn", subject, _addresses(version), link, version=version)


def holders(organisation: Organisation, role: str) -> QuerySet[Person]:
    """Return the people who hold *role* for *organisation* and still have an account."""
    found = cast(
        "QuerySet[Person]",
        get_users_with_perms(
            organisation, only_with_perms_in=[role], with_superusers=False, with_group_users=False
        ),
    )
    return Person.objects.filter(pk__in=found.values("pk"), is_active=True)


def _addresses(version: CollectionVersion) -> list[str]:
    people = holders(version.collection.sponsor, "manage_trials")
    return list(people.values_list("email", flat=True))
