"""The curator's pages about one thing: the finding desk, and submissions to send back."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from deid import policies
from deid.models import Finding, FindingKind
from deid.services import curating, defacing
from deid.services.drawing import FIELDS, Reach, board_at, board_of, run_in_words
from deid.services.leafing import Sheet, sheet_at, sheets_of
from deid.services.masks import masks_to_come
from deid.services.releasing.certifying import public_keys
from deid.states import FindingMove, FindingState
from deid.views.leafing import Leafing
from portal.acting import PersonalPage
from portal.asking import asker
from portal.errors import NotThereError
from portal.models import Person
from storage.models import Submission
from storage.objects import released_store
from storage.states import SubmissionState

MOST_BOXES, MOST_REPORTS = 200, 20
DRAWING = (FindingMove.CHANGE, "draw")
UNDER_WAY = (SubmissionState.RECEIVED, SubmissionState.INDEXED, SubmissionState.INSPECTED)


def _decide(move: FindingMove) -> Any:
    def decide(request: HttpRequest, finding: Finding) -> str:
        curating.decide_finding(
            curator=asker(request),
            finding_id=finding.pk,
            move=move,
            boxes=_boxes(request) if move == FindingMove.CHANGE else None,
            note=request.POST.get("note", ""),
            **_picture(request, finding),
        )
        return f"{finding.get_kind_display()}: {move.label.lower()}."

    return decide


def _here(request: HttpRequest, finding: Finding) -> tuple[Sheet, int] | None:
    """Return the image and the frame (from 1) on which the desk is open, `None` on the picture of the inspection."""
    keys = request.resolver_match.kwargs if request.resolver_match else {}
    if "image" not in keys:
        return None
    try:
        return sheet_at(finding.series, keys["image"], keys["frame"]), keys["frame"]
    except NotThereError as error:
        raise Http404(error.message) from error


def _picture(request: HttpRequest, finding: Finding) -> dict[str, Any]:
    """Return image and frame (from 0) on which boxes are stated, nothing on the picture of the inspection."""
    here = _here(request, finding)
    return {"instance_id": here[0].instance_id, "frame": here[1] - 1} if here else {}


def _boxes(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the boxes of the form: a row of numbers a box and where it goes, left out where it was erased."""
    rows = list(zip(*(request.POST.getlist(name) for name in FIELDS), strict=False))[:MOST_BOXES]
    reaches = request.POST.getlist("reach")[: len(rows)]
    return [
        {**dict(zip(FIELDS, row, strict=True)), "reach": reach}
        for row, reach in zip_longest(rows, reaches, fillvalue="")
        if all(row)
    ]


def _draw(request: HttpRequest, finding: Finding) -> str:
    curating.redraw_mask(
        curator=asker(request),
        finding_id=finding.pk,
        boxes=_boxes(request),
        **_picture(request, finding),
    )
    return "The boxes are kept. Nothing is decided yet."


def _plan_face(request: HttpRequest, finding: Finding) -> str:
    defacing.ask_for_plan(curator=asker(request), finding_id=finding.pk)
    return "The removal of the face is being planned."


def _plan_brain(request: HttpRequest, finding: Finding) -> str:
    defacing.ask_for_plan(curator=asker(request), finding_id=finding.pk, brain_only=True)
    return "The removal of everything but the brain is being planned."


class DeskPage(PersonalPage):
    """One finding: the picture, the proposed mask, and what to do about it."""

    template_name = "deid/desk.html"
    actions = {
        "draw": _draw,
        "plan": _plan_face,
        "plan_brain": _plan_brain,
        **{move.value: _decide(move) for move in FindingMove},
    }

    def fetch(self, request: HttpRequest, **keys: Any) -> Finding:
        """Return the finding, for curators of its sponsor."""
        found = policies.visible_findings(asker(request)).select_related("series__study__subject__collection")
        finding = get_object_or_404(found, pk=keys["pk"])
        _here(request, finding)
        return finding

    def get(self, request: HttpRequest, **keys: Any) -> HttpResponse:
        """Show the page; at once the first picture with text where none is on that of the inspection: nobody should accept a mask
        that they have not seen."""
        subject = self.fetch(request, **keys)
        text = subject.kind == FindingKind.BURNED_IN_TEXT and subject.state == FindingState.OPEN
        if text and _here(request, subject) is None:
            board, masks = board_of(subject, None), masks_to_come(subject.series)
            leafing = Leafing(asker(request), subject, sheets_of(subject.series), None)
            first = leafing.context().get("next_marked")
            if first and masks and not any(map(board.shows, masks)):
                return redirect(first)
        return self._show(request, subject)

    def context(self, request: HttpRequest, subject: Finding) -> dict[str, Any]:
        """Return the picture with the boxes that go to it, and where it stands in the queue and in its series."""
        here = _here(request, subject)
        sheets = sheets_of(subject.series)
        board = board_at(here[0], here[1] - 1) if here else board_of(subject, None)
        masks = masks_to_come(subject.series)
        shown = [{**box, "reach": board.reach_of(box)} for box in masks if board.shows(box)]
        drawn = _boxes(request) if request.POST.get("action") in DRAWING else shown
        leafing = Leafing(asker(request), subject, sheets, (here[0].number, here[1]) if here else None)
        return {
            "leaf": leafing.context(),
            "pictured": bool(sheets),
            "reports": _reports(subject),
            "size": board.size,
            "of_this_size": sum(sheet.size == board.size for sheet in sheets),
            "reaches": _reaches(here[0] if here else None),
            "finding": subject,
            "series": subject.series,
            "collection": subject.series.collection,
            "boxes": [{**box, "run": run_in_words(box["reach"])} for box in drawn],
            "elsewhere": len(masks) - len(shown),
            "is_open": subject.state == FindingState.OPEN,
            "masks": subject.kind == FindingKind.BURNED_IN_TEXT,
            "face": subject.kind == FindingKind.FACE,
            "plannable": defacing.can_plan(subject),
            "planning": defacing.planning_of(subject),
            "asks_again": bool(request.headers.get("HX-Request")),
            "recognisable": subject.kind in curating.RECOGNISABLE,
            "others": subject.series.findings.exclude(pk=subject.pk),
            "left": _open(asker(request)).count(),
        }

    def after(self, request: HttpRequest, subject: Finding) -> str:
        """Go to the next open finding, back to the queue after the last."""
        if request.POST["action"] in {FindingMove.REOPEN, "draw", "plan", "plan_brain"}:
            return request.path
        following = _open(asker(request)).order_by("confidence", "found_at").first()
        return reverse("deid:desk", args=[following.pk]) if following else reverse("deid:queue")


def _reports(finding: Finding) -> range:
    """Return the numbers of the reports that are read at the desk, none of other findings."""
    count = finding.series.instance_count if finding.kind == FindingKind.REPORT else 0
    return range(1, min(count, MOST_REPORTS) + 1)


def _reaches(sheet: Sheet | None) -> list[Reach]:
    """Return where a box can go that is drawn on a picture of *sheet*."""
    if sheet is None:
        return []
    return list(Reach) if sheet.frames > 1 else [Reach.SERIES, Reach.IMAGE]


def _open(person: Person) -> Any:
    return policies.visible_findings(person).filter(state=FindingState.OPEN)


@login_required
def picture(request: HttpRequest, pk: str) -> HttpResponse:
    """Hand a curator the picture of a source; nobody else ever sees it."""
    finding = get_object_or_404(policies.visible_findings(asker(request)), pk=pk)
    response = HttpResponse(released_store().get_bytes(finding.preview_key), content_type="image/png")
    response["Cache-Control"] = "no-store, private"
    return response


def _send_back(request: HttpRequest, submission: Submission) -> str:
    curating.send_back_submission(
        curator=asker(request),
        submission_id=submission.pk,
        reason=request.POST.get("reason", ""),
    )
    return "Sent back. The uploader reads your reason."


def certificate_key(request: HttpRequest) -> JsonResponse:
    """Tell everybody the keys with which the certificates of this portal can be checked."""
    present, *earlier = public_keys()
    return JsonResponse({"algorithm": "Ed25519", "public_key": present, "earlier": earlier})


class SubmissionPage(PersonalPage):
    """A submission as a curator sees it: how far it is, and whether to send it back."""

    template_name = "deid/submission.html"
    actions = {"send_back": _send_back}

    def fetch(self, request: HttpRequest, **keys: Any) -> Submission:
        """Return the submission, for curators of its sponsor."""
        seen = policies.curated_submissions(asker(request)).select_related("collection", "person")
        return get_object_or_404(seen, pk=keys["pk"])

    def context(self, request: HttpRequest, subject: Submission) -> dict[str, Any]:
        """Return its counts and the findings in it."""
        keys = subject.files.values("object_key")
        findings = policies.visible_findings(asker(request)).filter(series__instances__source_key__in=keys)
        return {
            "submission": subject,
            "counts": subject.counts(),
            "findings": findings.distinct().select_related("series"),
            "may_send_back": subject.state in UNDER_WAY,
        }
