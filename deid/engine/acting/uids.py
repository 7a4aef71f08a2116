"""Action U: replace every UID that is not of the Standard by one derived from it (PS3.15 E.3.9, PS3.5
B.2)."""

import re
from collections.abc import Callable

from deid.engine.acting.context import KEEP, Context, Outcome
from deid.engine.reading.elements import Element

_UID_CHARACTERS = b"0123456789.\\ \0"
_STANDARD = b"1.2.840.10008."
_UID = re.compile(r"[0-9]+(?:\.[0-9]+)*", re.ASCII)


def new_uids(context: Context, element: Element) -> Outcome:
    """Map each value; text that is no UID is mapped too, so that nothing of it stays and references still
    resolve."""
    raw = context.raw(element)
    if raw.startswith(_STANDARD) and b"\\" not in raw and not raw.translate(None, _UID_CHARACTERS):
        return KEEP
    new = context.identity.uid
    parts = (part.strip(" \0") for part in raw.decode("latin-1").split("\\"))
    encoded = "\\".join(_mapped(part, new) if part else "" for part in parts).encode("ascii")
    return "UI", encoded + b"\0" * (len(encoded) % 2)


def _mapped(text: str, new: Callable[[str], str]) -> str:
    """Return the new UID; what only begins like a UID of the Standard is not one."""
    mapped = new(text)
    return mapped if mapped != text or _UID.fullmatch(text) else new("\0" + text)
