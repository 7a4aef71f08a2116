"""What an inspection saw of a series, and writing it down: quality, pictures, and findings for a person."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import timezone

from deid.engine.version import engine_build
from deid.models import Finding, FindingKind
from deid.services.defacing import SAME_PLACE, lies_where_a_face_goes
from deid.services.drawing import was_drawn
from deid.states import FindingState
from portal import ledger
from portal.jobs import enqueue
from portal.models import Person, Series, SeriesState
from storage import keys
from storage.objects import released_store

Box = dict[str, Any]
# There is no measure of what rules miss in free text.
BY_RULES = 0.5
OF_FACE = {
    "likely": "A face can be rebuilt from it, most likely. Have its removal planned.",
    "possible": "Perhaps a face can be rebuilt from it. Leaf through it, and have the removal planned where one can.",
}
REPORT = "Words that somebody wrote, cleaned by rules. Read what would leave of them."


@dataclass
class Seen:
    """What was seen of a series; how many of its images were not searched for text, on how many little or none was found though
    the header announces some, and on how many something nearly reads as text."""

    quality: list[dict[str, Any]] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    places: list[dict[str, Any]] = field(default_factory=list)
    face: dict[str, Any] | None = None
    unsearched: int = 0
    announced: int = 0
    doubted: int = 0
    hindrance: str = ""
    private: int = 0
    content: str = ""
    has_narrative: bool = False
    preview: bytes = b""
    thumbnail: bytes = b""

    @property
    def asks_about_text(self) -> bool:
        """Whether a person must look for text."""
        return bool(self.boxes or self.unsearched or self.announced or self.doubted)


def record(series: Series, seen: Seen) -> None:
    """Write quality, previews and findings, in the transaction that ends the job."""
    _store_pictures(series, seen)
    series.quality, series.state, series.inspected_by = seen.quality, SeriesState.INSPECTED, engine_build()
    series.save(update_fields=["quality", "state", "text_finder", "inspected_by", "thumbnail_key"])
    if seen.asks_about_text:
        open_question = seen.unsearched or seen.announced or seen.doubted
        sure = 0.0 if open_question else min(box["confidence"] for box in seen.boxes)
        _propose(series, seen, FindingKind.BURNED_IN_TEXT, sure, _of_text(seen), seen.boxes)
    if seen.content:
        _propose(series, seen, FindingKind.CONTENT, 1.0, seen.content)
    if seen.has_narrative:
        _propose(series, seen, FindingKind.REPORT, BY_RULES, REPORT)
    if seen.face and seen.face["risk"] != "none":
        text = seen.face.get("summary") or OF_FACE[seen.face["risk"]]
        _propose(series, seen, FindingKind.FACE, seen.face["confidence"], text)
    elif lies_where_a_face_goes(series):
        _propose(series, seen, FindingKind.FACE, 0.0, SAME_PLACE)
    if settings.PLAN_FACES and seen.face and seen.face["risk"] == "likely":
        enqueue("deid.plan_faces", series.study.subject_id)
    if seen.quality:
        text = " ".join(one["text"] for one in seen.quality)[:300]
        _propose(series, seen, FindingKind.QUALITY, 1.0, text)
    _note_private_elements(series, seen.private)
    open_findings = series.findings.filter(state=FindingState.OPEN).count()
    ledger.record(Person.system(), "series inspected", series, findings=open_findings)
    enqueue("deid.settle_series", series.pk)


def _of_text(seen: Seen) -> str:
    """Say in words what a person has to decide about text."""
    told = [
        (len(seen.boxes), "Text in the image, in 1 place. Accept or change the mask.",
         "Text in the image, in {} places. Accept or change the mask."),
        (seen.unsearched, "1 image was not searched for text. Look at it.",
         "{} images were not searched for text. Look at them."),
        (seen.announced, "The header of 1 image says that text is burned in, but little or none was found. Look.",
         "The headers of {} images say that text is burned in, but little or none was found. Look."),
        (seen.doubted, "Something on 1 image may be text that could not be read. Look at it.",
         "Something on {} images may be text that could not be read. Look at them."),
    ]  # fmt: skip
    return " ".join((one if count == 1 else many).format(count) for count, one, many in told if count)


def _note_private_elements(series: Series, count: int) -> None:
    """Note what needs no person: private elements that are not on the safe list never leave."""
    if not count:
        return
    text = f"{count} private elements in the image looked at; those not safe are removed."
    Finding.objects.get_or_create(
        series=series,
        kind=FindingKind.PRIVATE_ELEMENTS,
        defaults={
            "state": FindingState.ACCEPTED,
            "decided_by": Person.system(),
            "decided_at": timezone.now(),
            "summary": text,
        },
    )


def _store_pictures(series: Series, seen: Seen) -> None:
    if seen.preview:
        released_store().put_file(keys.desk(series.pk), io.BytesIO(seen.preview))
    if seen.thumbnail and not (seen.boxes or seen.doubted):
        series.thumbnail_key = keys.thumbnail(series.pk)
        released_store().put_file(series.thumbnail_key, io.BytesIO(seen.thumbnail))


def _propose(
    series: Series, seen: Seen, kind: FindingKind, confidence: float, summary: str, boxes: Sequence[Box] = ()
) -> None:
    width, height = png_size(seen.preview)
    values = {
        "confidence": confidence,
        "summary": summary,
        "boxes": list(boxes),
        "places": seen.places if kind == FindingKind.BURNED_IN_TEXT else [],
        "hindrance": seen.hindrance if kind == FindingKind.BURNED_IN_TEXT else "",
        "preview_key": keys.desk(series.pk) if seen.preview else "",
        "preview_width": width,
        "preview_height": height,
    }
    finding, new = Finding.objects.get_or_create(series=series, kind=kind, defaults=values)
    if not new and finding.state == FindingState.OPEN:
        values["boxes"] = [*(box for box in finding.boxes if was_drawn(box)), *boxes]
        Finding.objects.filter(pk=finding.pk).update(**values)


def png_size(picture: bytes) -> tuple[int, int]:
    """Return width and height of a PNG, zeros when there is none."""
    return struct.unpack(">II", picture[16:24]) if picture else (0, 0)
