"""Words beside the image in compressed frames: comments, application segments, bytes behind the end (PS3.5 8.2, A.4).

What names nobody stays, such as the name of the program that compressed, so that pixel data is copied as it is wherever
nothing hides.
"""

import re
from collections.abc import Mapping

from deid.engine.acting.checks import PIXEL_DATA, SUSPICIOUS_RUN, hides_known
from deid.engine.acting.context import Context
from deid.engine.acting.tails import decoded_plane, image_frames
from deid.engine.errors import UnreadableError
from deid.engine.pixels.codestreams import beside_image
from deid.engine.pixels.fragments import frames_of, items_of
from deid.engine.reading.elements import Element, let_go
from deid.engine.text.cleaning import cleaned_text
from deid.engine.text.dates import SURE

SHORTEST_HIDDEN = 4
EXIF, COLOUR_PROFILE = b"Exif\0", b"ICC_PROFILE\0"
_TEXT = re.compile(rb"[\t\n\r -~\xa0-\xff]+")
Stretches = list[tuple[int, int]]


def hidden_segments(context: Context, by_tag: Mapping[int, Element]) -> Stretches:
    """Return the stretches of the buffer to blank in compressed pixel data; raises `UnreadableError` for compressed pixels that
    are not understood and hold a known value."""
    pixels = by_tag.get(PIXEL_DATA)
    if pixels is None or not pixels.undefined:
        return []
    buffer, plane = context.source.buffer, decoded_plane(context, by_tag)
    frames = frames_of(buffer, items_of(buffer, pixels)[1:], image_frames(context, by_tag))
    stretches, understood = Stretches(), bool(frames)
    for frame in frames:
        content = frame.content(buffer)
        try:
            for start, end in beside_image(content, context.source.transfer_syntax, plane):
                if not _is_harmless(context, content[start:end]):
                    stretches.extend(frame.places(start, end))
        except ValueError:
            understood = False
        for first, last in frame.fragments:
            let_go(buffer, first, last - first)
    if not understood and hides_known(context, pixels):
        raise UnreadableError(
            "The compressed pixels are not understood, and a name or number of the subject stands in them.",
            code="pixel_encoding",
        )
    return stretches


def _is_harmless(context: Context, raw: bytes) -> bool:
    """Say whether bytes beside an image name nobody."""
    words = raw.strip(b"\0")
    if len(words) < SHORTEST_HIDDEN:
        return True
    if _TEXT.fullmatch(words):
        text = words.decode("latin-1")
        return cleaned_text(text, context.known, context.manner, SURE) == text
    if words.startswith(EXIF) or context.known.in_bytes(raw):
        return False
    return words.startswith(COLOUR_PROFILE) or not SUSPICIOUS_RUN.search(raw)
