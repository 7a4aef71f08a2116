"""Initials beside the year of birth, as trials name their subjects: ABC 1954, A-C/1954, ABC, *1954."""

import re
from functools import lru_cache

from deid.engine.text.words import is_clinical

SHORTEST = 2
_BESIDE_YEAR = re.compile(
    r"(?<![^\W_])(?P<initials>[A-ZÀ-Þ]\.? ?(?:[A-ZÀ-Þ-]\.? ?)?[A-ZÀ-Þ]\.?)(?P<mark>[,;]? ?[/_(*-]{1,2} ?|[,;]? )"
    r"(?P<year>(?:19|20)\d\d)(?!\d| ?(?:ms|s|mm|cm|ml|mg|g|hz|khz)(?![^\W_]))\)?"
)


@lru_cache(maxsize=4096)
def _years_of(days: frozenset[str]) -> frozenset[str]:
    return frozenset(day[:4] for day in days)


def has_year_of(text: str, births: frozenset[str]) -> bool:
    """Say whether a year stands in *text* in which one of *births* (YYYYMMDD) is."""
    return any(map(text.__contains__, _years_of(births)))


def without_initials(text: str, births: frozenset[str]) -> str:
    """Return *text* without initials beside a year in which one of *births* is, and without that year."""
    years = _years_of(births)

    def without(match: re.Match[str]) -> str:
        """Return only what no subject is called: an abbreviation of two letters, such as TI, before a number as well."""
        looks_so = match["mark"].isspace() and len(match["initials"]) <= SHORTEST
        other = match["year"] not in years or (looks_so and is_clinical(match["initials"]))
        return match.group() if other else " "

    return _BESIDE_YEAR.sub(without, text)
