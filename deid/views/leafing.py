"""What the desk says while a curator leafs through a series: where one is, what is marked, what was seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from deid import policies
from deid.models import Finding, FindingKind
from deid.services.drawing import board_at
from deid.services.leafing import Sheet, draw_picture, looked_at
from deid.services.masks import masks_to_come
from portal.asking import asker
from portal.errors import InvalidInputError, NotThereError
from portal.models import Person, SeriesKind

STRIP_BESIDE = 40
Place = tuple[int, int]


@login_required
def leaf_picture(request: HttpRequest, pk: UUID, image: int, frame: int) -> HttpResponse:
    """Hand a curator one frame of a source, drawn now; nobody else ever sees it, and it is kept nowhere."""
    finding = get_object_or_404(policies.visible_findings(asker(request)).select_related("series"), pk=pk)
    try:
        picture = draw_picture(person=asker(request), series=finding.series, image=image, frame=frame)
    except NotThereError as error:
        raise Http404(error.message) from error
    except InvalidInputError as error:
        return _private(HttpResponse(error.message, content_type="text/plain; charset=utf-8", status=422))
    return _private(HttpResponse(picture, content_type="image/png"))


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store, private"
    return response


@dataclass(frozen=True)
class Leafing:
    """A series as *person* leafs through it from the desk of *finding*; `here` is `None` before the first picture."""

    person: Person
    finding: Finding
    sheets: list[Sheet]
    here: Place | None

    def context(self) -> dict[str, Any]:
        """Return what the template needs; nothing where no picture of the series can be drawn."""
        if not self.sheets:
            return {}
        image, frame = self.here or (len(self.sheets) // 2 + 1, 1)
        marks = self._marks()
        places = list(self._places())
        marked = marks["found"] or marks["masked"]
        of_image = [place for place in places if place[0] == image]
        return {
            "sheet": self.sheets[image - 1],
            "frame": frame,
            "images": len(self.sheets),
            "pictures": len(places),
            "has_frames": len(places) > len(self.sheets),
            "seen": len(marks["seen"]),
            "is_new": self.here is not None and self.here not in marks["seen"],
            "picture_word": "picture,pictures" if len(places) > len(self.sheets) else "image,images",
            "frame_word": "slice" if self.finding.series.kind == SeriesKind.NIFTI else "frame",
            "first": self._address(places[0]),
            "last": self._address(places[-1]),
            "before": self._address(self._beside(places, -1)),
            "after": self._address(self._beside(places, 1)),
            "has_plan": self.finding.series.findings.filter(kind=FindingKind.FACE)
            .exclude(plan_key="")
            .exists(),
            "marked": len(marked),
            "is_found": bool(marks["found"]),
            "next_marked": self._address(self._following(marked)),
            "picture": self._address(self.here, "deid:leaf_picture"),
            "strips": [
                self._strip("Images", [(sheet.number, 1) for sheet in self.sheets], image - 1, marks, of=0),
                self._strip(f"{self._frames_word()} of image {image}", of_image, frame - 1, marks, of=1),
            ],
        }

    def _frames_word(self) -> str:
        return "Slices" if self.finding.series.kind == SeriesKind.NIFTI else "Frames"

    def _places(self) -> Iterator[Place]:
        for sheet in self.sheets:
            for frame in range(1, sheet.frames + 1):
                yield sheet.number, frame

    def _marks(self) -> dict[str, set[Place]]:
        """Return the places where text was seen, those that get a mask, and those that this person has looked at."""
        series = self.finding.series
        numbers = {str(sheet.instance_id): sheet.number for sheet in self.sheets}
        text = series.findings.filter(kind=FindingKind.BURNED_IN_TEXT).first()
        found = {(numbers[one["instance"]], one["frame"] + 1) for one in (text.places if text else ())
                 if one["instance"] in numbers}  # fmt: skip
        seen = {(numbers[str(pk)], frame) for pk, frame in looked_at(self.person, series)}
        boxes = masks_to_come(series)
        return {"found": found, "masked": set(self._masked(boxes)), "seen": seen}

    def _masked(self, boxes: list[dict[str, Any]]) -> Iterator[Place]:
        for sheet in self.sheets:
            for frame in range(1, sheet.frames + 1) if boxes else ():
                if any(map(board_at(sheet, frame - 1).shows, boxes)):
                    yield sheet.number, frame

    def _beside(self, places: list[Place], step: int) -> Place | None:
        at = (places.index(self.here) + step) if self.here else -1
        return places[at] if 0 <= at < len(places) else None

    def _following(self, marked: set[Place]) -> Place | None:
        later = [place for place in marked if place > (self.here or (0, 0))]
        return min(later, default=None)

    def _address(self, place: Place | None, name: str = "deid:leaf") -> str:
        return reverse(name, args=[self.finding.pk, *place]) if place else ""

    def _strip(
        self, title: str, places: list[Place], at: int, marks: dict[str, set[Place]], *, of: int
    ) -> dict[str, Any]:
        """Return the links to the places around number *at*; a link to an image (*of* 0) stands for all its frames."""
        near = {name: {place[0] for place in one} if of == 0 else one for name, one in marks.items()}
        start = max(0, at - STRIP_BESIDE)
        links = [
            {
                "number": place[of],
                "address": self._address(place),
                "is_here": self.here is not None and number == at,
                **{name: (place if of else place[0]) in one for name, one in near.items()},
            }
            for number, place in enumerate(places[start : at + STRIP_BESIDE + 1], start)
        ]
        return {"title": title, "links": links, "count": len(places), "is_part": len(links) < len(places)}
