"""What a cleaned instance says about its own cleaning (PS3.15 E.1.1, E.2; PS3.16 CID 7050)."""

from dataclasses import dataclass
from functools import lru_cache

from deid.engine.profiles.options import BASIC, OPTIONS, Option
from deid.engine.profiles.profile import Profile
from deid.engine.reading.encoding import Encoding
from deid.engine.writing.elements import Writer

IDENTITY_REMOVED, METHOD, METHOD_CODES, TEMPORAL = 0x00120062, 0x00120063, 0x00120064, 0x00280303
BURNED_IN, RECOGNIZABLE = 0x00280301, 0x00280302
LONGEST_LO = 64
# What the cleaner states of its own work: no rule of a profile changes it.
STATED = frozenset({IDENTITY_REMOVED, METHOD, METHOD_CODES, TEMPORAL})


def temporal_information(profile: Profile) -> str:
    """Return the value of Longitudinal Temporal Information Modified."""
    if profile.has("retain_full_dates"):
        return "UNMODIFIED"
    return "MODIFIED" if profile.has("retain_modified_dates") else "REMOVED"


def _code(writer: Writer, option: Option) -> bytes:
    """Return one item of the Method Code Sequence; a meaning longer than an LO is cut at a word."""
    meaning = option.meaning
    while len(meaning) > LONGEST_LO:
        meaning = meaning.rsplit(" ", 1)[0]
    return writer.item(
        writer.text(0x00080100, "SH", option.code)
        + writer.text(0x00080102, "SH", "DCM")
        + writer.text(0x00080104, "LO", meaning)
    )


@dataclass(frozen=True, slots=True)
class PixelWork:
    """What was done to the pixels beside the header: looked through or masked for text, and defaced."""

    has_pixels: bool = False
    text_cleaned: bool = False
    faces_removed: bool = False

    def done(self, option: str, *, chosen: bool) -> bool:
        """Say whether an option may be claimed: those on pixels only where the work was done."""
        if option == "clean_pixel_data":
            return chosen and self.text_cleaned
        return self.faces_removed if option == "clean_recognizable_visual_features" else chosen


@lru_cache(maxsize=64)
def statement(profile: Profile, encoding: Encoding, work: PixelWork) -> dict[int, bytes]:
    """Return the encoded elements by tag (PS3.15 E.1.1; Burned In Annotation, Recognizable Visual Features: PS3.3 C.7.6.1).

    Options on pixels are only claimed where pixels were looked after.
    """
    writer = Writer(encoding)
    claimed = [option for name, option in OPTIONS.items() if work.done(name, chosen=profile.has(name))]
    codes = b"".join(_code(writer, option) for option in (BASIC, *claimed))
    named = profile.name.encode("ascii", "replace").decode().replace("\\", "/")
    method = f"PS3.15 {profile.edition}, Tessera profile {named}"[:LONGEST_LO].strip()
    said: dict[int, bytes] = {}
    if work.has_pixels and work.text_cleaned:
        said[BURNED_IN] = writer.text(BURNED_IN, "CS", "NO")
    if work.has_pixels and work.faces_removed:
        said[RECOGNIZABLE] = writer.text(RECOGNIZABLE, "CS", "NO")
    return said | {
        IDENTITY_REMOVED: writer.text(IDENTITY_REMOVED, "CS", "YES"),
        METHOD: writer.text(METHOD, "LO", method),
        METHOD_CODES: writer.element(METHOD_CODES, "SQ", codes),
        TEMPORAL: writer.text(TEMPORAL, "CS", temporal_information(profile)),
    }
