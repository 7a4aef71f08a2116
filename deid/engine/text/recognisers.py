"""Find what looks like a person or an organisation without knowing it before.

Numbers, addresses, dates and UIDs are no matter of this module: they are found before.
"""

import re
from functools import lru_cache

from deid.engine.text.numbers import without_likely_numbers, without_old_ages
from deid.engine.text.words import (
    PLAIN_WORDS,
    SHORT,
    clinical_words,
    eponyms,
    folded,
    is_foreign,
    may_be_partner,
    may_stay,
    name_neighbours,
    name_words,
)

GONE = "\x00"
_TITLED = re.compile(
    r"\b(?:(?:[Dd]r|DR\.|[Dd]rs|Mr|MR\.|Mrs|MRS|Ms|MS\.|Miss|[Pp]rof|PROF|Professor|Sra?|[Dd]ra|Herrn?|Hr|Frau|Mme|Mlle|"
    r"Sig(?:\.?ra)?|[Dd]ott(?:\.?ssa)?|Dhr|Mevr|Nurse)\b\.?[ ^]*)+"
    r"(?P<first>[A-ZÀ-Þ][\w'’-]+)(?P<rest>(?:[ ^,]+[A-ZÀ-Þ][\w'’-]+){0,3})"
)
_ORGANISED = re.compile(
    r"(?P<words>(?:(?<![^\W_])[A-ZÀ-Þ][\w'’.-]*\s+(?:(?:of|de|du|di|der|the)\s+)?){1,5})"
    r"(?i:hospitals?|clinics?|university|infirmary|medical cent(?:er|re)|med ctr|health ?care|imaging cent(?:er|re)|"
    r"radiology associates|klinikum|klinik|krankenhaus|hôpital|hopital|ospedale|ziekenhuis)\b(?: of [A-Z][\w'-]+)?"
)
# Where the name of an organisation stands behind what it is.
_NAMED = re.compile(
    r"(?<![^\W_])(?:[Hh]ôpital|[Hh]opital|[Oo]spedale|[Pp]oliclinico|[Cc]linique|[Cc]línica|"
    r"[Hh]ospital(?= (?:de|del|San|Santa) )|(?:[Uu]niversitäts)?[Kk]linikum|[Kk]rankenhaus|[Zz]iekenhuis)"
    r"(?:\s+(?:de|du|des|di|del|della|la|le|los|las|St\.?|[A-ZÀ-Þ][a-zß-ÿ][\w'’.-]*)){1,4}"
)
_CUED = re.compile(
    r"(?P<cue>(?<![^\W_])(?:(?P<person>(?i:tech|technologist|radiographer|radiologist|physician|doctor|nurse|operator|surname|by))|"
    r"(?P<relative>(?i:sister|brother|mother|father|wife|husband|daughter|son|aunt|uncle|cousin|girlfriend|boyfriend|spouse|"
    r"grandmother|grandfather|nok|next of kin|emergency contact))|"
    r"(?i:with|referring|attending|signed|name|patient|pt))(?:\s*[:=.]\s*|\s+))"
    r"(?P<names>[A-ZÀ-Þ][\w'’-]*\.?(?:[ ,^]+[A-ZÀ-Þ][\w'’-]*\.?){0,3})"
)
_INITIALLED = re.compile(r"(?<![^\W_])[A-ZÀ-Þ]\. ?(?P<name>[A-ZÀ-Þ][a-zß-ÿ]+)(?![^\W_])")
# A run of letters of one script: Latin ones with an apostrophe between them, or others.
_WORD = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ]+(?:['’][A-Za-zÀ-ɏḀ-ỿ]+)*|(?:(?![A-Za-zÀ-ɏḀ-ỿ])[^\W\d_])+")
_LETTERS = re.compile(r"[^\W\d_]+")
_SEPARATED = re.compile(r"([ ,^]+)")
# What places and organisations are called with, beside a name that went.
_PLACE_TEXT = """
North South East West New Old Port Lake Mount Fort Saint St Ste San Santa Santo São Los Las El La Le Les Bad Sankt Great Upper
Lower Little Grand Villa Ville Puerto Monte Nueva Nuevo General Memorial Medical Hospital Clinic University
Universitätsklinikum Royal National Regional Community
"""
_PLACE_WORDS = frozenset(_PLACE_TEXT.split())
# Given names that are words of radiology or grammar far more often, but not behind "by" or "with" and with a capital.
_GIVEN_TOO = frozenset("art gene mark max miles pat ray rich rod sid will".split())  # noqa: SIM905 - reads best as one
# Whoever writes words so writes names so: a long word written small among them is none, but behind what tells of people.
_WITH_A_CAPITAL = re.compile(r"(?<![^\W_])[A-ZÀ-Þ][a-zß-ÿ]{3,}(?![^\W_])")
_SHORTEST_SMALL = 6
_BEFORE_PEOPLE = re.compile(
    r"(?<![^\W_])(?:by|per|dr|mr|mrs|ms|prof|nurse|call(?:ed)?|paged|tech|technologist|von|durch|door|par|por|przez|"
    r"sign(?:ed)?|patient|pt|name)[.:]?\s+$",
    re.IGNORECASE,
)
# What joins the parts of a name: one of them went, the other is a word as well.
_BEFORE = re.compile(rf"(?P<word>[^\W\d_]+)(?P<gap>[,^_] *|[ -])(?={GONE})")
_AFTER = re.compile(rf"(?P<gap>(?<={GONE})(?:[,^_] *|[ -]))(?P<word>[^\W\d_]+)")
_EPONYM_BEGINS = frozenset(phrase.split()[0] for phrase in eponyms())
# Initials beside a name that went.
_INITIALS = re.compile(
    rf"(?:(?<![^\W_])[A-ZÀ-Þ]\.? *)+{GONE}|{GONE}(?:[ ,^]+[A-ZÀ-Þ]\.(?!\w)|[,^] *[A-ZÀ-Þ](?![^\W_])|\^[A-ZÀ-Þ](?![^\W_]))+"
)


@lru_cache(maxsize=1)
def _eponym() -> re.Pattern[str]:
    """Return what finds diseases, signs and views that carry the name of somebody long known."""
    phrases = (r"(?:['’]s|s)?[ -]".join(map(re.escape, phrase.split())) + r"\b" for phrase in eponyms())
    return re.compile("|".join(phrases), re.IGNORECASE)


def _is_clinical(word: str) -> bool:
    numbered = any(map(str.isdigit, word))
    parts = _LETTERS.findall(word)
    return bool(parts) and all(
        (numbered and len(part) == 1) or part.lower() in clinical_words() for part in parts
    )


def _without_initialled(match: re.Match[str]) -> str:
    """Return an initial and what follows it, without both where that may be a name."""
    low = folded(match["name"]).lower()
    named = (low in name_neighbours() or low in name_words()) and low not in _EPONYM_BEGINS
    return GONE if named else match.group()


def _without_titled(match: re.Match[str]) -> str:
    """Return what stands behind a title and a name: clinical words only."""
    return f"{GONE} " + _without_names(match["rest"])


def _without_names(words: str) -> str:
    """Return a run of words without those that medicine does not know."""
    pieces = _SEPARATED.split(words)
    return "".join(p if n % 2 or len(p) < 2 or _is_clinical(p) else GONE for n, p in enumerate(pieces))


def _without_cued(match: re.Match[str]) -> str:
    """Return a cue such as "requested by" without the names behind it.

    Behind a relative the first word is one, behind a colleague if it is anybody's, however clinical.
    """
    cue, names = match["cue"], match["names"]
    first = _LETTERS.match(names)
    if (
        first
        and first.group().lower() in _EPONYM_BEGINS
        and _eponym().match(match.string, match.start("names"))
    ):
        return match.group()
    if first and not first.group().isupper():
        low = folded(first.group()).lower()
        related = match["relative"] and cue[-1].isspace() and ":" not in cue
        named = (match["relative"] or match["person"]) and (low in name_words() or low in name_neighbours())
        if related or named or low in _GIVEN_TOO:
            names = GONE + names[first.end() :]
    return cue + _without_names(names)


def _without_organised(match: re.Match[str]) -> str:
    """Return the clinical words before the name of an organisation."""
    kept: list[str] = []
    for word in match["words"].split():
        if not _is_clinical(word) or word in _PLACE_WORDS:
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
    if all(may_stay(part, beside_digits=digits) for part in parts):
        return word
    if any(map(is_foreign, parts)) and _is_abroad(text):
        return word if all(may_stay(part, beside_digits=digits, abroad=True) for part in parts) else GONE
    if word.islower() and len(word) >= _SHORTEST_SMALL and _WITH_A_CAPITAL.search(text):
        return GONE if _BEFORE_PEOPLE.search(text, max(0, start - 16), start) else word
    return GONE


@lru_cache(maxsize=1024)
def _is_abroad(text: str) -> bool:
    """Say whether a text is in another language than English, told by two of its words: one may be a name."""
    return len({word.lower() for word in _WORD.findall(text) if is_foreign(word)}) > 1


def _without_partner(match: re.Match[str]) -> str:
    """Return what joined a name to another part of it, without that part."""
    word, gap = match["word"], match["gap"]
    partner = may_be_partner(word)
    if gap[0] in ",^":
        partner = partner or word.lower() in name_words()
        partner = partner or (gap[0] == "^" and len(word) <= SHORT and word.lower() not in PLAIN_WORDS)
    else:
        partner = partner or word in _PLACE_WORDS
    return match.group().replace(word, GONE) if partner else match.group()


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
    spans = [found.span() for found in _eponym().finditer(text)]
    return _WORD.sub(
        lambda word: word.group() if any(a <= word.start() < b for a, b in spans) else _judged(word), text
    )


def _without_people(text: str) -> str:
    """Return *text* without words that may be names, and without the initials beside them."""
    plain = _ORGANISED.sub(_without_organised, _NAMED.sub(GONE, text))
    plain = _CUED.sub(_without_cued, _TITLED.sub(_without_titled, plain))
    if "." in plain:
        plain = _INITIALLED.sub(_without_initialled, plain)
    judged = _without_odd_words(plain)
    if GONE in judged:
        judged = _without_partners(judged)
    return _INITIALS.sub(GONE, judged).replace(GONE, "") if GONE in judged else judged


def without_plain(text: str) -> str:
    """Return the *text* of a technical attribute without what may be a name."""
    return _without_people(without_old_ages(text))


def without_recognised(text: str) -> str:
    """Return free *text* without what looks identifying."""
    return _without_people(without_likely_numbers(without_old_ages(text)))
