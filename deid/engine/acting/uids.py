"""Action U: replace every UID that is not of the Standard by one derived from it (PS3.15 E.3.9, PS3.5
B.2)."""

import re
from collections.abc import Callable

from pydicom._dicom_dict import DicomDictionary

from deid.engine.acting.context import KEEP, Context, Outcome
from deid.engine.identity import STANDARD_UIDS
from deid.engine.reading.elements import Element

_UID_CHARACTERS = b"0123456789.\\ \0"
# Attributes that name a class, a syntax or a scheme: they may hold one of the Standard that is newer than our registry,
# or a vendor's class.
KIND_TAGS = frozenset(
    tag
    for tag, entry in DicomDictionary.items()
    if entry[0] == "UI"
    and re.search(r"Class|TransferSyntax|CodingSchemeUID|ContextUID|MappingResource", entry[4])
)
_LATER_STANDARD = re.compile(r"1\.2\.840\.10008\.[1-9]\d?(?:\.(?:0|[1-9]\d{0,3})){1,9}", re.ASCII)
# Classes that vendors publish in their conformance statements; all others are mapped like any UID.
_PRIVATE_CLASSES_TEXT = """
1.3.12.2.1107.5.9.1 1.3.12.2.1107.5.99.3.10 1.3.12.2.1107.5.99.3.11 1.3.46.670589.2.3.1.1
1.3.46.670589.2.4.1.1 1.3.46.670589.2.5.1.1 1.3.46.670589.5.0.1 1.3.46.670589.5.0.1.1
1.3.46.670589.5.0.2 1.3.46.670589.5.0.2.1 1.3.46.670589.5.0.3 1.3.46.670589.5.0.3.1
1.3.46.670589.5.0.4 1.3.46.670589.5.0.7 1.3.46.670589.5.0.8 1.3.46.670589.5.0.9
1.3.46.670589.5.0.10 1.3.46.670589.5.0.11 1.3.46.670589.5.0.12 1.3.46.670589.5.0.13
1.3.46.670589.5.0.14 1.3.46.670589.11.0.0.12.1 1.3.46.670589.11.0.0.12.2
1.3.46.670589.11.0.0.12.4 1.2.840.113619.4.2 1.2.840.113619.4.3 1.2.840.113619.4.4
1.2.840.113619.4.5.249 1.2.840.113619.4.26 1.2.840.113619.4.27 1.2.840.113619.4.30
1.2.392.200036.9116.7.8.1.1.1 1.2.392.200036.9125.1.1.2 1.2.392.200036.9125.1.1.4
"""
PRIVATE_CLASSES = frozenset(_PRIVATE_CLASSES_TEXT.split())


def kind_uid(text: str, new: Callable[[str], str]) -> str:
    """Return the UID of a class or syntax: as it is where it can only be that, else mapped."""
    if text in STANDARD_UIDS or text in PRIVATE_CLASSES or _LATER_STANDARD.fullmatch(text):
        return text
    return new(text)


def new_uids(context: Context, element: Element) -> Outcome:
    """Map each value; text that is no UID is mapped too, so that nothing of it stays and references still
    resolve."""
    raw, kind = context.raw(element), element.tag in KIND_TAGS
    text = raw.decode("latin-1")
    if not raw.translate(None, _UID_CHARACTERS) and text.rstrip("\0") in STANDARD_UIDS:
        return KEEP
    new = context.identity.uid
    parts = (part.strip(" \0") for part in text.split("\\"))
    mapped = ((kind_uid(part, new) if kind else new(part)) if part else "" for part in parts)
    encoded = "\\".join(mapped).encode("ascii")
    return "UI", encoded + b"\0" * (len(encoded) % 2)
