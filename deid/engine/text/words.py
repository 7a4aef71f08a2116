"""Which words may stay in cleaned text: clinical and technical ones, everyday words around them, short codes.

Everything else in letters may be somebody's name and goes (an allow-list, so that a name nobody knew is no exception).
"""

import re
from functools import lru_cache
from importlib import resources

from deid.engine.text.abbreviations import ISOTOPES, is_abbreviation
from deid.engine.text.flat import folded
from deid.engine.text.lists import shipped as _shipped
from deid.engine.text.medical import is_compound, sounds_medical
from deid.engine.text.scripts import VIETNAMESE, is_script_word, other_script_words
from deid.engine.text.variants import is_abbreviated, is_variant, made_names

# Stands in a text for what went.
GONE = "\x00"
SHORT = 3
LONGEST_CODE = 6
LONGEST_BESIDE_DIGITS = 4
SHORTEST_INFLECTED = 9
# Of adjectives, nouns and verbs in German, French, Spanish, Italian, Dutch and Portuguese.
ENDINGS = ("e", "er", "en", "em", "es", "n", "s", "a", "as", "o", "os", "i")
_LETTERS = re.compile(r"[^\W\d_]+")
# Segments, grades and stages with a small letter (IVa), which are no names in this writing.
_GRADE = re.compile(r"(?:I{1,3}|IV|VI{0,3})[a-d]")
_CAMEL = re.compile(r"[A-ZÀ-Þ]?[a-zß-ÿ]+|[A-ZÀ-Þ]+(?![a-zß-ÿ])")
_BRITISH = re.compile(
    r"(?<=h)ae(?=m)|ae(?=mi[ac]|mat|sth)|(?<=p)ae(?=d)|(?<=gyn)ae|(?<=c)ae(?=c|sar)|(?<=f)ae(?=c)|(?<=f)oe(?=t)|(?<=rrh)oe|"
    r"(?<=pn)oe|oe(?=dem|soph|str)|(?<=c)oe(?=li)|^ae(?=tiol)|(?<=hom)oe|(?<=man)oe(?=u)|"
    r"our(?=$|s$|ed$)|is(?=e$|es$|ed$|ing$|ation$|ations$)|yse(?=$|d$)|(?<=cent)re$|(?<=calib)re$|(?<=lit)re$|(?<=met)re$|(?<=fib)re$"
)
_AMERICAN = {"ae": "e", "oe": "e", "our": "or", "is": "iz", "yse": "yze", "re": "er"}
_VOWELS = frozenset("aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüý")
_PREFIX = re.compile(
    r"(?:abdomino|aorto|arterio|auto|bi|cardio|centri|cephalo|cerebro|cervico|chole|contra|costo|cranio|cysto|dorso|endo|"
    r"entero|extra|femoro|fibro|gastro|gleno|hepato|hydro|hyper|hypo|ileo|ilio|infra|inter|intra|juxta|latero|lumbo|"
    r"macro|mammo|medio|micro|mini|multi|musculo|myo|naso|nephro|neuro|non|oro|osteo|pan|para|patello|peri|pleuro|pneumo|"
    r"poly|post|pre|pseudo|pyelo|quadri|radio|recto|retro|sacro|semi|spino|sterno|sub|supra|temporo|thoraco|tibio|trans|"
    r"tri|ultra|uretero|uro|utero|vascular|veno|ventriculo|vertebro|vesico)-?(?P<rest>[a-z]{4,})"
)


# English words have none of these, so that a name that has one is no English word without it.
_NOT_ENGLISH = re.compile("[ćčśšźžżłńňőűşţțșğıřůěđøåĆČŚŠŹŽŻŁŃŇŐŰŞŢȚȘĞİŘŮĚĐØÅ]")
# Everyday words, techniques and dummies: as parts of person names they say nothing and are not searched
# for, or a phantom's "CT^HEAD" would empty every header.
PLAIN_WORDS = _shipped("plain_words.txt")


@lru_cache(maxsize=1)
def clinical_words() -> frozenset[str]:
    """Return the words of DICOM's dictionaries and coded concepts, with devices, techniques, drugs, diseases and the
    plain ones, in English and some of other languages.

    They are no reason to take a word for a name, but a person who is named so is still searched for.
    """
    shipped = (
        "vocabulary.txt", "technical_words.txt", "foreign_words.txt", "drug_words.txt", "diagnosis_words.txt", "term_words.txt",
    )  # fmt: skip
    return PLAIN_WORDS.union(*map(_shipped, shipped), other_script_words()) - _shipped("names_too.txt")


@lru_cache(maxsize=1)
def everyday_words() -> frozenset[str]:
    """Return the words of English that are no reason to take a word for a name."""
    return _shipped("english_words.txt") | _shipped("rarer_words.txt")


# Words of a few letters that no English text and no name has: what they stand in is in another language.
_FUNCTION_TEXT = "und mit ist dem ohne bei nicht une dans avec sans che nel een het niet bij uma não"
FUNCTION_WORDS = frozenset(_FUNCTION_TEXT.split())


@lru_cache(maxsize=1)
def german_words() -> frozenset[str]:
    """Return ordinary words of German, without accents, that are nobody's name; nouns have a capital anywhere."""
    return _shipped("german_words.txt")


@lru_cache(maxsize=1)
def other_words() -> frozenset[str]:
    """Return ordinary words of other languages, without accents, that have a capital only where a sentence begins."""
    return _shipped("western_words.txt") | _shipped("other_words.txt")


# Words of English, and a unit, that are in no list of words because they are names.
_SMALL_TEXT = "my way man oh guy sun joy lay eve gay ham ash favourite defence ng"
ENGLISH_WRITTEN_SMALL = frozenset(_SMALL_TEXT.split())


@lru_cache(maxsize=1)
def words_written_small() -> frozenset[str]:
    """Return ordinary words, without accents, that are somebody's name with a capital."""
    return ENGLISH_WRITTEN_SMALL.union(
        *(_shipped(f"{name}_words_written_small.txt") for name in ("german", "western", "other"))
    )


@lru_cache(maxsize=1)
def name_words() -> frozenset[str]:
    """Return names that are words as well, common ones and those of people and towns that are rare words: with a capital
    they are taken for names."""
    return _shipped("name_words.txt") | _shipped("names_too.txt")


@lru_cache(maxsize=1)
def name_neighbours() -> frozenset[str]:
    """Return names that are words or abbreviations as well, and stay where no other part of a name stands beside them."""
    return _shipped("name_neighbours.txt")


@lru_cache(maxsize=1)
def coded_meanings() -> frozenset[str]:
    """Return meanings of coded concepts that stay whole, though a word in them is also a name or odd."""
    text = resources.files("deid.engine").joinpath("data/coded_meanings.txt").read_text("utf-8")
    return frozenset(text.splitlines())


def is_clinical(word: str) -> bool:
    """Say whether every part of a word is one of medicine; a letter with a number or a hyphen counts as one."""
    numbered = any(map(str.isdigit, word))
    parts = _LETTERS.findall(word)
    lettered = numbered or ("-" in word and max(map(len, parts), default=0) > 1)  # T2, G-tube
    return bool(parts) and all(
        (lettered and len(part) == 1) or folded(part).lower() in clinical_words() for part in parts
    )


def is_medical(word: str) -> bool:
    """Say whether a word is one of medicine, known or by the way it is made."""
    low = folded(word).lower()
    return is_clinical(word) or sounds_medical(low) or is_compound(low)


def _is_word(low: str) -> bool:
    return low in clinical_words() or low in everyday_words()


def is_form(low: str) -> bool:
    """Say whether a long word is another form of a known one: an ending less, or another vowel at its end."""
    if len(low) < SHORTEST_INFLECTED:
        return False
    stems = {low[: -len(ending)] for ending in ENDINGS if low.endswith(ending)}
    return any(
        _is_word(form) or form in german_words() or form in other_words()
        for stem in stems
        for form in (stem, stem + "e", stem + "o")
    )


@lru_cache(maxsize=1)
def _telling_of_language() -> frozenset[str]:
    """Return words of medicine in other languages that English does not have."""
    english = _shipped("vocabulary.txt") | _shipped("technical_words.txt") | everyday_words() | PLAIN_WORDS
    return frozenset(word for word in _shipped("foreign_words.txt") - english if len(word) > SHORT)


@lru_cache(maxsize=65536)
def is_foreign(word: str) -> bool:
    """Say whether a word is one of another language and none of English."""
    low = folded(word).lower()
    if low in _telling_of_language() or (word.islower() and low in FUNCTION_WORDS):
        return True
    small = word.islower() and low in words_written_small()
    return not _is_word(low) and (small or low in german_words() or low in other_words())


def _parts(word: str, *, beside_digits: bool) -> list[str]:
    """Return the words that are written as one, by their capitals or behind the D of 2D."""
    if beside_digits and word[0] in "Dd":
        return [word[1:]]
    parts = _CAMEL.findall(word)
    return parts if len(parts) > 1 and sum(map(len, parts)) == len(word) else []


@lru_cache(maxsize=65536)
def may_stay(word: str, *, beside_digits: bool = False, abroad: bool = False, begins: bool = True) -> bool:
    """Say whether a run of letters may stay in cleaned text; *beside_digits* means that it is part of a code, *abroad* that
    the text is in another language than English, whose ordinary words then stay with a capital too, in most languages only
    where a sentence *begins*."""
    if not word.isascii() and (VIETNAMESE.search(word) or is_script_word(word)):
        return is_script_word(word)
    low = folded(word).lower()
    english = word.isascii() or not _NOT_ENGLISH.search(word)
    known = low in clinical_words() and (english or low in _shipped("foreign_words.txt"))
    if known or is_abbreviation(word) or _GRADE.fullmatch(word) or (beside_digits and low in ISOTOPES):
        return True
    american = _BRITISH.sub(lambda found: _AMERICAN[found.group()], low)
    if (
        american != low
        and len(low) > LONGEST_CODE - 1
        and american not in name_words()
        and _is_word(american)
    ):
        return True
    if low in name_words():
        return word.islower() and (low in everyday_words() or low in words_written_small())
    if english and (low in everyday_words() or _is_plural(low)):
        return True
    small = word.islower()
    if sounds_medical(low) or is_compound(low) or (english and (abroad or small) and low in german_words()):
        return True
    if (small or (abroad and begins)) and low in other_words():
        return True
    if small and (
        low in words_written_small() or (is_form(low) and low not in _shipped("inflected_names.txt"))
    ):
        return True
    if not low.isascii():
        return is_script_word(word)
    odd = not (abroad and begins) and _is_odd(low)
    named = word.istitle() and (not word.isascii() or odd or low in _shipped("short_names.txt"))
    if (len(low) <= SHORT and not named) or (beside_digits and len(low) <= LONGEST_BESIDE_DIGITS):
        return True
    if len(low) <= LONGEST_CODE and not _VOWELS.intersection(low):
        return True
    parts = _parts(word, beside_digits=beside_digits)
    if parts:
        return all(map(_may_be_part, parts))
    return is_variant(low) or _has_prefix(low)


def _has_prefix(low: str) -> bool:
    """Say whether a word in lower case is a known one behind a prefix of medicine, and nobody's name."""
    joined = None if low in made_names() else _PREFIX.fullmatch(low)
    rest = joined["rest"] if joined else ""
    return rest in clinical_words() or (len(rest) >= LONGEST_CODE and rest in everyday_words())


def _is_plural(low: str) -> bool:
    """Say whether a word in lower case is a clinical one with an s, and nobody's name."""
    return low.endswith("s") and low[:-1] in clinical_words() and low not in made_names()


def is_derived(low: str) -> bool:
    """Say whether a word in lower case is the plural of a clinical one, or a known one behind a prefix of medicine."""
    return _is_plural(low) or _has_prefix(low)


def _is_odd(low: str) -> bool:
    """Say whether three letters are an abbreviation of nothing that is known, as names are with a capital (Gul)."""
    return len(low) == SHORT and not (is_abbreviated(low) or _VOWELS.isdisjoint(low))


def _may_be_part(part: str) -> bool:
    """Say whether a word that another is joined to, each with a capital, may stay."""
    return may_stay(part) or (1 < len(part) <= SHORT and part.lower() not in _shipped("short_names.txt"))


def may_be_partner(word: str) -> bool:
    """Say whether a word with a capital may be part of the name beside it; one of few letters in capitals abbreviates."""
    if not word[0].isupper() or (word.isupper() and len(word) <= SHORT):
        return False
    return folded(word).lower() in name_neighbours()


@lru_cache(maxsize=16384)
def is_code_word(word: str) -> bool:
    """Say whether a run of letters may stay in a coded value, where terms are often two words in one."""
    if may_stay(word):
        return True
    low = word.lower()
    halves = range(SHORT + 1, len(low) - SHORT)
    return any(low[:n] in clinical_words() and low[n:] in clinical_words() for n in halves)
