"""Find what looks like a number that names somebody, an address, an organisation or a person, without knowing it before.

Dates and UIDs are no matter of this module: they are found and moved before.
"""

import re

from deid.engine.text.words import clinical_words, eponyms, may_be_partner, may_stay, name_words

GONE = "\x00"
UID = re.compile(r"(?<![\d.])[0-2](?:\.(?:0|[1-9]\d*)){4,}(?![\d.])")
_STREET = (
    r"(?:street|str|strasse|straße|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|way|court|ct|place|pl|square|sq|"
    r"terrace|crescent|close|highway|hwy)"
)
_NUMBER_LABEL = (
    r"(?:mrn|pid|ssn|nhs|nhs number|tel|telephone|phone|fax|mobile|cell|pager|s/?n|serial(?: (?:no|number))?|"
    r"(?:patient|pat|case|visit|encounter|account|acct|record|insurance|policy|passport|licen[sc]e|exam|order|req)"
    r"(?:'s)?[ _]?(?:id|no|nr|number)|acct|account|order|visit|encounter|case|chart|policy|insurance|"
    r"plate|passport|acc(?:ession)?(?:[ _]?(?:no|number|nr|id))?|id|ids)"
)
EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
# What is identifying wherever it stands.
_PLAINLY = (
    rf"(?<![^\W_])(?i:{_NUMBER_LABEL})(?:\.?\s*[:#=]\s*[^\s,;|\\]*\d[^\s,;|\\]*|\.?\s+[A-Za-z]{{0,5}}[-#/]?\d[\d /-]{{2,}}\d\w*)",
    r"(?i:\baddress\s*[:=]\s*[^\n;\\]+)",
    r"(?<![\d-])\d{3}[- ]\d\d[- ]\d{4}(?![\d-])",
    r"(?<![\w.])(?:(?:\+|00)\d{1,3}[ .-]?)?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\d)",
    r"\+\d[\d ()/-]{7,}\d",
    r"\(0?\d{2,4}\)[ .-]?\d{3,4}[ .-]?\d{3,4}(?!\d)",
    r"(?<![\w.-])0\d{2,4}[ /-]\d{3,4}[ -]\d{3,4}(?![\w.-])",
    r"(?<![\w.,/-])\d{2} \d{4,5}-\d{4}(?![\w.-])",
    r"\b(?i:apt|apartment|suite)\b\.? ?#?\d+[a-z]?\b",
    r"(?<![\w.-])0\d{2,4}[ /-]\d{5,}(?!\d)",
    rf"\b\d{{1,5}}[a-zA-Z]?,?\s+(?:[A-ZÀ-Þ][\w'.-]+\s+){{1,3}}(?i:{_STREET})\b\.?(?:,? [A-Z]{{2}} \d{{5}}(?:-\d{{4}})?)?",
    rf"(?<![^\W\d_])[A-ZÀ-Þ][\w'-]*(?:(?<=[a-zß-ÿ])(?:strasse|straße|str\.|weg|platz|gasse|laan|straat)|\s(?i:{_STREET})\.?)"
    r"\s+\d{1,4}[a-z]?\b",
    r"\b(?i:p\.?o\.? box)\s*\d+",
    r"(?i:\b(?:\d{1,4}[a-z]?,? )(?:rue|chemin|allée|impasse|quai|via|calle|piazza|plaza|rua|avenida) [^,;\n\\]{2,40})",
    r"(?i:\b(?:rue|via|calle|piazza|plaza|rua|avenida|avenue) (?:[^\W\d_]+ ){1,4}\d{1,4}\b)",
    r"(?<=[,;] )\d{4,5} (?=[A-ZÀ-Þ][a-zß-ÿ]{2,})",
    r"(?i:\b(?:dob|born|birth(?: ?date)?)\W{0,4}(?:in )?(?:19|20)\d\d)(?![\d/.-])",
    r"\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b",
    r"\S+\s?[(\[](?i:at)[)\]]\s?\S+",
    r"\b[A-Z]{2} \d{5}(?:-\d{4})?\b",
)
# What is identifying in free text, but may be something else in a technical attribute.
_PERHAPS = (
    r"\b(?:https?|ftp)://\S+|\bwww\.\S+",
    r"(?<![\d:.])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?: ?[aApP][mM])?(?![\d:])",
    r"(?<![\w.])(?:[A-Za-z]{1,5}[-#]?\d{5,}|#?\d{6,})[A-Za-z]?(?!\d|\.\d)(?:-\d+)*",
    r"(?<![\w.,-])\d{2,}-\d{2,}-\d{3,}(?![\w-])",
    # Text in another coding: base64 and hexadecimal.
    r"(?<![\w+/])(?:[A-Za-z0-9+/]{7,}={1,2}|(?=[A-Za-z+/]*\d)(?=[A-Z0-9+/]*[a-z])[A-Za-z0-9+/]{24,})(?![\w+/=])",
    r"(?<!\w)(?:0[xX])?(?=[0-9A-Fa-f]*\d)[0-9A-Fa-f]{12,}(?!\w)|\b0[xX][0-9A-Fa-f]{6,}\b",
)
_OLD_AGE = re.compile(
    r"(?<![\d.,/-])0?(?:9[1-9]|1[0-4]\d)(?=[ -]?(?:years?|yrs?|yo|y/o|y\.o|y|j|jahre|jährige[rn]?|ans|anni|años)\b)"
    r"|(?<![\d.,/-])(?:9[1-9]|10[1-9])(?= ?[MF]\b)"
    r"|(?:(?<=\bage )|(?<=\bage: )|(?<=\baged ))(?:9[1-9]|1[0-4]\d)(?!\d)",
    re.IGNORECASE,
)
_TITLED = re.compile(
    r"\b(?:(?:Dr|DR\.|Drs|Mr|MR\.|Mrs|MRS|Ms|MS\.|Miss|Prof|PROF|Professor|Sra?|Herr|Frau|Mme|Nurse)\b\.?[ ^]*)+"
    r"(?P<first>[A-ZÀ-Þ][\w'’-]+)(?P<rest>(?:[ ^,]+[A-ZÀ-Þ][\w'’-]+){0,3})"
)
_ORGANISED = re.compile(
    r"(?P<words>(?:(?<![^\W_])[A-ZÀ-Þ][\w'’.-]*\s+(?:(?:of|de|du|di|der|the)\s+)?){1,5})"
    r"(?i:hospitals?|clinics?|university|infirmary|medical cent(?:er|re)|med ctr|health ?care|imaging cent(?:er|re)|"
    r"radiology associates|klinikum|klinik|krankenhaus|hôpital|hopital|ospedale|ziekenhuis)\b(?: of [A-Z][\w'-]+)?"
)
_CUED = re.compile(
    r"(?P<cue>(?<![^\W_])(?i:by|with|tech|technologist|radiographer|radiologist|physician|referring|attending|sister|brother|"
    r"mother|father|wife|husband|daughter|son|doctor|nurse|signed|name|surname|patient|pt|operator)(?:\s*[:=.]\s*|\s+))"
    r"(?P<names>[A-ZÀ-Þ][\w'’-]*\.?(?:[ ,^]+[A-ZÀ-Þ][\w'’-]*\.?){0,3})"
)
_PLAIN = re.compile("|".join(_PLAINLY))
_DIGIT_OR_LINK = re.compile(r"\d|://|www\.|=")
_NUMBER_HINT = re.compile(r"\d|[(\[]at|address", re.IGNORECASE)
_PERHAPS_FOUND = re.compile("|".join(_PERHAPS))
# A run of letters of one script: Latin ones with an apostrophe between them, or others.
_WORD = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ]+(?:['’][A-Za-zÀ-ɏḀ-ỿ]+)*|(?:(?![A-Za-zÀ-ɏḀ-ỿ])[^\W\d_])+")
_LETTERS = re.compile(r"[^\W\d_]+")
_SEPARATED = re.compile(r"([ ,^]+)")
# What joins the parts of a name: one of them went, the other is a word as well.
_BEFORE = re.compile(rf"(?P<word>[^\W\d_]+)(?P<gap>[,^_] *|[ -])(?={GONE})")
_AFTER = re.compile(rf"(?P<gap>(?<={GONE})(?:[,^_] *|[ -]))(?P<word>[^\W\d_]+)")
# Diseases, signs and views that carry the name of somebody long known.
_EPONYM = re.compile(
    "|".join("(?:['’]s|s)?[ -]".join(map(re.escape, phrase.split())) + r"\b" for phrase in eponyms()),
    re.IGNORECASE,
)
_EPONYM_BEGINS = frozenset(phrase.split()[0] for phrase in eponyms())
# Initials beside a name that went.
_INITIALS = re.compile(
    rf"(?:(?<![^\W_])[A-ZÀ-Þ]\.? *)+{GONE}|{GONE}(?:[ ,^]+[A-ZÀ-Þ]\.(?!\w)|[,^] *[A-ZÀ-Þ](?![^\W_])|\^[A-ZÀ-Þ](?![^\W_]))+"
)


def _is_clinical(word: str) -> bool:
    numbered = any(map(str.isdigit, word))
    parts = _LETTERS.findall(word)
    return bool(parts) and all(
        (numbered and len(part) == 1) or part.lower() in clinical_words() for part in parts
    )


def _without_titled(match: re.Match[str]) -> str:
    """Return what stands behind a title and a name: clinical words only."""
    return f"{GONE} " + _without_names(match["rest"])


def _without_names(words: str) -> str:
    """Return a run of words without those that medicine does not know."""
    pieces = _SEPARATED.split(words)
    return "".join(p if n % 2 or len(p) < 2 or _is_clinical(p) else GONE for n, p in enumerate(pieces))


def _without_cued(match: re.Match[str]) -> str:
    """Return a cue such as "requested by" without the names behind it."""
    return match["cue"] + _without_names(match["names"])


def _without_organised(match: re.Match[str]) -> str:
    """Return the clinical words before the name of an organisation."""
    kept: list[str] = []
    for word in match["words"].split():
        if not _is_clinical(word):
            break
        kept.append(word)
    return " ".join((*kept, " "))


def _judged(match: re.Match[str]) -> str:
    """Return a word that may stay; nothing for one that may be somebody's name."""
    word, text = match.group(), match.string
    start, end = match.span()
    digits = (start > 0 and text[start - 1].isdigit()) or (end < len(text) and text[end].isdigit())
    parts = word.replace("’", "'").split("'")
    if len(parts) > 1 and len(parts[-1]) == 1:
        parts.pop()
    return word if all(may_stay(part, beside_digits=digits) for part in parts) else GONE


def _without_partner(match: re.Match[str]) -> str:
    """Return what joined a name to another part of it, without that part."""
    low, gap = match["word"].lower(), match["gap"]
    listed = low in name_words() if gap[0] in ",^" else False
    return (
        match.group().replace(match["word"], GONE)
        if listed or may_be_partner(match["word"])
        else match.group()
    )


def _without_partners(text: str) -> str:
    """Return *text* without words beside a name that went which are parts of names as well, one after another."""
    before = ""
    while before != text:
        before, text = text, _AFTER.sub(_without_partner, _BEFORE.sub(_without_partner, text))
    return text


def _without_odd_words(text: str) -> str:
    """Return *text* without words that may be names, but for those of diseases that carry one."""
    judged = _WORD.sub(_judged, text)
    if GONE not in judged or _EPONYM_BEGINS.isdisjoint(_LETTERS.findall(text.lower())):
        return judged
    spans = [found.span() for found in _EPONYM.finditer(text)]
    return _WORD.sub(
        lambda word: word.group() if any(a <= word.start() < b for a, b in spans) else _judged(word), text
    )


def _without_people(text: str) -> str:
    """Return *text* without words that may be names, and without the initials beside them."""
    plain = _ORGANISED.sub(_without_organised, text)
    plain = _CUED.sub(_without_cued, _TITLED.sub(_without_titled, plain))
    judged = _without_odd_words(plain)
    if GONE in judged:
        judged = _without_partners(judged)
    return _INITIALS.sub(GONE, judged).replace(GONE, "") if GONE in judged else judged


def without_numbers(text: str) -> str:
    """Return *text* without numbers and addresses that name somebody wherever they stand, as long as labels stand
    beside them."""
    return _PLAIN.sub(" ", text) if _NUMBER_HINT.search(text) else text


def without_plain(text: str) -> str:
    """Return the *text* of a technical attribute without what may be a name."""
    return _without_people(_OLD_AGE.sub("90", text))


def without_recognised(text: str) -> str:
    """Return free *text* without what looks identifying."""
    if _DIGIT_OR_LINK.search(text):
        text = _PERHAPS_FOUND.sub(" ", _OLD_AGE.sub("90", text))
    return _without_people(text)
