"""What an index needs to know about a DICOM file, read without its pixels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deid.engine.acting.checks import OLDEST
from deid.engine.facts.anatomy import names_head, names_organ_of_head
from deid.engine.instances import top_level
from deid.engine.reading.elements import Buffer, DataSet, Element
from deid.engine.reading.files import read_data_set
from deid.engine.text.charsets import decode, parse_terms

NUMBERS = {
    "rows": 0x00280010,
    "columns": 0x00280011,
    "bits_allocated": 0x00280100,
    "bits_stored": 0x00280101,
    "pixel_representation": 0x00280103,
    "samples_per_pixel": 0x00280002,
}
CODES = {
    "modality": 0x00080060,
    "body_part": 0x00180015,
    "manufacturer": 0x00080070,
    "model": 0x00081090,
    "sop_class_uid": 0x00080016,
    "photometric": 0x00280004,
    "burned_in_annotation": 0x00280301,
    "sex": 0x00100040,
    "patient_position": 0x00185100,
    "laterality": 0x00200060,
    "contrast_agent": 0x00180010,
    "conversion_type": 0x00080064,
    "lossy": 0x00282110,
    "recognizable_visual_features": 0x00280302,
}
DECIMALS = {
    "pixel_spacing": 0x00280030,
    "imager_pixel_spacing": 0x00181164,
    "slice_thickness": 0x00180050,
    "spacing_between_slices": 0x00180088,
    "image_position": 0x00200032,
    "image_orientation": 0x00200037,
    "instance_number": 0x00200013,
    "series_number": 0x00200011,
    "acquisition_number": 0x00200012,
    "frames": 0x00280008,
    "kvp": 0x00180060,
    "repetition_time": 0x00180080,
    "echo_time": 0x00180081,
    "magnetic_field_strength": 0x00180087,
    "temporal_position": 0x00200100,
}
SINGLE = frozenset(
    {
        "slice_thickness",
        "spacing_between_slices",
        "instance_number",
        "series_number",
        "acquisition_number",
        "frames",
    }
    | {"kvp", "repetition_time", "echo_time", "magnetic_field_strength", "temporal_position"}
)
IDENTITY = {
    "patient_id": 0x00100020,
    "study_uid": 0x0020000D,
    "series_uid": 0x0020000E,
    "sop_instance_uid": 0x00080018,
    "frame_of_reference_uid": 0x00200052,
    "birth_date": 0x00100030,
    "study_date": 0x00080020,
    "series_description": 0x0008103E,
    "study_description": 0x00081030,
    "protocol_name": 0x00181030,
}
IMAGE_TYPE, AGE, PIXELS = 0x00080008, 0x00101010, (0x7FE00010, 0x7FE00008, 0x7FE00009)
REGIONS, CHARSET = 0x00186011, 0x00080005
DOCUMENT, MIME_TYPE, PAPERS = (
    0x00420011,
    0x00420012,
    frozenset(("application/pdf", "text/xml", "application/xml")),
)
TEXT_VALUE, FEWEST_GAPS = 0x0040A160, 2
ROIS, ROI_NAME, ROI_OBSERVATIONS, ROI_INTERPRETED_TYPE = 0x30060020, 0x30060026, 0x30060080, 0x300600A4
OUTER = "EXTERNAL"
HEAD_MODALITIES = frozenset({"CT", "MR", "PT", "NM"})


@dataclass(frozen=True, slots=True)
class InstanceFacts:
    """`identity` holds raw identifying values and must stay out of logs; `safe` describes the image only."""

    identity: Mapping[str, str]
    safe: Mapping[str, Any]


def _numbers(text: str) -> list[float]:
    """Return the numbers of a DS or IS value, none where one is no number."""
    try:
        return [float(part) for part in text.split("\\") if part.strip()]
    except ValueError:
        return []


def _age_years(text: str) -> int | None:
    """Return an AS in whole years, 90 for all above 89."""
    if len(text) != 4 or not text[:3].isdigit():
        return None
    days = {"D": 1, "W": 7, "M": 30.4375, "Y": 365.25}.get(text[3])
    return None if days is None else min(int(int(text[:3]) * days / 365.25 + 1e-9), OLDEST + 1)


class _Reader:
    """Reads single top-level values."""

    def __init__(self, data: DataSet) -> None:
        self.data, self.by_tag = data, top_level(data)
        self.charset = parse_terms(self.raw(CHARSET))

    def raw(self, tag: int) -> bytes:
        """Return the value bytes at *tag*."""
        element = self.by_tag.get(tag)
        return self.data.buffer[element.start : element.start + element.length] if element else b""

    def text(self, tag: int) -> str:
        """Return the value at *tag* as text."""
        return decode(self.raw(tag), self.charset).strip(" \0")

    def texts_within(self, sequence: int, tag: int) -> list[str]:
        """Return the texts at *tag* in the items of a *sequence*."""
        items, buffer = getattr(self.by_tag.get(sequence), "items", None) or (), self.data.buffer
        found = (element for item in items for element in item if element.tag == tag)
        return [
            decode(buffer[one.start : one.start + one.length], self.charset).strip(" \0") for one in found
        ]

    def unsigned(self, tag: int) -> int | None:
        """Return a US value."""
        raw = self.raw(tag)
        big = self.data.transfer_syntax == "1.2.840.10008.1.2.2"
        return int.from_bytes(raw, "big" if big else "little") if len(raw) == 2 else None


def read_facts(path: Path | str) -> InstanceFacts:
    """Return what the index needs from the DICOM file at *path*; raises `RefusedError`."""
    with Path(path).open("rb") as file:
        data = read_data_set(file)
    reader = _Reader(data)
    safe: dict[str, Any] = {name: reader.unsigned(tag) for name, tag in NUMBERS.items()}
    safe |= {name: reader.text(tag) for name, tag in CODES.items()}
    for name, tag in DECIMALS.items():
        values = _numbers(reader.text(tag))
        safe[name] = (values[0] if values else None) if name in SINGLE else values
    whole_numbers = ("instance_number", "series_number", "acquisition_number", "frames", "temporal_position")
    safe |= {name: None if safe[name] is None else int(safe[name]) for name in whole_numbers}
    safe["frames"] = safe["frames"] or 1
    safe["transfer_syntax_uid"] = data.transfer_syntax
    safe["image_type"] = reader.text(IMAGE_TYPE).split("\\")
    safe["age_years"] = _age_years(reader.text(AGE))
    safe |= _contents(reader)
    identity = {name: reader.text(tag) for name, tag in IDENTITY.items()}
    safe["is_head"] = _is_head(safe, identity)
    return InstanceFacts(identity, safe)


def _contents(reader: _Reader) -> dict[str, Any]:
    """Return what the file contains beside plain attributes."""
    tags = reader.by_tag.keys()
    regions = reader.by_tag.get(REGIONS)
    return {
        "has_pixels": any(tag in tags for tag in PIXELS),
        "has_float_pixels": any(tag in tags for tag in PIXELS[1:]),
        "has_overlays": any(0x6000 <= tag >> 16 <= 0x60FF and tag & 0xFFFF == 0x3000 for tag in tags),
        "has_encapsulated_document": DOCUMENT in tags,
        "has_narrative": reader.text(MIME_TYPE).lower() in PAPERS
        or _tells(reader.data.elements, reader.data.buffer),
        "private_creators": sum(1 for tag in tags if tag >> 16 & 1 and 0x10 <= tag & 0xFFFF <= 0xFF),
        "private_elements": sum(1 for tag in tags if tag >> 16 & 1 and tag & 0xFFFF > 0xFF),
        "ultrasound_regions": len(regions.items or ()) if regions else 0,
        "outlines_head": _outlines_head(reader),
        "size": len(reader.data.buffer),
    }


def _tells(elements: Sequence[Element], buffer: Buffer) -> bool:
    """Say whether a structured report (PS3.3 C.17.3) has a text of several words, which may tell anything."""
    for one in elements:
        text = one.tag == TEXT_VALUE and buffer[one.start : one.start + one.length].strip(b" \0")
        if text and text.count(b" ") >= FEWEST_GAPS:
            return True
        if any(_tells(item, buffer) for item in one.items or ()):
            return True
    return False


def _outlines_head(reader: _Reader) -> bool:
    """Say whether structures (PS3.3 C.8.8.8) hold the outer contour of a body, and are about a head by what any is called."""
    interpreted = reader.texts_within(ROI_OBSERVATIONS, ROI_INTERPRETED_TYPE)
    return OUTER in interpreted and any(map(names_organ_of_head, reader.texts_within(ROIS, ROI_NAME)))


def _is_head(safe: Mapping[str, Any], identity: Mapping[str, str]) -> bool:
    """Say whether the header speaks of a head in a modality whose volumes show faces."""
    if safe["modality"] not in HEAD_MODALITIES:
        return False
    spoken = " ".join((safe["body_part"], identity["series_description"], identity["study_description"]))
    return names_head(f"{spoken} {identity['protocol_name']}")
