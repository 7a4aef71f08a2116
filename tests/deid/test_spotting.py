"""Expressions are passed by only where they would find nothing."""

import re
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deid.engine.text.needing import wanted
from deid.engine.text.spotting import AnyOf, Spotted

ANY_CASE = re.IGNORECASE
# What expressions are made of: words and their ends, choices, classes, repetitions, what stands beside, letters beyond ASCII.
PATTERNS = (
    r"(?<![^\W_])by\s+[A-Z]",
    r"(?<![^\W_])(?i:nurse|tech|cc|[dp]r)(?:\s*[:=(]\s*|\.\s*|\s+)(?P<name>[A-Z]\w*)",
    r"\bMD\b",
    r"\w+(?=,? (?:MD|RN)(?![\w]))",
    r"(?<=[a-z])(?:strasse|str\.|weg)\s+\d{1,4}",
    r"an(?:a?e)sthetist",
    r"\d{5}(?:-\d{3,4})?",
    r"[Hh]ospital(?= (?:de|San) )",
    r"^pt$",
    r"épouse|ß(?=x)|Müller",
    r"x(?![^\W_])",
    r"(?:ab){2,3}c",
    r"w/|d/w",
    r"(?<!\w)[12] ?\d\d(?!\d)",
    r"a.c|a[^b]c",
    r"gr[ae]y +matter",
    r"p[ií]n[eé]y",
    r"ab(?:xy|z)cd",
    r"(?:avenue|\W[a-f])",
)


def test_every_expression_of_the_engine_needs_something() -> None:
    spotted = {
        f"{module}.{name}": one
        for module in sorted(sys.modules)
        if module.startswith("deid.engine.text.")
        for name, one in vars(sys.modules[module]).items()
        if isinstance(one, Spotted)
    }
    assert len(spotted) > 40
    assert not [
        name for name, one in spotted.items() if not wanted(one.expression.pattern, one.expression.flags)
    ]


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("flags", [0, ANY_CASE])
def test_what_an_expression_finds_it_is_tried_on(pattern: str, flags: int) -> None:
    one = Spotted(pattern, flags)

    @settings(max_examples=25, deadline=None)
    @given(st.from_regex(re.compile(pattern, flags)))
    def holds(text: str) -> None:
        assert one.may_stand_in(text) or not one.expression.search(text)
        assert one.sub("-", text) == re.sub(pattern, "-", text, flags=flags)

    holds()


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("address", "addre\u017fs"),  # a long s
        ("kelvin", "\u212aelvin"),
        ("istanbul", "\u0131stanbul"),
        ("kad\u0131n", "kadin"),
        (r"\d{4}", "\u0661\u0662\u0663\u0664"),
        (r"\d\d ?mm", "12 mm"),
        ("by$", "seen by"),
        (r"x$", "x"),
        (r"^by", "by"),
        ("by", "\U000f0000by\x00"),
        (r"straße", "Straße"),
    ],
)
def test_letters_and_digits_that_count_as_others_are_found(pattern: str, text: str) -> None:
    assert Spotted(pattern, ANY_CASE).search(text)


def test_an_expression_that_is_made_later_is_tried_on_texts_that_were_seen() -> None:
    Spotted("kyphosis").search("Seen by rumplestilt")
    assert Spotted("rumplestilt").search("Seen by rumplestilt")


def test_a_text_without_the_letters_is_passed_by() -> None:
    nurse, street = Spotted(r"(?<![^\W_])nurse\s+[A-Z]"), Spotted(r"\d+ [a-z]+ street")
    assert not nurse.may_stand_in("Head 3 mm") and nurse.may_stand_in("seen by nurse")
    assert not AnyOf(nurse, street).may_stand_in("Head 3 mm")
    assert AnyOf(nurse, street).may_stand_in("12 high street")
    assert nurse.sub("-", "Head 3 mm") == "Head 3 mm" and nurse.search("Head 3 mm") is None


def test_an_expression_of_which_nothing_is_known_is_always_tried() -> None:
    assert not wanted(r"[^\W\d_]+")
    assert Spotted(r"[^\W\d_]+").sub("-", "Head 3") == "- 3"


def test_the_rarest_of_what_must_stand_is_asked_for() -> None:
    assert wanted(r"\s+(?:of|the)\s+zygoma") == {"zygo"}
