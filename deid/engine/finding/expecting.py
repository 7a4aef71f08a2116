"""Where the header makes burned-in text likely, before anybody looks (PS3.3 C.8.5.5, C.7.6.1.1.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deid.engine.finding.layouts import Rectangle, known_layouts

SEGMENTATION = "SEG"
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
REGION = ("RegionLocationMinX0", "RegionLocationMinY0", "RegionLocationMaxX1", "RegionLocationMaxY1")


@dataclass(frozen=True, slots=True)
class Expectation:
    """Whether text is likely, why, the regions (left, top, right, bottom) that hold the image proper, and the zones that
    devices write on."""

    likely: bool
    reasons: tuple[str, ...]
    regions: tuple[Rectangle, ...]
    zones: tuple[Rectangle, ...] = ()

    def outside_regions(self, x: int, y: int, width: int, height: int) -> bool:
        """Say whether a rectangle lies outside every stated image region."""
        return bool(self.regions) and not any(
            x < right and x + width > left and y < bottom and y + height > top
            for left, top, right, bottom in self.regions
        )


def _regions(dataset: Any, rows: int, columns: int) -> tuple[Rectangle, ...]:
    """Return the regions of an ultrasound image; none where one reaches out of it, for then they are of another image."""
    found = []
    for item in dataset.get("SequenceOfUltrasoundRegions") or ():
        values = [item.get(name) for name in REGION]
        if all(isinstance(value, int) for value in values):
            found.append((values[0], values[1], values[2] + 1, values[3] + 1))
    inside = all(right <= columns + 1 and bottom <= rows + 1 for _left, _top, right, bottom in found)
    return tuple(found) if inside else ()


def _around(regions: tuple[Rectangle, ...], rows: int, columns: int) -> tuple[Rectangle, ...]:
    """Return what lies above, below, left and right of all regions."""
    left, top = (min(region[side] for region in regions) for side in (0, 1))
    right, bottom = (max(region[side] for region in regions) for side in (2, 3))
    around = (
        (0, 0, columns, top),
        (0, bottom, columns, rows),
        (0, top, left, bottom),
        (right, top, columns, bottom),
    )
    return tuple(zone for zone in around if zone[0] < zone[2] and zone[1] < zone[3])


def reasons_of(safe: Mapping[str, Any]) -> tuple[str, ...]:
    """Return why text is likely in an image; *safe* is `InstanceFacts.safe` or has its names."""
    known, image_type = known_layouts(), {str(value).strip() for value in safe["image_type"]}
    reasons = {
        "the header says that text is burned in": safe["burned_in_annotation"] == "YES",
        "it is a secondary capture": str(safe["sop_class_uid"]).startswith(SECONDARY_CAPTURE),
        "devices of its modality write into the image": safe["modality"] in known.written_on,
        "it is a screen shot": bool(known.screens & image_type),
    }
    return tuple(reason for reason, holds in reasons.items() if holds)


def expects_text(safe: Mapping[str, Any]) -> bool:
    """Say whether the header makes text likely; *safe* is `InstanceFacts.safe`."""
    return bool(reasons_of(safe))


def is_drawn_by_scanner(modality: str) -> bool:
    """Say whether images of a modality come from devices that write nothing into them as a rule."""
    return modality in known_layouts().scanners


def is_written_on(modality: str) -> bool:
    """Say whether devices of a modality write into their images as a rule."""
    return modality in known_layouts().written_on


def knows_zones(safe: Mapping[str, Any]) -> bool:
    """Say whether the header may tell where a device writes; *safe* is `InstanceFacts.safe`."""
    layout = known_layouts().zones(safe["manufacturer"], safe["model"], 1, 1)
    return bool(safe["ultrasound_regions"] or layout)


def expectation_of(dataset: Any) -> Expectation:
    """Return what the header of *dataset* makes likely."""
    image_type = dataset.get("ImageType") or ()
    names = {
        "burned_in_annotation": "BurnedInAnnotation",
        "sop_class_uid": "SOPClassUID",
        "modality": "Modality",
    }
    stated: dict[str, Any] = {name: str(dataset.get(keyword, "")) for name, keyword in names.items()}
    stated["image_type"] = (image_type,) if isinstance(image_type, str) else image_type
    reasons, size = reasons_of(stated), (int(dataset.get("Rows") or 0), int(dataset.get("Columns") or 0))
    regions = _regions(dataset, *size)
    maker, model = (str(dataset.get(name, "")) for name in ("Manufacturer", "ManufacturerModelName"))
    zones = _around(regions, *size) if regions else known_layouts().zones(maker, model, *size)
    return Expectation(bool(reasons), reasons, regions, zones)
