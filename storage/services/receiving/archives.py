"""Which files are archives, and what is in them; nothing is ever written under a name that an archive gives."""

from __future__ import annotations

import gzip
import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from storage.services.receiving.refusals import ArchiveRefusedError
from storage.services.receiving.zips import require_honest_zip

BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
)
ZIP_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# Formats that are gzip or zip inside and one file to everybody.
WHOLE = (".nii.gz", ".xlsx", ".docx", ".npz")
# Of BIDS: numbers without a heading, which every program reads packed; any other packed table is unpacked.
RECORDING = re.compile(r"(?:^|/)sub-[^/]*_[^/]*\.tsv\.gz$|_(?:physio|stim)[a-z]*\.tsv\.gz$", re.IGNORECASE)
LONGEST_TAR_HEADER = 1 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an archive: its name as data, and its bytes or the code of its refusal."""

    name: str
    open: Callable[[], AbstractContextManager[IO[bytes]]] | None = None
    refusal: str = ""


def kind_of(path: Path, name: str) -> str:
    """Return zip, gzip, tar, or nothing for a file that is no archive; what the bytes say counts, not the name."""
    with path.open("rb") as file:
        head = file.read(512)
    if head[128:132] == b"DICM" or name.lower().endswith(WHOLE) or RECORDING.search(name):
        return ""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    return "tar" if head[257:262] == b"ustar" else ""


def members(kind: str, path: Path, name: str) -> Iterator[Member]:
    """Yield the members of an archive; raise `ArchiveRefusedError` where it cannot be trusted as a whole."""
    opened = {"zip": _zip_members, "gzip": _gzip_members, "tar": _tar_members}[kind]
    try:
        yield from opened(path, name)
    except BROKEN as error:
        raise ArchiveRefusedError("damaged") from error


def _zip_members(path: Path, _: str) -> Iterator[Member]:
    require_honest_zip(path)
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if info.is_dir():
                continue
            if info.flag_bits & 0x1:
                yield Member(info.filename, refusal="encrypted")
            elif info.compress_type not in ZIP_METHODS:
                yield Member(info.filename, refusal="unknown_compression")
            elif (info.external_attr >> 16) & 0o170000 not in (0, 0o100000):
                yield Member(info.filename, refusal="not_a_file")
            else:
                yield Member(info.filename, lambda info=info: archive.open(info))  # type: ignore[misc]


def _gzip_members(path: Path, name: str) -> Iterator[Member]:
    inner = name.rsplit("/", 1)[-1]
    inner = inner[:-4] + ".tar" if inner.lower().endswith(".tgz") else inner.removesuffix(".gz")
    yield Member(inner, lambda: cast(IO[bytes], gzip.open(path, "rb")))  # noqa: SIM115  (its reader closes it)


class _ShortHeaders:
    """A file that refuses to give a header of a tar file which is made to fill the memory."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, count: int = -1) -> bytes:
        """Return *count* bytes."""
        if not 0 <= count <= LONGEST_TAR_HEADER:
            raise ArchiveRefusedError("bomb")
        return self._file.read(count)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _tar_members(path: Path, _: str) -> Iterator[Member]:
    with path.open("rb") as file, tarfile.open(fileobj=_ShortHeaders(file), mode="r:") as archive:
        for info in archive:
            archive.members = []  # type: ignore[attr-defined]
            # The list of what was seen would grow with every member.
            if info.isdir():
                continue
            if not info.isreg() or info.issparse():
                yield Member(info.name, refusal="not_a_file")
                continue
            stream = archive.extractfile(info)
            if stream is None:
                yield Member(info.name, refusal="not_a_file")
            else:
                yield Member(info.name, lambda stream=stream: stream)  # type: ignore[misc]
