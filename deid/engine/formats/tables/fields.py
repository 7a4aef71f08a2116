"""Clean the fields of a row: each by the role of its column, with the pseudonym, clock and names of the row's subject."""

import re
from collections.abc import Callable, Mapping, Sequence, Set
from functools import cache

from deid.engine.formats.ages import group_age
from deid.engine.formats.bids.names import subject_label
from deid.engine.formats.moments import Writing, is_certainly_date, is_one_of, shift_text_date
from deid.engine.formats.tables.column_roles import ColumnRole
from deid.engine.identity import Identity
from deid.engine.text.cleaning import TextManner, cleaned_text
from deid.engine.text.dates import DateManner, has_sure_date
from deid.engine.text.known import Known, compile_known
from deid.engine.text.telling import sorted_known

NOT_AVAILABLE = "n/a"
BIDS_PREFIX = "sub-"
_FORMULA = re.compile(r"^\s*[=+\-@\t\r|\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*")
# What becomes of a field, whosever row it is in.
MadeAnew = Callable[[str], str]
KnownValuesOf = Callable[[str], Sequence[str]]


def nothing_known(_subject_key: str) -> Sequence[str]:
    """Return what is known of a subject of whom nothing is."""
    return ()


def harmless(text: str) -> str:
    """Return *text* so that no spreadsheet takes it for a formula; numbers stay numbers."""
    return "'" + text if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


class RowCleaner:
    """Cleans the fields of one row after the other."""

    def __init__(
        self,
        roles: Sequence[ColumnRole],
        writings: Sequence[Writing],
        identity: Identity,
        known_values_of: KnownValuesOf,
        bids: bool,
        fixed: Mapping[int, MadeAnew],
        codes: Sequence[Set[str]],
    ) -> None:
        self._roles, self._writings, self._identity, self._bids = roles, writings, identity, bids
        self._fixed, self._codes = fixed, codes
        self._told = cache(lambda subject_key: sorted_known(known_values_of(subject_key)))

    def row(self, fields: Sequence[str], subject_key: str) -> list[str]:
        """Return the kept fields of a row, cleaned."""
        pairs = [(self._role(place, text), text) for place, text in enumerate(fields)]
        names = frozenset(f.strip() for role, f in pairs if role is ColumnRole.IDENTIFIER and f.strip())
        dropped = frozenset(f.strip() for role, f in pairs if role is ColumnRole.DROP and f.strip())
        told_names, phrases, births = self._told(subject_key)
        known = compile_known(names | told_names, dropped | phrases)
        one = _OneSubject(self._identity, subject_key, known, births, self._bids)
        return [
            harmless(self._fixed[place](text) if place in self._fixed else one.field(role, text, writing))
            for place, ((role, text), writing) in enumerate(zip(pairs, self._writings, strict=True))
            if role is not ColumnRole.DROP
        ]

    def _role(self, place: int, text: str) -> ColumnRole:
        """Return the role of a field: what no row had that was looked at is no code."""
        role = self._roles[place]
        new = role is ColumnRole.CODE and text not in self._codes[place]
        return ColumnRole.FREE_TEXT if new else role


class _OneSubject:
    """Cleans fields of one row with its subject's pseudonym, clock and known values."""

    def __init__(
        self, identity: Identity, subject_key: str, known: Known, births: frozenset[str], bids: bool
    ) -> None:
        self._bids = bids
        self._pseudonym, self._days = identity.pseudonym(subject_key), identity.shift_days(subject_key)
        self._known, self._manner = known, TextManner(identity.uid, DateManner(self._days, hidden=births))

    def field(self, role: ColumnRole, text: str, writing: Writing) -> str:
        """Return one cleaned field."""
        if text == NOT_AVAILABLE and role is not ColumnRole.IDENTIFIER:
            return text
        if role is ColumnRole.IDENTIFIER:
            bids = self._bids and text.strip().startswith(BIDS_PREFIX)
            return BIDS_PREFIX + subject_label(self._pseudonym) if bids else self._pseudonym
        if role is ColumnRole.DATE:
            if is_one_of(text, self._manner.dates.hidden):
                return ""
            return shift_text_date(text, self._days, writing.order, short_years=writing.short_years)
        if role is ColumnRole.AGE:
            return group_age(text)
        if role is ColumnRole.VALUE and _NUMBER.fullmatch(text):
            return "" if text.strip().encode() in self._known.numbers else text.strip()
        if role is ColumnRole.CODE and is_certainly_date(text):
            return shift_text_date(text, self._days, writing.order)
        if role is ColumnRole.CODE and has_sure_date(text) and not text.strip().isdecimal():
            return self._text(text)
        return self._known.removed_from(text) if role is ColumnRole.CODE else self._text(text)

    def _text(self, text: str) -> str:
        return cleaned_text(text, self._known, self._manner)
