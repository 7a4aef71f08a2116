"""How free text of every format beside DICOM is cleaned: one place, so that all agree."""

from collections.abc import Callable, Sequence

from deid.engine.identity import Identity
from deid.engine.text.cleaning import TextCleaner

Wording = Callable[[str], str]


def wording_of(identity: Identity, subject_key: str, known_values: Sequence[str] = ()) -> Wording:
    """Return what cleans a text of the subject whose identifying values are known (PS3.15 E.3.5).

    The dates among them are those that the profile hides, as the birth date: no text tells them, not even moved.
    """
    told = [value.strip() for value in known_values if value.strip()]
    days = identity.shift_days(subject_key)
    return TextCleaner(told, days, births=told, new_uid=identity.uid).clean
