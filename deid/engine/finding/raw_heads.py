"""Say whether raw data holds a face: by what its header names and how deep it is (PS3.15 E.3.3)."""

from dataclasses import dataclass

from deid.engine.facts.anatomy import HEAD

FEWEST_PLACES = 15
OF_HEAD = "Raw data of a head holds its face: whoever reconstructs it can render it."
OF_UNKNOWN = (
    "Raw data of a volume holds a face if a head is in it, and nothing says which part of the body it shows."
)


@dataclass(frozen=True, slots=True)
class RawVerdict:
    """How sure it is that raw data holds a face, from 0 to 1, and why."""

    confidence: float
    reason: str


def face_in_raw(body_part: str, depth: int | None) -> RawVerdict | None:
    """Return the verdict on raw data of a *body_part* with *depth* places along its third axis, `None` for no face.

    What names no part of the body is judged by its depth; an unknown depth counts as deep.
    """
    if body_part == HEAD:
        return RawVerdict(0.95, OF_HEAD)
    if body_part or (depth is not None and depth < FEWEST_PLACES):
        return None
    return RawVerdict(0.3, OF_UNKNOWN)
