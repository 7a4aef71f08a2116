"""Find people by what only people do: say something, have initials and degrees, are greeted, sign."""

import re

from deid.engine.text.abroad import is_abroad
from deid.engine.text.eponyms import eponym_at, is_namesake
from deid.engine.text.flat import CAPITAL, folded
from deid.engine.text.names import (
    BODY_TOO,
    GIVEN_TOO,
    OFTEN_SURNAMES,
    SHORT_WORDS,
    SURNAMES_TOO,
    is_named,
    may_name,
)
from deid.engine.text.spotting import AnyOf, Spotted
from deid.engine.text.words import GONE, everyday_words, is_clinical, is_foreign, is_medical, may_stay

_INITIALLED = re.compile(r"(?<![^\W_])[A-ZÀ-Þ]\. ?(?P<name>[A-ZÀ-Þ](?:[a-zß-ÿ]+|[A-ZÀ-Þ]{2,}))(?![^\W_])")
_GOES_ON = re.compile(r" [a-z]")
# What sentences begin with, and what a Roman number stands behind.
_BEGINNINGS = frozenset("he she it they we there this these the no unchanged normal patient".split())  # noqa: SIM905
_GRADED = re.compile(r"(?i:type|grade|class|stage|phase|level|typ|grad|category) $")
_BEFORE_INITIAL = re.compile(
    r"(?<![^\W_])(?P<name>[A-ZÀ-Þ][a-zß-ÿ]{2,}),? [A-ZÀ-Þ](?:\.(?: ?[A-ZÀ-Þ]\.)?|(?=\s*$|[;,)]|\s+[a-z]))(?![\w-])"
)
_WITH_DEGREE = Spotted(
    r"(?<![^\W_])(?P<given>[A-ZÀ-Þ][\w'’-]+) (?P<name>[A-ZÀ-Þ][\w'’-]+)(?=,? (?:MD|M\.D\.|RN|FRCR|MBBS|PhD)(?![^\W_]))"
)
# Behind a date that `dates.Hide` put out of the way: who signed on it.
_ON_A_DATE = re.compile(r"(?<=[\U000f0000-\U000ffffd] \()(?P<name>[A-ZÀ-Þ][\w'’-]+)(?=\))")
_CITED = Spotted(r"(?<![^\W_])(?P<name>[A-ZÀ-Þ][\w'’-]+)(?= et al\b)")
_THANKED = Spotted(r"(?<=(?i:thanks) )(?P<name>[A-ZÀ-Þ][a-zß-ÿ]+)(?= for )")
_WHO_DID = re.compile(r"(?:(?<![^\W_])(?i:by|from|with|approved|signed|dr\.?) )$")
_GREETED = Spotted(
    r"(?<![^\W_])(?P<greeting>(?i:hi|hello|dear|thanks,|regards,) )(?P<name>[A-ZÀ-Þ][\w'’-]+)(?=\s*(?:[,!:]|\.?\s*$))"
)
# What only people do, and what is done to images and findings as well.
_SAYING = (
    r"(?:asked|asks|phoned|rang|said|says|agree[sd]?|wants?|wanted|told|wrote|stated|states|concurs?|concurred|insists?|"
    r"insisted|denied|denies|aware|forgot|called back|will call)"
)
_DOING = (
    r"(?:called|calls|request(?:s|ed)|reads?|reviewed|reports?|reported|confirm(?:s|ed)|informed|notified|advised|paged|signed|"
    r"dictated|discussed|saw|performed|scanned|injected|attended|verified|thinks|recommends?|recommended)"
)
# What only people are, have or come for.
_BEING = (
    r"(?:(?:was|were|is|has been) (?:informed|notified|called|contacted|told|scanned|seen|paged|discharged|admitted|sedated|"
    r"aware|positioned|an? \d{1,3}[ -]?(?:year|yr|y/?o|month|week|day))|"
    r"is an?|came (?:in|to|with)|"
    r"has (?:had )?(?:a history|no history|pain|been)|complain(?:s|ed) of|tolerated|fell (?:on|from|off|down)|presented|presents)"
)
_WHO_IS = Spotted(rf"(?<![^\W_])(?P<name>[A-ZÀ-Þ][a-zß-ÿ]+)(?= {_BEING}(?![^\W_]))")
# Whose images are spoken of, where a word may also be what they show.
_WHOSE = Spotted(
    r"(?P<cue>(?<![^\W_])(?i:images?|scans?|exams?|examinations?|stud(?:y|ies)|results?|films?|f/u|follow[ -]up|reports?|visit) "
    r"(?:of|for|on|to|given to) )(?P<name>[A-ZÀ-Þ][a-zß-ÿ]+)"
    r"(?=\s*(?:$|[,;.]|by|and|with)(?![^\W_])| [A-ZÀ-Þ][a-zß-ÿ]+\s*(?:$|[,;.]))"
)
_ACTING = Spotted(
    rf"(?<![^\W_])(?P<name>[A-ZÀ-Þ][a-zß-ÿ]{{2,}})(?=\s+(?:(?P<saying>{_SAYING})|{_DOING})(?![^\W_]))"
)
_TWO_SMALL = Spotted(
    rf"(?<![^\W_])(?P<given>[a-z]{{3,}}) (?P<name>[a-z]{{3,}})(?=\s+(?:{_SAYING}|{_DOING})(?![^\W_]))"
)
# One of them alone at the beginning of a sentence or after a comma.
_ONE_SMALL = Spotted(
    rf"(?:^|(?<=[,;(\n] )|(?<=[,;(\n]))(?P<name>[a-zà-ÿ]{{3,}})(?=\s+(?:{_SAYING}|{_DOING}|{_BEING})(?![^\W_]))"
)
# A name of a user, of whom a system says what was done.
_USER = Spotted(
    r"(?<![^\W_])(?P<name>[a-z]{3,})"
    r"(?= (?:overrode|overruled|logged (?:in|on|out|off)|acknowledged|unlocked|locked|signed off)(?![^\W_]))"
)
_TWO = Spotted(
    rf"(?<![^\W_])(?P<given>{'|'.join(sorted(map(str.capitalize, GIVEN_TOO)))}) (?P<name>[A-Z][a-z]{{2,}})(?![^\W_])"
)
# A word by itself between commas, or at the end as who signs.
_BY_ITSELF = re.compile(
    r"(?:(?<=[,;/] )|(?<=[A-Za-z]{3}[.!?] ))(?P<name>[A-ZÀ-Þ][a-zß-ÿ]{3,})(?=(?P<between>\s*[,;/])|\.?\s*$)"
)
_SMALL = AnyOf(_USER, _TWO_SMALL, _ONE_SMALL)
_DOERS = AnyOf(_ACTING, _TWO, _WHOSE, _WHO_IS)
_SIGNERS = AnyOf(_CITED, _THANKED, _GREETED)


def without_acting_people(text: str) -> str:
    """Return *text* without people whom a verb, an initial, a degree, a greeting or a signature tells."""
    if not CAPITAL.search(text):
        return _without_small(text)
    if _DOERS.may_stand_in(text):
        text = _ACTING.sub(_without_acting, _TWO.sub(_without_two, text))
        text = _WHOSE.sub(_without_owner, _WHO_IS.sub(_without_subject, text))
    text = _BY_ITSELF.sub(_without_lone, _without_small(text))
    text = _ON_A_DATE.sub(_without_signer, _WITH_DEGREE.sub(_without_graduate, text))
    if _SIGNERS.may_stand_in(text):
        text = _CITED.sub(_without_cited, _THANKED.sub(GONE, _GREETED.sub(_without_greeted, text)))
    if "." in text:
        text = _INITIALLED.sub(_without_initialled, text)
    return _BEFORE_INITIAL.sub(_without_first, text)


def _without_acting(match: re.Match[str]) -> str:
    """Return nothing for who did what people do; of words of radiology only where nothing but people does it."""
    name = match["name"]
    return GONE if is_named(name) or (match["saying"] and name.lower() in SURNAMES_TOO) else match.group()


def _without_subject(match: re.Match[str]) -> str:
    """Return nothing for who is, has or comes for what only people do, unless the word is one of medicine and nobody's name."""
    name = match["name"]
    low = folded(name).lower()
    if low in SHORT_WORDS:
        return match.group()
    person = may_name(low) or is_namesake(low) or not (is_clinical(name) or low in everyday_words())
    return GONE if person else match.group()


def _without_owner(match: re.Match[str]) -> str:
    """Return whose images are spoken of without a name that is a word as well."""
    name = match["name"]
    return match["cue"] + GONE if may_name(name) and not is_medical(name) else match.group()


def _without_user(match: re.Match[str]) -> str:
    name = match["name"]
    return match.group() if is_clinical(name) or name in everyday_words() else GONE


def _without_two(match: re.Match[str]) -> str:
    """Return nothing for a given name and a surname that are both words."""
    name = match["name"]
    named = is_named(name) or name.lower() in OFTEN_SURNAMES
    return f"{GONE} {GONE}" if named else match.group()


def _without_small(text: str) -> str:
    """Return *text* without names of users, and names written small before what people do."""
    if not _SMALL.may_stand_in(text):
        return text
    text = _TWO_SMALL.sub(_without_two_small, _USER.sub(_without_user, text))
    return _ONE_SMALL.sub(_without_one_small, text)


def _without_one_small(match: re.Match[str]) -> str:
    """Return nothing for one word that is a name and none of medicine, or none of English in a text that is not in another
    language."""
    name = match["name"]
    stranger = is_foreign(name) and not is_abroad(match.string)
    person = stranger or is_named(name) or not may_stay(name)
    return GONE if person and not is_clinical(name) else match.group()


def _without_two_small(match: re.Match[str]) -> str:
    """Return nothing for a given name and a surname written small where they do what people do."""
    name = match["name"]
    named = is_named(match["given"]) and (may_name(name) or not is_clinical(name))
    return f"{GONE} {GONE}" if named else match.group()


def _without_lone(match: re.Match[str]) -> str:
    """Return nothing for a name that stands by itself; at the end of a text also for one that is a word of radiology."""
    name = match["name"]
    named = is_named(name) or (not match["between"] and name.lower() in OFTEN_SURNAMES)
    return GONE if named else match.group()


def _without_graduate(match: re.Match[str]) -> str:
    """Return what stands before a degree without names; a word of medicine that is a surname is one there."""
    words = (match["given"], match["name"])
    return " ".join(GONE if may_name(word) or not is_medical(word) else word for word in words)


def _without_signer(match: re.Match[str]) -> str:
    return GONE if may_name(match["name"]) else match.group()


def _without_cited(match: re.Match[str]) -> str:
    """Return nothing for the author of a work, unless a disease or a method has that name."""
    return match.group() if eponym_at(match.string, match.start("name")) else GONE


def _without_greeted(match: re.Match[str]) -> str:
    return match["greeting"] + (GONE if may_name(match["name"]) else match["name"])


def _without_initialled(match: re.Match[str]) -> str:
    """Return an initial and a word, without both where the word is no one of medicine or more often a name."""
    name = match["name"]
    if _is_next_sentence(match):
        return match.group()
    if _WHO_DID.search(match.string[: match.start()]) and (
        may_name(name) or folded(name).lower() in BODY_TOO
    ):
        return GONE
    return GONE if not is_medical(name) or _is_often_named(match) else match.group()


def _is_next_sentence(match: re.Match[str]) -> bool:
    """Say whether the word behind an initial and a point begins a sentence: "type I. He was"."""
    text, name = match.string, match["name"]
    if text[match.start() + 2] != " " or not _GOES_ON.match(text, match.end()):
        return False
    graded = bool(_GRADED.search(text, 0, match.start())) and not is_named(name)
    return graded or name.lower() in _BEGINNINGS


def _without_first(match: re.Match[str]) -> str:
    """Return a word and an initial, without both where the word is a name."""
    return GONE if _is_often_named(match) else match.group()


def _is_often_named(match: re.Match[str]) -> bool:
    """Say whether a word is a name, or more often one than not beside an initial, and no disease carries it here."""
    name = match["name"]
    often = is_named(name) or folded(name).lower() in OFTEN_SURNAMES
    return often and not eponym_at(match.string, match.start("name"))
