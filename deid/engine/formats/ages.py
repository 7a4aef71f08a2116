"""Ages: those over 89 are one group, as in DICOM (PS3.15 E.1-1; 45 CFR 164.514(b)(2)(i)(C))."""

import re

OLDEST = 89
OLD, OLDEST_IN_GROUP = "90+", 90
MOST_DIGITS_OF_YEARS, MOST_DIGITS = 3, 5
_AGE = re.compile(r"\s*(\d{1,5}(?:\.\d{1,6})?)\s*(?:y|yrs?|years?)?\s*", re.IGNORECASE)


# How many of a unit a year has, by the beginnings of its name in English, German and the Romance languages.
_UNITS = (("mont", 12.0), ("monat", 12.0), ("mois", 12.0), ("mes", 12.0), ("week", 365.25 / 7), ("woche", 365.25 / 7),
          ("day", 365.25), ("tag", 365.25), ("jour", 365.25))  # fmt: skip
_UNIT = re.compile(
    rf"(?<![^\W_])(?:{'|'.join(name for name, _ in _UNITS)})[a-z]{{0,3}}(?![^\W_])", re.IGNORECASE
)


def units_a_year(name: str) -> float:
    """Return how many of the unit that a column's name or value tells (`age_months`, `WEEKS`) a year has, else 1 for years."""
    found = _UNIT.search(name.replace("_", " "))
    return next((count for unit, count in _UNITS if found and found[0].lower().startswith(unit)), 1.0)


def group_age(text: str, a_year: float = 1.0) -> str:
    """Return an age up to 89 years as it stands, `90+` above, empty where it is no age; *a_year* units of it are a year."""
    found = _AGE.fullmatch(text)
    old = OLD if a_year == 1.0 else f"{int(OLDEST_IN_GROUP * a_year)}+"
    if not found or len(found[1].partition(".")[0]) > (
        MOST_DIGITS_OF_YEARS if a_year == 1.0 else MOST_DIGITS
    ):
        return old if text.strip() == old else ""
    return old if float(found[1]) > OLDEST * a_year else text.strip()
