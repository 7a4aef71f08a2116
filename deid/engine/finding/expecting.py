"""Where the header makes burned-in text likely, before anybody looks (PS3.3 C.8.5.5, C.7.6.1.1.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LIKELY_MODALITIES = frozenset({"US", "IVUS", "XC", "ES", "GM", "OT", "SC", "DOC"})
# Their devices draw no text of their own into the images they acquire.
SCANNERS = frozenset({"CT", "MR", "PT", "NM", "RTDOSE", "SEG", "RTSTRUCT", "RTPLAN"})
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


def reasons_of(safe: Mapping[str, Any]) -> tuple[str, ...]:
    """Return why text is likely in an image; *safe* is `InstanceFacts.safe` or has its names."""
    image_type = [str(value).strip() for value in safe["image_type"]]
    reasons = {
        "the header says that text is burned in": safe["burned_in_annotation"] == "YES",
        "it is a secondary capture": str(safe["sop_class_uid"]).startswith(SECONDARY_CAPTURE),
        "devices of its modality write into the image": safe["modality"] in LIKELY_MODALITIES,
        "it is a screen shot": "SCREEN SAVE" in image_type,
    }
    return tuple(reason for reason, holds in reasons.items() if holds)


def expects_text(safe: Mapping[str, Any]) -> bool:
    """Say whether the header makes text likely; *safe* is `InstanceFacts.safe`."""
    return bool(reasons_of(safe))


def is_drawn_by_scanner(safe: Mapping[str, Any]) -> bool:
    """Say whether the image comes from a device that writes nothing into its images as a rule."""
    return safe["modality"] in SCANNERS


def expectation_of(dataset: Any) -> Expectation:
    """Return what the header of *dataset* makes likely."""
    stated = {
        "image_type": dataset.get("ImageType") or (),
        "burned_in_annotation": str(dataset.get("BurnedInAnnotation", "")),
        "sop_class_uid": str(dataset.get("SOPClassUID", "")),
        "modality": str(dataset.get("Modality", "")),
    }
    if isinstance(stated["image_type"], str):
        stated["image_type"] = (stated["image_type"],)
    reasons = reasons_of(stated)
    return Expectation(bool(reasons), reasons, _regions(dataset))
