"""Attributes that no rule of a profile may take away, and those that the cleaner never passes on: with the reason for each."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from deid.engine.deciding.conditional import known_iods, type_in

# Without these there is no image, or no instance at all (PS3.3 C.7.6.3, C.7.6.24, C.7.6.25, C.12.1).
UNTOUCHABLE = frozenset(
    {0x00080016, 0x00080018, 0x00280002, 0x00280004, 0x00280010, 0x00280011, 0x00280100, 0x00280101}
    | {0x00280102, 0x00280103, 0x7FE00008, 0x7FE00009, 0x7FE00010}
)
# Type 1 or 1C wherever they stand, and a dummy in their place would be wrong (PS3.3 C.7.2.1, C.7.3.1, C.7.4.1, C.7.6.2, C.7.6.6,
# C.7.6.16, C.7.9, C.8.2.1, C.8.6.1, C.8.20.2, C.17.3, Table 10-11).
TYPE_1 = frozenset(
    {
        0x0020000D,
        0x0020000E,
        0x00080060,
        0x00080064,
        0x00200032,
        0x00200037,
        0x00200052,
        0x00280008,
        0x00280009,
    }
    | {
        0x00280030,
        0x00281052,
        0x00281053,
        0x00281101,
        0x00281102,
        0x00281103,
        0x00281201,
        0x00281202,
        0x00281203,
    }
    | {0x0040A040, 0x00620002, 0x52009229, 0x52009230}
    | {0x00081150, 0x00081155}
)
# Type 2 wherever there is a patient, a study, a series or a device (PS3.3 C.7.1.1, C.7.2.1, C.7.3.1, C.7.5.1).
TYPE_2 = frozenset(
    {0x00100030, 0x00100040, 0x00080020, 0x00080030, 0x00080050, 0x00080090, 0x00200010, 0x00200011}
    | {0x00080070}
)
_ALWAYS_GONE: Mapping[int, str] = MappingProxyType(
    {
        0xFFFAFFFA: "A signature does not fit what was changed after it",
        0x4FFE0001: "It belongs to signatures, which do not fit what was changed after them",
        0x04000561: "It holds what attributes said before they were changed",
        0x00880200: "An icon is a small copy of the picture before text and faces were taken out",
        0xFFFCFFFC: "Padding behind the data may hold anything",
    }
)
_GRAPHICS = frozenset({*range(0x5000, 0x5100), *range(0x6000, 0x6100)})
DOCUMENT, FILE_META, CHARACTER_SET = 0x00420011, 0x0008, 0x00080005


def never_passed_on(tag: int, code: str) -> str:
    """Return why a rule cannot leave anything of the attribute in the file; empty where it can, or where it removes it."""
    if tag >> 16 < FILE_META:
        return "It is no part of the data set; the cleaner writes its own file meta information"
    if tag == DOCUMENT:
        return "Documents are cleaned inside, and refused where that is not possible, under every profile"
    if code == "X":
        return ""
    if tag >> 16 in _GRAPHICS:
        return "Curves and overlays go as whole groups, since names are drawn and written in them"
    return _ALWAYS_GONE.get(tag, "")


def kinds_that_need(tag: int, code: str) -> Iterator[tuple[str, int, int]]:
    """Yield for each type (`1`, `2`) that *code* offends in how many IODs the attribute has it, and of how many.

    Type 1 must have a value, type 2 must be there (PS3.5 7.4).
    """
    for kind, offending in (("1", ("X", "Z")), ("2", ("X",))):
        count = sum(type_in(iod, tag) == kind for iod in known_iods())
        if code in offending and count:
            yield kind, count, len(known_iods())
