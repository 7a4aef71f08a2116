"""What will really happen to the pixels of an image: masks and faces that a person decided on, and what still waits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deid.models import Finding, FindingKind
from deid.services.masks import signed_off_masks
from deid.states import FindingState
from portal.models import Instance, Series, SeriesState

# Float, double and integer Pixel Data (PS3.3 C.7.6.24, C.7.6.25, C.7.6.3), and the image of a NIfTI file.
PIXELS = frozenset({"7FE00008", "7FE00009", "7FE00010", "image"})
BURNED_IN = "00280301"
OF_PIXELS = (FindingKind.BURNED_IN_TEXT, FindingKind.FACE, FindingKind.CONTENT)
UNDECIDED = "not known before a person has decided"

Row = dict[str, Any]


def foretell(rows: list[Row], series: Series, instance: Instance) -> list[Row]:
    """Return the rows of a header with those about pixels told as a release would have them, if there is one.

    A row of whose outcome a person decides is `waits`, one that is blanked in part `masked`, one of a series that does not
    leave `withheld`; each names in `finding` what it hangs on, `None` where that is no finding.
    """
    findings = {one.kind: one for one in series.findings.all()}
    masks = len(signed_off_masks(instance))
    pixels = _of_pixels(series, findings, masks)
    burned_in = _of_burned_in(series, findings)
    return [
        {**row, **(pixels if row["path"] in PIXELS else burned_in if row["path"] == BURNED_IN else {})}
        for row in rows
    ]


def _of_pixels(series: Series, findings: Mapping[str, Finding], masks: int) -> Row:
    waiting = _waiting(series, findings, OF_PIXELS)
    if waiting:
        return waiting
    text, face = findings.get(FindingKind.BURNED_IN_TEXT), findings.get(FindingKind.FACE)
    said = []
    if masks:
        said.append(
            f"{masks} {'box' if masks == 1 else 'boxes'} of the mask that a person signed off are blanked"
        )
    if face and face.state == FindingState.ACCEPTED and face.plan_key:
        said.append("all but the brain is blanked" if face.brain_only else "the face is blanked")
    if not said:
        return {}
    after = "masked: " + ", ".join(said)
    return {
        "outcome": "masked",
        "after": after,
        "reason": "As decided at the desk",
        "finding": text if masks else face,
    }


def _of_burned_in(series: Series, findings: Mapping[str, Finding]) -> Row:
    return _waiting(series, findings, (FindingKind.BURNED_IN_TEXT, FindingKind.CONTENT))


def _waiting(series: Series, findings: Mapping[str, Finding], kinds: tuple[FindingKind, ...]) -> Row:
    """Return what is told of pixels that do not leave, or of which nobody knows yet; nothing where all is decided."""
    withheld = next((one for one in findings.values() if one.state == FindingState.WITHHELD), None)
    if withheld or series.state == SeriesState.WITHHELD:
        reason = "The series is withheld: nothing of it leaves"
        return {"outcome": "withheld", "after": None, "reason": reason, "finding": withheld}
    if series.state == SeriesState.INDEXED:
        reason = "The series has not been inspected yet"
        return {"outcome": "waits", "after": UNDECIDED, "reason": reason, "finding": None}
    waiting = next(
        (findings[one] for one in kinds if one in findings and findings[one].state == FindingState.OPEN), None
    )
    if waiting is None:
        return {}
    reason = f"{waiting.get_kind_display()}: waits for a person"
    return {"outcome": "waits", "after": UNDECIDED, "reason": reason, "finding": waiting}
