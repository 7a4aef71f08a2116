"""Name images whose content identifies by itself, so that a committee decides and nobody spoils them (PS3.15 E.3.3).

A mask cannot help here: the vessels of a fundus, an iris, or a photographed face are what the image is about.
"""

from collections.abc import Mapping
from typing import Any

FUNDUS = "The vessels of a fundus are as individual as a fingerprint; who has another picture of it knows whose it is."
PHOTOGRAPH = "A photograph of a person may show the face, skin marks or surroundings that tell who it is."
INSIDE = "The video or picture comes from a camera and may show the patient or the room before and after the examination."
TEETH = "Teeth and their repairs are individual; who has another picture of them knows whose they are."

SURFACE = (
    "A surface that was scanned, or cut out of images, may be that of a face, which anybody can recognise."
)
OUTLINE = "The outer contour of a head has the shape of its face, whatever is done to the images that were outlined."

# Modality (0008,0060), PS3.3 C.7.3.1.1.1.
BY_MODALITY: Mapping[str, str] = {
    "OP": FUNDUS, "OPT": FUNDUS, "OPTBSV": FUNDUS, "OPTENF": FUNDUS,
    "XC": PHOTOGRAPH, "GM": PHOTOGRAPH, "DMS": PHOTOGRAPH,
    "ES": INSIDE, "PX": TEETH, "IO": TEETH, "M3D": SURFACE,
}  # fmt: skip
# SOP classes (PS3.4 B.5), where the modality says too little; by the beginning of the UID, the longest first.
BY_CLASS: Mapping[str, str] = {
    "1.2.840.10008.5.1.4.1.1.77.1.5.": FUNDUS,
    "1.2.840.10008.5.1.4.1.1.81.1": FUNDUS,
    "1.2.840.10008.5.1.4.1.1.77.1.4": PHOTOGRAPH,
    "1.2.840.10008.5.1.4.1.1.77.1.7": PHOTOGRAPH,
    "1.2.840.10008.5.1.4.1.1.77.1.1": INSIDE,
}
# Surfaces have no pixels: segmented or scanned ones, and models for printing.
SURFACES = frozenset(f"1.2.840.10008.5.1.4.1.1.{kind}" for kind in ("66.5", "68.1", "68.2", "104.3", "104.4"))


def recognisable_content(safe: Mapping[str, Any]) -> str | None:
    """Return why an image, a surface or a contour identifies by its content, `None` where it does not; *safe* is
    `InstanceFacts.safe`."""
    uid, modality = str(safe.get("sop_class_uid", "")), str(safe.get("modality", ""))
    if uid in SURFACES:
        return SURFACE
    if safe.get("outlines_head"):
        return OUTLINE
    if not safe.get("has_pixels", True):
        return None
    if modality in BY_MODALITY:
        return BY_MODALITY[modality]
    return next((why for start, why in BY_CLASS.items() if uid.startswith(start)), None)
