"""The answer key: what must hold at which place of the cleaned data set, in the categories of MIDI-B."""

import warnings
from dataclasses import dataclass, field
from datetime import date, timedelta

from pydicom.dataset import Dataset

from tests.deid.planting.people import Person
from tests.deid.planting.pixels import is_hidden, is_retained

Check = tuple[str, str, str]


@dataclass
class Key:
    """What was planted, and what to check where."""

    person: Person
    checks: list[Check] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)

    def add(self, category: str, place: str, value: str = "") -> None:
        """Add one check; *place* is a path of keywords, item numbers and private elements such as
        `RequestAttributesSequence.0.ScheduledProcedureStepID` or `0019:SIEMENS MR HEADER:0C`."""
        self.checks.append((category, place, value))

    def settle(self, source: Dataset) -> None:
        """Drop the checks whose place was planted into again later."""
        standing = [check for check in dict.fromkeys(self.checks) if _stands(check, source)]
        useful = {place for category, place, _ in standing if category == "text retained"}
        self.checks = [check for check in standing if check[0] != "text notnull" or check[1] in useful]

    def all_tokens(self) -> list[str]:
        """Return every string that must be nowhere in the output."""
        return [*self.person.tokens, *self.tokens]


def _stands(check: Check, source: Dataset) -> bool:
    """Say whether a check still speaks of what stands in the source."""
    category, place, value = check
    try:
        got = value_at(source, place)
    except (ValueError, TypeError):
        return False
    if category in ("text removed", "text retained", "date shifted", "uid changed"):
        return value.lower() in str(got).lower()
    if category == "uid consistent":
        return bool(got) and got == value_at(source, value)
    return (category != "tag retained" or str(got) == value) or place == "PatientAge"


def value_at(ds: Dataset, place: str) -> object:
    """Return the value at a path, `None` where there is none."""
    here: object = ds
    for step in place.split("."):
        if here is None:
            return None
        if step.isdigit():
            here = here[int(step)] if int(step) < len(here) else None  # type: ignore[index, arg-type]
        elif ":" in step:
            group, creator, offset = step.split(":")
            try:
                here = here.private_block(int(group, 16), creator)[int(offset, 16)].value  # type: ignore[attr-defined]
            except KeyError:
                return None
        else:
            here = getattr(here, step, None)
    return here


def passes(check: Check, before: Dataset, after: Dataset, shift: int, pseudonym: str) -> bool:
    """Say whether one check of the key holds for the cleaned data set."""
    category, place, value = check
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        got = value_at(after, place)
    text = "" if got is None else str(got)
    if category == "date shifted":
        expected = date(int(value[:4]), int(value[4:6]), int(value[6:8])) + timedelta(days=shift)
        return text.startswith(f"{expected:%Y%m%d}")
    if category == "text removed":
        return value.lower() not in text.lower()
    if category == "text retained":
        return value.lower() in text.lower()
    if category == "text notnull":
        return bool(text)
    if category == "tag retained":
        return text == value
    if category == "uid changed":
        return bool(text) and text != value
    if category == "uid consistent":
        return bool(text) and text == str(value_at(after, value))
    if category == "patid consistent":
        return text == pseudonym
    if category == "pixels retained":
        return is_retained(before, after, value)
    if category == "pixels hidden":
        return is_hidden(after, value)
    raise ValueError(category)
