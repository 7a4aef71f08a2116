"""Private attributes (PS3.15 E.3.10): kept only when a public list says that they are safe."""

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

SafeList = Mapping[tuple[str, int, int], str]


@lru_cache(maxsize=1)
def safe_list() -> SafeList:
    """Return the VR of each safe attribute by creator, group and element offset, whatever the block."""
    text = resources.files("deid.engine").joinpath("data/safe_private.json").read_text("utf-8")
    creators = json.loads(text)["creators"]
    return {
        (creator, int(group, 16), int(offset, 16)): vr
        for creator, groups in creators.items()
        for group, offsets in groups.items()
        for offset, vr in offsets.items()
    }


@lru_cache(maxsize=1024)
def canonical_creator(raw: bytes) -> str:
    """Return a private creator in the spelling the list goes by."""
    return " ".join(raw.decode("latin-1").strip("\0").split()).upper()
