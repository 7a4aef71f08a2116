"""What is to be done to the pixels of one file, and what a person must be told of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

MASK = ("frames", "x", "y", "width", "height")


class Person(StrEnum):
    """Why a person must look at a file, as the report says it."""

    NOT_READ = "pixels_not_read"
    TEXT_IN_DOUBT = "text_in_doubt"
    TEXT_ANNOUNCED = "text_announced"
    TEXT_NOT_MASKED = "text_not_masked"
    CONTENT = "identifying_content"
    FACE_POSSIBLE = "face_possible"
    FACE_NOT_REMOVED = "face_not_removed"
    SUBJECT_IN_DOUBT = "subject_in_doubt"
    SEVERAL_PEOPLE = "several_people"
    TOO_MANY_NAMES = "too_many_names"


REASONS: Mapping[Person, str] = MappingProxyType(
    {
        Person.TEXT_NOT_MASKED: "Text is burned into the pixels, where it cannot be masked.",
        Person.TOO_MANY_NAMES: "Its subject would have more names and numbers than anybody, as if several people shared one.",
        Person.FACE_NOT_REMOVED: "It shows a face whose place could not be found with certainty.",
    }
)


@dataclass(frozen=True, slots=True)
class Order:
    """The masks of one file as `mask_of` reads them, whether its pixels were looked through for text, the plan that
    blanks its face and how sure that is, why a person must look at it, and why it may not leave."""

    masks: tuple[Mapping[str, Any], ...] = ()
    inspected: bool = False
    voxel_mask: str | None = None
    face_confidence: float | None = None
    needs_person: tuple[Person, ...] = ()
    refused: Person | None = None

    @property
    def touches(self) -> bool:
        """Whether pixels are changed, which takes more than copying them."""
        return bool(self.masks or self.voxel_mask)

    @property
    def undone(self) -> tuple[Person, ...]:
        """What a person must be told where the order could not be carried out."""
        asked = {Person.TEXT_NOT_MASKED: self.masks, Person.FACE_NOT_REMOVED: self.voxel_mask}
        return tuple(person for person, what in asked.items() if what)

    def told(self, *why: Person) -> "Order":
        """Return the order with more reasons for a person to look."""
        return replace(self, needs_person=tuple(dict.fromkeys((*self.needs_person, *why))))

    def joined(self, other: "Order") -> "Order":
        """Return what both orders say; a file is looked at for text once, and once for a face."""
        return Order(
            self.masks + other.masks,
            self.inspected or other.inspected,
            self.voxel_mask or other.voxel_mask,
            self.face_confidence if other.face_confidence is None else other.face_confidence,
            refused=self.refused or other.refused,
        ).told(*self.needs_person, *other.needs_person)


NOTHING = Order()
LOOKED = Order(inspected=True)


def mask_on(box: Mapping[str, Any], frames: tuple[int, int] | None = None) -> dict[str, Any]:
    """Return the mask over a box that was found, on *frames* (first and end), or on all."""
    return {name: box.get(name) for name in MASK} | {"frames": frames}
