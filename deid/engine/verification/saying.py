"""What headers and tables both say of a person, under one name and in one spelling: `PatientAge` 050Y and `age` 50.

Counted apart they would make two quasi-identifiers of one fact: people whose table names an age would be parted from those
whose header does, and leaving out either of the two would seem to help nobody.
"""

import re
from collections.abc import Iterable
from decimal import Decimal

AGE, SEX = "PatientAge", "PatientSex"
WEIGHT, SIZE = "PatientWeight", "PatientSize"
# Columns that say what an attribute of PS3.3 C.7.1.1 or C.7.2.2 says, written small and without what parts their words. An age at
# something else (death, a diagnosis) is another fact.
_COLUMNS = {
    AGE: "age agey ageyr ageyrs ageyear ageyears ageinyears patientage subjectage participantage ageatscan ageatstudy"
    " ageatvisit ageatimaging ageatenrolment ageatenrollment ageatbaseline",
    SEX: "sex gender patientsex patientgender subjectsex sexatbirth birthsex",
    "EthnicGroup": "ethnicgroup ethnic ethnicity",
    "CountryOfResidence": "countryofresidence country",
    "RegionOfResidence": "regionofresidence region",
    "SmokingStatus": "smokingstatus smoking smoker",
    "Occupation": "occupation",
    "MilitaryRank": "militaryrank",
    WEIGHT: "weight weightkg weightinkg bodyweight bodyweightkg patientweight",
    SIZE: "height heightm heightcm heightincm bodyheight bodyheightcm patientsize",
}
_NAMES = {column: name for name, columns in _COLUMNS.items() for column in columns.split()}
_SEXES = {"male": "M", "man": "M", "m": "M", "female": "F", "woman": "F", "f": "F", "other": "O", "o": "O"}
# PS3.5 6.2, VR AS; and what a table of ages may hold.
_AS = re.compile(r"(\d{1,3})([DWMY])")
_YEARS = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)\s*(?:\+|y|yrs?|years?)?", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,4}(?:\.\d{1,10})?")
_A_YEAR_HAS = {"D": Decimal("365.25"), "W": Decimal("52.18"), "M": Decimal(12), "Y": Decimal(1)}


def one_name(name: str) -> str:
    """Return the keyword of the attribute that says the same as a column of this *name*, else *name*."""
    return _NAMES.get(re.sub(r"[\W_]+", "", name).lower(), name)


def says_of_people(name: str) -> bool:
    """Say whether a column of this *name* says what an attribute says that the report counts."""
    return re.sub(r"[\W_]+", "", name).lower() in _NAMES


def one_spelling(name: str, values: Iterable[str]) -> frozenset[str]:
    """Return the *values* of a quasi-identifier without what is said twice.

    Ages are in years; a whole year goes where another value says it more exactly (`1` beside `1.5`).
    """
    given = {value.strip() for value in values} - {""}
    if name == SEX:
        return frozenset(_SEXES.get(value.lower(), value) for value in given)
    if name in (WEIGHT, SIZE):
        return frozenset(f"{float(value):g}" if _NUMBER.fullmatch(value) else value for value in given)
    if name != AGE:
        return frozenset(given)
    read = {value: _years(value) for value in given}
    years = {age for age in read.values() if age is not None}
    finer = {int(age) for age in years if age != int(age)}
    told = {f"{age:.6f}".rstrip("0").rstrip(".") for age in years if age != int(age) or int(age) not in finer}
    return frozenset(told | {value for value, age in read.items() if age is None})


def _years(value: str) -> Decimal | None:
    if found := _AS.fullmatch(value):
        return Decimal(found[1]) / _A_YEAR_HAS[found[2]]
    found = _YEARS.fullmatch(value)
    return Decimal(found[1]) if found else None
