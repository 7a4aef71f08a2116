"""What every released instance must and must not have, besides being silent about its source."""

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import resources

from deid.engine.verification.search import Hit
from deid.engine.verification.walker import Seen, place_of

REQUIRED = {
    (0x00120062,): b"YES",
    (0x00120063,): b"",
    (0x00120064,): b"",
    (0x00280303,): b"",
    (0x00100020,): b"",
}
FORBIDDEN_GROUPS = frozenset({*range(0x5000, 0x5100), *range(0x6000, 0x6100)})
FORBIDDEN_TAGS = frozenset({0xFFFAFFFA, 0xFFFCFFFC, 0x04000561, 0x00880200})
META = frozenset({0x00020000, 0x00020001, 0x00020002, 0x00020003, 0x00020010, 0x00020012, 0x00020013})
ROOTS = ("1.2.840.10008.", "2.25.")


@lru_cache(maxsize=1)
def _safe() -> frozenset[tuple[str, int, int]]:
    text = resources.files("deid.engine").joinpath("data/safe_private.json").read_text("utf-8")
    return frozenset(
        (creator, int(group, 16), int(offset, 16))
        for creator, groups in json.loads(text)["creators"].items()
        for group, offsets in groups.items()
        for offset in offsets
    )


def _private(seen: Sequence[Seen]) -> Iterator[Hit]:
    """Yield private elements that no safe list names."""
    creators: dict[tuple[tuple[int, ...], int], str] = {}
    for one in seen:
        group, number = one.tag >> 16, one.tag & 0xFFFF
        if not group & 1:
            continue
        if 0x10 <= number <= 0xFF:
            name = " ".join(one.value.decode("latin-1").strip("\0").split()).upper()
            creators[one.path[:-1], group << 16 | number] = name
        elif (creators.get((one.path[:-1], group << 16 | number >> 8)), group, number & 0xFF) not in _safe():
            yield Hit(one.place, "private element")


def check_duties(seen: Sequence[Seen], *, retain_uids: bool = False) -> list[Hit]:
    """Return what a released instance lacks or has too much."""
    hits = list(_private(seen))
    present = {one.path: one.value.strip(b"\0 ") for one in seen if one.path in REQUIRED}
    for path, value in REQUIRED.items():
        if path not in present or (value and present[path] != value):
            hits.append(Hit(place_of(path), "missing statement"))
    for one in seen:
        if one.tag >> 16 in FORBIDDEN_GROUPS or one.tag in FORBIDDEN_TAGS:
            hits.append(Hit(one.place, "forbidden element"))
        elif one.tag >> 16 == 2 and one.tag not in META:
            hits.append(Hit(one.place, "file meta"))
        elif one.vr == "UI" and not retain_uids and not _uids_ours(one.value):
            hits.append(Hit(one.place, "foreign uid"))
    return hits


def _uids_ours(value: bytes) -> bool:
    uids = [part.strip(" \0") for part in value.decode("latin-1").split("\\")]
    return all(not uid or uid.startswith(ROOTS) for uid in uids)
