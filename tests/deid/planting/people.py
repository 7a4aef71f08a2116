"""People who do not exist, with everything that names them, in the spellings and scripts of the real world."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from deid.engine.text.words import everyday_words

# Rare and common ones: a common surname may be a word, which is what makes it hard.
_SURNAMES_TEXT = """
Quackenbush Zimmerling Oyelaran Thistlewood Vandersloot Krzyzewski Papadakis Featherington
Smith Johnson Nguyen Garcia Rodriguez Patel Kowalski O'Brien Bakker Castellano Mbeki Fitzgerald
Eriksson Dubois Rossi Schneider Novak Anderson Thompson Gutierrez Petrov Lindqvist Hernandez
Moreau Sullivan Oconnell Villanueva Ferreira Yamamoto
"""
SURNAMES = tuple(_SURNAMES_TEXT.split())
_GIVEN_TEXT = """
Bartholomew Xiomara Thaddeus Wilhelmina Oluwaseun Marguerite Cornelius Philippa Jennifer
Michael Katherine Douglas Giovanni Priyanka Svetlana Alejandro Henrietta Theodora Nathaniel
Isabella Mohammed Beatrix
"""
GIVEN = tuple(_GIVEN_TEXT.split())
_STAFF_TEXT = """
Hollingberry Nakagomi Ostrander Pemberton Grabowski Alvarado Steinmetz Chaudhuri Brannigan
Delacroix Okonkwo Whitcombe Abernathy Fairweather Kaminski Lundgren Vasquez Tanaka Bergstrom
Mulligan Rasmussen Hutchinson
"""
STAFF = tuple(_STAFF_TEXT.split())
ORGANISATIONS = (
    "Larkspur Valley Hospital",
    "Brindlewood Clinic",
    "Saint Ottilie Infirmary",
    "Universitätsklinikum Hohenwald",
    "Mount Sorrel Medical Center",
    "Kestrelmoor Radiology Associates",
)
STREETS = ("Wobbleton", "Hazelgrove", "Quimby", "Thornbury", "Marlowe", "Ashcombe")
TOWNS = ("Fernleigh", "Oakhollow", "Grimsthorpe", "Wexcombe")
_ONSETS = ("br", "v", "th", "kr", "st", "m", "l", "gr", "sch", "p", "t", "z", "w", "n", "dr", "f", "h", "sk")
_MIDDLES = ("a", "e", "i", "o", "u", "ei", "ou", "ae", "io")
_CODAS = ("lk", "nd", "rst", "ss", "ck", "mp", "r", "nn", "lt", "x", "vik", "sen", "ski", "ton", "berg")
SCRIPTS = {
    "": None,
    "ISO_IR 100": ("Müllner", "Änne"),
    "ISO_IR 192": ("Łukaszewiçz", "Zoë"),
    "GB18030": ("王", "小东"),
    "\\ISO 2022 IR 87": ("山田", "太郎"),
    "ISO_IR 144": ("Люкcмбург", "Наташа"),
    "\\ISO 2022 IR 149": ("김", "희중"),
}


@dataclass(frozen=True)
class Person:
    """A planted person with everything that names them."""

    surname: str
    given: str
    native: tuple[str, str] | None
    patient_id: str
    accession: str
    ssn: str
    serial: str
    birth: date
    study: date
    organisation: str
    street: str
    town: str
    phone: str
    email: str
    physician: str
    staff: tuple[str, ...]

    @property
    def tokens(self) -> list[str]:
        """Every string that must be nowhere in the output."""
        return [
            self.surname,
            self.given,
            self.patient_id,
            self.accession,
            self.ssn,
            self.phone,
            self.email.split("@")[0],
            self.physician,
            self.street,
            self.town,
            *self.staff,
            self.organisation.split()[self.organisation.startswith(("Saint", "Mount"))],
            f"{self.birth:%Y%m%d}",
            f"{self.birth:%d/%m/%Y}",
            f"{self.birth:%d %b %Y}",
            f"{self.study:%Y%m%d}",
            f"{self.study:%Y-%m-%d}",
            f"{self.study:%d %b %Y}",
            *(("".join(self.native),) if self.native else ()),
        ]

    @property
    def dicom_name(self) -> str:
        """The name as a PN, with its ideographic group where there is one."""
        plain = f"{self.surname}^{self.given}"
        if self.native is None:
            return plain
        if ord(self.native[0][0]) < 0x3000:
            return "^".join(self.native)
        return f"{plain}={'^'.join(self.native)}"


def invented(dice: random.Random) -> str:
    """Return a surname that nobody has, and that is no word by chance."""
    while True:
        syllables = [
            dice.choice(_ONSETS) + dice.choice(_MIDDLES) + (dice.choice(_CODAS) if n else "")
            for n in range(dice.choice((2, 2, 3)))
        ]
        if (name := "".join(syllables)) not in everyday_words():
            return name.capitalize()


def make_person(dice: random.Random, charset: str = "") -> Person:
    """Return a person who does not exist."""
    surname = dice.choice(
        (dice.choice(SURNAMES), invented(dice), f"{dice.choice(SURNAMES)}-{invented(dice)}")
    )
    staff = dice.sample(STAFF, 3)
    return Person(
        surname=surname,
        given=dice.choice(GIVEN),
        native=SCRIPTS.get(charset),
        patient_id=dice.choice(("PT{}", "{}", "MR-{}")).format(dice.randrange(10**7, 10**8)),
        accession=f"ACC{dice.randrange(10**6, 10**7)}",
        ssn=f"{dice.randrange(100, 899)}-{dice.randrange(10, 99)}-{dice.randrange(1000, 9999)}",
        serial=f"SN{dice.randrange(10**5, 10**6)}",
        birth=date(1930, 1, 1) + timedelta(days=dice.randrange(25000)),
        study=date(2010, 1, 1) + timedelta(days=dice.randrange(4000)),
        organisation=dice.choice(ORGANISATIONS),
        street=dice.choice(STREETS),
        town=dice.choice(TOWNS),
        phone=f"555-{dice.randrange(100, 1000)}-{dice.randrange(1000, 10000)}",
        email=f"{surname.lower().replace(chr(39), '')}.{dice.randrange(10, 99)}@mail.example.org",
        physician=staff[0],
        staff=(staff[1], staff[2], invented(dice)),
    )
