"""Find people by what stands beside them: titles, cues, initials and what only people do.

A word that is a name as well is nobody by itself, but somebody there.
"""

import re

from deid.engine.text.eponyms import EPONYM_BEGINS, eponym
from deid.engine.text.flat import folded
from deid.engine.text.medical import is_compound, sounds_medical
from deid.engine.text.words import GONE, is_clinical, name_neighbours, name_words

_WORD = r"[A-ZÀ-Þ](?:[\w'’-]{0,2}\.|[\w'’-]*)"
# What stands behind a name that is whole.
_ALONE = (
    r"(?:and|or|to|on|at|of|with|by|who|was|is|has|had|for|from|in|if|can|could|will|would|did|does|came|visited|called|asked|"
    r"signed|said|says|wants)"
)
ALONE_BEHIND = rf"\s*(?:$|[,.;:()\\\n]|{_ALONE}(?![^\W_]))"
_TITLE = (
    r"(?:[Dd]r|DR\.|[Dd]rs|Mr|MR\.|Mrs|MRS|Ms|MS\.|Miss|[Pp]rof|PROF|Professor|Sra?|[Dd]ra|Herrn?|HERRN?|Hr|Frau|FRAU|Mme|Mlle|"
    r"Sig(?:\.?ra)?|[Dd]ott(?:\.?ssa)?|Dhr|Mevr|Nurse|(?i:señora?|signora?|monsieur|madame|heer|mevrouw|domnul|doamna|gospodin|"
    r"gospođa|senhora?|herra|rouva|sayın)|[Pp]an[ií]?(?! (?:Scan|Body|Pacific)))"
)
_TITLED = re.compile(
    rf"\b(?:{_TITLE}\b\.?[ ^]*)+(?P<first>[A-ZÀ-Þ\u0100-\u017f][\w'’-]+)(?P<rest>(?:[ ^,]+[A-ZÀ-Þ][\w'’-]+){{0,3}})"
)
_PEOPLE = (  # whoever stands behind these is a person, whatever the name
    r"(?:tech|technologist|radiographer|radiologist|physician|doctor|nurse|operator|surname|maiden name|by|with|hi|hello|dear|"
    r"thanks,?|regards,?|known as|brother of|sister of|mother of|father of|carer|caregiver|guardian|pastor|emergency contact|"
    r"beneficiary|belongs? to|officer|partner|translator|interpreter|driver|under (?:the )?care of|"
    r"(?:reader|rater|observer)(?: ?\d)?|w/|d/w|cc|attn|attention|(?:copy|copied|sent|reported?|faxed|handed) to|contact|paged?|"
    r"spoken? (?:to|with)|discussed with|sonographer|(?:patient|pt|neonate|baby|child|son|daughter|wife|husband|behalf) of|"
    r"(?:secrétariat|cabinet|studio) (?:de|di)|sees|per|consultant|registrar|surgeon|an(?:a?e)sthetist|an(?:a?e)sthesiologist|"
    r"oncologist|cardiologist|neurologist|physicist|fellow|(?:sub-?)?investigator|coordinator|"
    r"ref(?:erring)? (?:md|dr|doc|gp|phys(?:ician)?)|ref(?=\W?[:=]))"
)
_RELATIVES = (
    r"(?:sister|brother|mother|father|wife|husband|daughter|son|aunt|uncle|cousin|girlfriend|boyfriend|spouse|grandmother|"
    r"grandfather|nok|next of kin)"
)
_OTHERS = (  # in other languages, too
    r"(?:referring|attending|signed|name|patient|pt|ehefrau|ehemann|tochter|sohn|schwester|bruder|lebensgefährtin?|épouse|"
    r"époux|mari|fille|fils|sœur|soeur|frère|esposa|esposo|marido|hija|hijo|hermana|hermano|moglie|marito|figlia|figlio|sorella|"
    r"fratello|echtgenote|echtgenoot|dochter|zoon|zus|broer|hustrun?|dotter|kone|vaimo|żona|mąż|córka|manželka|manžel|dcera|"
    r"felesége|férje|lánya|soția|soțul|fiica|supruga|suprug|filha|filho)"
)
_CUED = re.compile(
    rf"(?P<cue>(?<![^\W_])(?:(?P<person>(?i:{_PEOPLE}))|(?P<relative>(?i:{_RELATIVES}))|(?i:{_OTHERS}))"
    r"(?:\s*[:=(]\s*|(?:(?<=\b\w\w)|(?<=\b[Tt]ech)|(?<=\b[Aa]ttn)|(?<=\b[Pp]hys))\.\s*|\s+))"
    rf"(?P<names>{_WORD}(?:(?:[ ,^/&]+|\s+and\s+){_WORD}){{0,3}})(?P<alone>(?={ALONE_BEHIND}))?"
)
# Behind a cue and a colon a name is written small as well.
_CUED_SMALL = re.compile(
    r"(?P<cue>(?<![^\W_])(?i:tech|technologist|radiographer|radiologist|operator|ref (?:md|dr|doc|gp|phys)|"
    r"nurse|surname|attn|cc)\s*[:=]\s*)(?P<name>[a-zà-ÿ]{3,})(?![^\W_])"
)
_INITIALLED = re.compile(r"(?<![^\W_])[A-ZÀ-Þ]\. ?(?P<name>[A-ZÀ-Þ](?:[a-zß-ÿ]+|[A-ZÀ-Þ]{2,}))(?![^\W_])")
_BEFORE_INITIAL = re.compile(
    r"(?<![^\W_])(?P<name>[A-ZÀ-Þ][a-zß-ÿ]{2,}),? [A-ZÀ-Þ](?:\.(?: ?[A-ZÀ-Þ]\.)?|(?=\s*$|[;,)]|\s+[a-z]))(?![\w-])"
)
# Who has a degree, and who signed on a date.
_WITH_DEGREE = re.compile(
    r"(?P<names>(?:(?<![^\W_])[A-ZÀ-Þ][\w'’-]+,? ){2})(?=(?:MD|M\.D\.|RN|FRCR|MBBS|PhD)(?![^\W_]))"
)
_ON_A_DATE = re.compile(r"(?<=[\U000f0000-\U000ffffd] \()(?P<name>[A-ZÀ-Þ][\w'’-]+)(?=\))")
# What only people do, and what is done to images and findings as well.
_SAYING = (
    r"(?:asked|asks|phoned|rang|said|says|agree[sd]?|wants?|wanted|told|wrote|stated|states|concurs?|concurred|insists?|"
    r"insisted|denied|denies|aware|forgot|called back|will call)"
)
_DOING = (
    r"(?:called|calls|request(?:s|ed)|reads?|reviewed|reports?|reported|confirm(?:s|ed)|informed|notified|advised|paged|signed|"
    r"dictated|discussed|saw|performed|scanned|injected|attended|verified|thinks|recommends?|recommended)"
)
_ACTING = re.compile(
    rf"(?<![^\W_])(?P<name>[A-ZÀ-Þ][a-zß-ÿ]{{2,}})(?=\s+(?:(?P<saying>{_SAYING})|{_DOING})(?![^\W_]))"
)
_TWO_SMALL = re.compile(
    rf"(?<![^\W_])(?P<given>[a-z]{{3,}}) (?P<name>[a-z]{{3,}})(?=\s+(?:{_SAYING}|{_DOING})(?![^\W_]))"
)
_LETTERS = re.compile(r"[^\W\d_]+")
_SEPARATED = re.compile(r"([ ,^/&]+)")
# Given names that are words of radiology or grammar far more often, but not behind "by" or "with" and with a capital.
GIVEN_TOO = frozenset("art gene mark max miles pat ray rich rod sid will".split())  # noqa: SIM905 - reads best as one
_TWO = re.compile(
    rf"(?<![^\W_])(?P<given>{'|'.join(sorted(map(str.capitalize, GIVEN_TOO)))}) (?P<name>[A-Z][a-z]{{2,}})(?![^\W_])"
)
# A word by itself between commas, or at the end as who signs.
_BY_ITSELF = re.compile(
    r"(?:(?<=[,;/] )|(?<=[A-Za-z]{3}[.!?] ))(?P<name>[A-ZÀ-Þ][a-zß-ÿ]{3,})(?=(?P<between>\s*[,;/])|\.?\s*$)"
)
# Surnames that are words of radiology: somebody's only behind what tells of people.
_SURNAMES_TEXT = """
baker bell black block bond brand bright brown bush butler camp card carrier case cook cross day dean field fine fish fox frame
frost glass gold grant gray green grey hand head high hill holder horn key lamb lane law lead lee light little lock long low
main major mann marks may mill minor moss neck new noble north page park parent parks peak pool post power price reader rich
ring rod root rush sharp shell short silver small snow speed spring star steel stock stone strain strong summer sweet temple
wall walls ward waters weeks west white wild wing winter wise wood woods young
"""
SURNAMES_TOO = frozenset(_SURNAMES_TEXT.split())
_COLOURS_TEXT = "black brown gray green grey long rich short small stone white wood young"
_OFTEN_SURNAMES = frozenset(_COLOURS_TEXT.split())


def without_told_people(text: str) -> str:
    """Return *text* without people whom a title, a cue, an initial or a verb tells."""
    text = _CUED.sub(_without_cued, _TITLED.sub(_without_titled, text))
    text = _CUED_SMALL.sub(_without_cued_small, text)
    text = _ACTING.sub(_without_acting, _TWO.sub(_without_two, text))
    text = _BY_ITSELF.sub(_without_lone, _TWO_SMALL.sub(_without_two_small, text))
    text = _ON_A_DATE.sub(_without_surname, _WITH_DEGREE.sub(_without_graduate, text))
    if "." in text:
        text = _INITIALLED.sub(_without_initialled, text)
    return _BEFORE_INITIAL.sub(_without_initialled, text)


def may_be_given(word: str) -> bool:
    """Say whether a word with a capital is a given name where a surname follows."""
    return not word.isupper() and word.lower() in GIVEN_TOO and word[0].isupper()


def may_be_surname(word: str) -> bool:
    """Say whether a word with a capital is a surname where a given name stands before it and no other word behind."""
    return not word.isupper() and word.lower() in SURNAMES_TOO and word[0].isupper()


def _is_named(low: str) -> bool:
    return low in name_words() or low in name_neighbours()


def _without_initialled(match: re.Match[str]) -> str:
    """Return an initial and what stands beside it, without both where that may be a name."""
    low = folded(match["name"]).lower()
    named = _is_named(low) or low in _OFTEN_SURNAMES or not (is_clinical(low) or sounds_medical(low))
    return GONE if named and not eponym().match(match.string, match.start("name")) else match.group()


def _without_acting(match: re.Match[str]) -> str:
    """Return nothing for who did what only people do; of words of radiology only where nothing but people does it."""
    low = folded(match["name"]).lower()
    return GONE if _is_named(low) or (match["saying"] and low in SURNAMES_TOO) else match.group()


def _without_lone(match: re.Match[str]) -> str:
    """Return nothing for a name that stands by itself; at the end of a text also for one that is a word of radiology."""
    low = folded(match["name"]).lower()
    named = _is_named(low) or (not match["between"] and low in _OFTEN_SURNAMES)
    return GONE if named else match.group()


def _without_surname(match: re.Match[str]) -> str:
    low = folded(match["name"]).lower()
    return GONE if low in SURNAMES_TOO or _is_named(low) or low in GIVEN_TOO else match.group()


def _without_graduate(match: re.Match[str]) -> str:
    """Return what stands before a degree without names; a word of medicine that is a surname is one there."""
    pieces = _SEPARATED.split(match["names"])
    kept = (p if n % 2 or not p or not _is_graduate(p) else GONE for n, p in enumerate(pieces))
    return "".join(kept)


def _is_graduate(word: str) -> bool:
    low = folded(word).lower()
    return low in SURNAMES_TOO or _is_named(low) or low in GIVEN_TOO or not _is_medical(word)


def _without_two(match: re.Match[str]) -> str:
    """Return nothing for a given name and a surname that are both words."""
    name = match["name"].lower()
    named = name in name_neighbours() or name in _OFTEN_SURNAMES
    return f"{GONE} {GONE}" if named else match.group()


def _without_two_small(match: re.Match[str]) -> str:
    """Return nothing for a given name and a surname written small where they do what only people do."""
    given, name = match["given"], match["name"]
    named = _is_named(given) and (_is_named(name) or name in SURNAMES_TOO or not is_clinical(name))
    return f"{GONE} {GONE}" if named else match.group()


def _without_titled(match: re.Match[str]) -> str:
    """Return what stands behind a title and a name: clinical words only."""
    return f"{GONE} " + _without_names(match["rest"])


def _without_names(words: str) -> str:
    """Return a run of words without those that medicine does not know."""
    pieces = _SEPARATED.split(words)
    return "".join(p if n % 2 or len(p) < 2 or _is_medical(p) else GONE for n, p in enumerate(pieces))


def _is_medical(word: str) -> bool:
    low = folded(word).lower()
    return is_clinical(word) or sounds_medical(low) or is_compound(low)


def _without_cued_small(match: re.Match[str]) -> str:
    low = folded(match["name"])
    return match["cue"] + GONE if _is_named(low) or not is_clinical(low) else match.group()


def _without_cued(match: re.Match[str]) -> str:
    """Return a cue such as "requested by" without the names behind it.

    Behind a relative the first word is one, behind a colleague if it is anybody's, however clinical.
    """
    cue, names = match["cue"], match["names"]
    first = _LETTERS.match(names)
    begins = first and first.group().lower() in EPONYM_BEGINS
    if begins and eponym().match(match.string, match.start("names")):
        return match.group()
    if match["person"]:
        return cue + _without_names(_without_colleagues(names, ends=match["alone"] is not None))
    if first and not first.group().isupper():
        related = match["relative"] and cue[-1].isspace() and ":" not in cue
        low = folded(first.group()).lower()
        if related or (match["relative"] and _is_named(low)) or low in GIVEN_TOO:
            names = GONE + names[first.end() :]
    return cue + _without_names(names)


def _without_colleagues(names: str, *, ends: bool) -> str:
    """Return names behind a colleague's cue without those that are anybody's, one after another, with their initials; *ends*
    says that the last of them stands by itself."""
    pieces = _SEPARATED.split(names)
    for place in range(0, len(pieces), 2):
        word, behind = pieces[place].rstrip("."), pieces[place + 1 : place + 3]
        alone = (behind[0].strip() != "" or behind[1] == "and" or len(behind[1]) == 1) if behind else ends
        if _is_colleague(word, alone=alone):
            pieces[place] = GONE
            if behind and len(behind[1]) == 1:
                pieces[place + 2] = GONE
        elif word != "and" and is_clinical(word):
            break
    return "".join(pieces)


def _is_colleague(word: str, *, alone: bool) -> bool:
    """Say whether a word is a name, or may be one and stands *alone*."""
    low = folded(word).lower()
    return not word.isupper() and (_is_named(low) or low in GIVEN_TOO or (low in SURNAMES_TOO and alone))
