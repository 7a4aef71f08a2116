"""DDSM's text files: `.ics` headers and `.OVERLAY` outlines; geometry and lexicon words stay, dates are shifted."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import BinaryIO

from deid.engine.acting.dates import shifted_date
from deid.engine.errors import UnreadableError
from deid.engine.formats.ages import group_age
from deid.engine.formats.bounded import read_all
from deid.engine.identity import Identity
from deid.engine.results import Cleaned
from deid.engine.text.words import clinical_words
from deid.engine.writing.stream import HashingTarget

LARGEST = 16 << 20
_NUMBERS = re.compile(r"-?\d{1,9}(?:\.\d{1,9})?(?: -?\d{1,9}(?:\.\d{1,9})?)*(?: #)?|#")
_VIEW = re.compile(
    r"(?:LEFT|RIGHT)_(?:CC|MLO) LINES \d{1,6} PIXELS_PER_LINE \d{1,6} BITS_PER_PIXEL \d{1,2}"
    r" RESOLUTION \d{1,4}(?:\.\d{1,4})? (?:NON_)?OVERLAY"
)
_DAY = re.compile(r"(\d{1,2}) (\d{1,2}) (\d{4})")
_LEXICON = re.compile(r"[A-Z]+(?:[-_][A-Z]+)*")
OVERLAY_NUMBERS = frozenset(
    {"TOTAL_ABNORMALITIES", "ABNORMALITY", "ASSESSMENT", "SUBTLETY", "TOTAL_OUTLINES"}
)
OVERLAY_WORDS = frozenset({"LESION_TYPE", "PATHOLOGY"})
# Words of the lexicon that are not in the engine's vocabulary.
LEXICON = frozenset(
    """
    mass calcification shape margins type distribution oval round lobulated irregular architectural distortion
    circumscribed microlobulated obscured ill defined spiculated amorphous coarse eggshell fine linear branching
    lucent center lucent_center lucent_centered milk of calcium pleomorphic punctate regional segmental clustered
    diffusely scattered skin vascular dystrophic large rodlike rod like benign malignant without callback unproven
    benign_without_callback asymmetric breast tissue tubular lymph node intramammary focal density n a na
    """.split()  # noqa: SIM905 - a list of words reads best as one
)


def clean_ddsm(
    source: BinaryIO,
    target: BinaryIO,
    *,
    identity: Identity,
    subject_key: str,
    known_values: Sequence[str] = (),
) -> Cleaned:
    """Write the `.ics` or `.OVERLAY` *source* to *target* with the lines that are understood.

    The file's name becomes the pseudonym, ages over 89 are grouped. Raises `UnreadableError`.
    """
    try:
        lines = read_all(source, LARGEST).decode("ascii").splitlines()
    except UnicodeDecodeError as error:
        raise UnreadableError("The file is not the plain text it should be.", code="bad_raw") from error
    writer = _Lines(identity, subject_key)
    kept = [after for line in lines if (after := writer.cleaned(" ".join(line.split())))]
    if not kept:
        raise UnreadableError("The file has no line of a DDSM header or overlay.", code="bad_raw")
    out = HashingTarget(target)
    out.write(("\n".join(kept) + "\n").encode())
    return Cleaned(identity.pseudonym(subject_key), out.sha256, out.size, dict(writer.counts))


class _Lines:
    """Cleans one line after the other."""

    def __init__(self, identity: Identity, subject_key: str) -> None:
        self._pseudonym = identity.pseudonym(subject_key)
        self._days = identity.shift_days(subject_key)
        self.counts: Counter[str] = Counter()

    def cleaned(self, line: str) -> str:
        """Return a line as it may stay, empty where it may not."""
        key, _, value = line.partition(" ")
        cleaner = KEYS.get(key)
        if cleaner:
            told = cleaner(self, value)
            after = f"{key} {told}" if told else ""
        else:
            after = line if _stays(key, value, line) else ""
        self.counts["K" if after == line else "C" if after else "X"] += bool(line)
        return after

    def name(self, _value: str) -> str:
        """Return the pseudonym in place of a file name."""
        return self._pseudonym

    def day(self, value: str) -> str:
        """Return a date shifted: month, day and year, unless only day, month and year makes a date."""
        found = _DAY.fullmatch(value)
        if not found:
            return ""
        one, other, year = (int(part) for part in found.groups())
        day_first = one > 12
        moved = shifted_date(year, other if day_first else one, one if day_first else other, self._days)
        if moved is None:
            return ""
        first, second = (moved.day, moved.month) if day_first else (moved.month, moved.day)
        return f"{first} {second} {moved.year}"

    def age(self, value: str) -> str:
        """Return the age, grouped over 89."""
        return group_age(value)

    def words(self, value: str) -> str:
        """Return the value if all its words are known."""
        return value if _is_lexicon(value) else ""


Cleaner = Callable[[_Lines, str], str]
KEYS: Mapping[str, Cleaner] = MappingProxyType(
    {
        "filename": _Lines.name,
        "DATE_OF_STUDY": _Lines.day,
        "DATE_DIGITIZED": _Lines.day,
        "PATIENT_AGE": _Lines.age,
        "FILM_TYPE": _Lines.words,
        "DIGITIZER": _Lines.words,
        **dict.fromkeys(OVERLAY_WORDS, _Lines.words),
    }
)


def _is_lexicon(value: str) -> bool:
    """Say whether a line is made of words of the lexicon and numbers."""
    words = [part.lower() for word in value.split() for part in re.split(r"[-_]", word)]
    return bool(words) and all(
        word in LEXICON or word in clinical_words() or (word.isdigit() and len(word) < 4) for word in words
    )


def _stays(key: str, value: str, line: str) -> bool:
    """Say whether a line is geometry or counts, and nothing else."""
    if line in ("SEQUENCE", "BOUNDARY", "CORE") or _NUMBERS.fullmatch(line) or _VIEW.fullmatch(line):
        return True
    return key in OVERLAY_NUMBERS | {"ics_version", "DENSITY"} and _NUMBERS.fullmatch(value) is not None
