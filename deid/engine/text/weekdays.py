"""Names of weekdays beside a date: they move with it, or go where it goes, as together they would tell by how much."""

import re
from collections.abc import Callable

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FOREIGN_TEXT = """
montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag lundi mardi mercredi jeudi vendredi samedi dimanche
lunes martes miércoles jueves viernes sábado domingo lunedì martedì mercoledì giovedì venerdì sabato domenica
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag segunda-feira terça-feira quarta-feira quinta-feira sexta-feira
måndag tisdag onsdag torsdag fredag lördag söndag mandag tirsdag lørdag søndag
"""
_LONG = rf"(?:{'|'.join((*DAYS, *_FOREIGN_TEXT.split()))})"
_DAY = rf"(?:{_LONG}|{'|'.join(('tues', 'thurs', 'thur', *(day[:3] for day in DAYS)))})"
_BEFORE = re.compile(rf"(?<![^\W_])(?P<day>{_DAY})(?P<gap>\.?,? ?(?:(?:the|den|le|il|el) )?)$", re.IGNORECASE)
# A name of a weekday with what joins it to a date.
LONGEST = 24
# Short names behind a date are words as well (`sat`, `sun`), unless in parentheses.
_BEHIND = re.compile(
    rf"(?P<gap> ?\()(?P<day>{_DAY})(?P<end>\.?\))|(?P<gap2>,? )(?P<day2>{_LONG})(?![^\W_])", re.IGNORECASE
)


def _moved(day: str, days: int | None) -> str:
    """Return a weekday in its length and case *days* later, empty where that is not known."""
    number = next((n for n, name in enumerate(DAYS) if name.startswith(day.lower()[:3])), None)
    english = number is not None and DAYS[number].startswith(day.lower())
    if days is None or number is None or not english:
        return ""
    name = DAYS[(number + days) % len(DAYS)]
    short = name if day.lower() in DAYS else name[:3]
    return short.upper() if day.isupper() else short.capitalize() if day[0].isupper() else short


def with_moved_weekdays(
    dates: re.Pattern[str], replaced: Callable[[re.Match[str]], str], text: str, days: int | None
) -> str:
    """Return *text* with each of its *dates* replaced, and the weekdays beside those that changed moved by *days*, or gone."""
    pieces, position, shift, changed = list[str](), 0, days, False
    for found in dates.finditer(text):
        between = text[position : found.start()]
        if changed:
            between = _with_moved_behind(between, shift)
        new = replaced(found)
        changed, shift = new != found.group(), days if new.strip() else None
        if changed and (before := _BEFORE.search(between, max(0, len(between) - LONGEST))):
            named = _moved(before["day"], shift)
            between = between[: before.start()] + (named + before["gap"] if named else "")
        pieces += [between, new]
        position = found.end()
    rest = text[position:]
    return "".join((*pieces, _with_moved_behind(rest, shift) if changed else rest))


def _with_moved_behind(text: str, days: int | None) -> str:
    """Return what stands behind a date with the weekday at its beginning moved, or gone."""
    found = _BEHIND.match(text)
    if found is None:
        return text
    named = _moved(found["day"] or found["day2"], days)
    rest = text[found.end() :]
    return f"{found['gap'] or found['gap2']}{named}{found['end'] or ''}{rest}" if named else rest
