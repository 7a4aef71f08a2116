"""Ages: those over 89 are one group, as in DICOM (PS3.15 E.1-1; 45 CFR 164.514(b)(2)(i)(C))."""

import re

OLDEST = 89
OLD, OLDEST_IN_GROUP = "90+", 90
MOST_DIGITS_OF_YEARS, MOST_DIGITS = 3, 5
_AGE = re.compile(r"\s*(\d{1,5}(?:\.\d{1,6})?)\s*(?:y|yrs?|years?)?\s*", re.IGNORECASE)

# How many of a unit a year has, in English, German and the Romance languages.
_UNITS = {
    12.0: "month months monat monate monaten mois mes meses mese mesi",
    365.25 / 7: "week weeks woche wochen semaine semaines semana semanas",
    365.25: "day days tag tage tagen jour jours",
}
_A_YEAR = {word: count for count, words in _UNITS.items() for word in words.split()}
# At the end or behind "in": an age at the day of consent, or `âge à la mesure`, is one in years.
_UNIT = re.compile(
    rf"(?<![^\W_])(?P<told>in )?(?P<unit>{'|'.join(_A_YEAR)})(?![^\W_])(?(told)|\W*$)", re.IGNORECASE
)


def units_a_year(name: str) -> float:
    """Return how many of the unit that a column's name or value tells (`age_months`, `WEEKS`) a year has, else 1 for years."""
    found = _UNIT.search(name.replace("_", " "))
    return _A_YEAR[found["unit"].lower()] if found else 1.0


def group_age(text: str, a_year: float = 1.0) -> str:
    """Return an age up to 89 years as it stands, `90+` above, empty where it is no age; *a_year* units of it are a year."""
    found = _AGE.fullmatch(text)
    old = OLD if a_year == 1.0 else f"{int(OLDEST_IN_GROUP * a_year)}+"
    if not found or len(found[1].partition(".")[0]) > (
        MOST_DIGITS_OF_YEARS if a_year == 1.0 else MOST_DIGITS
    ):
        return old if text.strip() == old else ""
    return old if float(found[1]) > OLDEST * a_year else text.strip()
