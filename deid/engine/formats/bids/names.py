"""BIDS names (specification 1.10, appendix "entities"): the pseudonym for the subject, labels that may stay."""

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import PurePosixPath

from deid.engine.acting.dates import shift_date
from deid.engine.formats.bids.keys import LABELS, SUFFIXES, TASKS
from deid.engine.formats.kinds import WRITTEN, ending_of, without_ending
from deid.engine.identity import Identity
from deid.engine.text.words import clinical_words

# Entities in the order of the specification; those of INDEX hold a number.
ENTITIES = (
    "sub", "tpl", "ses", "sample", "task", "tracksys", "acq", "nuc", "voi", "ce", "trc", "stain", "rec", "dir",
    "run", "mod", "echo", "flip", "inv", "mt", "part", "proc", "hemi", "space", "split", "recording", "chunk",
    "seg", "res", "den", "label", "desc",
)  # fmt: skip
INDEX = frozenset({"run", "echo", "flip", "inv", "split", "chunk"})
DATA_TYPES = frozenset(
    {
        "anat",
        "func",
        "dwi",
        "fmap",
        "perf",
        "pet",
        "eeg",
        "ieeg",
        "meg",
        "beh",
        "micr",
        "nirs",
        "motion",
        "mrs",
    }
)
# Endings of recordings, which tables of BIDS name though nothing here cleans them.
RECORDED = frozenset(("edf", "bdf", "vhdr", "vmrk", "eeg", "set", "fdt", "snirf", "fif", "ds", "con", "sqd"))
# Files of a whole data set, whose names everybody gives alike.
OF_DATA_SET = frozenset(
    ("participants.tsv", "participants.json", "dataset_description.json", "README", "CHANGES", "LICENSE")
)
# BIDS asks for the task in names of functional images: of one that may name somebody nothing else is told.
TASK, SESSION, UNNAMED = "task", "ses", "unnamed"
# Folders of a data set for what was made of its images, and for what they were made of.
DERIVED, SOURCE = "derivatives", "sourcedata"
PIPELINES = frozenset(
    """
    fmriprep smriprep qsiprep qsirecon mriqc freesurfer fastsurfer fitlins nilearn ants fsl spm afni xcp xcpd aslprep tedana
    mrtrix nibabies petprep bidsapp itksnap slicer nnunet totalsegmentator
    """.split()  # noqa: SIM905 - a list of words reads best as one
)
_SUBJECT, _FOLDER = re.compile(r"sub-[A-Za-z0-9]+"), re.compile(r"[\w.-]{1,40}", re.ASCII)
_PART = re.compile(r"([a-z]+)-([A-Za-z0-9]+)")
_VISIT = re.compile(r"[A-Za-z]{0,3}\d{1,3}")
_LABEL_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


def subject_label(pseudonym: str) -> str:
    """Return a pseudonym as a BIDS label, which holds letters and digits only."""
    return pseudonym.replace("-", "")


def is_of_data_set(path: str) -> bool:
    """Say whether a file describes a whole BIDS data set, or all images of a task, and nobody's own."""
    name = PurePosixPath(path).name
    inherited = name.endswith(".json") and _PART.match(name) is not None and "sub-" not in path
    return name in OF_DATA_SET or inherited


def name_in_data_set(path: str, identity: Identity, subject_key: str) -> str:
    """Return how a file that describes a whole BIDS data set is called in the new one, with labels that may stay; empty for
    all others. Images of a task go by `task-rest_bold.json`."""
    name = PurePosixPath(path).name
    if name in OF_DATA_SET or not is_of_data_set(path):
        return name if name in OF_DATA_SET else ""
    *parts, suffix = name.partition(".")[0].split("_")
    kept = [*_entities(parts, identity, subject_key), *([suffix] if suffix in SUFFIXES else [])]
    return "_".join(kept) + ".json" if kept else ""


def place_in_data_set(path: str) -> str:
    """Return the folders of a BIDS data set in which a subject's file at *path* lies before its `sub-…`, so that what was made
    of an image is not taken for it: `derivatives/fmriprep/`, `sourcedata/`, or nothing."""
    folders = PurePosixPath(path).parts[:-1]
    before = list(takewhile(lambda part: not _SUBJECT.fullmatch(part), folders))
    if DERIVED in before:
        made_by = before[before.index(DERIVED) + 1 :][:1]
        return f"{DERIVED}/{_pipeline(made_by[0]) if made_by else UNNAMED}/"
    return f"{SOURCE}/" if SOURCE in before else ""


def _pipeline(name: str) -> str:
    """Return the name of a pipeline as it may stay."""
    words = [word.lower() for word in _LABEL_PARTS.findall(name)]
    known = all(
        (word.isdigit() and len(word) <= 3) or word in PIPELINES | LABELS or word in clinical_words()
        for word in words
    )
    return name if known and _FOLDER.fullmatch(name) else UNNAMED


def is_bids(path: str) -> bool:
    """Say whether the last part of *path* is a BIDS file name of a subject."""
    return re.match(r"sub-[A-Za-z0-9]+_", PurePosixPath(path).name) is not None


def clean_label(key: str, value: str, identity: Identity, subject_key: str) -> str:
    """Return an entity's value as it may stay: indices, known words, visits; a day shifted; nothing else,
    but a task is then called `unnamed`."""
    if key in INDEX:
        return value if value.isdigit() and len(value) <= 4 else ""
    if key == SESSION and len(value) == 8 and value.isdigit():
        return shift_date(value, identity.shift_days(subject_key))
    words = [word.lower() for word in _LABEL_PARTS.findall(value)]
    known = clinical_words() | TASKS if key == TASK else clinical_words()
    if _VISIT.fullmatch(value) or all(
        (word.isdigit() and len(word) <= 3) or word in LABELS or word in known for word in words
    ):
        return value
    return UNNAMED if key == TASK else ""


def clean_task(name: str, identity: Identity, subject_key: str) -> str:
    """Return the name of a task as it may stay, so that its label is made of the same words (`TaskName` of a sidecar)."""
    label = clean_label(TASK, "".join(filter(str.isalnum, name)), identity, subject_key)
    return UNNAMED if label == UNNAMED else name


@dataclass(frozen=True, slots=True)
class BidsName:
    """Of what the cleaned name of a BIDS file is made: its folder, its entities, its suffix (if it may stay) and its ending."""

    folder: str
    entities: tuple[str, ...]
    suffix: str
    ending: str

    def __str__(self) -> str:
        return f"{self.folder}/{'_'.join(filter(None, (*self.entities, self.suffix)))}{self.ending}"


def bids_name(path: str, identity: Identity, subject_key: str) -> str:
    """Return where a cleaned BIDS file lies: `sub-…[/ses-…][/data type]/name`, values that may name somebody dropped."""
    return str(bids_name_of(path, identity, subject_key))


def bids_name_of(path: str, identity: Identity, subject_key: str) -> BidsName:
    """Return of what the name that `bids_name` tells is made."""
    pure = PurePosixPath(path)
    stem, ending = _split(pure.name)
    *parts, suffix = stem.split("_")
    subject = f"sub-{subject_label(identity.pseudonym(subject_key))}"
    kept = [subject, *_entities(parts, identity, subject_key)]
    session = [part for part in kept if part.startswith("ses-")]
    folder = [part for part in pure.parts[:-1] if part in DATA_TYPES][-1:]
    shown = suffix if suffix in SUFFIXES else ""
    return BidsName("/".join([subject, *session, *folder]), tuple(kept), shown, ending)


def unit_of(path: str) -> str:
    """Return what the files that belong together share of their *path*: folder and entities, and a suffix that BIDS does not
    know."""
    pure = PurePosixPath(path)
    before, _, suffix = (stem := _split(pure.name)[0]).rpartition("_")
    return f"{pure.parent}/{before if suffix in SUFFIXES else stem}"


def _split(name: str) -> tuple[str, str]:
    """Return the stem of a file's name and its ending as it may stay: what else stands between dots may name somebody."""
    known = ending_of(name)
    if (stem := without_ending(name)) != name:
        return stem, WRITTEN.get(known, known)
    stem, dot, last = name.rpartition(".")
    return stem if dot else name, f".{last.lower()}" if last.lower() in RECORDED else ""


def bids_name_beside(path: str, identity: Identity, subject_key: str, named: str) -> str:
    """Return how the cleaned table at *path* must call the file that it *named* (BIDS' scans.tsv, from its own folder on);
    empty for what has no name of BIDS."""
    if not is_bids(named):
        return ""
    folder = posixpath.dirname(bids_name(path, identity, subject_key))
    whole = posixpath.normpath(posixpath.join(posixpath.dirname(path), named.strip()))
    return posixpath.relpath(bids_name(whole, identity, subject_key), folder)


def _entities(parts: Sequence[str], identity: Identity, subject_key: str) -> list[str]:
    """Return the entities other than the subject, in the order of the specification."""
    found = {match[1]: match[2] for part in parts if (match := _PART.fullmatch(part))}
    cleaned = {
        key: clean_label(key, value, identity, subject_key) for key, value in found.items() if key != "sub"
    }
    return [f"{key}-{cleaned[key]}" for key in ENTITIES if cleaned.get(key)]
