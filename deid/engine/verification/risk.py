"""How many people share what is left of a person: k-anonymity over quasi-identifiers in headers and tables.

A quasi-identifier names nobody by itself, but together with others it may single a person out (Sweeney 2002). What is
counted is what was released, not what the profile meant to leave.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deid.engine.verification.raw_headers import RAW_ENDINGS, said_in_raw
from deid.engine.verification.saying import one_name, one_spelling
from deid.engine.verification.walker import Walker

# PS3.3 C.7.1.1 and C.7.2.2: what a profile may keep of the patient.
QUASI_IDENTIFIERS = {
    0x00100040: "PatientSex",
    0x00101010: "PatientAge",
    0x00101020: "PatientSize",
    0x00101030: "PatientWeight",
    0x00102160: "EthnicGroup",
    0x00102150: "CountryOfResidence",
    0x00102152: "RegionOfResidence",
    0x00102180: "Occupation",
    0x001021A0: "SmokingStatus",
    0x001021C0: "PregnancyStatus",
    0x001021F0: "PatientReligiousPreference",
    0x00102201: "PatientSpeciesDescription",
    0x00101080: "MilitaryRank",
    0x00080080: "InstitutionName",
}
LAST = max(QUASI_IDENTIFIERS)


@dataclass(frozen=True, slots=True)
class RiskReport:
    """The equivalence classes of a release: subjects that share all their quasi-identifiers.

    `classes` maps the size of a class to how many classes have it; `smallest` is the k of k-anonymity (0 without
    subjects), `alone` how many subjects share theirs with nobody. `telling` maps each quasi-identifier to how many
    subjects would still be alone without it.
    """

    quasi_identifiers: tuple[str, ...]
    subjects: int
    classes: Mapping[int, int]
    smallest: int
    alone: int
    telling: Mapping[str, int]


def quasi_identifiers(released_path: Path | str) -> dict[str, str]:
    """Return the quasi-identifiers that a released DICOM file, or the header in a released HDF5 file, still has, by keyword."""
    path = Path(released_path)
    if path.suffix.lower() in RAW_ENDINGS:
        return said_in_raw(path)
    found: dict[str, str] = {}
    for seen in Walker(path.read_bytes()).elements():
        name = QUASI_IDENTIFIERS.get(seen.tag)
        value = seen.value.decode("utf-8", "replace").strip(" \0")
        if name and value and len(seen.path) == 1:
            found[name] = value
        if len(seen.path) == 1 and seen.tag > LAST:
            break
    return found


def risk_report(subjects: Mapping[str, Mapping[str, Iterable[str]]]) -> RiskReport:
    """Return the equivalence classes of *subjects*: for each, the values that any of its files has, by name.

    What a header and a column of a table both say is one quasi-identifier, under the keyword of PS3.6. Of several visits
    every value counts, since every one of them was released.
    """
    people = [_said(values) for values in subjects.values()]
    names = tuple(sorted({name for person in people for name in person}))
    sizes = _class_sizes(people, names)
    return RiskReport(
        quasi_identifiers=names,
        subjects=len(people),
        classes=dict(sorted(Counter(sizes).items())),
        smallest=min(sizes, default=0),
        alone=sizes.count(1),
        telling={
            name: _class_sizes(people, tuple(one for one in names if one != name)).count(1) for name in names
        },
    )


def _said(values: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """Return what is said of a person, each fact once."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, several in values.items():
        found[one_name(name)].update(several)
    return {name: told for name, given in found.items() if (told := one_spelling(name, given))}


def _class_sizes(people: Sequence[Mapping[str, frozenset[str]]], names: tuple[str, ...]) -> list[int]:
    """Return the size of each equivalence class under *names*."""
    told = Counter(tuple(person.get(name, frozenset()) for name in names) for person in people)
    return sorted(told.values())
