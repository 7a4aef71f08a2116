"""The marks of a release that stand in bytes: pseudonyms and UIDs in any spelling that people and programs give them, and its
name."""

from __future__ import annotations

import binascii
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from heapq import nsmallest
from typing import IO
from zlib import crc32

CHUNK, OVERLAP = 1 << 20, 512
MOST_MARKS = 50_000
# With its hyphen and in capitals it stands out anywhere; else only as a word, as in the BIDS name of a file.
EXACT = re.compile(rb"T-([A-Z2-7]{10})|sub-T([A-Z2-7]{10})_")
LOOSE = re.compile(
    rb"(?<![A-Za-z0-9])[Tt](?:[-_ ]|\xe2\x80[\x90-\x95]|%2[Dd])?([A-Za-z2-7]{10})(?![A-Za-z0-9])"
)
# Twenty digits are enough to tell one from all others, and where the end is cut off they are often still there.
UID = re.compile(rb"2\.25\.\d{20}")
# The end of a release's name (`Release.name`); the slug before it is as long as it may be.
NAMED = re.compile(rb"-v\d{1,6}-g\d{1,9}(?![A-Za-z0-9-])")
SLUG, LONGEST_SLUG = re.compile(rb"[a-z0-9-]+$"), 120
HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}[ :\r\n]{0,2}){12,}[0-9A-Fa-f]?")
BASE64 = re.compile(rb"[A-Za-z0-9+/_\-]{16,}(?:\r?\n[A-Za-z0-9+/_\-]+)*")
URL_SAFE = bytes.maketrans(b"-_", b"+/")


class Marks:
    """What was read: pseudonyms, beginnings of UIDs and what may be names of releases with how often they stand there, and
    digests of whole files.

    Where there are more than are kept, the most frequent stay, and of those that are alike a part without any order;
    `passed_over` tells that.
    """

    def __init__(self) -> None:
        self.pseudonyms: Counter[str] = Counter()
        self.uids: Counter[str] = Counter()
        self.names: Counter[str] = Counter()
        self.digests: set[str] = set()
        self.exact = 0
        self.passed_over = False

    @property
    def certain(self) -> int:
        """How many marks there are that no ordinary word looks like."""
        return len(self.uids) + self.exact

    def read(self, name: str, file: IO[bytes]) -> None:
        """Take in a file, and what it is called where it lies."""
        self._search(name.encode("utf-8", "replace"))
        digest, tail = hashlib.sha256(), b""
        while part := file.read(CHUNK):
            digest.update(part)
            window = tail + part
            for form in _forms(window):
                self._search(form)
            tail = window[-OVERLAP:]
        self.digests.add(digest.hexdigest())

    def _search(self, text: bytes) -> None:
        exact = [one or other for one, other in EXACT.findall(text)]
        self.exact += len(exact)
        self._keep(self.pseudonyms, (f"T-{found.decode().upper()}" for found in exact + LOOSE.findall(text)))
        self._keep(self.uids, (found.decode() for found in UID.findall(text)))
        self._keep(self.names, _names(text))

    def _keep(self, counts: Counter[str], found: Iterable[str]) -> None:
        counts.update(found)
        if len(counts) > 2 * MOST_MARKS:
            self.passed_over = True
            kept = nsmallest(MOST_MARKS, counts.items(), key=lambda one: (-one[1], crc32(one[0].encode())))
            counts.clear()
            counts.update(dict(kept))


def _names(text: bytes) -> Iterator[str]:
    """Yield what may be the name of a release."""
    for end in NAMED.finditer(text):
        slug = SLUG.search(text[max(0, end.start() - LONGEST_SLUG) : end.start()])
        if slug:
            yield (slug[0] + end[0]).decode()


def _forms(window: bytes) -> Iterator[bytes]:
    """Yield the bytes as they are, as UTF-16, and what hex digits and base64 in them say."""
    yield from _wide_too(window)
    for run in HEX.findall(window):
        digits = re.sub(rb"[ :\r\n]", b"", run)
        for start in range(2):
            yield from _wide_too(binascii.unhexlify(digits[start : start + (len(digits) - start) // 2 * 2]))
    for run in BASE64.findall(window):
        letters = b"".join(run.split()).translate(URL_SAFE)
        for start in range(4):
            # Two letters more than a whole number of groups still hold a byte.
            yield from _wide_too(_base64(letters[start:]))


def _base64(letters: bytes) -> bytes:
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def _wide_too(text: bytes) -> Iterator[bytes]:
    yield text
    if b"\0" in text:
        yield text.replace(b"\0", b"")
