"""Tabling: a person says what each column of a clinical table holds, and so how it is cleaned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from deid.engine.verification.rows import called_after
from deid.policies import governed_tables
from deid.services.knowing import known_values_by_key, names_that_are_no_words
from portal import ledger
from portal.errors import InvalidInputError
from portal.models import ClinicalTable, Collection, ColumnRole, Person, TableColumn
from portal.models.index import LONGEST_DESCRIPTION, LONGEST_TITLE
from portal.states import VersionState
from portal.verdicts import denied, require
from storage.models import Submission

FIXED_BY_NOBODY = [VersionState.DRAFT, VersionState.IN_CURATION]
PUBLISHED = "The table is part of a published version, which never changes."
NOTHING_SAID: Mapping[int, str] = MappingProxyType({})


@transaction.atomic
def set_roles(
    *,
    person: Person,
    table_id: UUID,
    roles: Mapping[int, str],
    public_title: str | None = None,
    descriptions: Mapping[int, str] = NOTHING_SAID,
) -> ClinicalTable:
    """Set the role of each column by its number; exactly one column names the subject.

    *public_title* is what the table is called in public, *descriptions* say there what columns hold; what is not given stays.
    """
    table = ClinicalTable.objects.select_for_update().get(pk=table_id)
    if not governed_tables(person).contains(table):
        require(denied("Only the sponsor's data managers and curators may do this."))
    if is_fixed(table):
        raise InvalidInputError(PUBLISHED)
    columns = {column.pk: column for column in table.columns.all()}
    for pk, role in roles.items():
        if pk in columns:
            columns[pk].role = role
    for pk, text in descriptions.items():
        if pk in columns:
            columns[pk].description = _fitting(text, LONGEST_DESCRIPTION)
    require_one_subject(column.role for column in columns.values())
    _require_no_names(table.collection, list(columns.values()))
    TableColumn.objects.bulk_update(columns.values(), ["role", "description"])
    if public_title is not None:
        table.public_title = _fitting(public_title, LONGEST_TITLE)
    table.roles_set_at = timezone.now()
    table.save(update_fields=["public_title", "roles_set_at"])
    ledger.record(person, "table roles set", table)
    return table


def is_fixed(table: ClinicalTable) -> bool:
    """Say whether the table is part of a version that was published, so that nothing about it changes any more."""
    return table.versions.exclude(state__in=FIXED_BY_NOBODY).exists()


def require_one_subject(roles: Iterable[str]) -> None:
    """Raise `InvalidInputError` unless all *roles* are known and exactly one column names the subject."""
    given = list(roles)
    if any(role not in ColumnRole.values for role in given):
        raise InvalidInputError("Choose a role from the list.")
    if given.count(ColumnRole.IDENTIFIER) != 1:
        raise InvalidInputError("Exactly one column names the subject.")


def called_after_somebody(tables: Iterable[ClinicalTable]) -> list[ClinicalTable]:
    """Return those of *tables* of which a column that is released is called after a subject of the collection."""
    return [table for table in tables if _called_after(table.collection, list(table.columns.all()))]


def _called_after(collection: Collection, columns: list[TableColumn]) -> list[TableColumn]:
    leaving = [column for column in columns if column.role != ColumnRole.DROP]
    names = names_that_are_no_words(known_values_by_key(collection).values())
    return [leaving[place] for place in called_after([one.name for one in leaving], names)]


def _require_no_names(collection: Collection, columns: list[TableColumn]) -> None:
    """Raise `InvalidInputError` where the heading of a released column names a subject: headings are public."""
    named = _called_after(collection, columns)
    if named:
        places = ", ".join(str(columns.index(one) + 1) for one in named)
        raise InvalidInputError(
            f"The heading of column {places} holds the name of a subject, and headings are released and shown in public. Do not"
            " release the column, or upload the table with another heading."
        )


def _fitting(text: str, longest: int) -> str:
    line = " ".join(text.split())
    if len(line) > longest:
        raise InvalidInputError(f"Say in at most {longest} characters what it is, and what it holds.")
    return line


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
