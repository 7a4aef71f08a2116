"""Data sets of BIDS in a tree: a label is one subject inside of its data set, and another one may give it to somebody else."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from deid.engine.formats.subjects import BIDS_SUBJECT

PARTICIPANTS = "participants.tsv"
# Folders of a data set that hold what it was made of, or what was made of it, for the same labels.
_INSIDE = frozenset({"sourcedata", "rawdata", "derivatives", "phenotype", "code"})


class DataSets:
    """The data sets below *top*, whose patients are those that *images* and sidecars (*others*) state in them."""

    def __init__(
        self,
        paths: Iterable[Path],
        top: Path,
        images: Mapping[Path, str],
        others: Mapping[Path, Sequence[str]],
    ) -> None:
        self._top = top
        self._patients: dict[str, dict[Path, set[str]]] = defaultdict(lambda: defaultdict(set))
        listing = set[Path]()
        for path in paths:
            if found := BIDS_SUBJECT.search(path.relative_to(top).as_posix()):
                self._patients[found[1]][self._root(path)] |= set()
            elif path.name == PARTICIPANTS:
                listing.add(self._root(path))
        self._note({path: [patient] for path, patient in images.items() if patient})
        self._note(others)
        self.shared = frozenset(
            label for label, roots in self._patients.items() if _are_several(roots, listing)
        )
        self._roots = {root for label in self.shared for root in self._patients[label]}

    def _note(self, said: Mapping[Path, Sequence[str]]) -> None:
        """Note whom files state where nothing that goes before them has."""
        found: dict[tuple[str, Path], set[str]] = defaultdict(set)
        for path, patients in said.items():
            if label := BIDS_SUBJECT.search(path.relative_to(self._top).as_posix()):
                found[label[1], self._root(path)].update(patients)
        for (name, root), told in found.items():
            self._patients[name][root] = self._patients[name][root] or told

    def _root(self, path: Path) -> Path:
        """Return the folder of the data set in which *path* lies."""
        root = self._top
        for part in path.relative_to(self._top).parts[:-1]:
            if BIDS_SUBJECT.match(part) or part in _INSIDE:
                break
            root /= part
        return root

    def whole(self, path: Path, label: str) -> str:
        """Return what names the subject of a *label* at *path*: the label, with its data set where others give it as well."""
        if label not in self.shared:
            return label
        root = next((one for one in path.parents if one in self._roots), None)
        return f"{root.relative_to(self._top).as_posix()}/sub-{label}" if root else label

    def patients(self) -> dict[str, str]:
        """Return the patient by each label that several data sets give, written with its data set, where one tells who it is."""
        return {
            self.whole(root / "any", label): next(iter(patients))
            for label in self.shared
            for root, patients in self._patients[label].items()
            if len(patients) == 1
        }


def _are_several(roots: Mapping[Path, set[str]], listing: set[Path]) -> bool:
    """Say whether a label is of several people: its data sets state different ones, or none, and list participants each."""
    told = [patients for patients in roots.values() if patients]
    differ = any(one.isdisjoint(other) for one in told for other in told)
    return differ or (len(roots) > 1 and len(told) < len(roots) and listing >= roots.keys())


def apart_from_others(describing: Iterable[Path]) -> frozenset[Path]:
    """Return the folders of which what is *describing* a data set is called as in another one before it; the first that lists
    participants goes before all."""
    named: dict[Path, set[str]] = defaultdict(set)
    for path in describing:
        named[path.parent].add(path.name)
    taken, apart = set[str](), set[Path]()
    for folder in sorted(named, key=lambda one: (PARTICIPANTS not in named[one], one)):
        if taken & named[folder]:
            apart.add(folder)
        taken |= named[folder]
    return frozenset(apart)
