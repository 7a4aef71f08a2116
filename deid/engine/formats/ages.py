"""Ages: those over 89 are one group, as in DICOM (PS3.15 E.1-1; 45 CFR 164.514(b)(2)(i)(C))."""

import re

OLDEST = 89
OLD = "90+"
_AGE = re.compile(r"\s*(\d{1,3}(?:\.\d{1,6})?)\s*(?:y|yrs?|years?)?\s*", re.IGNORECASE)


def group_age(text: str) -> str:
    """Return an age up to 89 as it stands, `90+` above, empty where it is no age."""
    found = _AGE.fullmatch(text)
    if not found:
        return OLD if text.strip() == OLD else ""
    return OLD if float(found[1]) > OLDEST else text.strip()
