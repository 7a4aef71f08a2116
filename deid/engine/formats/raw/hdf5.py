"""Clean HDF5 files (ISMRMRD, fastMRI and other arrays): a new file of numbers, known headers and nothing else.

Importing this module loads h5py. Numbers keep their type, chunks, compression and bytes; strings, references,
links to elsewhere, user block, comments and unused space are never copied.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Sequence
from typing import Any, BinaryIO

os.environ["HDF5_PLUGIN_PATH"] = (
    "::"  # before the library starts: a file never makes it load a filter from disk
)

import h5py

from deid.engine.errors import RefusedError, TooLargeError, UnreadableError, UnsupportedError
from deid.engine.formats.personal import known_numbers
from deid.engine.formats.raw.arrays import copy_array, is_safe_type, require_copyable
from deid.engine.formats.raw.hdf5_moments import (
    copied_number,
    holds_moments,
    identifies,
    is_of_time,
    moved_text,
)
from deid.engine.formats.raw.hdf5_names import ACQUISITIONS, ATTRIBUTES, META, SUBJECTS, is_technical
from deid.engine.formats.raw.hdf5_reading import (
    H5Dataset,
    H5Group,
    attribute_text,
    hard_linked,
    header_texts,
    is_header,
    text_of,
)
from deid.engine.formats.raw.hidden import looks_like_text
from deid.engine.formats.raw.ismrmrd import clean_header_xml, identifying_texts
from deid.engine.formats.wording import wording_of
from deid.engine.identity import Identity
from deid.engine.results import Cleaned
from deid.engine.text.known import NOTHING_KNOWN, compile_known
from deid.engine.text.telling import sorted_known
from deid.engine.writing.stream import BLOCK

MOST_OBJECTS = 100_000
DEEPEST = 16


class _Copy:
    """One file being written anew from another."""

    def __init__(self, identity: Identity, subject_key: str, known_values: Sequence[str]) -> None:
        self._identity, self._subject = identity, subject_key
        self._days = identity.shift_days(subject_key)
        self._known = list(known_values)
        self._wording = wording_of(identity, subject_key, known_values)
        self._telling, self._numbers = NOTHING_KNOWN, known_numbers(())
        self._seen: set[Any] = set()
        self._unnamed = 0
        self.counts: Counter[str] = Counter()

    def know(self, source: H5Group) -> None:
        """Gather the identifying values of all headers, so that they are found in every other text."""
        self._known += [value for header in header_texts(source) for value in identifying_texts(header)]
        self._known += [text for name in SUBJECTS if (text := attribute_text(source, name))]
        self._wording = wording_of(self._identity, self._subject, self._known)
        names, phrases, _dates = sorted_known(self._known)
        self._telling, self._numbers = compile_known(names, phrases), known_numbers(self._known)

    def group(self, source: H5Group, target: H5Group, depth: int = 0) -> None:
        """Copy what may stay of a group."""
        if depth > DEEPEST:
            raise TooLargeError("The groups of the file lie too deep.", code="too_large")
        self.attributes(source, target)
        # Of two names for the same object the one that may stay goes first.
        for name in sorted(source, key=lambda name: (not is_technical(name), name)):
            made = hard_linked(source, name)
            if made is None or not self._first_time(made):
                self.counts["X"] += 1
            elif isinstance(made, h5py.Group):
                self.group(made, target.create_group(self._name(name), track_order=False), depth + 1)
            elif isinstance(made, h5py.Dataset):
                self._dataset(made, name, target)
            else:
                self.counts["X"] += 1

    def _first_time(self, made: Any) -> bool:
        """Say whether an object is met for the first time: files may lead in circles."""
        info = h5py.h5o.get_info(made.id)
        place = (info.fileno, info.addr)
        if place in self._seen:
            return False
        self._seen.add(place)
        if len(self._seen) > MOST_OBJECTS:
            raise TooLargeError("The file has more parts than can be handled.", code="too_large")
        return True

    def _may_stay(self, name: str) -> bool:
        return is_technical(name) and not self._telling.touches(name)

    def _name(self, name: str) -> str:
        if self._may_stay(name):
            return name
        self._unnamed += 1
        self.counts["C"] += 1
        return f"unnamed_{self._unnamed}"

    def _dataset(self, source: H5Dataset, name: str, target: H5Group) -> None:
        require_copyable(source)
        if is_header(source):
            self._header(source, name, target)
            return
        if name in META and h5py.check_string_dtype(source.dtype):
            target.create_dataset(name, shape=source.shape, dtype=h5py.string_dtype())
            self.counts["Z"] += 1
            return
        if not is_safe_type(source.id.get_type()) or looks_like_text(source):
            self.counts["X"] += 1
            return
        if identifies(source, name, self._numbers) or (is_of_time(name) and holds_moments(source)):
            self.counts["X"] += 1
            return
        made = copy_array(source, target, self._name(name))
        self.attributes(source, made)
        self.counts["K"] += 1

    def _header(self, source: H5Dataset, name: str, target: H5Group) -> None:
        """Write the ISMRMRD header, shaped as it was: one string, or an array of one."""
        content, counts = clean_header_xml(text_of(source), self._identity, self._subject, self._known)
        made = target.create_dataset(name, shape=source.shape, dtype=h5py.string_dtype())
        made[(0,) * len(source.shape) if source.shape else ()] = content.decode()
        self.counts.update(counts)

    def attributes(self, source: Any, target: Any) -> None:
        """Copy numbers under technical names and the few texts that are understood."""
        for name in source.attrs:
            if name in SUBJECTS:
                target.attrs[name] = self._identity.pseudonym(self._subject)
                self.counts["D"] += 1
                continue
            text = attribute_text(source, name)
            if moved := moved_text(name, text, self._days) if self._may_stay(name) else "":
                target.attrs[name] = moved
                self.counts["C"] += 1
                continue
            text = text if name in ATTRIBUTES else ""
            if text and (after := text if text in ACQUISITIONS else self._wording(text)):
                target.attrs[name] = after
                self.counts["K" if after == text else "C"] += 1
            elif self._may_stay(name) and (
                action := copied_number(source, target, name, self._days, self._numbers)
            ):
                self.counts[action] += 1
            else:
                self.counts["X"] += 1


def clean_hdf5(
    source: BinaryIO,
    target: BinaryIO,
    *,
    identity: Identity,
    subject_key: str,
    known_values: Sequence[str] = (),
) -> Cleaned:
    """Write the HDF5 file *source* anew to *target*, which must be open for reading and writing.

    Arrays of numbers (k-space, acquisitions, images, masks) keep every byte; the ISMRMRD header is cleaned by
    its field names; groups, arrays and attributes under names nobody knows are renamed or dropped. Memory stays
    flat in the size of the arrays. Raises `RefusedError`.
    """
    copy = _Copy(identity, subject_key, known_values)
    try:
        with h5py.File(source, "r") as before, h5py.File(target, "w", libver=("earliest", "v110")) as after:
            copy.know(before)
            copy.group(before, after)
            if not len(after):
                raise UnsupportedError("The file holds no array that may stay.")
    except RefusedError:
        raise
    except (OSError, RuntimeError, ValueError, TypeError, KeyError, UnicodeError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        raise UnreadableError("The HDF5 file is damaged.", code="bad_hdf5") from error
    sha256, size = _digest(target)
    return Cleaned(identity.pseudonym(subject_key), sha256, size, {k: n for k, n in copy.counts.items() if n})


def _digest(written: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    written.seek(0)
    while block := written.read(BLOCK):
        digest.update(block)
        size += len(block)
    return digest.hexdigest(), size
