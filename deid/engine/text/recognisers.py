"""Find what looks like a date, a number that names somebody, an address or a person, without knowing it
before."""

import re

from deid.engine.text.words import clinical_words

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*"
_STREET = (
    r"(?:street|str|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|way|court|ct|place|pl|square|sq)"
)
_LABEL = (
    r"(?:mrn|pid|dob|d\.o\.b\.|ssn|nhs|tel|phone|fax|mobile|e-?mail|name|surname"
    r"|patient(?:'s)?(?: ?(?:id|name|no|number))?|acc(?:ession)?(?: ?(?:no|number|nr|id))?"
    r"|physician|doctor|technologist|operator|hospital|address|born|ref(?:erred)? by)"
)

UID = re.compile(r"(?<![\d.])[0-2](?:\.(?:0|[1-9]\d*)){4,}(?![\d.])")

# What is identifying wherever it stands.
_PLAINLY = (
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    rf"\b(?i:{_LABEL})\s*[:#=]\s*[^\s,;|\\]+(?:[ ,]+[A-Z][\w'^-]+)*",
    r"(?<!\d)(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[T ]?\d{4,6}(?:\.\d+)?)?(?!\d)",
    r"(?<!\d)(?:19|20)\d\d([-/. ])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])"
    r"(?:[T ]\d\d:\d\d(?::\d\d)?)?(?!\d)",
    r"(?<![\d.])(?:0?[1-9]|[12]\d|3[01])([-/.])(?:0?[1-9]|[12]\d|3[01])\2(?:19|20)\d\d(?![\d.])",
    rf"(?<!\d)(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?[ .-]?(?i:{_MONTH})\b[ .,-]{{0,3}}(?:19|20)\d\d(?!\w)",
    rf"\b(?i:{_MONTH})[ .]{{0,2}}(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?,? ?(?:19|20)\d\d\b",
    r"(?<!\d)\d{3}-\d\d-\d{4}(?!\d)",
    r"(?<![\w.])(?:\+\d{1,3}[ .-]?)?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\d)",
    r"\+\d[\d ()/-]{7,}\d",
    rf"\b\d{{1,5}}[a-z]?\s+(?:[A-Z][\w'.-]+\s+){{1,3}}(?i:{_STREET})\b\.?",
    r"\b(?:(?:Dr|DR\.|Mr|MR\.|Mrs|MRS|Ms|MS\.|Miss|Prof|PROF|Professor|Sra?|Herr|Frau|Mme|Nurse)\b\.?[ ^]*)+"
    r"[A-ZÀ-Þ][\w'-]+(?:[ ^,]+[A-Z][\w'-]+){0,2}",
    r"(?:\b[A-Z][\w'.-]+\s+){1,4}"
    r"(?i:hospital|clinic|university|infirmary|medical cent(?:er|re)|health ?care)\b",
)
# What is identifying in free text, but may be something else in a technical attribute.
_PERHAPS = (
    r"\b(?:https?|ftp)://\S+|\bwww\.\S+",
    r"(?<![\d.])(?:0?[1-9]|[12]\d|3[01])([-/.])(?:0?[1-9]|[12]\d|3[01])\3\d\d(?![\d.])",
    rf"(?<!\d)(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?[ .-]?(?i:{_MONTH})\b[ .,-]{{0,3}}(?:\d\d)?(?!\w)",
    rf"\b(?i:{_MONTH})[ .,-]{{0,2}}(?:19|20)\d\d\b",
    r"(?<![\d:.])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?: ?[aApP][mM])?(?![\d:])",
    r"(?<![\w.])[A-Za-z]{0,4}[-#]?\d{6,}(?![\d.])",
)
PLAINLY = re.compile("|".join(_PLAINLY))
ANYTHING = re.compile("|".join((*_PLAINLY, *_PERHAPS)))
OLD_AGE = re.compile(r"\b(?:9\d|1[0-3]\d)(?=[ -]?(?:years?|yrs?|yo|y/o|y\.o\.)\b)", re.IGNORECASE)
_CUED = re.compile(
    r"(?P<cue>\b(?i:by|pts?|patient|tech|technologist|physician|referring|sister|brother|mother|father|wife|husband|"
    r"daughter|son|dr|doctor|nurse|signed|name)\b(?: of)?[.:]? +)(?:[A-Z]\.? +)?(?P<name>[A-ZÀ-Þ][\w'-]+)"
)
_PEOPLE = re.compile(r"[^\W\d_][^\W\d_'\-]*(?:[ ,^.]+[^\W\d_][^\W\d_'\-]*)+")


def _is_unknown(word: str) -> bool:
    """Say whether medicine does not know a word."""
    return len(word) > 2 and word.lower() not in clinical_words()


def _is_name_like(word: str) -> bool:
    """Say whether a word could be somebody's name: it begins with a capital and medicine does not know it."""
    return len(word) > 1 and word[0].isupper() and word.lower() not in clinical_words()


def _without_cued(match: re.Match[str]) -> str:
    """Return a cue such as "requested by" without the name behind it."""
    return match["cue"] if _is_name_like(match["name"]) else match.group()


def _without_people(match: re.Match[str]) -> str:
    """Return a run of words without the names in it.

    Two unknown capitalised words in a row are a name; so is one with an initial and a full stop before it.
    """
    words = re.split(r"([ ,^.]+)", match.group())
    plain, gaps = words[::2], [*words[1::2], ""]
    like = [_is_name_like(word) for word in plain]
    initial = [len(word) == 1 and word.isupper() and gaps[n].startswith(".") for n, word in enumerate(plain)]
    told = [a or b for a, b in zip(like, initial, strict=True)]
    for n in range(len(plain) - 1):  # "surname, given" and "surname^given" are names in small letters too
        if gaps[n].strip() in (",", "^") and _is_unknown(plain[n]) and _is_unknown(plain[n + 1]):
            told[n] = told[n + 1] = True
    named = [
        told[n] and ((n > 0 and told[n - 1]) or (n + 1 < len(told) and told[n + 1]))
        for n in range(len(plain))
    ]
    return "".join(("" if named[n] else word) + gaps[n] for n, word in enumerate(plain))


def without_plain(text: str) -> str:
    """Return the *text* of a technical attribute without what is plainly identifying."""
    return PLAINLY.sub(" ", text)


def without_recognised(text: str) -> str:
    """Return free *text* without what looks identifying."""
    plain = ANYTHING.sub(" ", OLD_AGE.sub("90", text))
    return _CUED.sub(_without_cued, _PEOPLE.sub(_without_people, plain))
