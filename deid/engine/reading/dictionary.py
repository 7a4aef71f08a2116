"""The data dictionary (PS3.6) in the form a fast reader needs: one look-up from tag to VR and
multiplicity."""

from collections.abc import Mapping
from types import MappingProxyType

from pydicom._dicom_dict import DicomDictionary

# Attributes of Table E.1-1 that are newer than the dictionary of pydicom (PS3.6 2025b).
LATER = MappingProxyType(
    dict.fromkeys(
        (529153, 529154, 529155, 529156, 1048593, 1048596, 1048597, 1048641, 1048643, 1048644, 1048646),
        "SQ",
    )
    | dict.fromkeys((0x00100012, 0x00100013, 0x00100016, 0x00100042, 0x00100045), "LT")
    | dict.fromkeys((0x0040A034, 0x0040A035, 0x0040B034, 0x0040B036), "DT")
    | {0x00100047: "UR", 0x00102162: "UC", 0x0040B03B: "LO", 0x0040B03F: "LO"}
)
VRS = MappingProxyType({tag: entry[0] for tag, entry in DicomDictionary.items()} | LATER)

# A VR that the dictionary leaves open is one of these; the first is taken where nothing else decides (PS3.5
# A.1).
OPEN_VRS = MappingProxyType(
    {
        "OB or OW": ("OW", "OB"),
        "US or SS": ("US", "SS"),
        "US or OW": ("OW", "US"),
        "US or SS or OW": ("OW", "US", "SS"),
    }
)
_PLAIN_VRS = MappingProxyType({tag: OPEN_VRS.get(vr, (vr,))[0] for tag, vr in VRS.items()})


ALLOWED_VRS: Mapping[int, tuple[str, ...]] = {tag: OPEN_VRS.get(vr, (vr,)) for tag, vr in VRS.items()}


def vr_of(tag: int) -> str:
    """Return the VR the dictionary gives to *tag*, `UN` for tags it does not know."""
    return _PLAIN_VRS.get(tag) or ("LO" if tag & 0x1FF00 == 0x10000 and tag & 0xFF >= 0x10 else "UN")


def allowed_vrs(tag: int) -> tuple[str, ...]:
    """Return every VR *tag* may have; empty for tags the dictionary does not know."""
    return ALLOWED_VRS.get(tag, ())


def _most_values(multiplicity: str) -> int:
    """Return the largest number of values a multiplicity such as `1-3` allows, 0 for no limit."""
    last = multiplicity.rsplit("-", 1)[-1].rsplit(" ", 1)[-1]
    return int(last) if last.isdigit() else 0


MOST_VALUES = MappingProxyType({tag: _most_values(entry[1]) for tag, entry in DicomDictionary.items()})
