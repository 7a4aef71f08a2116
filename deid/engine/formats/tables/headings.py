"""The names of a table's columns, without the names of people in them."""

from collections.abc import Iterable, Sequence

from deid.engine.formats.tables.cdisc import is_cdisc, is_variable
from deid.engine.text.cleaning import TextCleaner
from deid.engine.text.known import compile_known
from deid.engine.text.telling import sorted_known


def cleaned_headings(header: Sequence[str], known_values: Iterable[str]) -> list[str]:
    """Return the names of columns without *known_values*, and of several words also without what may be somebody's name.

    One of which nothing is left is called by its place (`column 4`), and of two that are alike then, the second too.
    """
    told = sorted(set(known_values))
    names, phrases, _dates = sorted_known(told)
    known, cleaner, cdisc = compile_known(names, phrases), TextCleaner(told, None), is_cdisc(header)
    made: list[str] = []
    for place, name in enumerate(header, 1):
        after = name
        if not (cdisc and is_variable(name)):
            label = any(map(str.isspace, name.strip()))
            after = cleaner.clean(name) if label else known.removed_from(name, "").strip(" _-")
        changed = after != name
        made.append(f"column {place}" if not after or (changed and after in (*header, *made)) else after)
    return made
