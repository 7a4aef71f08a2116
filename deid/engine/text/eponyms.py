"""Diseases, signs and views that carry the name of somebody long known: in them a surname stays."""

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources

from deid.engine.text.flat import folded
from deid.engine.text.names import is_named

_WORD = re.compile(r"[^\W\d_]+")
LONGEST_ABBREVIATION = 4
# What only things that are called after somebody are. Diseases that anybody may have stand in the list with their names:
# before *lymphoma* or *aneurysm* may be the name of a patient.
_CALLED_AFTER = re.compile(
    r"(?<![^\W_])(?<!Dr )(?<!Dr\. )(?<!Mr )(?<!Mr\. )(?<!Mrs )(?<!Ms )(?<!by )(?<!, )"
    r"(?P<name>[A-ZÀ-Þ][a-zß-ÿ]+(?:-[A-ZÀ-Þ][a-zß-ÿ]+){0,3})"
    r"(?:['’]s)? (?=(?:syndrom(?:e|en)?|criteria|classification|phenomenon|triad|reflex|transform|equation|coefficient|"
    r"signs?|views?|projections?|angles?|index|indices|ratio|scores?|scale|maneuver|manoeuvre|procedure|operation|method|technique|"
    r"test|glands?|nodes?|ligaments?|canal|foramen|tubercle|spaces?|fat pad|"
    r"(?:grade|type|class|stage) (?:[IVX]+|\d)[a-dA-D]?(?! (?:diabet|dm|resp|reaction)))"
    r"(?![^\W_]))"
)
# What a patient's name stands before in a short description as well (Krumwald test): there a sentence must say it.
_OF_ANYBODY = re.compile(
    r"(?:tests?|views?|projections?|procedure|operation|method|technique|scores?|scale|index|indices|ratio|nodes?|spaces?)"
    r"(?![^\W_])(?P<said> ?[=:<>(]| (?:of|was|were|is|are|shows?|positive|negative|measur\w+|with|to|from|for|at|in|on|between|"
    r"and|or|using|\d))?"
)
_SAID_BEFORE = re.compile(
    r"(?<![^\W_])(?:the|an?|by|using|per|of|via|and|or|to|on|for|in|with|modified|positive|negative|standard) $",
    re.IGNORECASE,
)
# The same in other languages, before or behind the name, which must be one that a listed disease or sign has.
_DISEASES_TEXT = """
maladie malattia morbo morbus enfermedad doença ziekte choroba choroby nemoc nemoci boala bolest bolezen sjukdom sykdom sygdom
tauti taudin hastalığı betegség kór krankheit syndroom syndromet síndrome sindrome sindromul sindromu sendromu zespół zespołu
oireyhtymä szindróma syndrom syndrome thyreoiditis tiroidite tiroiditis tiroidită tiroiditi thyroïdite inseln
"""
_OTHERS_TEXT = """
fraktur frakturen fractura fratura frattura fractuur fractură złamanie zlomenina murtuma törés kırığı zeichen signe signo segno
znak teste skala escala scala échelle klassifikation classificação clasificación classificazione criterios critères
"""
_DISEASE_WORDS, _OTHER_WORDS = frozenset(_DISEASES_TEXT.split()), frozenset(_OTHERS_TEXT.split())
_KIND_WORDS = _DISEASE_WORDS | _OTHER_WORDS
_KINDS = f"(?:(?P<disease>(?i:{'|'.join(sorted(_DISEASE_WORDS))}))|(?i:{'|'.join(sorted(_OTHER_WORDS))}))"
_OF = r"(?: (?:de|di|do|da|del|du|van|von)(?: la)?)?[ -]|(?:(?<= )d['’])"
_NAME = r"[A-ZÀ-Þ\u0100-\u017f][^\W\d_A-Z]{3,}(?:[-–][A-ZÀ-Þ\u0100-\u017f][^\W\d_A-Z]{3,}){0,3}"
_BEHIND_KINDS = re.compile(rf"(?<![^\W_]){_KINDS}(?:{_OF})(?P<name>{_NAME})(?![^\W_])")
_BEFORE_KINDS = re.compile(rf"(?<![^\W_])(?P<name>{_NAME})(?:[ -]{_KINDS})(?![^\W_])")
# Endings that a name has there: Crohnova, Parkinsonin, Sjögrena, Leśniowskiego.
_CASES = ("", "s", "in", "n", "a", "u", "ova", "ov", "ovo", "ovy", "ego", "ho", "e", "ove", "ina", "en")
SHORTEST_NAMESAKE = 5


@lru_cache(maxsize=1)
def _namesakes() -> frozenset[str]:
    """Return the names without accents that something listed is called after."""
    names = {first if first != "morbus" else second for first, second, *_rest in map(str.split, eponyms())}
    return frozenset(low for name in names if len(low := folded(name)) >= SHORTEST_NAMESAKE)


def _is_called_after(found: re.Match[str]) -> bool:
    """Say whether every part of a name with its ending is one that something is called after, which anybody may have who is
    not said to give a disease its name."""
    return all(
        any(
            low[: len(low) - len(end)] in _namesakes() and (found["disease"] or not is_named(low))
            for end in _CASES
            if low.endswith(end)
        )
        for low in (folded(part).lower() for part in re.split("[-–]", found["name"]))
    )


@lru_cache(maxsize=1)
def eponyms() -> tuple[str, ...]:
    """Return the phrases in lower case, each of two words or more."""
    data = resources.files("deid.engine").joinpath("data")
    texts = (data.joinpath(name).read_text("utf-8") for name in ("eponyms.txt", "diagnosis_eponyms.txt"))
    return tuple(sorted({phrase for text in texts for phrase in text.splitlines()}))


@lru_cache(maxsize=1)
def _by_first_word() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for phrase in eponyms():
        found.setdefault(phrase.split()[0], []).append(phrase)
    return found


@lru_cache(maxsize=1024)
def _beginning_with(first: str) -> re.Pattern[str] | None:
    """Return what finds the phrases that begin with a word in lower case, also with a genitive or a hyphen in them; compiled
    when first met, since all of them together take longer than a file does."""
    phrases = [
        phrase for word in {first, first.removesuffix("s")} for phrase in _by_first_word().get(word, ())
    ]
    phrases.sort(key=len, reverse=True)
    ways = (r"(?:['’]s|s)?\.?[ -]".join(map(re.escape, phrase.split())) + r"\b" for phrase in phrases)
    return re.compile("|".join(ways), re.IGNORECASE) if phrases else None


def is_namesake(low: str) -> bool:
    """Say whether a disease or a sign is called after somebody of that name, which alone is a surname: Hashimoto."""
    return low in _by_first_word() and len(low) > LONGEST_ABBREVIATION


def _is_said(found: re.Match[str]) -> bool:
    """Say whether something is called after somebody, rather than a patient's name beside what was done."""
    text = found.string
    other = _OF_ANYBODY.match(text, found.end())
    return not other or bool(other["said"]) or bool(_SAID_BEFORE.search(text, 0, found.start()))


def eponym_at(text: str, place: int) -> bool:
    """Say whether such a phrase begins at *place*."""
    called = _CALLED_AFTER.match(text, place)
    if called and _is_said(called):
        return True
    word = _WORD.match(text, place)
    found = _beginning_with(word.group().lower()) if word else None
    return found is not None and found.match(text, place) is not None


def eponym_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where such phrases stand, and names of whatever else is called after somebody."""
    yield from (found.span("name") for found in _CALLED_AFTER.finditer(text) if _is_said(found))
    elsewhere = False
    for word in _WORD.finditer(text):
        low = word.group().lower()
        elsewhere = elsewhere or low in _KIND_WORDS
        found = _beginning_with(low)
        phrase = found.match(text, word.start()) if found else None
        if phrase and not _names_somebody(phrase.group()):
            yield phrase.span()
    for way in (_BEHIND_KINDS, _BEFORE_KINDS) if elsewhere else ():
        yield from (named.span() for named in way.finditer(text) if _is_called_after(named))


def _names_somebody(phrase: str) -> bool:
    """Say whether a phrase is written as a surname and what it has: RASMUSSEN aneurysm."""
    first, *others = _WORD.findall(phrase)
    return len(first) > LONGEST_ABBREVIATION and first.isupper() and any(map(str.islower, others))
