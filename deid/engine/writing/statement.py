"""What a cleaned instance says about its own cleaning (PS3.15 E.1.1, E.2; PS3.16 CID 7050)."""

from functools import lru_cache

from deid.engine.profiles.options import BASIC, OPTIONS, Option
from deid.engine.profiles.profile import Profile
from deid.engine.reading.encoding import Encoding
from deid.engine.writing.elements import Writer

IDENTITY_REMOVED, METHOD, METHOD_CODES, TEMPORAL = 0x00120062, 0x00120063, 0x00120064, 0x00280303
VISUAL_FEATURES = 0x00280302
LONGEST_LO = 64


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


@lru_cache(maxsize=64)
def statement(
    profile: Profile, encoding: Encoding, pixels_cleaned: bool, *, faces_removed: bool = False
) -> dict[int, bytes]:
    """Return the encoded elements by tag.

    Clean Pixel Data is claimed only where pixels were looked after, Clean Recognizable Visual Features wherever, and
    only where, a plan to remove the face was carried out.
    """
    writer = Writer(encoding)
    done = {
        "clean_pixel_data": profile.has("clean_pixel_data") and pixels_cleaned,
        "clean_recognizable_visual_features": faces_removed,
    }
    claimed = [option for name, option in OPTIONS.items() if done.get(name, profile.has(name))]
    codes = b"".join(_code(writer, option) for option in (BASIC, *claimed))
    method = f"Tessera profile {profile.name}, PS3.15 {profile.edition}"
    visual = {VISUAL_FEATURES: writer.text(VISUAL_FEATURES, "CS", "NO")} if faces_removed else {}
    return {
        **visual,
        IDENTITY_REMOVED: writer.text(IDENTITY_REMOVED, "CS", "YES"),
        METHOD: writer.text(METHOD, "LO", method),
        METHOD_CODES: writer.element(METHOD_CODES, "SQ", codes),
        TEMPORAL: writer.text(TEMPORAL, "CS", temporal_information(profile)),
    }
