"""Words that are somebody's name as well, and where they are."""

from deid.engine.text.flat import folded
from deid.engine.text.words import name_neighbours, name_words

# Given names that are words of radiology or grammar far more often, but not behind "by" or "with" and with a capital.
_GIVEN_TOO_TEXT = """
art crystal duc ece gene iris mark max miles norm pat ray rich rod sid skip sky sol star summer tan terra tia una vi will win xia
"""
GIVEN_TOO = frozenset(_GIVEN_TOO_TEXT.split())
# Surnames that are words of radiology: somebody's only behind what tells of people.
_SURNAMES_TEXT = """
baker bell black block bond brand bright brown bush butler camp card carrier case cook cross day dean field fine fish fox frame
frost glass gold grant gray green grey hand head high hill holder horn key lamb lane law lead lee light little lock long low
main major mann marks may mill minor moss neck new noble north page park parent parks peak pool post power price reader rich
ring rod root rush sharp shell short silver small snow speed spring star steel stock stone strain strong summer sweet temple
wall walls ward waters weeks west white wild wing winter wise wood woods young
archer banks barber bishop blood butcher carter chandler cooper drake fields fisher fletcher fowler gardener hunter king knight
love marsh mason miller moon page parker pope porter potter rivers savage sawyer skinner smith swift tanner taylor turner tyler
walker weaver wheeler
"""
SURNAMES_TOO = frozenset(_SURNAMES_TEXT.split())
# Those that are so often enough to go by themselves as well.
_OFTEN_TEXT = "black brown gray green grey long rich short small stone white wood young"
OFTEN_SURNAMES = frozenset(_OFTEN_TEXT.split())

# Surnames that are parts of the body or everyday words of reports: somebody's only right behind a title and a
# given name, or alone behind who does what and a colon.
_BODY_TEXT = """
arms back best bone bones brain chin cutter field foot hand head heart legs marrow mass shin sky
"""
BODY_TOO = frozenset(_BODY_TEXT.split())
# Those and two more, behind a label that only people have.
BODY_BEHIND_LABELS = BODY_TOO | {"hip", "lung"}

# Words of two or three letters that stand beside names more often than they are parts of them.
_SHORT_TEXT = """
all an and any are as ask at bad boy but by can cat cow dad dec did dog dr due ewe few for from got had has he hen her hey hi
him his how in is it its jr let may me mom mr ms mum new no nor not now of off old on one or our out own pat per pet pig pt
put ram re saw say see set she sir so son sr ten the to too two up us use via vs was we who why will yes yet you
"""
SHORT_WORDS = frozenset(_SHORT_TEXT.split())


def is_named(word: str) -> bool:
    """Say whether a word is a common name, or one of a rare word."""
    low = folded(word).lower()
    return low in name_words() or low in name_neighbours()


def may_name(word: str) -> bool:
    """Say whether a word is a name where something else tells of a person."""
    low = folded(word).lower()
    return is_named(low) or low in GIVEN_TOO or low in SURNAMES_TOO


def may_be_given(word: str) -> bool:
    """Say whether a word with a capital is a given name where a surname follows."""
    return not word.isupper() and word.lower() in GIVEN_TOO and word[0].isupper()


def may_be_surname(word: str) -> bool:
    """Say whether a word with a capital is a surname where a given name stands before it and no other word behind."""
    return not word.isupper() and word.lower() in SURNAMES_TOO and word[0].isupper()
