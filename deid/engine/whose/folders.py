"""Which folder of a tree is a subject's, by the names of folders and by what lies beside them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from deid.engine.formats.bids.names import DATA_TYPES
from deid.engine.formats.kinds import Kind, kind_of, without_ending

_PARTS_TEXT = """
dicom dicoms dcm nifti niftis nii raw rawdata sourcedata derivatives doc docs document documents report reports letter letters
note notes text texts txt pdf pdfs img imgs image images photo photos picture pictures png jpg jpeg tif tiff scan scans imaging
data file files kspace hdf5 h5 ismrmrd mrd table tables csv lab labs clinical ct mr mri us xr cr dx mg nm pt seg segmentation
segmentations mask masks label labels baseline followup screening pre post
"""
# Folders that sort what is of one subject, or of all.
PARTS = frozenset(_PARTS_TEXT.split()) | DATA_TYPES
_VISIT = re.compile(r"(?:ses|session|visit|week|month|timepoint)[ _.-]?[a-z0-9]{0,8}|\d{4}[-_.]\d\d[-_.]\d\d")
_UID = re.compile(r"\d+(?:\.\d+){3,}")
_GAPS = re.compile(r"[ _.-]+")
_DIGIT = re.compile(r"\d")
_NAME_END = re.compile(r"[_.]")
SHORTEST_NUMBER = 3


def stem_of(relative: str) -> str:
    """Return a path without the ending by which its kind is known: companions share it."""
    return without_ending(relative) if kind_of(relative) is not Kind.DICOM else relative


def beginning_of(name: str) -> str:
    """Return a file's name up to its first “_” or point."""
    return _NAME_END.split(name)[0]


def number_in(name: str) -> str:
    """Return the beginning of a file's name that looks like somebody's number (`P77` of `P77_scan.nii`), empty where none
    does."""
    first = beginning_of(name)
    return first if len(first) >= SHORTEST_NUMBER and _DIGIT.search(first) and not sorts(first) else ""


def sorts(name: str) -> bool:
    """Say whether a folder of that name sorts things of one subject, whatever lies beside it."""
    low = name.casefold()
    words = [word for word in _GAPS.split(low) if word]
    return all(word in PARTS for word in words) or bool(_VISIT.fullmatch(low) or _UID.fullmatch(low))


class Folders:
    """The folders of the tree *top* and the files in them."""

    def __init__(self, files: Iterable[Path], top: Path) -> None:
        self._top = top
        self._inside: dict[Path, set[Path]] = defaultdict(set)
        self._named: dict[str, set[Path]] = defaultdict(set)
        self._stems: dict[Path, set[str]] = defaultdict(set)
        for path in files:
            self._stems[path.parent].add(stem_of(path.name))
            for folder in self.above(path):
                if folder != top:
                    self._inside[folder.parent].add(folder)
                    self._named[folder.name].add(folder)
        # Asked again for every file of a folder.
        self.is_part = cache(self._is_part)
        self._people_in = cache(self._people_inside)
        self._people_beside = cache(self._count_of_people)

    def above(self, path: Path) -> Iterator[Path]:
        """Yield the folders in which *path* lies, its own first, the top of the tree last."""
        for folder in path.parents:
            yield folder
            if folder == self._top:
                return

    def around(self, path: Path) -> Iterator[Path]:
        """Yield the folders that hold things of whom *path* is about: its own, and up to the first that is no mere part."""
        for folder in self.above(path):
            yield folder
            if not self.is_part(folder):
                return

    def _is_part(self, folder: Path) -> bool:
        """Say whether a folder sorts things of one subject: by its name, or as every folder beside the one above it holds
        one that is called so."""
        if folder == self._top:
            return False
        if sorts(folder.name):
            return True
        if _DIGIT.search(folder.name) or folder.parent == self._top or self.is_part(folder.parent):
            return False
        beside = self._inside[folder.parent.parent] - {folder.parent}
        return any(other / folder.name in self._inside[other] for other in beside)

    def subject(self, path: Path) -> Path | None:
        """Return the nearest folder above *path* that is one of several subjects', or the only one; nothing where it holds
        others' too."""
        for folder in self.above(path):
            if folder == self._top:
                return None
            if self.is_part(folder):
                continue
            if self._people_in(folder):
                return None
            if self._is_among_people(folder) or folder.parent == self._top:
                return folder
        return None

    def _people_inside(self, folder: Path) -> frozenset[Path]:
        """Return the folders in *folder* that are no mere parts, directly or in parts, if they look like people's."""
        found = set[Path]()
        for inside in self._inside[folder]:
            found |= self._people_in(inside) if self.is_part(inside) else {inside}
        return frozenset(one for one in found if _DIGIT.search(one.name) or len(found) > 1)

    def _count_of_people(self, parent: Path) -> int:
        return sum(not self.is_part(one) for one in self._inside[parent])

    def _is_among_people(self, folder: Path) -> bool:
        """Say whether a folder looks like one of several subjects': its name has a number, or others are beside it."""
        return bool(_DIGIT.search(folder.name)) or self._people_beside(folder.parent) > 1

    def names_several(self, folder: Path) -> bool:
        """Say whether a folder of a subject may hold several: its name is no number, nobody's is beside it, and its files
        are called differently."""
        return not self._is_among_people(folder) and self.holds_several(folder)

    def holds_several(self, folder: Path) -> bool:
        """Say whether the files of a folder may be of several subjects: they are called differently, or folders are beside
        them."""
        return len(self._stems[folder]) > 1 or bool(self._inside[folder])

    def identifier(self, folder: Path) -> str:
        """Return what stands for the subject of a folder: its name, with the path where other places have one of the same."""
        places = {next(self._whole(other.parent), None) for other in self._named[folder.name]}
        return folder.name if len(places) < 2 else folder.relative_to(self._top).as_posix()

    def _whole(self, folder: Path) -> Iterator[Path]:
        """Yield *folder* and those above it that are no mere parts."""
        return (
            one
            for one in (folder, *folder.parents)
            if one.is_relative_to(self._top) and not self.is_part(one)
        )
