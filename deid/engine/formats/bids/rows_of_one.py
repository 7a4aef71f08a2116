"""Clean a table that BIDS keeps of one subject (`_events.tsv`, `_scans.tsv`): its name says whose every row is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import BinaryIO

from deid.engine.formats.bids.names import SESSION, clean_label
from deid.engine.formats.tables.cleaning import clean_table, read_sample
from deid.engine.formats.tables.column_roles import ColumnRole
from deid.engine.formats.tables.fields import NOT_AVAILABLE
from deid.engine.formats.tables.roles import propose_roles
from deid.engine.identity import Identity
from deid.engine.results import Cleaned

ENDING = ".tsv"
# The file that a row of scans is about, and the session (the label of its folder) that a row of sessions is about.
FILES, SESSIONS = "filename", "session_id"
# Columns that the specification defines for such tables and that hold words (1.10, glossary of columns); what they hold is
# cleaned as text. Names of files of stimuli are not among them.
WORDED = frozenset(
    """
    trial_type value response stim_id channel hed type units description status status_description reference group component
    placement material manufacturer hemisphere dimension volume_type name target software_filters
    """.split()  # noqa: SIM905 - a list of words reads best as one
)


def clean_rows_of_one(
    source: BinaryIO,
    target: BinaryIO,
    *,
    identity: Identity,
    subject_key: str,
    known_values: Sequence[str] = (),
    file_name_of: Callable[[str], str] | None = None,
) -> Cleaned:
    """Write the table *source* of one subject to *target*: numbers stay (seconds from the beginning of a recording tell no day),
    dates are shifted, and words are cleaned, those of codes too, since nobody looks at each. *file_name_of* gives the new name of
    a file that a row is about; rows about files without one are left out. Raises `RefusedError`."""
    header, sample, count = read_sample(source, ENDING)
    source.seek(0)
    roles = map(ColumnRole, propose_roles(header, sample))
    made_anew: dict[str, Callable[[str], str]] = {
        SESSIONS: lambda text: _session(text, identity, subject_key)
    }
    if file_name_of:
        made_anew[FILES] = file_name_of

    def is_left_out(row: Mapping[str, str]) -> bool:
        return file_name_of is not None and FILES in row and not file_name_of(row[FILES])

    cleaned = clean_table(
        source,
        target,
        columns={name: _role(name, role) for name, role in zip(header, roles, strict=True)},
        identity=identity,
        subject_key_of=lambda _row: subject_key,
        known_values_of=lambda _key: known_values,
        ending=ENDING,
        made_anew=made_anew,
        is_left_out=is_left_out,
        proposed=True,
    )
    counts = {**cleaned.counts, "rows_left_out": count - cleaned.counts["rows"]}
    return replace(cleaned, pseudonym=identity.pseudonym(subject_key), counts=counts)


def _session(text: str, identity: Identity, subject_key: str) -> str:
    """Return a session as the folders of the new data set call it."""
    label = clean_label(SESSION, text.strip().removeprefix(f"{SESSION}-"), identity, subject_key)
    return f"{SESSION}-{label}" if label else NOT_AVAILABLE


def _role(name: str, proposed: ColumnRole) -> ColumnRole:
    """Return the role of a column: words are text, whatever a look at them makes of these."""
    worded = proposed is ColumnRole.DROP and name.lower() in WORDED
    return ColumnRole.FREE_TEXT if worded or proposed is ColumnRole.CODE else proposed
