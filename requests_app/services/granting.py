"""Granting: the executed agreement is kept, the grant opens for its time, and its release is planned."""

from __future__ import annotations

import io
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from deid.services.planning import plan_release
from portal import ledger
from portal.models import Person
from portal.numbering import next_number
from requests_app.executed import executed_pdf
from requests_app.models import Agreement, Grant, Review
from requests_app.selection import selected_series, selected_tables
from requests_app.services.letters import write_letter
from requests_app.services.moving import advance
from requests_app.states import GrantMove, ReviewMove
from storage.objects import released_store


def execute_agreement(agreement_id: UUID) -> None:
    """Keep the signed agreement as a PDF, then open the grant; a second run does nothing."""
    agreement = Agreement.objects.get(pk=agreement_id)
    if agreement.executed_at is not None:
        return
    key = f"agreements/{agreement.pk}"
    released_store().put_file(key, io.BytesIO(executed_pdf(agreement)))
    _open(agreement_id, key)


@transaction.atomic
def _open(agreement_id: UUID, pdf_key: str) -> None:
    agreement: Agreement = Agreement.objects.locked(agreement_id)
    if agreement.executed_at is not None:
        return
    review: Review = Review.objects.locked(agreement.review_id)
    now = timezone.now()
    agreement.executed_at, agreement.pdf_key = now, pdf_key
    agreement.save(update_fields=["executed_at", "pdf_key"])
    grant = Grant.objects.create(review=review, number=next_number(Grant))
    ends = now + timedelta(days=review.collection.terms.grant_days)
    grant.move(GrantMove.OPEN, starts_at=now, expires_at=ends)
    advance(review, ReviewMove.GRANT, Person.system())
    ledger.record(Person.system(), "grant opened", grant)
    plan_release(
        grant_id=grant.pk,
        grant_number=grant.number,
        version=review.version,
        series=selected_series(review),
        tables=selected_tables(review),
        agreement_key=pdf_key,
    )
    for signature in agreement.signatures.exclude(role="official").filter(signed_at__isnull=False):
        page = reverse("requests_app:grant", args=[grant.pk])
        write_letter(signature.email, "grant_opened", page, grant=grant, name=signature.full_name)
