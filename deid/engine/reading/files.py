"""Open a DICOM file: preamble, file meta information, data set (PS3.10 section 7)."""

import mmap
import re
import struct
import tempfile
import zlib
from io import BytesIO
from typing import BinaryIO

from deid.engine.errors import TooLargeError, UnreadableError, UnsupportedError
from deid.engine.reading.alike import Likeness
from deid.engine.reading.elements import Buffer, DataSet
from deid.engine.reading.encoding import DEFLATED, EXPLICIT_LE, encoding_of
from deid.engine.reading.mislabelled import other_encoding
from deid.engine.reading.parser import Parser
from deid.engine.reading.strangers import not_dicom

READ_WHOLE = 8 << 20
MOST_INFLATED = 512 << 20
MOST_RATIO = 250
SMALL_INFLATED = 16 << 20
META_LENGTH_END = 144  # preamble, mark and the meta group length itself
TRANSFER_SYNTAX, MEDIA_CLASS = 0x00020010, 0x00020002
STANDARD_SYNTAX = re.compile(r"1\.2\.840\.10008\.1\.2(?:\.[0-9]{1,3}){0,4}", re.ASCII)
MEDIA_DIRECTORY = "1.2.840.10008.1.3.10"


def load(source: BinaryIO) -> Buffer:
    """Return the bytes of *source* to look into: small files whole, large ones mapped, streams spooled
    first."""
    if type(source) is BytesIO:
        return source.getvalue()
    try:
        size = source.seek(0, 2)
        source.seek(0)
        number = source.fileno()
    except OSError:
        return _spooled(source)
    if size <= READ_WHOLE:
        return source.read()
    return mmap.mmap(number, 0, access=mmap.ACCESS_READ)


def _spooled(source: BinaryIO) -> Buffer:
    """Return what a stream without a file behind it says, through a temporary file when it is large."""
    first = source.read(READ_WHOLE)
    if len(first) < READ_WHOLE:
        rest = source.read()
        if not rest:
            return first
        first += rest
    with tempfile.TemporaryFile() as spool:
        spool.write(first)
        while block := source.read(1 << 20):
            spool.write(block)
        spool.flush()
        return mmap.mmap(spool.fileno(), 0, access=mmap.ACCESS_READ)


def read_meta(buffer: Buffer) -> tuple[dict[int, bytes], int]:
    """Return the file meta information by tag and where the data set begins."""
    if buffer[128:132] != b"DICM":
        raise not_dicom(buffer)
    parser, position, meta = Parser(buffer, EXPLICIT_LE), 132, dict[int, bytes]()
    while buffer[position : position + 2] == b"\x02\x00":
        element, position = parser._element(position, len(buffer), 0)
        if element is not None:
            meta[element.tag] = buffer[element.start : element.start + element.length]
    return meta, position


def uid_text(raw: bytes) -> str:
    """Return a UID as text without its padding."""
    return raw.decode("latin-1").strip("\0 ")


def inflate(buffer: Buffer, start: int) -> bytes:
    """Return the data set of a deflated file (PS3.5 A.5), refusing bombs."""
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    limit = max(SMALL_INFLATED, min(MOST_INFLATED, MOST_RATIO * (len(buffer) - start)))
    try:
        data = engine.decompress(buffer[start:], limit)
    except zlib.error as error:
        raise UnreadableError("The deflated data set is damaged.", code="bad_deflate") from error
    if engine.unconsumed_tail:
        raise TooLargeError("The deflated data set unpacks to far more than its size.", code="deflate_bomb")
    if not engine.eof:
        raise UnreadableError("The deflated data set ends early.", code="truncated")
    return data


def read_data_set(source: BinaryIO | Buffer, likeness: Likeness | None = None) -> DataSet:
    """Read all elements of a DICOM file, refusing what is damaged or is a directory.

    With a *likeness* what is the same in the instances that it knows is not read again.
    """
    buffer = source if isinstance(source, bytes | mmap.mmap) else load(source)
    try:
        return _parsed(buffer, likeness)
    except struct.error as error:
        raise UnreadableError("The file ends inside an element.", code="truncated") from error


def _parsed(buffer: Buffer, likeness: Likeness | None) -> DataSet:
    meta, start = read_meta(buffer)
    meta_length = start - META_LENGTH_END
    syntax = uid_text(meta.get(TRANSFER_SYNTAX, b""))
    if not syntax:
        raise UnreadableError("The file does not name its transfer syntax.", code="no_transfer_syntax")
    if uid_text(meta.get(MEDIA_CLASS, b"")) == MEDIA_DIRECTORY:
        raise UnsupportedError(
            "This is a DICOMDIR, a directory of a disc and no image: it is left out. What it says stands in the files; "
            "make one anew from the cleaned files where a disc needs it.",
            code="dicomdir",
        )
    if not STANDARD_SYNTAX.fullmatch(syntax):
        raise UnsupportedError("The file is in no transfer syntax of the Standard.", code="unknown_syntax")
    if syntax == DEFLATED:
        buffer, start = inflate(buffer, start), 0
    parser = Parser(buffer, encoding_of(syntax))
    if likeness and (parts := likeness.parts(parser, start, syntax)):
        return DataSet(buffer, syntax, meta, parts, meta_length)
    try:
        elements = parser.elements(start, len(buffer))
    except (UnreadableError, struct.error):
        found = other_encoding(buffer, start, syntax)
        if found is None:
            raise
        return DataSet(buffer, found[0], meta, [found[1]], meta_length)
    if likeness:
        likeness.note(buffer, start, syntax, elements)
    return DataSet(buffer, syntax, meta, [elements], meta_length)
