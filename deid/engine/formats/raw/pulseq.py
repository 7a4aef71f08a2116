"""PulSeq sequence files (`.seq`, specification 1.2 to 1.5): numbers stay, words are cleaned, the signature is made anew."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from typing import Any, BinaryIO, NamedTuple

from deid.engine.errors import UnreadableError
from deid.engine.formats.bounded import read_all
from deid.engine.formats.personal import holds_any, known_numbers, numbers_somebody
from deid.engine.formats.tables.roles import LONG_NUMBER
from deid.engine.formats.wording import Wording, wording_of
from deid.engine.identity import Identity
from deid.engine.results import Cleaned
from deid.engine.text.words import clinical_words
from deid.engine.writing.stream import HashingTarget

LARGEST = 1 << 28
SECTIONS = frozenset(
    {
        "VERSION", "DEFINITIONS", "BLOCKS", "RF", "GRADIENTS", "TRAP", "ADC", "DELAYS", "EXTENSIONS",
        "TRIGGERS", "LABELSET", "LABELINC", "SHAPES", "ROTATIONS", "RF_SHIMS", "DELAYS_SOFT",
    }
)  # fmt: skip
# Words that may stand beside numbers: flags of [VERSION] and [SHAPES], extensions, labels, uses of a pulse.
WORDS = frozenset(
    """
    major minor revision shape_id num_samples extension TRIGGERS LABELSET LABELINC ROTATIONS RF_SHIMS DELAYS
    SLC SEG REP AVG SET ECO PHS LIN PAR ACQ NAV REV SMS REF IMA OFF NOISE PMC NOROT NOPOS NOSCL ONCE TRID
    e r i s p o u
    """.split()  # noqa: SIM905 - a list of words reads best as one
)
_SECTION = re.compile(r"\[([A-Z_]{2,20})\]")
_NUMBER = re.compile(r"[+-]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][+-]?\d{1,3})?")
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,40}")
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
KEYS = frozenset({"FOV", "TE", "TR", "TI", "BlockDurationRaster", "AdcRasterTime", "GradientRasterTime",
                  "RadiofrequencyRasterTime", "TotalDuration", "SliceThickness", "SliceGap", "RequiredGradients"})  # fmt: skip
SIGNATURE = (
    "\n[SIGNATURE]\n"
    "# This is the hash of the Pulseq file, calculated right before the [SIGNATURE] section was added\n"
    "# It can be reproduced/verified with md5sum if the file trimmed to the position right above [SIGNATURE]\n"
    "# The new line character preceding [SIGNATURE] BELONGS to the signature (and needs to be stripped away for"
    " recalculating/verification)\n"
    "Type md5\nHash {}\n"
)


def clean_pulseq(
    source: BinaryIO,
    target: BinaryIO,
    *,
    identity: Identity,
    subject_key: str,
    known_values: Sequence[str] = (),
) -> Cleaned:
    """Write the sequence *source* to *target*: events and shapes as they stand, without comments.

    Definitions stay where they are numbers under a technical name; `Name` is cleaned. Raises `RefusedError`.
    """
    text = _decoded(read_all(source, LARGEST))
    counts: Counter[str] = Counter()
    manner = _Manner(wording_of(identity, subject_key, known_values), known_numbers(known_values))
    body = "\n".join(_lines(text, manner, counts)) + "\n"
    digest = hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()
    out = HashingTarget(target)
    out.write((body + SIGNATURE.format(digest)).encode())
    return Cleaned(identity.pseudonym(subject_key), out.sha256, out.size, dict(counts))


class _Manner(NamedTuple):
    """How names are cleaned, and which numbers are known to be somebody's."""

    wording: Wording
    numbers: Set[int]


def _decoded(raw: bytes) -> str:
    try:
        text = raw.decode("ascii", "strict" if b"[VERSION]" not in raw else "replace")
    except UnicodeDecodeError as error:
        raise UnreadableError("This is no PulSeq file.", code="bad_raw") from error
    if "[VERSION]" not in text or "[BLOCKS]" not in text:
        raise UnreadableError("This is no PulSeq file.", code="bad_raw")
    return text


def _lines(text: str, manner: _Manner, counts: Counter[str]) -> Iterator[str]:
    """Yield the lines that stay; a line of a known section that is not numbers and known words is refused."""
    section = ""
    for line in text.splitlines():
        plain = line.partition("#")[0].strip()
        counts["X"] += "#" in line
        found = _SECTION.fullmatch(plain)
        if found:
            section = found[1] if found[1] in SECTIONS else ""
            if section:
                yield from ("", plain)
            continue
        if not plain or not section:
            counts["X"] += bool(plain)
            continue
        kept = _definition(plain, manner) if section == "DEFINITIONS" else _event(plain)
        counts["K" if kept == plain else "C" if kept else "X"] += 1
        if kept:
            yield kept


def _event(line: str) -> str:
    tokens = line.split()
    if any(token not in WORDS and not _NUMBER.fullmatch(token) for token in tokens):
        raise UnreadableError("The sequence holds words where numbers belong.", code="bad_raw")
    return " ".join(tokens)


def _definition(line: str, manner: _Manner) -> str:
    """Return a definition as it may stay, empty where it may not: a whole number that is long is somebody's or a date."""
    key, *values = line.split()
    if key == "Name":
        name = "_".join(manner.wording(" ".join(values).replace("_", " ")).split())
        return f"Name {name}" if name else ""
    technical = key in KEYS or all(part.lower() in clinical_words() for part in _PARTS.findall(key))
    numeric = values and all(_NUMBER.fullmatch(value) for value in values)
    if not (_KEY.fullmatch(key) and technical and numeric) or (key not in KEYS and numbers_somebody(key)):
        return ""
    whole = [value for value in values if value.isdecimal()]
    long = key not in KEYS and any(len(value) >= LONG_NUMBER for value in whole)
    return "" if long or holds_any(map(int, whole), manner.numbers) else " ".join((key, *values))


def signature_state(content: bytes) -> str:
    """Say whether the file's own signature is `valid`, `wrong` or there is `none` (specification 1.4, section 2.10)."""
    body, mark, signature = content.rpartition(b"\n[SIGNATURE]")
    found = re.search(rb"^Hash\s+([0-9a-f]{32})\s*$", signature, re.MULTILINE)
    if not mark or not found:
        return "none"
    same = hashlib.md5(body, usedforsecurity=False).hexdigest().encode() == found[1]
    return "valid" if same else "wrong"


def sequence_facts(content: bytes) -> dict[str, Any]:
    """Return version, field of view (m), echo and repetition time (s) and the state of the signature."""
    lines = [line.partition("#")[0].split() for line in _decoded(content).splitlines()]
    told = {line[0]: line[1:] for line in lines if len(line) > 1}
    version = ".".join(next(iter(told.get(name, [])), "0") for name in ("major", "minor", "revision"))
    facts: dict[str, Any] = {"version": version, "signature": signature_state(content)}
    for name, key in (("FOV", "field_of_view"), ("TE", "echo_time"), ("TR", "repetition_time")):
        values = told.get(name, [])
        if values and all(_NUMBER.fullmatch(value) for value in values):
            facts[key] = [float(value) for value in values]
    return facts
