"""Turn the published Table E.1-1 of PS3.15 into the compact form the engine ships."""

from typing import Any

OPTION_COLUMNS = (
    "rtnSafePrivOpt",
    "rtnUIDsOpt",
    "rtnDevIdOpt",
    "rtnInstIdOpt",
    "rtnPatCharsOpt",
    "rtnLongFullDatesOpt",
    "rtnLongModifDatesOpt",
    "cleanDescOpt",
    "cleanStructContOpt",
    "cleanGraphOpt",
)
PRIVATE_ROW = "GGGGEEEE-WHERE-GGGG-IS-ODD"


def _key(row: dict[str, Any]) -> str:
    """Return the tag of a row as eight characters, `x` for any digit, or `private`."""
    identifier = row["id"]
    return "private" if identifier == PRIVATE_ROW else identifier.upper().replace("X", "x")


def compact(published: dict[str, Any]) -> dict[str, Any]:
    """Return source, edition and one row per attribute: name, Basic action, actions by option column."""
    rows = {
        _key(row): [row["name"], row["basicProfile"], {c: row[c] for c in OPTION_COLUMNS if row.get(c)}]
        for row in published["attributes"]
    }
    return {
        "table": published["table"],
        "edition": published["edition"],
        "source": published["source"],
        "columns": ["basicProfile", *OPTION_COLUMNS],
        "attributes": dict(sorted(rows.items())),
    }
