"""Find what looks like a person or an organisation without knowing it before.

Numbers, addresses, dates and UIDs are no matter of this module: they are found before.
"""

import re
from functools import lru_cache, partial

from deid.engine.text.abroad import WORD, has_sentences, is_abroad
from deid.engine.text.cues import ALONE_BEHIND, without_cued_people
from deid.engine.text.eponyms import eponym_at, eponym_spans, is_namesake
from deid.engine.text.flat import folded
from deid.engine.text.languages import is_only_english, is_strange
from deid.engine.text.names import BODY_BEHIND_LABELS, may_name
from deid.engine.text.numbers import without_likely_numbers, without_lone_numbers, without_old_ages
from deid.engine.text.organisations import without_organisations
from deid.engine.text.partners import without_partners
from deid.engine.text.people import without_acting_people
from deid.engine.text.scripts import VIETNAMESE, is_other_script, is_plainly_small, known_terms
from deid.engine.text.spotting import Spotted
from deid.engine.text.things import thing_spans
from deid.engine.text.words import (
    GONE,
    SHORT,
    is_clinical,
    is_foreign,
    may_stay,
)

# Whoever writes words so writes names so: a long word written small among them is none, but behind what tells of people.
_SHORTEST_SMALL = 6
_BEFORE_PEOPLE = re.compile(
    r"(?<![^\W_])(?:by|per|dr|mr|mrs|ms|prof|nurse|call(?:ed)?|paged|tech|technologist|von|durch|door|par|por|przez|"
    r"sign(?:ed)?|patient|pt|name|mme|mlle|hr|sra?|sig(?:\.?ra)?|dott(?:\.?ssa)?|dhr|mevr(?:ouw)?|señora?|signora?|senhora?|"
    r"monsieur|madame|rouva|herra|sayın|pan[ií]|vs|solicita|(?:vidiert|remittent|[öo]verweiser|aanvrager|arts|läkare|lekarz|"
    r"l[ée]ka[rř]|raporlayan|doktor|hekim|lääkäri|lausunut|radiolog[eao]?|radiologue|radioloog|médico|medico|médecin|patiente?|"
    r"patiënt|pacjent(?:ka)?|pacient(?:ka|e)?|paciente|paziente|doente|hasta|potilas|beteg|nom|nombre|nome|namn|reader|"
    r"investigator)(?=[.:])|врач|доктор|д-р|пациент(?:ка)?|больн(?:ой|ая)|лікар|пацієнт(?:ка)?|хвор(?:ий|а)|лікаря|врачом|"
    r"мать|отец|сын|дочь|муж|жена|брат|сестра|мати|батько|син|донька|чоловік|дружина|"
    r"ασθενής|ιατρός|γιατρός|δρ|κ|κα|κύριος|κυρία|μητέρα|πατέρας|γιος|κόρη|σύζυγος|αδελφός|αδελφή)[.:]?\s+$",
    re.IGNORECASE,
)
# What capitals of other scripts look like in Latin-1.
_MISREAD = frozenset("×÷ªº¹¥¦§¨©«¬®¯°±²³´µ¶·¸»¼½¾¿¡¢£¤")
# What stands before the first word of a sentence.
_BEGINNING = re.compile(r"^[\W\d_]{0,3}$|[.:!?;•\n\r*][\W_]*$|[\n(/]$")
_ALONE_BEHIND = re.compile(ALONE_BEHIND)
_DIGIT = re.compile(r"\d")
# Postal codes beside a town that went.
_POSTAL_TEXT = r"\d{5}(?:-\d{3,4})?|\d{6}|\d{3} \d\d|\d\d-\d{3}"
_POSTAL = re.compile(
    rf"(?<![\w.,/-])(?<!PSMA )(?:[A-Z]{{1,2}}-)?"
    rf"(?:{_POSTAL_TEXT}|(?!19|20)\d{{4}}|\d{{4}} ?[A-Z]{{2}}|\d{{4}}-\d{{3}}),? +(?={GONE})"
    rf"|(?<={GONE}),? +(?:[A-Z]{{2,3}} )?(?:{_POSTAL_TEXT}|[A-Z]\d[A-Z] ?\d[A-Z]\d)(?![^\W_]|\.\d)"
    rf"|(?<={GONE}),? +(?:[A-Z]{{2,3}} )?(?!19|20)\d{{4}}(?=\s*(?:$|[,;)\n]|\.(?!\d)))"
)
# The number of whoever went, joined to the name.
_NUMBERED = Spotted(rf"(?<={GONE})[_;|^.#-]*\d{{5,}}(?![^\W_])|(?<![^\W_])\d{{5,}}[_;|^.#-]*(?={GONE})")
# Who dictated and who typed, by initials and the name that they are of.
_TYPED = re.compile(
    r"(?<![^\W_])(?P<initials>[A-ZÀ-Þ]{1,3})/(?P<name>[^\W\d_]{2,}(?:[-'’ ][^\W\d_]+)?)(?=\s*(?:$|[\n,;.]))"
)
_TYPED_BY = re.compile(
    r"(?i:dictated|transcribed|typed|signed|reported|read|verified|author|entered)(?: by)?\W*$"
)
# Who wrote, between whom it is about and the day.
_WRITER = re.compile(rf"(?<={GONE}/)[a-z]{{3,8}}(?=/[\s\d\U000f0000-\U000ffffd])")
# Initials and a day behind a name that went, or the day alone in brackets.
_WRITTEN_ON = re.compile(
    rf"(?:(?<={GONE}/)|(?<={GONE} /))[A-Z]{{2,3}}/(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])(?![\w/])"
    rf"|(?<=\()(?:{GONE}[ ,]*)+(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])(?=\))"
)
# A second name beside one that went, behind what tells of people: "Radiographer … May,", "seen by … and Field."
_SECOND = Spotted(
    r"(?P<kept>(?<![^\W_])(?:(?i:dr|mr|mrs|ms|prof|nurse|rn|radiographer|radiologist|technologist|tech|physicist|locum|consultant|"
    rf"sonographer|dentist|vet|by|cc)[.:]?[ ,]+(?:{GONE} ?)+(?: ?and )?))(?P<name>[A-ZÀ-Þ][a-zß-ÿ]+)(?![\w'’-])"
)
# The rest of a town written with hyphens.
_HYPHENED = re.compile(
    rf"{GONE}(?:-(?i:les?|la|sur|près|en|sous|aux|am|an|der|bei|im|ob|upon|on|by|in|le|under|[a-z]{{2,5}}ains|{GONE}))+(?![^\W_])"
)
# Small words that begin a surname, in Dutch nothing else.
_WITH_PARTICLES = Spotted(r"(?<![^\W_])[Vv]an de[rn] [A-ZÀ-Þ][\w'’-]+")
_PARTICLES = Spotted(
    rf"(?<![^\W_])(?i:van(?: ?['’]t| de[nr]?| het)?|von (?:de[mnr]|und zu)|te[nr]) (?={GONE})"
)
# Initials beside a name that went, in Latin, Greek or Cyrillic.
_INITIAL = "[A-ZÀ-ÞΑ-ΩА-ЯЁІЇЄ]"
# Grades have Roman numbers, not initials: "type I. Dr".
_NO_GRADE = "".join(
    rf"(?<!\b{word[0].upper()}{word[1:]} )(?<!\b{word} )"
    for word in ("type", "grade", "class", "stage", "phase", "level", "typ", "grad", "category")
)
_IS_INITIAL = re.compile(_INITIAL)
# Of µm and β-blocker, and a preposition; digits that are raised, lowered or parts of fractions, few enough for no number.
_IS_SIGN = re.compile("[µα-ωа-яёіїє]|[²³¹¼-¾⁰⁴-⁹₀-₉⅐-⅞]{1,2}")
_INITIALS = re.compile(
    rf"(?:(?<![^\W_])(?<!\+){_NO_GRADE}(?!(?<=[^\W_]_)[LR][ _]){_INITIAL}\.? *)+{GONE}"
    rf"|{GONE}(?:[ ,^]+(?:{_INITIAL}\.)+(?!\w)|[,^] *{_INITIAL}(?![^\W_]|/|\.\w)|\^{_INITIAL}(?![^\W_]))+"
)
# Initials that a word announces.
_ANNOUNCED = Spotted(
    r"(?<![^\W_])(?i:initial(?:s|en)|iniciales|initiales)\b\s*[:=]?\s*(?:[A-ZÀ-Þ]\.?[ -]?){1,4}(?![^\W_])"
)


def _has_capitals(text: str) -> bool:
    """Say whether a text has a word with one capital that is too long for an abbreviation."""
    return any(len(word) > SHORT and word.istitle() for word in WORD.findall(text))


def _parts(word: str) -> list[str]:
    """Return the parts of a word with apostrophes, without the letter behind the last one (a genitive)."""
    parts = word.replace("’", "'").split("'")
    if len(parts) > 1 and len(parts[-1]) == 1:
        parts.pop()
    return parts


@lru_cache(maxsize=65536)
def _stays_anywhere(word: str) -> bool:
    """Say whether a word stays whatever stands around it; nearly all words do, so remembered."""
    parts = _parts(word)
    if is_other_script(word) or (word.istitle() and any(map(is_only_english, parts))):
        return False
    if any(map(is_strange, parts)):
        return False
    return all(may_stay(part, beside_digits=digits) for part in parts for digits in (False, True))


def _is_joined(match: re.Match[str]) -> bool:
    """Say whether a word is joined by an underscore: the words of a file's name are no sentence."""
    text = match.string
    return "_" in text[max(0, match.start() - 1) : match.start()] + text[match.end() : match.end() + 1]


def _judged(match: re.Match[str], *, capitals: bool) -> str:
    """Return a word that may stay; nothing for one that may be somebody's name. *capitals* says that the text was written with
    them."""
    word, text = match.group(), match.string
    if _stays_anywhere(word):
        return word
    start, end = match.span()
    if is_other_script(word):
        small = text[start - 1 : start] != "-" and is_plainly_small(word, capitals=capitals)
        if small and not _BEFORE_PEOPLE.search(text, max(0, start - 16), start):
            return word
        beside = (
            text[max(0, start - 1) : start] + text[end : end + 1]
        )  # names misread as Latin-1 are full of signs
        if (_IS_SIGN.fullmatch(word) and beside.isascii()) or _IS_INITIAL.fullmatch(word):
            return word
        return known_terms(word, GONE)
    digits = text[max(0, start - 1) : start].isdecimal() or text[end : end + 1].isdecimal()
    parts = _parts(word)
    if all(may_stay(part, beside_digits=digits) for part in parts):
        if word.istitle():
            return GONE if any(map(is_only_english, parts)) and is_abroad(text) else word
        strange = word.islower() and any(map(is_strange, parts))
        return GONE if strange and not is_abroad(text) else word
    foreign = any(map(is_foreign, parts))
    if (foreign or len(word) <= SHORT) and is_abroad(text):
        begins = text.isupper() or bool(_BEGINNING.search(text[max(0, start - 4) : start]))
        stays = (may_stay(part, beside_digits=digits, abroad=True, begins=begins) for part in parts)
        if all(stays):
            return word
        if foreign:
            return GONE
    # Who writes Vietnamese names writes them with a capital, however short; a word of another character set than the file says
    # has hardly a letter that is ASCII, or begins behind a sign that was one.
    vietnamese = VIETNAMESE.search(text)
    long = len(word) >= _SHORTEST_SMALL or vietnamese
    misread = text[start - 1 : start] in _MISREAD or sum(map(str.isascii, word)) * 2 < len(word)
    said = (
        word.islower() and long and capitals and not _is_joined(match) and (vietnamese or has_sentences(text))
    )
    if said and not digits and (vietnamese or not misread):
        return GONE if _BEFORE_PEOPLE.search(text, max(0, start - 16), start) else word
    return GONE


def _without_second(match: re.Match[str]) -> str:
    """Return nothing for a surname that is a word, beside people of whom one or the given name went."""
    low = folded(match["name"]).lower()
    named = may_name(low) or low in BODY_BEHIND_LABELS or low == "may" or is_namesake(low)
    ends = _ALONE_BEHIND.match(match.string, match.end())
    return match["kept"] + GONE if named and ends else match.group()


def _without_typist(match: re.Match[str]) -> str:
    """Return nothing for initials and a name that begins or ends with one of them, or that stand where who wrote does."""
    initials, name = folded(match["initials"]).upper(), folded(match["name"]).upper()
    own = name[:1] in (initials[0], initials[-1]) and not is_clinical(match["name"])
    told = _TYPED_BY.search(match.string, max(0, match.start() - 24), match.start())
    return GONE if told or (own and match["name"].islower() and len(initials) > 1) else match.group()


def _without_odd_words(text: str, written: str) -> str:
    """Return *text*, of which more was *written*, without words that may be names, but for those of diseases that carry one."""
    if all(map(_stays_anywhere, WORD.findall(text))):
        return text
    capitals = _has_capitals(written)
    judged = WORD.sub(partial(_judged, capitals=capitals), text)
    spans = [*eponym_spans(text), *thing_spans(text)] if judged != text else []
    if not spans:
        return judged

    def judged_outside(word: re.Match[str]) -> str:
        named_after = any(a <= word.start() < b for a, b in spans)
        return word.group() if named_after else _judged(word, capitals=capitals)

    return WORD.sub(judged_outside, text)


def _without_particles(match: re.Match[str]) -> str:
    """Return nothing for a surname with its small words, unless something is called after it."""
    return match.group() if eponym_at(match.string, match.start()) else GONE


def _without_people(text: str) -> str:
    """Return *text* without words that may be names, and without the initials beside them."""
    plain = _WITH_PARTICLES.sub(_without_particles, without_organisations(text))
    plain = without_cued_people(_TYPED.sub(_without_typist, plain) if "/" in plain else plain)
    plain = _ANNOUNCED.sub(GONE, without_acting_people(plain))
    judged = _without_odd_words(plain, text)
    if GONE not in judged:
        return judged
    judged = _SECOND.sub(_without_second, _PARTICLES.sub("", without_partners(judged)))
    judged = _WRITER.sub(lambda found: found.group() if is_clinical(found.group()) else GONE, judged)
    if _DIGIT.search(judged):
        judged = _POSTAL.sub(GONE, _WRITTEN_ON.sub(GONE, _NUMBERED.sub(GONE, judged)))
    if f"{GONE}-" in judged:
        judged = _HYPHENED.sub(GONE, judged)
    return _INITIALS.sub(GONE, judged).replace(GONE, "")


def without_plain(text: str) -> str:
    """Return the *text* of a technical attribute without what may be a name."""
    return _without_people(without_old_ages(without_lone_numbers(text)))


def without_recognised(text: str) -> str:
    """Return free *text* without what looks identifying."""
    return _without_people(without_likely_numbers(without_old_ages(without_lone_numbers(text))))
