"""Tabling: a person says what each column of a clinical table holds, and so how it is cleaned."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from deid.policies import governed_tables
from portal import ledger
from portal.errors import InvalidInputError
from portal.models import ClinicalTable, ColumnRole, Person
from portal.states import VersionState
from portal.verdicts import denied, require
from storage.models import Submission

FIXED_BY_NOBODY = [VersionState.DRAFT, VersionState.IN_CURATION]
PUBLISHED = "The table is part of a published version, which never changes."


@transaction.atomic
def set_roles(*, person: Person, table_id: UUID, roles: Mapping[int, str]) -> ClinicalTable:
    """Set the role of each column by its number; exactly one column names the subject."""
    table = ClinicalTable.objects.select_for_update().get(pk=table_id)
    if not governed_tables(person).contains(table):
        require(denied("Only the sponsor's data managers and curators may do this."))
    if table.versions.exclude(state__in=FIXED_BY_NOBODY).exists():
        raise InvalidInputError(PUBLISHED)
    if any(role not in ColumnRole.values for role in roles.values()):
        raise InvalidInputError("Choose a role from the list.")
    columns = {column.pk: column for column in table.columns.all()}
    for pk, role in roles.items():
        if pk in columns:
            columns[pk].role = role
    if sum(column.role == ColumnRole.IDENTIFIER for column in columns.values()) != 1:
        raise InvalidInputError("Exactly one column names the subject.")
    for column in columns.values():
        column.save(update_fields=["role"])
    table.roles_set_at = timezone.now()
    table.save(update_fields=["roles_set_at"])
    ledger.record(person, "table roles set", table)
    return table


def proposed_only(collection_id: UUID) -> QuerySet[ClinicalTable]:
    """Return the never published tables of a collection of whose columns only the portal has said what they hold."""
    mine = ClinicalTable.objects.filter(collection=collection_id, roles_set_at=None)
    return mine.exclude(versions__published_at__isnull=False).order_by("title")


def take_out_tables(submission: Submission) -> None:
    """Remove the rows of the tables that a submission brought, whose files stay: the next may come under the same name.

    Raises `InvalidInputError` where one was published.
    """
    brought = ClinicalTable.objects.select_for_update().filter(
        collection=submission.collection_id, source_key__in=submission.files.values("object_key")
    )
    tables = list(brought)
    if ClinicalTable.versions.through.objects.filter(
        clinicaltable__in=tables, collectionversion__published_at__isnull=False
    ).exists():
        raise InvalidInputError(PUBLISHED)
    for table in tables:
        table.delete()
