"""The risk that is left: how many people share what a release, or a collection, still says of a person."""

from __future__ import annotations

import csv
import itertools
from collections import defaultdict
from pathlib import Path

from deid.engine.verification.risk import RiskReport, risk_report
from deid.engine.verification.saying import says_of_people
from deid.models import Release
from portal.models import ClinicalTable, Collection, ColumnRole, Subject

SAYING = (ColumnRole.AGE, ColumnRole.CODE)


def release_risk(release: Release) -> RiskReport:
    """Return the equivalence classes of everybody in a release, of whom nothing is said too."""
    subjects: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for left, row in release.items.values_list("quasi_identifiers", "row"):
        for pseudonym, values in ({row.get("PatientID", ""): {}} | left).items():
            said = subjects[pseudonym]
            for name, found in values.items():
                said[name].update(found)
    subjects.pop("", None)
    return risk_report(subjects)


def collection_risk(collection: Collection) -> RiskReport:
    """Return the equivalence classes that sex and age alone make, before anything is released."""
    people = Subject.objects.filter(collection=collection, studies__series__state="cleared").distinct()
    return risk_report(
        {
            str(pk): ({"PatientSex": [sex]} if sex else {})
            | ({"PatientAge": [str(age)]} if age is not None else {})
            for pk, sex, age in people.values_list("pk", "sex", "age_years")
        }
    )


def left_in_table(table: ClinicalTable, released: Path) -> dict[str, dict[str, list[str]]]:
    """Return what a released table says of each subject in its columns of ages and codes, and of a body's weight and height."""
    leaving = [column for column in table.columns.all() if column.role != ColumnRole.DROP]
    subject = next(place for place, one in enumerate(leaving) if one.role == ColumnRole.IDENTIFIER)
    saying = [
        (place, one.name)
        for place, one in enumerate(leaving)
        if one.role in SAYING or _is_measure(one.name, one.role)
    ]
    left: dict[str, dict[str, list[str]]] = {}
    with released.open(encoding="utf-8-sig", newline="") as file:
        # By their places: a heading that a spreadsheet would take for a formula is written otherwise.
        for row in itertools.islice(csv.reader(file), 1, None):
            said = left.setdefault(row[subject], {})
            for place, name in saying:
                if row[place] and row[place] not in said.setdefault(name, []):
                    said[name].append(row[place])
    return left


def _is_measure(name: str, role: str) -> bool:
    return role == ColumnRole.VALUE and says_of_people(name)


def risk_statement(report: RiskReport) -> dict[str, object]:
    """Return a report as the certificate of a release states it."""
    return {
        "quasi_identifiers": list(report.quasi_identifiers),
        "subjects": report.subjects,
        "smallest_class": report.smallest,
        "subjects_alone": report.alone,
        "classes_by_size": {str(size): count for size, count in report.classes.items()},
    }
