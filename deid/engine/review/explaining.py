"""Before and after of one file's header, attribute by attribute, with the reason for each action.

What it returns holds values of the source. It is for the eyes of those who may see the source, and is never kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from pydicom import dcmread
from pydicom.datadict import dictionary_description
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from deid.engine.identity import Identity
from deid.engine.instances import clean_dicom
from deid.engine.profiles.options import OPTIONS
from deid.engine.profiles.profile import Profile, load_table
from deid.engine.results import Mask

LONGEST_VALUE, MOST_ROWS = 160, 4000
UNSHOWN = frozenset({"OB", "OW", "OF", "OD", "OL", "OV", "UN"})


@dataclass(frozen=True, slots=True)
class Explained:
    """One attribute: where it stands, what it was and is, and why.

    `outcome` is `kept`, `changed`, `emptied`, `removed` or `added`; `before` is `None` for what was added, `after`
    for what was removed. `depth` counts the sequences around it; `path` says where it stands among them, and so which
    rows of two tellings of one file are about the same attribute.
    """

    tag: str
    name: str
    vr: str
    depth: int
    before: str | None
    after: str | None
    outcome: str
    reason: str
    path: str


def explain_dicom(
    path: Path | str,
    *,
    profile: Profile,
    identity: Identity,
    subject_key: str,
    masks: Sequence[Mask] = (),
    known_values_of_subject: Sequence[str] = (),
) -> list[Explained]:
    """Return a row for each attribute of the DICOM file at *path* before and after cleaning, at most 4,000.

    Raises `RefusedError` for what cannot be cleaned.
    """
    cleaned = BytesIO()
    with Path(path).open("rb") as source:
        clean_dicom(
            source,
            cleaned,
            profile=profile,
            identity=identity,
            subject_key=subject_key,
            masks=masks,
            known_values_of_subject=known_values_of_subject,
            pixels_inspected=True,
        )
    before = dcmread(path, force=True)
    after = dcmread(BytesIO(cleaned.getvalue()))
    rows: list[Explained] = []
    for row in _compare(before, after, _Reasons(profile), 0, ""):
        if len(rows) == MOST_ROWS:
            break
        rows.append(row)
    return rows


def explained_json(rows: Sequence[Explained]) -> list[dict[str, Any]]:
    """Return the rows as dictionaries."""
    return [asdict(row) for row in rows]


class _Reasons:
    """Says why a profile does what it does to an attribute."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.rows: Mapping[str, Any] = load_table()["attributes"]  # type: ignore[assignment]

    def of(self, element: DataElement, *, removed: bool) -> str:
        """Return the rule under which the element falls, in words."""
        tag = int(element.tag)
        key = f"{tag:08X}"
        if tag >> 16 & 1:
            return "Private: the safe list does not name it" if removed else "Private: on the safe list"
        if 0x5000 <= tag >> 16 <= 0x50FF or 0x6000 <= tag >> 16 <= 0x60FF:
            return "Curves and overlays go as whole groups"
        if key in self.profile.overrides:
            return f"This profile’s own rule: {self.profile.overrides[key]}"
        if key in self.rows:
            return self._of_row(self.rows[key])
        return f"Outside the table: {element.VR} is checked by its kind"

    def _of_row(self, row: Sequence[Any]) -> str:
        chosen = [
            f"{option.meaning.removesuffix(' Option')}: {row[2][option.column]}"
            for name, option in OPTIONS.items()
            if self.profile.has(name) and option.column in row[2]
        ]
        return "; ".join([f"Table E.1-1, Basic Profile: {row[1]}", *chosen])


def _compare(
    before: Dataset, after: Dataset, reasons: _Reasons, depth: int, around: str
) -> Iterator[Explained]:
    for tag in sorted({*before.keys(), *after.keys()}):
        if tag.element == 0:
            continue
        old: DataElement | None = before.get(tag)
        new: DataElement | None = after.get(tag)
        path = f"{around}{int(tag):08X}"
        yield _row(old, new, reasons, depth, path)
        for place, item in enumerate(old.value if old is not None and old.VR == "SQ" else ()):
            if new is None or place >= len(new.value):
                yield from _gone(item, depth + 1, f"{path}.{place}.")
            else:
                yield from _compare(item, new.value[place], reasons, depth + 1, f"{path}.{place}.")
        items = len(old.value) if old is not None and old.VR == "SQ" else 0
        for place, item in enumerate(new.value if new is not None and new.VR == "SQ" else ()):
            if place >= items:
                yield from _compare(Dataset(), item, reasons, depth + 1, f"{path}.{place}.")


def _gone(items: Dataset, depth: int, around: str) -> Iterator[Explained]:
    """Yield the attributes of an item whose sequence is removed."""
    for element in items:
        tag = f"({element.tag.group:04X},{element.tag.element:04X})"
        reason, path = "Goes with the sequence around it", f"{around}{int(element.tag):08X}"
        yield Explained(tag, _name(element), element.VR, depth, _text(element), None, "removed", reason, path)
        for place, one in enumerate(element.value if element.VR == "SQ" else ()):
            yield from _gone(one, depth + 1, f"{path}.{place}.")


def _row(
    old: DataElement | None, new: DataElement | None, reasons: _Reasons, depth: int, path: str
) -> Explained:
    element = old if old is not None else new
    assert element is not None
    was, now = (None if one is None else _text(one) for one in (old, new))
    if old is None:
        outcome, reason = "added", "The cleaner’s own statement"
    else:
        outcome, reason = _outcome(old, new, was, now), reasons.of(old, removed=new is None)
    tag = int(element.tag)
    return Explained(
        f"({tag >> 16:04X},{tag & 0xFFFF:04X})",
        _name(element),
        element.VR,
        depth,
        was,
        now,
        outcome,
        reason,
        path,
    )


def _outcome(old: DataElement, new: DataElement | None, was: str | None, now: str | None) -> str:
    if new is None:
        return "removed"
    if old.VR == "SQ":
        return "kept"
    if was and not now:
        return "emptied"
    return "kept" if old.value == new.value else "changed"


def _name(element: DataElement) -> str:
    try:
        return dictionary_description(element.tag)
    except KeyError:
        return "Private attribute" if element.tag.is_private else "Unknown attribute"


def _text(element: DataElement) -> str:
    if element.VR == "SQ":
        count = len(element.value)
        return f"{count} item" if count == 1 else f"{count} items"
    if element.VR in UNSHOWN or isinstance(element.value, bytes):
        return f"{len(element.value or b''):,} bytes"
    value = element.value
    parts = value if isinstance(value, list | tuple) or hasattr(value, "append") else [value]
    text = "\\".join("" if part is None else str(part) for part in parts)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
