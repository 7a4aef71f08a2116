"""What became of every input, and the report of it."""

import json
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deid.engine.command.orders import Order
from deid.engine.command.wishes import Wishes
from deid.engine.profiles.profile import Profile


@dataclass
class Outcome:
    """What became of all inputs so far; *stopped* says why there is not more, where the run did not come to its end."""

    total: int
    wishes: Wishes
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    stopped: str = ""

    def _count(self, name: str) -> int:
        return sum(name in entry for entry in self.files.values())

    @property
    def refused(self) -> int:
        """How many inputs were refused."""
        return self._count("refused")

    @property
    def left_out(self) -> int:
        """How many inputs need no output, such as a DICOMDIR."""
        return self._count("left_out")

    @property
    def need_person(self) -> int:
        """How many inputs a person must look at."""
        return self._count("needs_person")

    @property
    def cleaned(self) -> int:
        """How many inputs were cleaned."""
        return len(self.files) - self.refused - self.left_out


def with_order(entry: dict[str, Any], order: Order) -> dict[str, Any]:
    """Return the report's *entry* for a file with what its *order* says of its pixels."""
    said: dict[str, Any] = {"text_looked_for": True} if order.inspected else {}
    if order.face_confidence is not None:
        said["face_confidence"] = order.face_confidence
    if order.needs_person:
        said["needs_person"] = list(order.needs_person)
    return entry | said


def _pixels(outcome: Outcome) -> Mapping[str, Any]:
    """Return what was done to pixels over all inputs."""
    entries = outcome.files.values()
    return {
        "text_looked_for": outcome.wishes.text,
        "faces_looked_for": outcome.wishes.faces,
        "missing": list(outcome.wishes.missing),
        "looked_at": sum("text_looked_for" in entry for entry in entries),
        "masked": sum("masked_frames" in entry.get("counts", {}) for entry in entries),
        "defaced": sum("blanked_voxels" in entry.get("counts", {}) for entry in entries),
    }


def write_report(path: Path, outcome: Outcome, profile: Profile) -> None:
    """Write what became of every input, with the profile and the counts by action over all, whole or not at all.

    Only its owner may read it: it holds the paths of the inputs.
    """
    counts: Counter[str] = Counter()
    for entry in outcome.files.values():
        counts.update(entry.get("counts", {}))
    report = {
        "profile": {"name": profile.name, "edition": profile.edition, "digest": profile.digest},
        "inputs": outcome.total,
        "cleaned": outcome.cleaned,
        "left_out": outcome.left_out,
        "refused": outcome.refused,
        "needs_person": outcome.need_person,
        "pixels": _pixels(outcome),
        "counts": dict(sorted(counts.items())),
        "files": outcome.files,
    } | ({"stopped": outcome.stopped} if outcome.stopped else {})
    # A name that is no UTF-8 comes out as JSON escapes its bytes (PEP 383).
    text = json.dumps(report, indent=1, ensure_ascii=False) + "\n"
    target = path.resolve()
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", errors="backslashreplace", dir=target.parent, prefix=".report-", delete=False
    ) as unfinished:
        try:
            unfinished.write(text)
            unfinished.flush()
            Path(unfinished.name).replace(target)
        except BaseException:
            Path(unfinished.name).unlink()
            raise
