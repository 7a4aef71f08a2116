"""Curating: a person decides on each finding; a series without open findings is cleared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from deid.models import Finding, FindingKind
from deid.services.defacing import has_plan
from deid.services.drawing import board_of, redrawn
from deid.services.intake.indexing import series_of
from deid.services.leafing import how_much_was_seen
from deid.services.masks import has_masks
from deid.services.tabling import take_out_tables
from deid.states import FindingMove, FindingState
from portal import ledger
from portal.errors import IllegalMoveError, InvalidInputError
from portal.jobs import enqueue
from portal.models import Person, Series, SeriesState
from portal.policies import can_curate
from portal.verdicts import require
from storage.advice import ADVICE
from storage.models import Submission
from storage.states import FileMove, FileState, SubmissionMove, SubmissionState

BULK_MOVES = frozenset({FindingMove.ACCEPT, FindingMove.DISMISS, FindingMove.KEEP, FindingMove.WITHHOLD})
SENT_BACK = "sent_back"
NOT_READ = f"Its submission was sent back before it was read. {ADVICE[SENT_BACK]}"
RECOGNISABLE = frozenset({FindingKind.FACE, FindingKind.CONTENT})


@transaction.atomic
def decide_finding(
    *,
    curator: Person,
    finding_id: UUID,
    move: FindingMove,
    boxes: Sequence[dict[str, Any]] | None = None,
    note: str = "",
    instance_id: UUID | None = None,
    frame: int = 0,
) -> Finding:
    """Record the curator's decision; *boxes* replace those of the mask that lie on one picture when the move is a change.

    They are stated in pixels of a *frame* (from 0) of the image *instance_id*, or of the picture of the inspection. The ledger
    keeps how many pictures of the series were drawn for the curator before.
    """
    finding: Finding = Finding.objects.locked(finding_id)
    require(can_curate(curator, finding.series.collection))
    _require_fits(finding, move)
    _require_settled(Series.objects.locked(finding.series_id))
    changes: dict[str, Any] = {"decided_by": curator, "decided_at": timezone.now(), "note": note}
    if move == FindingMove.CHANGE:
        changes["boxes"] = redrawn(finding, board_of(finding, instance_id, frame), boxes or [])
    if move == FindingMove.REOPEN:
        changes = {"decided_by": None, "decided_at": None, "note": note}
    finding.move(move, **changes)
    seen = how_much_was_seen(curator, finding.series)
    ledger.record(curator, f"finding: {move.value}", finding, kind=finding.kind, **seen)
    settle_series(finding.series_id)
    return finding


@transaction.atomic
def redraw_mask(
    *,
    curator: Person,
    finding_id: UUID,
    boxes: Sequence[dict[str, Any]],
    instance_id: UUID | None = None,
    frame: int = 0,
) -> Finding:
    """Keep what was drawn on one picture, as `decide_finding` does, and leave the finding open: other pictures come next."""
    finding: Finding = Finding.objects.locked(finding_id)
    require(can_curate(curator, finding.series.collection))
    _require_fits(finding, FindingMove.CHANGE)
    if finding.state != FindingState.OPEN:
        raise InvalidInputError("The finding is decided. Open it again to draw its mask anew.")
    finding.boxes = redrawn(finding, board_of(finding, instance_id, frame), boxes)
    finding.save(update_fields=["boxes"])
    ledger.record(curator, "finding: mask drawn", finding, boxes=len(finding.boxes))
    return finding


@transaction.atomic
def decide_findings(
    *, curator: Person, finding_ids: Sequence[UUID], move: FindingMove, note: str = ""
) -> list[Finding]:
    """Record the same decision on many findings: on all of them, or on none when one cannot be decided so.

    The `InvalidInputError` then says for each that was refused why, in its `fields` by the finding's identifier.
    """
    if not finding_ids:
        raise InvalidInputError("Choose at least one finding.")
    if move not in BULK_MOVES:
        raise InvalidInputError(
            "Many findings can be accepted, dismissed, kept or withheld at once, nothing else."
        )
    decided, refused = [], {}
    for one in sorted(finding_ids):
        try:
            with transaction.atomic():
                decided.append(decide_finding(curator=curator, finding_id=one, move=move, note=note))
        except (InvalidInputError, IllegalMoveError) as error:
            refused[str(one)] = [error.message]
    if refused:
        raise InvalidInputError(
            f"{len(refused)} of {len(finding_ids)} cannot be decided so, and none was. Untick them or decide on them alone.",
            fields=refused,
        )
    return decided


def _require_fits(finding: Finding, move: FindingMove) -> None:
    if move == FindingMove.KEEP and finding.kind not in RECOGNISABLE:
        raise InvalidInputError("Only a face or a picture that identifies by itself is kept knowingly.")
    masks = finding.kind == FindingKind.BURNED_IN_TEXT
    if masks and finding.hindrance and move in {FindingMove.ACCEPT, FindingMove.CHANGE}:
        raise InvalidInputError(
            f"No mask can be put on these images: {finding.hindrance} Withhold the series."
        )
    if masks and move == FindingMove.ACCEPT and not finding.boxes:
        raise InvalidInputError("There is no box to accept: draw one, or say that nothing is to hide.")
    planned = move == FindingMove.ACCEPT and bool(finding.plan_key)
    if move in {FindingMove.ACCEPT, FindingMove.CHANGE} and not masks and not planned:
        raise InvalidInputError(
            "There is no mask to accept here: say that nothing is to hide, or withhold the series."
        )


def _require_settled(series: Series) -> None:
    _require_not_published(series)
    if series.state == SeriesState.INDEXED:
        raise InvalidInputError(
            "Images of the series wait for their inspection. Decide when they are inspected."
        )


def _require_not_published(series: Series) -> None:
    if series.is_published:
        raise InvalidInputError(
            "The series is part of a published version, which never changes. Withdraw each version that holds it first."
        )


@transaction.atomic
def settle_series(series_id: UUID) -> None:
    """Clear or withhold a series once nothing about it is open, and take its submissions on."""
    series: Series = Series.objects.locked(series_id)
    states = set(series.findings.values_list("state", flat=True))
    if FindingState.OPEN in states:
        settled = SeriesState.INSPECTED
    elif FindingState.WITHHELD in states:
        settled = SeriesState.WITHHELD
    else:
        settled = SeriesState.CLEARED
    if series.state not in {settled, SeriesState.INDEXED}:
        series.state = settled
        if settled == SeriesState.CLEARED and (has_masks(series) or has_plan(series)):
            # The picture of the inspection shows what goes.
            series.thumbnail_key = ""
        series.save(update_fields=["state", "thumbnail_key"])
        if settled == SeriesState.CLEARED:
            enqueue("deid.picture_series", series.pk)
    for submission in submissions_of(series):
        enqueue("deid.close_submission", submission.pk)


def submissions_of(series: Series) -> QuerySet[Submission]:
    """Return the submissions that brought files of *series* and are not closed yet."""
    return Submission.objects.filter(
        state__in=[SubmissionState.INDEXED, SubmissionState.INSPECTED],
        files__object_key__in=series.instances.values("source_key"),
    ).distinct()


@transaction.atomic
def close_submission(submission_id: UUID) -> None:
    """Take a submission on: inspected when every series was looked at, accepted when nothing is open any more."""
    submission: Submission = Submission.objects.locked(submission_id)
    states = set(series_of(submission).values_list("state", flat=True))
    if submission.state == SubmissionState.INDEXED and SeriesState.INDEXED not in states:
        submission.move(SubmissionMove.INSPECT)
        ledger.record(Person.system(), "submission inspected", submission)
    if submission.state == SubmissionState.INSPECTED and not states & {
        SeriesState.INDEXED,
        SeriesState.INSPECTED,
    }:
        submission.move(SubmissionMove.ACCEPT)
        ledger.record(Person.system(), "submission accepted", submission)


@transaction.atomic
def send_back_submission(*, curator: Person, submission_id: UUID, reason: str) -> Submission:
    """Reject a submission with a reason; its series are withheld from every version to come, and its tables are taken out."""
    submission: Submission = Submission.objects.locked(submission_id)
    require(can_curate(curator, submission.collection))
    if not reason.strip():
        raise InvalidInputError("Say what should be done about it.", fields={"reason": ["Empty."]})
    for series in series_of(submission):
        _require_not_published(series)
        _withhold(series, curator, reason.strip())
    take_out_tables(submission)
    for file in submission.files.filter(state=FileState.RECEIVED):
        file.move(FileMove.REJECT, reason_code=SENT_BACK, reason=NOT_READ)
    submission.move(SubmissionMove.REJECT, reason=reason.strip())
    ledger.record(curator, "submission sent back", submission)
    return submission


def _withhold(series: Series, curator: Person, reason: str) -> None:
    """Withhold a series by a decision of its own, which stands whatever is decided about its other findings."""
    told = {"summary": "Its submission was sent back."}
    row, _ = Finding.objects.get_or_create(series=series, kind=FindingKind.QUALITY, defaults=told)
    finding: Finding = Finding.objects.locked(row.pk)
    if finding.state != FindingState.OPEN:
        finding.move(FindingMove.REOPEN, decided_by=None, decided_at=None)
    finding.move(FindingMove.WITHHOLD, decided_by=curator, decided_at=timezone.now(), note=reason)
    Series.objects.filter(pk=series.pk).update(state=SeriesState.WITHHELD)
