"""Where the files of one subject lie in a released data set of BIDS, so that those that belong together are found together."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from itertools import count

from deid.engine.formats.bids.names import BidsName, bids_name_of, place_in_data_set, unit_of
from deid.engine.identity import Identity

SUBJECT, ACQUISITION = "sub-", "acq-"
# Entities that the specification writes before `acq`.
BEFORE = ("sub-", "tpl-", "ses-", "sample-", "task-", "tracksys-")


def places_of(paths: Iterable[str], identity: Identity, subject_key: str) -> dict[str, str]:
    """Return the new place of each of a subject's BIDS files by its path: an image and what BIDS keeps beside it share all of it
    but suffix and ending.

    Where different images would have one name, as a label that told them apart may name somebody, or as only their folders did,
    they are numbered by `acq-…`, all files of one alike. The same paths give the same places.
    """
    names = {path: bids_name_of(path, identity, subject_key) for path in sorted(paths)}
    alike = Counter((unit_of(path), str(name)) for path, name in names.items())
    units = {
        path: unit_of(path) if alike[unit_of(path), str(name)] == 1 else path for path, name in names.items()
    }
    sources: dict[tuple[str, BidsName], set[str]] = defaultdict(set)
    for path, name in names.items():
        sources[_shared(path, name)].add(units[path])
    labels: dict[str, BidsName] = {}
    taken = {(place, name.entities) for place, name in sources}
    for (place, name), those in sources.items():
        # The order of their own names would tell something of these.
        for unit in sorted(those, key=identity.uid) if len(those) > 1 else ():
            labels[unit] = next(one for one in _numbered(name) if (place, one.entities) not in taken)
            taken.add((place, labels[unit].entities))
    return {
        path: place_in_data_set(path) + str(replace(name, entities=labels.get(units[path], name).entities))
        for path, name in names.items()
    }


def _shared(path: str, name: BidsName) -> tuple[str, BidsName]:
    """Return what files that belong together share of their new place; those whose suffix may not stay belong to no others."""
    return place_in_data_set(path), replace(name, suffix="" if name.suffix else "unnamed", ending="")


def _numbered(name: BidsName) -> Iterable[BidsName]:
    """Yield a name with one number after the other in its label of acquisition."""
    acquired = next((one for one in name.entities if one.startswith(ACQUISITION)), ACQUISITION)
    before = [one for one in name.entities if one.startswith(BEFORE)]
    after = [one for one in name.entities if one not in (*before, acquired)]
    between = "x" if acquired != ACQUISITION else ""
    for number in count(1):
        yield replace(name, entities=(*before, f"{acquired}{between}{number}", *after))
