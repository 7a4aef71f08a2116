"""Invented people: names, identifiers and dates that must never leave."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

FAMILY = (
    "Abernathy",
    "Bellweather",
    "Cardoso",
    "Drummond",
    "Eklund",
    "Fairbanks",
    "Grimaldi",
    "Hollingberry",
    "Ivanovska",
    "Jelinek",
    "Kowalczyk",
    "Lindstrom",
    "Mwangi",
    "Nakashima",
    "Ostrovsky",
    "Pemberton",
    "Quintanilla",
    "Rasmussen",
    "Szymanski",
    "Tverdokhleb",
    "Umarova",
    "Vandermeer",
    "Winterbourne",
    "Xanthopoulos",
    "Yamaguchi",
    "Zielinska",
)
GIVEN = (
    "Agnes",
    "Bertil",
    "Chiara",
    "Dmitri",
    "Eloise",
    "Fergus",
    "Greta",
    "Henrik",
    "Ingrid",
    "Jasper",
    "Katya",
    "Leopold",
    "Margot",
    "Nils",
)
DOCTORS = ("Harrowgate^Philippa^^Dr", "Montgomery^Alistair^^Dr", "Sundqvist^Petra^^Dr")
HOSPITALS = ("Larchwood Infirmary", "St Brannoc Hospital", "Fjordholm University Hospital")


@dataclass(frozen=True, slots=True)
class Invented:
    """One invented participant."""

    patient_id: str
    name: str
    sex: str
    birth: date
    first_study: date
    doctor: str
    hospital: str

    @property
    def age(self) -> int:
        """Whole years at the first study."""
        return (self.first_study - self.birth).days // 365


def invent(count: int, prefix: str, seed: int) -> list[Invented]:
    """Return *count* participants, the same for the same *seed*."""
    dice = random.Random(seed)  # noqa: S311 (nothing secret)
    return [_one(dice, f"{prefix}{1000 + number * 17}") for number in range(count)]


def _one(dice: random.Random, patient_id: str) -> Invented:
    first_study = date(2019, 1, 1) + timedelta(days=dice.randrange(1400))
    birth = first_study - timedelta(days=int(dice.gauss(58, 13) * 365.25))
    return Invented(
        patient_id=patient_id,
        name=f"{dice.choice(FAMILY)}^{dice.choice(GIVEN)}",
        sex=dice.choice("FFFMMM"),
        birth=birth,
        first_study=first_study,
        doctor=dice.choice(DOCTORS),
        hospital=dice.choice(HOSPITALS),
    )
