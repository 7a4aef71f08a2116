"""What is wrong or doubtful in a profile, named before anything is cleaned by it."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from deid.engine.deciding.rules import WORD_VRS, compile_rules
from deid.engine.profiles.options import OPTIONS
from deid.engine.profiles.profile import load_table, make_profile
from deid.engine.reading.dictionary import vr_of
from deid.engine.review.complaints import Complaint
from deid.engine.review.outcomes import outcome_of
from deid.engine.review.overriding import override_errors, override_warnings
from deid.engine.review.wording import attribute_name, listed

DATES = {"retain_full_dates", "retain_modified_dates"}


def lint_profile(options: frozenset[str], overrides: Mapping[str, str]) -> list[Complaint]:
    """Return what contradicts itself, endangers privacy or does nothing, errors first.

    *overrides* maps tags of eight hexadecimal digits to action codes, as in `make_profile`; what that refuses is
    an error here, with the way to mend it.
    """
    sound = options & OPTIONS.keys()
    sound = sound - DATES if sound >= DATES else sound
    found = [*_option_errors(options), *override_errors(sound, overrides)]
    overrides = {key.upper(): code for key, code in overrides.items()}
    if not found:
        found = [
            *_option_warnings(options),
            *override_warnings(options, overrides),
            *_idle(options, overrides),
        ]
    order = ("error", "warning", "note")
    return sorted(found, key=lambda one: order.index(one.level))


def _option_errors(options: frozenset[str]) -> Iterator[Complaint]:
    for name in sorted(options - OPTIONS.keys()):
        yield Complaint("error", f"There is no option called {name}.")
    if options >= DATES:
        yield Complaint("error", "Dates cannot be kept and shifted at once: choose full or modified dates.")


def _option_warnings(options: frozenset[str]) -> Iterator[Complaint]:
    told = {
        "retain_uids": "UIDs of the source stay: releases can be joined with each other and with the source.",
        "retain_full_dates": "True dates stay: visits can be matched with what others know of a person.",
        "retain_institution_identity": "Institutions stay named: with age and sex that may single a person out.",
    }
    for name, text in told.items():
        if name in options:
            yield Complaint("warning", text)
    if "retain_uids" in options and "retain_full_dates" not in options:
        yield Complaint(
            "warning",
            "UIDs of the source stay while dates do not: many makers write date and time into them. Replace UIDs, or keep dates.",
        )
    yield from _both_named(options)
    wanted = {
        "clean_pixel_data": "The command does not look for text in pixels, and bits that no image uses stay.",
        "clean_descriptors": "Descriptions are removed whole: nobody will know what a series shows.",
        "retain_safe_private": "All private attributes go: diffusion weighting and PET scaling of some makers are lost.",
        "retain_patient_characteristics": "Sex, age and weight go: nobody can look for bias.",
    }
    for name, text in wanted.items():
        if name not in options:
            yield Complaint("note", text)
    if not options & {"retain_modified_dates", "retain_full_dates"}:
        yield Complaint("note", "All dates go: intervals between visits are lost.")


def _both_named(options: frozenset[str]) -> Iterator[Complaint]:
    """Yield the pairs of options of which one cleans what the other keeps, with what becomes of it."""
    rows: Any = load_table()["attributes"]
    for cleans, keeps in product(sorted(options), repeat=2):
        columns = OPTIONS[cleans].column, OPTIONS[keeps].column
        both = [
            int(key, 16)
            for key, row in rows.items()
            if "x" not in key and [row[2].get(column) for column in columns] == ["C", "K"]
        ]
        if both:
            named = listed([attribute_name(tag) for tag in both], 3)
            words = [OPTIONS[name].meaning.removesuffix(" Option") for name in (cleans, keeps)]
            yield Complaint(
                "note", f"{words[0]} goes before {words[1]} where both name an attribute: {named}."
            )


def _idle(options: frozenset[str], overrides: Mapping[str, str]) -> Iterator[Complaint]:
    bare, whole = make_profile("without", options, {}), make_profile("with", options, overrides)
    without = compile_rules(bare, "").by_tag
    for key, code in sorted(overrides.items()):
        tag = int(key, 16)
        rule = without.get(tag)
        before = outcome_of(bare, tag)
        alike = before == outcome_of(whole, tag) and vr_of(tag) not in WORD_VRS
        if (rule and rule[0] == code) or alike:
            yield Complaint("note", f"{attribute_name(tag)} is {before} anyway: the override does nothing.")
