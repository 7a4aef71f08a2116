"""Letters for every step: written in the transaction of the step, sent by a job."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from portal.jobs import enqueue
from portal.models import Person
from requests_app.models import Grant, Letter, Review, Signature
from requests_app.policies import unconflicted_seats


def write_letter(to: str, template: str, link: str, **context: object) -> Letter:
    """Put a letter into the outbox; the first line of the template is its subject.

    *link* is the path of the one page that leads on.
    """
    address = urljoin(settings.PUBLIC_URL, link)
    text = render_to_string(f"letters/{template}.txt", {**context, "link": address})
    subject, _, body = text.strip().partition("\n")
    letter = Letter.objects.create(to=to, subject=subject.strip(), body=body.strip() + "\n")
    enqueue("requests_app.send_letter", letter.pk)
    return letter


def write_to_all(people: Iterable[Person], template: str, link: str, **context: object) -> None:
    """Write the same letter to each of *people*."""
    for person in people:
        write_letter(person.email, template, link, person=person, **context)


def write_to_holders(grant: Grant, template: str) -> None:
    """Write to all who hold a grant: those who signed, but for an official who signed for their organisation."""
    page = reverse("requests_app:grant", args=[grant.pk])
    signed = Signature.objects.filter(agreement__review__grant=grant, signed_at__isnull=False)
    for signature in signed.exclude(role=Signature.Role.OFFICIAL):
        write_letter(signature.email, template, page, grant=grant, name=signature.full_name)


def members_of(review: Review) -> list[Person]:
    """Return the members who may act on *review*."""
    return [seat.person for seat in unconflicted_seats(review).select_related("person")]


def send_letter(letter_id: UUID) -> None:
    """Send a letter once; its body is blanked afterwards, because links in it may carry a secret."""
    with transaction.atomic():
        letter = Letter.objects.select_for_update().get(pk=letter_id)
        if letter.sent_at is not None:
            return
        send_mail(letter.subject, letter.body, settings.DEFAULT_FROM_EMAIL, [letter.to])
        letter.sent_at = timezone.now()
        letter.body = ""
        letter.save(update_fields=["sent_at", "body"])
