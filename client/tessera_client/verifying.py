"""Checks a downloaded release against its own manifests: every byte, and nothing missing or added."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tessera_client.downloading import LOCK
from tessera_client.errors import InvalidInputError, UnsafePathError
from tessera_client.hashing import sha256_of
from tessera_client.paths import PART, place_in

MANIFEST, TAGS, CERTIFICATE = "manifest-sha256.txt", "tagmanifest-sha256.txt", "certificate.json"
LINE = re.compile(r"([0-9a-f]{64})[ *]{2}(.+)")


@dataclass
class Verified:
    """What was found: how many files are right, and what is wrong, by path."""

    right: int = 0
    wrong: dict[str, str] = field(default_factory=dict)


def verify(folder: Path) -> Verified:
    """Check every file that the manifests of *folder* name, say which files none of them names, and hold the whole against the
    digest of the payload in the certificate."""
    if not (folder / MANIFEST).is_file():
        raise InvalidInputError(
            f"There is no {MANIFEST} in {folder}. Give the folder into which you downloaded."
        )
    found, named = Verified(), {TAGS}
    for manifest in (MANIFEST, TAGS):
        if not (folder / manifest).is_file():
            found.wrong[manifest] = "It is missing."
            continue
        for digest, path in _lines(folder / manifest, found):
            named.add(path)
            _check(folder, path, digest, found)
    for path in _others(folder, named):
        unfinished = path.endswith(PART)
        found.wrong[path] = "It is not complete." if unfinished else "No manifest names it."
    if not found.wrong and not _is_certified(folder):
        found.right -= 1
        found.wrong[CERTIFICATE] = "It speaks of other files: the digest of its payload differs."
    return found


def payload_digest(folder: Path, folders: Iterable[str]) -> str:
    """Return the SHA-256 of the sorted SHA-256 digests, a line each, of all files below *folders* of a release."""
    files = (place for name in folders for place in (folder / name).rglob("*") if place.is_file())
    lines = sorted(f"{sha256_of(place)}\n" for place in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _is_certified(folder: Path) -> bool:
    """Say whether the certificate speaks of these files; one that is not there, or names no payload, speaks against nothing."""
    if not (folder / CERTIFICATE).is_file():
        return True
    try:
        said = json.loads((folder / CERTIFICATE).read_bytes()).get("payload")
        return said is None or said["sha256"] == payload_digest(folder, map(str, said["folders"]))
    except (ValueError, AttributeError, KeyError, TypeError):
        return False


def _lines(manifest: Path, found: Verified) -> Iterator[tuple[str, str]]:
    for line in manifest.read_text(encoding="utf-8", errors="replace").splitlines():
        match = LINE.fullmatch(line)
        if match:
            yield match.group(1), match.group(2)
        elif line.strip():
            found.wrong[manifest.name] = "It has a line that is not a digest and a path."


def _check(folder: Path, path: str, digest: str, found: Verified) -> None:
    try:
        place = place_in(folder, path)
    except UnsafePathError as error:
        found.wrong[path] = error.message
        return
    if not place.is_file():
        found.wrong[path] = "It is missing."
    elif sha256_of(place) != digest:
        found.wrong[path] = "Its bytes have changed: the SHA-256 differs."
    else:
        found.right += 1


def _others(folder: Path, named: set[str]) -> list[str]:
    there = (place.relative_to(folder).as_posix() for place in folder.rglob("*") if not place.is_dir())
    return sorted(path for path in there if path not in named and path != LOCK)
