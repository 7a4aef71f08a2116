"""Where the header makes burned-in text likely, before anybody looks (PS3.3 C.8.5.5, C.7.6.1.1.3)."""

from dataclasses import dataclass
from typing import Any

LIKELY_MODALITIES = frozenset({"US", "IVUS", "XC", "ES", "GM", "OT", "SC", "DOC"})
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"


@dataclass(frozen=True, slots=True)
class Expectation:
    """Whether text is likely, why, and the regions (left, top, right, bottom) that hold the image proper."""

    likely: bool
    reasons: tuple[str, ...]
    regions: tuple[tuple[int, int, int, int], ...]

    def outside_regions(self, x: int, y: int, width: int, height: int) -> bool:
        """Say whether a rectangle lies outside every stated image region."""
        return bool(self.regions) and not any(
            x < right and x + width > left and y < bottom and y + height > top
            for left, top, right, bottom in self.regions
        )


def _regions(dataset: Any) -> tuple[tuple[int, int, int, int], ...]:
    found = []
    for item in dataset.get("SequenceOfUltrasoundRegions") or ():
        names = ("RegionLocationMinX0", "RegionLocationMinY0", "RegionLocationMaxX1", "RegionLocationMaxY1")
        values = [item.get(name) for name in names]
        if all(isinstance(value, int) for value in values):
            found.append((values[0], values[1], values[2] + 1, values[3] + 1))
    return tuple(found)


def expectation_of(dataset: Any) -> Expectation:
    """Return what the header of *dataset* makes likely."""
    reasons = []
    if str(dataset.get("BurnedInAnnotation", "")) == "YES":
        reasons.append("the header says that text is burned in")
    if str(dataset.get("SOPClassUID", "")).startswith(SECONDARY_CAPTURE):
        reasons.append("it is a secondary capture")
    if str(dataset.get("Modality", "")) in LIKELY_MODALITIES:
        reasons.append("devices of its modality write into the image")
    if "DERIVED" in [str(v) for v in dataset.get("ImageType") or ()] and "SCREEN SAVE" in str(
        dataset.get("ImageType")
    ):
        reasons.append("it is a screen shot")
    return Expectation(bool(reasons), tuple(reasons), _regions(dataset))
