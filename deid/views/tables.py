"""A clinical table: what stands in its columns, what each holds, and so what leaves of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render

from deid import policies
from deid.services import tabling
from deid.services.columns import explain_table
from portal.acting import PersonalPage
from portal.asking import asker
from portal.errors import TesseraError
from portal.models import ClinicalTable, ColumnRole, TableColumn

# So many values of a column are shown at once; the others open below them.
SHOWN_AT_ONCE = 8


def _said(given: QueryDict, table: ClinicalTable, what: str) -> dict[int, str]:
    """Return what a form says of each column that it mentions, by the column's number."""
    said = {pk: given.get(f"{what}-{pk}") for pk in table.columns.values_list("pk", flat=True)}
    return {pk: text for pk, text in said.items() if text is not None}


def _set_roles(request: HttpRequest, table: ClinicalTable) -> str:
    tabling.set_roles(
        person=asker(request),
        table_id=table.pk,
        roles=_said(request.POST, table, "role"),
        public_title=request.POST.get("public_title"),
        descriptions=_said(request.POST, table, "description"),
    )
    return "It is set."


class TablePage(PersonalPage):
    """A clinical table: what each column holds, and so how it is cleaned."""

    template_name = "deid/table.html"
    actions = {"set": _set_roles}

    def fetch(self, request: HttpRequest, **keys: Any) -> ClinicalTable:
        """Return the table, for the sponsor's managers and curators."""
        return get_object_or_404(policies.governed_tables(asker(request)), pk=keys["pk"])

    def context(self, request: HttpRequest, subject: ClinicalTable) -> dict[str, Any]:
        """Return the columns, with what was typed of them, and the roles to choose from."""
        columns = list(subject.columns.all())
        roles, descriptions = (_said(request.POST, subject, what) for what in ("role", "description"))
        for column in columns:
            column.role = roles.get(column.pk, column.role)
            column.description = descriptions.get(column.pk, column.description)
        return {
            "table": subject,
            "is_fixed": tabling.is_fixed(subject),
            "public_title": request.POST.get("public_title", subject.public_title),
            "collection": subject.collection,
            "columns": columns,
            "roles": ColumnRole.choices,
        }


@login_required
def columns(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what stands in each column, and what would leave of it under the roles that are asked for."""
    table = get_object_or_404(policies.governed_tables(asker(request)), pk=pk)
    try:
        told = explain_table(person=asker(request), table=table, roles=_said(request.GET, table, "role"))
        shown: dict[str, Any] = {"table": table, "columns": [_shown(*one) for one in told]}
    except TesseraError as error:
        shown = {"table": table, "error": error}
    response = render(request, "deid/table_columns.html", shown)
    response["Cache-Control"] = "no-store, private"
    return response


def _shown(column: TableColumn, told: Mapping[str, Any]) -> dict[str, Any]:
    values = told["values"]
    return {
        "column": column,
        "filled": told["filled"],
        "different": told["different"],
        "first": values[:SHOWN_AT_ONCE],
        "others": values[SHOWN_AT_ONCE:],
    }
