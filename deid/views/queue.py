"""The curator's queue: what to look at next, and one decision on many findings at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from deid import policies
from deid.models import Finding, FindingKind
from deid.services import curating
from deid.states import FindingMove, FindingState
from deid.views.curation import UNDER_WAY
from portal.acting import PersonalPage
from portal.asking import asker
from portal.errors import InvalidInputError, TesseraError
from portal.models import CollectionVersion, Organisation, Person
from portal.policies import CURATE, curated_collections, organisations_with
from portal.services.versions.publishing import conditions_to_publish
from portal.states import VersionState

LATELY, MOST_SHOWN = 12, 100
SURE = 0.8


def _decide_many(request: HttpRequest, subject: Any) -> str:
    """Record the decision on every finding that was ticked."""
    seen = policies.visible_findings(asker(request))
    try:
        wanted = {UUID(one) for one in request.POST.getlist("finding")}
        move = FindingMove(request.POST.get("move", ""))
    except ValueError as error:
        raise InvalidInputError("Choose findings and what to do with them.") from error
    chosen = list(seen.filter(pk__in=wanted).values_list("pk", flat=True))
    note = request.POST.get("note", "")
    decided = curating.decide_findings(curator=asker(request), finding_ids=chosen, move=move, note=note)
    return f"{len(decided)} finding{'s' if len(decided) > 1 else ''}: {move.label.lower()}."


class QueuePage(PersonalPage):
    """The findings that wait, by kind, collection and confidence; the least sure and the oldest first."""

    template_name = "deid/queue.html"
    actions = {"decide": _decide_many}

    def fetch(self, request: HttpRequest, **keys: Any) -> QuerySet[Finding]:
        """Return the open findings of this curator, for those who curate at all."""
        sponsors = organisations_with(asker(request), CURATE)
        get_object_or_404(Organisation, pk__in=sponsors.values("pk")[:1])
        return policies.visible_findings(asker(request)).filter(state=FindingState.OPEN)

    def after(self, request: HttpRequest, subject: Any) -> str:
        """Stay where the filters are."""
        return request.get_full_path()

    def _show(
        self, request: HttpRequest, subject: QuerySet[Finding], error: TesseraError | None = None
    ) -> HttpResponse:
        """Name each finding that was refused beside the reason."""
        reasons = error.fields if isinstance(error, InvalidInputError) else {}
        self.refused = _refused(policies.visible_findings(asker(request)), reasons)
        return super()._show(request, subject, error)

    def context(self, request: HttpRequest, subject: QuerySet[Finding]) -> dict[str, Any]:
        """Return what waits under the chosen filters, what was decided lately, versions to publish and submissions."""
        person, chosen = asker(request), request.GET
        ticked = set(request.POST.getlist("finding"))
        decided = policies.visible_findings(person).exclude(state=FindingState.OPEN).order_by("-decided_at")
        found = _filtered(subject, chosen)
        shown = found.select_related("series__study__subject__collection").order_by("confidence", "found_at")
        collections = (
            subject.order_by()
            .values_list(
                "series__study__subject__collection__slug", "series__study__subject__collection__title"
            )
            .annotate(Count("pk"))
        )
        kinds = dict(subject.order_by().values_list("kind").annotate(Count("pk")))
        return {
            "open": [_Shown(one, str(one.pk) in ticked) for one in shown[:MOST_SHOWN]],
            "open_count": subject.count(),
            "shown_count": found.count(),
            "kinds": [(one.value, one.label, kinds[one.value]) for one in FindingKind if one.value in kinds],
            "collections": list(collections),
            "chosen": chosen,
            "refused": self.refused,
            "decided": decided.select_related("series__study__subject__collection")[:LATELY],
            "submissions": policies.curated_submissions(person)
            .filter(state__in=UNDER_WAY)
            .select_related("collection", "person"),
            "versions": [_waiting(version) for version in _in_curation(person)],
        }


@dataclass(frozen=True)
class _Shown:
    """A finding of the list, and whether it was ticked before something was refused."""

    finding: Finding
    ticked: bool


@dataclass(frozen=True)
class _Waiting:
    """A version that waits to be published, and what has to be done before."""

    version: CollectionVersion
    unmet: tuple[str, ...]


def _waiting(version: CollectionVersion) -> _Waiting:
    unmet = [condition.label for condition in conditions_to_publish(version) if not condition.met]
    return _Waiting(version, tuple(unmet))


def _in_curation(person: Person) -> QuerySet[CollectionVersion]:
    """Return the versions that wait for this curator, those that wait longest first."""
    versions = CollectionVersion.objects.filter(collection__in=curated_collections(person))
    return versions.filter(state=VersionState.IN_CURATION).select_related("collection").order_by("created_at")


def _refused(findings: QuerySet[Finding], reasons: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Return each finding that was refused, with the reason."""
    named = findings.filter(pk__in=reasons).select_related("series__study__subject__collection")
    return [{"finding": one, "reason": " ".join(reasons[str(one.pk)])} for one in named]


def _filtered(findings: QuerySet[Finding], chosen: Any) -> QuerySet[Finding]:
    if chosen.get("kind"):
        findings = findings.filter(kind=chosen["kind"])
    if chosen.get("collection"):
        findings = findings.filter(series__study__subject__collection__slug=chosen["collection"])
    if chosen.get("sure") == "yes":
        findings = findings.filter(confidence__gte=SURE)
    if chosen.get("sure") == "no":
        findings = findings.filter(confidence__lt=SURE)
    return findings
