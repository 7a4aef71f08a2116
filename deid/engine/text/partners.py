"""Find the other parts of a name beside one that went, which are words as well."""

import re
from functools import lru_cache

from deid.engine.text.abroad import has_sentences, is_abroad
from deid.engine.text.cues import ALONE_BEHIND
from deid.engine.text.eponyms import eponym_at, is_namesake
from deid.engine.text.flat import folded
from deid.engine.text.names import (
    BODY_TOO,
    GIVEN_TOO,
    SHORT_WORDS,
    SURNAMES_TOO,
    is_named,
    may_be_given,
    may_be_surname,
)
from deid.engine.text.organisations import PLACE_WORDS
from deid.engine.text.scripts import VIETNAMESE, is_other_script, is_script_word
from deid.engine.text.words import (
    GONE,
    PLAIN_WORDS,
    SHORT,
    everyday_words,
    is_clinical,
    is_foreign,
    is_medical,
    may_be_partner,
    may_stay,
    name_words,
)

# A given name in capitals, but not the number of a stage.
_IVA = re.compile(
    r"(?<!stage )(?<!grade )(?<!type )(?<!class )(?<!segment )(?<!level )IVA(?= \x00)", re.IGNORECASE
)
# What joins the parts of a name: one of them went, the other is a word as well. (Only begun at the beginning of a word, so that
# no end of one is tried.)
_BEFORE = re.compile(rf"(?<![^\W\d_])(?P<word>[^\W\d_]+)(?P<gap>[,^;|] *|_+| ?[/&] ?|[ -])(?={GONE})")
_AFTER = re.compile(rf"(?P<gap>(?<={GONE})(?:[,;|] *|_+| ?\^ *| ?[/&] ?|[ -]))(?P<word>[^\W\d_]+)")
# A value behind what was measured, as in "Hb 13".
_MEASURED = re.compile(r"[ :=]{1,3}\d{1,3}(?:[.,]\d+)?(?!\d)")
_BEHIND_NAMES = re.compile(rf"{ALONE_BEHIND}|\s*{GONE}")
# A word between two that went, and what stands where a name in the order of lists ends.
_OTHER_SIDE = re.compile(rf"(?:, ?|[ -]){GONE}")
_LISTED_WHOLE = re.compile(rf"(?:[ ,^]*{GONE})*\s*(?:$|[.:;(\n\d])")
_ENDS = re.compile(r"\s*(?:$|[,;\n]|\.(?:\s|$))")
# What a patient's surname stands behind where the given name that is listed with it went.
_PATIENT_BEFORE = re.compile(r"(?<![^\W_])(?:pt|patient|name|subject)\.?\s*[:=]?\s*$", re.IGNORECASE)
_SMALL_BEFORE = re.compile(r"[a-z],? $")
# What says of whom the name behind it is.
_TELLING = SHORT_WORDS | {"nok", "ref", "att"}
_VOWEL = re.compile("[AEIOUY]")


def without_partners(text: str) -> str:
    """Return *text* without words beside a name that went which are parts of names as well, one after another."""
    before = ""
    while before != text:
        before, text = text, _AFTER.sub(_without_partner, _BEFORE.sub(_without_partner, text))
    return text


def _without_partner(match: re.Match[str]) -> str:
    """Return what joined a name to another part of it, without that part."""
    word, gap, text = match["word"], match["gap"], match.string
    if _is_no_partner(word) and not gap.strip(" -/&"):
        return match.group()
    low = word.lower()
    behind = _is_behind(match)
    if behind and gap == ", " and eponym_at(text, match.start("word")):
        return match.group()
    if gap[0] == "," and not behind and word.istitle() and _PATIENT_BEFORE.search(text, 0, match.start()):
        partner = True
    elif gap[0] == "," or "^" in gap:
        short = gap == ", " and not behind and _is_unknown_short(word)
        alone = gap[0] == "," and _is_all(match) and (low in SURNAMES_TOO or low in BODY_TOO)
        listed = low in name_words() or short or alone
        partner = listed or ("^" in gap and low not in PLAIN_WORDS and _is_no_term(word))
    elif gap[0] in "_;|":
        partner = is_named(low) or (gap[0] != "_" and (low in SURNAMES_TOO or low in GIVEN_TOO))
        partner = (partner and not (gap[0] == "_" and is_clinical(word))) or _is_short_name(word)
    elif behind:
        partner = word in PLACE_WORDS or (
            (may_be_surname(word) or (gap == " " and word.istitle() and is_namesake(folded(word).lower())))
            and bool(_BEHIND_NAMES.match(text, match.end()))
        )
    else:
        partner = word in PLACE_WORDS or may_be_given(word)
    partner = partner or _is_between(match) or _begins_or_ends(match)
    partner = partner or (word.istitle() and gap == " " and bool(VIETNAMESE.search(text)))
    goes_on = behind and is_abroad(text) and not _ENDS.match(text, match.end())
    partner = partner or (gap == " " and not goes_on and _is_unknown_small(word))
    partner = partner or (
        gap == " " and text.islower() and is_other_script(word) and not is_script_word(word)
    )
    partner = partner or (gap == " " and _is_small_name(word) and not has_sentences(text))
    partner = partner or bool(_IVA.match(text, match.start())) or _is_ordinary(match)
    measured = _MEASURED.match(text, match.end())
    partner = partner or (
        gap in (" ", "-", ", ") and _is_short_name(word) and not measured and not is_abroad(text)
    )
    return match.group().replace(word, GONE) if partner or may_be_partner(word) else match.group()


@lru_cache(maxsize=16384)
def _is_no_partner(word: str) -> bool:
    """Say whether a word written small is part of no name that a space, hyphen or stroke joins it to, as most words are not;
    so remembered."""
    may_be = _is_unknown_small(word) or _is_small_name(word) or word in PLACE_WORDS or word == "iva"
    return word.islower() and not may_be and not is_other_script(word)


def _is_behind(match: re.Match[str]) -> bool:
    """Say whether the word stands behind what went."""
    return match.string[match.start() - 1 : match.start()] == GONE


def _is_no_term(word: str) -> bool:
    """Say whether a word in the writing of a person's name (PS3.5 6.2.1.1) is short or none of medicine."""
    return len(word) <= SHORT or not is_clinical(word)


def _is_unknown_short(word: str) -> bool:
    """Say whether a word of two or three letters is none of medicine or grammar."""
    return 1 < len(word) <= SHORT and not is_clinical(word) and word.lower() not in PLAIN_WORDS


def _is_small_name(word: str) -> bool:
    """Say whether a word written small is a name as well and none of medicine."""
    return word.islower() and is_named(word) and not is_clinical(word)


def _is_short_name(word: str) -> bool:
    """Say whether a word of two or three letters with a capital is none that anybody knows, as the rest of a name is."""
    known = word.lower() in SHORT_WORDS or word.lower() in everyday_words()
    return word.istitle() and _is_unknown_short(word) and not known


def _is_unknown_small(word: str) -> bool:
    """Say whether a word written small is in no list, which alone would stay in a sentence."""
    return (
        word.islower()
        and folded(word).isascii()
        and len(word) > SHORT
        and not (may_stay(word) or is_foreign(word))
    )


def _is_between(match: re.Match[str]) -> bool:
    """Say whether a word with a capital stands between two parts of names that went, where only a surname does."""
    word, gap = match["word"], match["gap"]
    if not _is_behind(match) or not _OTHER_SIDE.match(match.string, match.end()):
        return False
    low = word.lower()
    surname = not is_clinical(word) or (gap in " -" and (low in SURNAMES_TOO or low in BODY_TOO))
    return gap in (" ", "-", ", ") and word.istitle() and surname


def _begins_or_ends(match: re.Match[str]) -> bool:
    """Say whether a word that medicine does not know begins a line and the rest of a name is listed behind it (TORRENT, Zora),
    or is one of three capitals before or behind all the rest of a line's name."""
    word, gap, text = match["word"], match["gap"], match.string
    behind = _is_behind(match)
    outside = text[match.end() :][:1] if behind else text[: match.start()][-1:]
    if is_clinical(word) or outside not in ("", "\n", "\\") or not word[0].isupper():
        return False
    if gap[0] == "," and not behind:
        return word.isupper() or bool(_LISTED_WHOLE.match(text, match.end()))
    short = word.isupper() and len(word) == SHORT and word.lower() not in _TELLING
    return gap == " " and short and bool(_VOWEL.search(word))


def _is_ordinary(match: re.Match[str]) -> bool:
    """Say whether a word with a capital is an ordinary one of English that stands within a sentence behind what went, or
    before it behind a small word, where only a name has a capital; or one that is all that is left of a text."""
    word, text = match["word"], match.string
    low = word.lower()
    known = is_medical(word) or low in PLAIN_WORDS or low not in everyday_words()
    if word.islower() or len(word) <= SHORT or known:
        return False
    if _is_all(match):
        return True
    inside = _is_behind(match) or bool(_SMALL_BEFORE.search(text, 0, match.start()))
    return match["gap"] == " " and word.istitle() and inside and has_sentences(text) and not is_abroad(text)


def _is_all(match: re.Match[str]) -> bool:
    """Say whether a text has nothing else than what was found, and the name beside it that went."""
    return not (match.string[: match.start()] + match.string[match.end() :]).strip(f" {GONE}")
