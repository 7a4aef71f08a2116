"""What one file of BIDS tells of many images (specification 1.10, "The inheritance principle"), told for each subject apart."""

from collections.abc import Iterable
from pathlib import PurePosixPath

from deid.engine.formats.bids.keys import SUFFIXES
from deid.engine.formats.bids.names import bids_name_of
from deid.engine.formats.kinds import Kind, kind_of, without_ending
from deid.engine.identity import Identity

SUBJECT = "sub-"
INHERITED = frozenset({Kind.SIDECAR, Kind.GRADIENTS})


def shares_of(path: str, beside: Iterable[str], identity: Identity) -> list[str]:
    """Return where the copies of a sidecar or of gradients of no subject at *path* would lie, one for each subject who has images
    *beside* it (all paths of the data set) of which it tells: `sub-1/sub-1_task-rest_bold.json` for `task-rest_bold.json`.

    By the same principle a copy there tells of the same images of that subject. None where *path* is no such file, or has a
    label that may not stay: its new name could tell of other images. *identity* is whoever's it would be cleaned with.
    """
    told = PurePosixPath(path)
    *entities, suffix = without_ending(told.name).split("_")
    if kind_of(path) not in INHERITED or suffix not in SUFFIXES or SUBJECT in path:
        return []
    if bids_name_of(f"{SUBJECT}1_{told.name}", identity, "").entities[1:] != tuple(entities):
        return []
    there = set(beside)
    subjects = {_subject_below(told.parent, PurePosixPath(one), {*entities}, suffix) for one in there}
    copies = [str(told.parent / one / f"{one}_{told.name}") for one in sorted(subjects - {""})]
    return [one for one in copies if one not in there]


def _subject_below(folder: PurePosixPath, image: PurePosixPath, entities: set[str], suffix: str) -> str:
    """Return the folder of the subject below *folder* to whom an *image* with these *entities* belongs; empty for other files."""
    if kind_of(image.name) is not Kind.NIFTI or not image.is_relative_to(folder):
        return ""
    subject = image.relative_to(folder).parts[0]
    *parts, last = without_ending(image.name).split("_")
    tells = last == suffix and entities <= set(parts) and parts[0] == subject
    return subject if tells and subject.startswith(SUBJECT) else ""
