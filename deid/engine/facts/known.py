"""What one instance says about who its subject is, for cleaning the text of everything else about that subject."""

from pathlib import Path

from deid.engine.acting.context import Context
from deid.engine.cleaning import CHARACTER_SET
from deid.engine.deciding.knowing import collect
from deid.engine.deciding.rules import compile_rules
from deid.engine.identity import Identity
from deid.engine.instances import SOP_CLASS, text_at, top_level
from deid.engine.profiles.profile import Profile
from deid.engine.reading.elements import DataSet
from deid.engine.reading.encoding import encoding_of
from deid.engine.reading.files import read_data_set
from deid.engine.text.charsets import parse_terms

# Nobody has so many names and numbers. Where a subject would, nothing is left out of the search: its files do not leave.
MOST_VALUES = 5000


def read_known_values(path: Path | str, profile: Profile) -> list[str]:
    """Return every name, identifier and hidden date in the DICOM file at *path* that *profile* removes, sorted.

    They identify people: keep them encrypted, and out of logs. Raises `RefusedError` for what cannot be read.
    """
    with Path(path).open("rb") as file:
        return known_values_in(read_data_set(file), profile)


def known_values_in(data: DataSet, profile: Profile) -> list[str]:
    """Return what `read_known_values` does, of a file that was read."""
    by_tag = top_level(data)
    context = Context(data, encoding_of(data.transfer_syntax), Identity(bytes(32)), "", 0)
    if CHARACTER_SET in by_tag:
        context.charset = parse_terms(context.raw(by_tag[CHARACTER_SET]))
    found = collect(context, compile_rules(profile, text_at(data, by_tag, SOP_CLASS)))
    values = {value.strip(" \0") for value in found.names | found.phrases | found.hidden}
    return sorted(value for value in values if value)
