"""What of a subject's names and identifiers is worth searching for."""

import re
from collections.abc import Iterable

from deid.engine.text.dates import is_day
from deid.engine.text.flat import WORD_BREAKS
from deid.engine.text.names import GIVEN_TOO
from deid.engine.text.words import PLAIN_WORDS, clinical_words, everyday_words, may_stay, name_neighbours

SHORTEST_NAME, SHORTEST_PHRASE, SHORTEST_WORD = 2, 4, 5
SHORTEST_NUMBER = 5
_ORGANISATION_TEXT = """
hospital hospitals infirmary clinic clinics clinical medical medicine center centre university institute institution school
college health healthcare radiology imaging department dept general saint community regional national national science sciences
research unit ward north south east west upper lower new park mount street road house children women valley service
services group system systems care cancer heart eye and the for van der les del von
"""
ORGANISATION_WORDS = frozenset(_ORGANISATION_TEXT.split())
_KINDS_TEXT = "hospital hospitals infirmary clinic clinics medical center centre university institute college health healthcare"
_WHAT_IT_IS = frozenset((*_KINDS_TEXT.split(), "community", "memorial", "general", "regional"))
_NAME_BREAKS = re.compile(r"[\^=\\,;.\s()/\-_\"]+")
# A value about medicine with words written small is a sentence: not each of its words names somebody.
_SMALL_WORD = re.compile(r"(?<![^\W_])[^\W\d_A-Z]{3,}(?![^\W_])")
_SENTENCE_MARK = re.compile("[:;]")
SURELY_A_NAME, MOST_NAME_WORDS = 3, 6
# A name of so many letters is found within longer words too; people call long numbers by so many last digits.
LONG_NAME, TAIL = 6, 6
# People pad the last group of a number as they like, up to so many digits.
SHORTEST_REGROUPED, LONGEST_LAST = 6, 4
_DIGITS, _SEPARATED = re.compile(r"\d+"), re.compile(r"\d+\.\d+")
# Small words that surnames begin with: to take them out of a whole text would tell of the name. By themselves they are one.
_PARTICLES_TEXT = "van von der de des del della di da dos ter vom zum af av ibn"
PARTICLES = frozenset(_PARTICLES_TEXT.split())
# What firms are says nothing of which: `Agfa AG` is not the sponsor's.
_FIRMS = frozenset("ag gmbh inc ltd llc sas srl spa bv nv plc kg ab oy as".split())  # noqa: SIM905 - reads best as one
_COMPONENTS = re.compile(r"[\^=\\]")
# What people are called before and behind their names (PS3.5 6.2.1.1) names nobody, and in text it tells of the name beside it.
_TITLES_TEXT = "dr drs prof professor mr mrs ms miss herr herrn frau mme mlle sra dott dottssa dhr mevr md phd frcr mbbs jr iii"
_TITLES = frozenset(_TITLES_TEXT.split())


def name_parts(names: Iterable[str]) -> set[str]:
    """Return the parts of person names that are worth searching for."""
    parts: set[str] = set()
    for name in names:
        particles = _particles_in(name)
        for part in _split(name):
            plain = part.lower()
            if plain in particles or (plain in _FIRMS and "^" not in name and part != name):
                continue
            if (len(part) >= SHORTEST_NAME and plain not in PLAIN_WORDS and not plain.isdigit()) or (
                len(part) >= SHORTEST_PHRASE and plain.isdigit()
            ):
                parts.add(part)
        spelled = _split(name.split("=")[0])
        if not all(part.lower() in PLAIN_WORDS for part in spelled):
            parts |= _wholes(spelled)
        if _is_somebody(map(str.lower, spelled)):
            parts |= _pairs(name)
    return parts


def _particles_in(name: str) -> set[str]:
    """Return the small words that stand before another part of the same component, and nowhere by themselves."""
    components = [list(map(str.lower, _split(one))) for one in _COMPONENTS.split(name)]
    before = {part for parts in components for part in parts[:-1]}
    return set(PARTICLES & (before - {parts[-1] for parts in components if parts}))


def _wholes(spelled: list[str]) -> set[str]:
    """Return a name whole, with its initials and without: `smithj` is one as well."""
    ways = (spelled, [part for part in spelled if len(part) >= SHORTEST_NAME])
    return {" ".join(way) for way in ways if len(" ".join(way)) > SHORTEST_PHRASE and not _is_word(way)}


def _surname_and_given(name: str) -> tuple[str, str]:
    """Return the surname and the given name of a person where the surname is a word or so short that it is not looked for
    in longer words; nothing else."""
    family, _, rest = name.split("=", maxsplit=1)[0].partition("^")
    surname, given = " ".join(_split(family)), next(iter(_split(rest)), "")
    looked_for = len(surname) >= LONG_NAME and surname.lower() not in PLAIN_WORDS
    return ("", "") if looked_for or not given else (surname, given)


def _pairs(name: str) -> set[str]:
    """Return such a surname beside the given name, in both orders: `michael foot` is somebody."""
    surname, given = _surname_and_given(name)
    found = {f"{given} {surname}", f"{surname} {given}"} if surname and len(given) > 1 else set[str]()
    return {way for way in found if len(way) > SHORTEST_PHRASE and not _is_word(way.split())}


def initialled_parts(names: Iterable[str]) -> set[str]:
    """Return surnames that are words or short beside an initial, in both orders: `m. foot` and `rnemec` are somebody where
    they stand by themselves."""
    found: set[str] = set()
    for name in names:
        surname, given = _surname_and_given(name)
        if len(surname) >= SHORTEST_PHRASE and _is_somebody(map(str.lower, _split(name.split("=")[0]))):
            ways = (f"{given[0]} {surname}", f"{surname} {given[0]}")
            found |= {way for way in ways if not _is_word(way.split())}
    return found


def _split(text: str) -> list[str]:
    """Return the parts of a name; titles only where nothing else is in it."""
    parts = [part for part in _NAME_BREAKS.split(text) if part]
    return [part for part in parts if part.lower() not in _TITLES] or parts


def _is_word(parts: list[str]) -> bool:
    """Say whether the parts of a name, without a gap, are a word: Bea M. is no beam."""
    joined = "".join(parts).lower()
    return joined in clinical_words() or joined in everyday_words()


def plain_parts(names: Iterable[str]) -> set[str]:
    """Return the parts of person names that are plain words, in the cases that people's names have.

    A name in which everything is a word of medicine (`CT^HEAD`) is nobody's.
    """
    plain: set[str] = set()
    for name in names:
        parts = [part.lower() for part in _NAME_BREAKS.split(name) if len(part) >= SHORTEST_NAME]
        if _is_somebody(parts):
            plain |= {part for part in parts if part.isalpha() and part in PLAIN_WORDS}
    return {form for word in plain for form in (word.capitalize(), word.upper())}


def _is_somebody(parts: Iterable[str]) -> bool:
    """Say whether words may name somebody: not all of them are of medicine alone."""
    return any(
        part not in clinical_words() or part in name_neighbours() or part in GIVEN_TOO for part in parts
    )


def number_tails(phrases: Iterable[str]) -> set[str]:
    """Return the last digits of long numbers, and those behind letters, by which people call them."""
    values = (value.strip() for text in phrases for value in text.split("\\"))
    signs = ("".join(filter(str.isalnum, value)) for value in values if _is_number(value))
    digits = ("".join(filter(str.isdecimal, value)) for value in signs if len(value) > TAIL)
    return {number[-TAIL:] for number in digits if len(number) >= TAIL}


def _regrouped(whole: str) -> set[str]:
    """Return a number of two groups and more without its letters, its last group padded as others do: DE4218-736 is
    4218-0736 as well."""
    *first, last = _DIGITS.findall(whole) or [""]
    if not first or len(last) > LONGEST_LAST or _SEPARATED.search(whole):
        return set()
    bare, front = last.lstrip("0"), "-".join(first)
    if not bare or len(front) + len(bare) < SHORTEST_REGROUPED:
        return set()
    widths = range(len(bare), LONGEST_LAST + 1)
    return {f"{front}-{bare:0>{width}}" for width in widths} - {whole}


def regrouped_numbers(phrases: Iterable[str]) -> set[str]:
    """Return numbers of two groups and more with the last one padded as others do."""
    values = (value.strip() for text in phrases for value in text.split("\\"))
    return {way for value in values if _is_number(value) for way in _regrouped(value)}


def phrase_parts(phrases: Iterable[str]) -> set[str]:
    """Return identifiers, addresses and the like as they stand, and their telling words.

    What is a short clinical word, or a number without a letter of fewer than four digits, is not searched for.
    """
    parts: set[str] = set()
    for text in phrases:
        for value in text.split("\\"):
            whole = value.strip()
            words = WORD_BREAKS.split(whole)
            described = bool(_SMALL_WORD.search(whole)) and any(map(_describes, map(str.lower, words)))
            telling = {
                word
                for word in words
                if _is_telling(word) and not (described and may_stay(word, abroad=True))
            }
            if (
                len(whole) >= SHORTEST_PHRASE
                and whole.lower() not in clinical_words()
                and (_is_number(whole) or not _is_told(words, telling))
            ):
                parts.add(whole)
            parts |= telling | _called(words)
    return parts


def _called(words: list[str]) -> set[str]:
    """Return what an organisation is called before the word for what it is, where that is two ordinary words or more
    (`Pine Ridge` of a hospital), not all of them of medicine alone."""
    lows = [word.lower() for word in words if word]
    stop = next((n for n, low in enumerate(lows) if low in _WHAT_IT_IS), 0)
    named = [n for n in range(stop) if lows[n] not in ORGANISATION_WORDS and lows[n] not in PLAIN_WORDS]
    return {" ".join(filter(None, words[:stop]))} if stop > 1 and len(named) > 1 else set()


def _is_number(whole: str) -> bool:
    """Say whether an identifier is a number, whatever letters it begins with (`RAD-17384-0405`)."""
    return not any(map(str.isspace, whole)) and sum(map(str.isdigit, whole)) >= SHORTEST_NUMBER


def _is_told(words: list[str], telling: set[str]) -> bool:
    """Say whether an identifier need not be searched for whole: it describes, or all that is left of it are codes."""
    if any(len(word) > SHORTEST_NAME and _describes(word.lower()) for word in words):
        return True
    rest = [word for word in words if word not in telling]
    named = bool(telling and rest) and all(map(str.isalpha, telling))
    return named and all(len(word) < SHORTEST_PHRASE for word in rest)


def _describes(word: str) -> bool:
    """Say whether a word is about medicine and no part of the name of an organisation or place."""
    return word in clinical_words() and word not in ORGANISATION_WORDS


def _is_telling(word: str) -> bool:
    """Say whether a single word of an identifier gives it away."""
    if len(word) < SHORTEST_WORD or word.lower() in clinical_words():
        return False
    return not (word.islower() and may_stay(word))


def sorted_known(
    values: Iterable[str],
) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return values of a subject, of whatever kind, as names, other phrases and dates (YYYYMMDD).

    A name is what is written as one, or a few words of letters that medicine does not know.
    """
    names, phrases, dates = set[str](), set[str](), set[str]()
    for value in values:
        text = value.strip(" \0")
        digits = re.sub(r"[-/.: ]", "", text)[:8]
        if is_day(digits):
            dates.add(digits)
            continue
        words = [word for word in _NAME_BREAKS.split(text) if word]
        plain = [word for word in words if word.lower() in clinical_words()]
        marked = ("^" in text or "=" in text) and not _SENTENCE_MARK.search(text)
        a_name = len(words) <= SURELY_A_NAME or (
            len(words) <= MOST_NAME_WORDS and len(plain) <= len(words) // 2
        )
        if (marked and a_name) or (not any(c.isdigit() for c in text) and len(words) <= 4 and not plain):
            names.add(text)
        else:
            phrases.add(text)
    return frozenset(names), frozenset(phrases), frozenset(dates)
