"""Boxes as a curator draws them: on one picture of a series, for that frame, that image, or all images of its size."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models

from deid.models import Finding
from deid.services.leafing import Sheet, sheets_of
from deid.services.masks import goes_to
from portal.errors import InvalidInputError

FIELDS = ("x", "y", "width", "height")
Box = dict[str, Any]


class Reach(models.TextChoices):
    """To which pictures a box goes: all of its size in the series, the image it was drawn on, or that frame."""

    SERIES = "series", "Series"
    IMAGE = "image", "Image"
    FRAME = "frame", "Frame"


# How a box says that it goes to a run of frames, which nobody draws but an inspection finds: both numbers from 1.
_RUN = re.compile(r"frames:(\d{1,6})-(\d{1,6})")


def run_in_words(reach: str) -> str:
    """Return in words to which run of frames a box goes, nothing where it goes to none."""
    run = _RUN.fullmatch(reach)
    return f"Frames {run[1]} to {run[2]}" if run else ""


@dataclass(frozen=True, slots=True)
class Board:
    """What is drawn on: one frame (from 0) of an image, or the picture of the inspection, which stands for the whole series."""

    rows: int
    columns: int
    instance_id: UUID | None = None
    frame: int = 0

    @property
    def size(self) -> dict[str, int]:
        """Its size as boxes state theirs."""
        return {"rows": self.rows, "columns": self.columns}

    def shows(self, box: Box) -> bool:
        """Say whether *box* lies on it."""
        return goes_to(box, self.size, self.instance_id, self.frame)

    def reach_of(self, box: Box) -> str:
        """Return to which pictures a *box* that lies on it goes: a `Reach`, or a run of frames (`frames:4-8`)."""
        if not box.get("instance"):
            return Reach.SERIES
        if (run := box.get("frames")) is None:
            return Reach.IMAGE
        return Reach.FRAME if run[1] - run[0] == 1 else f"frames:{run[0] + 1}-{run[1]}"

    def drawn(self, boxes: Sequence[Box]) -> list[Box]:
        """Return *boxes* as whole pixels inside it; raise `InvalidInputError` for what is none or reaches nowhere."""
        return [self._drawn(box) for box in boxes]

    def _drawn(self, box: Box) -> Box:
        try:
            x, y, width, height = (int(box[name]) for name in FIELDS)
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidInputError("A box has x, y, width and height in pixels.") from error
        x, y = max(0, x), max(0, y)
        width, height = min(width, self.columns - x), min(height, self.rows - y)
        if width < 1 or height < 1:
            raise InvalidInputError(
                f"A box lies outside the image, which has {self.columns} × {self.rows} pixels."
            )
        place = {"x": x, "y": y, "width": width, "height": height, "confidence": 1.0}
        return place | self._reach(box.get("reach") or Reach.SERIES) | self.size

    def _reach(self, reach: str) -> dict[str, Any]:
        run = _RUN.fullmatch(reach)
        if run and self.instance_id and int(run[1]) <= self.frame + 1 <= int(run[2]):
            return {"instance": str(self.instance_id), "frames": [int(run[1]) - 1, int(run[2])]}
        if reach not in Reach.values:
            raise InvalidInputError(f"A box goes to one of: {', '.join(Reach.values)}.")
        if reach == Reach.SERIES:
            return {"instance": None, "frames": None}
        if self.instance_id is None:
            raise InvalidInputError("Open the image to which a box is to go alone, and draw it there.")
        frames = [self.frame, self.frame + 1] if reach == Reach.FRAME else None
        return {"instance": str(self.instance_id), "frames": frames}


def board_of(finding: Finding, instance_id: UUID | None, frame: int = 0) -> Board:
    """Return what boxes are stated in: a frame (from 0) of an image, else the picture of the inspection.

    Raises `InvalidInputError` for an image or a frame that is none of the series, or that does not say its size.
    """
    if instance_id is None:
        return Board(finding.preview_height, finding.preview_width)
    sheet = next((one for one in sheets_of(finding.series) if one.instance_id == instance_id), None)
    if sheet is None or not 0 <= frame < sheet.frames:
        raise InvalidInputError("The series has no such image, or the image has no such frame.")
    board = board_at(sheet, frame)
    if not board.rows or not board.columns:
        raise InvalidInputError("The image does not say how large it is, so that no box can be put on it.")
    return board


def board_at(sheet: Sheet, frame: int) -> Board:
    """Return the board that a *frame* (from 0) of an image is, without any size where the image states none."""
    return Board(sheet.rows or 0, sheet.columns or 0, sheet.instance_id, frame)


def was_drawn(box: Box) -> bool:
    """Say whether a curator drew *box*: what an inspection found, which may come again, says so or has no image."""
    return "instance" in box and not box.get("found")


def redrawn(finding: Finding, board: Board, boxes: Sequence[Box]) -> list[Box]:
    """Return the mask of *finding* with *boxes* in place of those that lie on *board*; those of other pictures stay.

    Raises `InvalidInputError` where nothing would be left of the mask.
    """
    mask = [*board.drawn(boxes), *(box for box in finding.boxes if not board.shows(box))]
    if not mask:
        raise InvalidInputError("Draw at least one box, or say that nothing is to hide.")
    return mask
