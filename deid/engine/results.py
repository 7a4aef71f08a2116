"""What goes into a cleaning beside the file, and what comes out of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Mask:
    """A rectangle to blank: *frames* counted from 0 (`None` for all), the rest in pixels from the top
    left."""

    frames: range | None
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What was written: new identifiers, how many elements met each action, digest and size of the output.

    `counts` goes by the action codes of PS3.15 (X removed, Z emptied, D replaced by a dummy, U new UID, C
    cleaned,
    K kept) plus `masked_frames` where masks were applied. `dropped` names the columns of a table that are gone.
    """

    pseudonym: str
    sha256: str
    size: int
    counts: Mapping[str, int] = field(default_factory=dict)
    sop_instance_uid: str = ""
    study_uid: str = ""
    series_uid: str = ""
    sop_class_uid: str = ""
    transfer_syntax_uid: str = ""
    modality: str = ""
    dropped: Sequence[str] = ()
