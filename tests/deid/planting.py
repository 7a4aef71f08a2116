"""Plant synthetic identifiers into real headers, with an answer key in the categories of MIDI-B."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pydicom
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import generate_uid

SURNAMES = [
    "Quackenbush",
    "Zimmerling",
    "Oyelaran",
    "Thistlewood",
    "Vandersloot",
    "Krzyzewski",
    "Papadakis",
    "Featherington",
]
GIVEN = [
    "Bartholomew",
    "Xiomara",
    "Thaddeus",
    "Wilhelmina",
    "Oluwaseun",
    "Marguerite",
    "Cornelius",
    "Philippa",
]
ORGANISATIONS = ("Larkspur Valley Hospital", "Brindlewood Clinic", "Saint Ottilie Infirmary")
STREETS = ("Wobbleton", "Hazelgrove", "Quimby")
CLINICAL = ("CHEST", "contrast", "lateral", "axial", "pneumonia", "routine", "abdomen", "follow-up")
# Files of the pydicom wheel: several modalities, both byte orders, implicit and explicit, native and
# compressed.
BASES = (
    "CT_small.dcm",
    "MR_small.dcm",
    "MR_small_bigendian.dcm",
    "MR_small_implicit.dcm",
    "MR_small_RLE.dcm",
    "JPEG2000.dcm",
    "rtplan.dcm",
    "rtdose.dcm",
    "test-SR.dcm",
    "SC_rgb_small_odd.dcm",
    "image_dfl.dcm",
    "MR_small_jp2klossless.dcm",
    "examples_palette.dcm",
    "liver_1frame.dcm",
    "waveform_ecg.dcm",
    "reportsi.dcm",
)


@dataclass(frozen=True)
class Person:
    """A planted person with everything that names them."""

    surname: str
    given: str
    patient_id: str
    accession: str
    birth: date
    study: date
    organisation: str
    street: str
    phone: str
    physician: str

    @property
    def tokens(self) -> list[str]:
        """Every string that must be nowhere in the output."""
        return [
            self.surname,
            self.given,
            self.patient_id,
            self.accession,
            self.phone,
            self.physician,
            self.street,
            self.organisation.split()[0],
            f"{self.birth:%Y%m%d}",
        ]


@dataclass
class Key:
    """The answer key: what to check where, by category."""

    person: Person
    checks: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, category: str, place: str, value: str = "") -> None:
        """Add one check; *place* is a keyword path such as
        `RequestAttributesSequence.0.ScheduledProcedureStepID`."""
        self.checks.append((category, place, value))


def make_person(dice: random.Random) -> Person:
    """Return a person who does not exist."""
    return Person(
        surname=dice.choice(SURNAMES),
        given=dice.choice(GIVEN),
        patient_id=f"PT{dice.randrange(10**7, 10**8)}",
        accession=f"ACC{dice.randrange(10**6, 10**7)}",
        birth=date(1930, 1, 1) + timedelta(days=dice.randrange(25000)),
        study=date(2010, 1, 1) + timedelta(days=dice.randrange(4000)),
        organisation=dice.choice(ORGANISATIONS),
        street=dice.choice(STREETS),
        phone=f"555-{dice.randrange(100, 1000)}-{dice.randrange(1000, 10000)}",
        physician=dice.choice(("Hollingberry", "Nakagomi", "Ostrander")),
    )


def _direct(ds: Dataset, key: Key) -> None:
    who = key.person
    ds.PatientName = f"{who.surname}^{who.given}"
    ds.PatientID = who.patient_id
    ds.PatientBirthDate = f"{who.birth:%Y%m%d}"
    ds.PatientAddress = f"12 {who.street} Road"
    ds.PatientTelephoneNumbers = who.phone
    ds.AccessionNumber = who.accession
    ds.ReferringPhysicianName = f"{who.physician}^Ann"
    ds.OperatorsName = f"{who.physician}^Bea"
    ds.InstitutionName = who.organisation
    ds.OtherPatientIDs = who.patient_id[::-1]
    ds.PatientAge = "095Y"
    for place in (
        "PatientBirthDate",
        "PatientAddress",
        "AccessionNumber",
        "InstitutionName",
        "OperatorsName",
    ):
        key.add("text removed", place, str(ds[place].value))
    key.add("patid consistent", "PatientID", who.patient_id)


def _texts(ds: Dataset, key: Key, dice: random.Random) -> None:
    who = key.person
    words = dice.sample(CLINICAL, 2)
    ds.StudyDescription = f"{words[0]} {who.surname} {words[1]}"
    ds.SeriesDescription = f"{words[1]} {who.study:%d/%m/%Y} {words[0]}"
    ds.ImageComments = (
        f"{words[0]} of {who.given} {who.surname}, MRN {who.patient_id}, call {who.phone}: {words[1]}"
    )
    ds.ProtocolName = f"{words[0]} {who.given.upper()}_{who.surname.upper()}"
    ds.AdditionalPatientHistory = f"Seen by Dr. {who.physician} at {who.organisation}; {words[0]}"
    ds.PatientComments = f"lives {who.street} Road, {who.given[0]}. {who.surname}"
    ds.ConvolutionKernel = who.surname[:16]
    ds.ContributionDescription = f"{who.given} {who.surname}"
    ds.ViewName = who.surname[:16]
    for place in ("StudyDescription", "SeriesDescription", "ImageComments"):
        key.add("text notnull", place)
    for place, word in (
        ("StudyDescription", words[0]),
        ("SeriesDescription", words[1]),
        ("ImageComments", words[1]),
    ):
        key.add("text retained", place, word)


def _dates(ds: Dataset, key: Key) -> None:
    study = key.person.study
    for place, day in (
        ("StudyDate", study),
        ("SeriesDate", study),
        ("ContentDate", study + timedelta(days=3)),
    ):
        setattr(ds, place, f"{day:%Y%m%d}")
        key.add("date shifted", place, f"{day:%Y%m%d}")
    ds.AcquisitionDateTime = f"{study:%Y%m%d}101530.25"
    key.add("date shifted", "AcquisitionDateTime", f"{study:%Y%m%d}")
    ds.StudyTime = "101530"


def _uids(ds: Dataset, key: Key, dice: random.Random) -> None:
    entropy = str(dice.random())
    ds.StudyInstanceUID = generate_uid(entropy_srcs=[entropy, "study"])
    ds.SeriesInstanceUID = generate_uid(entropy_srcs=[entropy, "series"])
    ds.SOPInstanceUID = generate_uid(entropy_srcs=[entropy, "instance"])
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    reference = Dataset()
    reference.ReferencedSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    reference.ReferencedSOPInstanceUID = ds.SOPInstanceUID
    ds.ReferencedImageSequence = Sequence([reference])
    for place in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
        key.add("uid changed", place, str(ds[place].value))
    key.add("uid consistent", "ReferencedImageSequence.0.ReferencedSOPInstanceUID", str(ds.SOPInstanceUID))


def _nested(ds: Dataset, key: Key) -> None:
    who = key.person
    step, code = Dataset(), Dataset()
    step.ScheduledProcedureStepID = who.accession
    step.ScheduledProcedureStepDescription = f"CHEST for {who.given} {who.surname}"
    step.RequestingPhysician = f"{who.physician}^Cy"
    ds.RequestAttributesSequence = Sequence([step])
    code.CodeValue, code.CodingSchemeDesignator = "99X", "99LOCAL"
    code.CodeMeaning = f"Exam of {who.surname}"
    ds.ProcedureCodeSequence = Sequence([code])
    text = Dataset()
    text.UnformattedTextValue = f"{who.given} {who.surname} {who.birth:%Y-%m-%d}"
    graphic = Dataset()
    graphic.TextObjectSequence = Sequence([text])
    ds.GraphicAnnotationSequence = Sequence([graphic])
    observer = Dataset()
    observer.ValueType, observer.PersonName = "PNAME", f"{who.physician}^Dee"
    said = Dataset()
    said.ValueType, said.TextValue = "TEXT", f"Nodule in {who.surname}, {who.given}; axial"
    if "ContentSequence" not in ds:
        ds.ContentSequence = Sequence([observer, said])


def _hidden(ds: Dataset, key: Key) -> None:
    who = key.person
    block = ds.private_block(0x0099, "PLANTED SYSTEMS 01", create=True)
    block.add_new(0x01, "LO", who.surname)
    block.add_new(
        0x02, "OB", f"{who.given} {who.surname} {who.patient_id}".encode() + b"\0" * (len(who.given) % 2)
    )
    item = Dataset()
    item.PatientName = f"{who.surname}^{who.given}"
    block.add_new(0x03, "SQ", Sequence([item]))
    ds.add_new(0x60004000, "LO", f"{who.surname}")
    ds.add_new(0x50000040, "LO", f"{who.surname}")
    ds.add_new(0x00189423, "UN", f"{who.surname} scan ".encode())
    ds.add_new(0x00091001, "UN", who.surname.encode())
    siemens = ds.private_block(0x0019, "SIEMENS MR HEADER", create=True)
    siemens.add_new(0x0C, "IS", "1000")
    ds.file_meta.SourceApplicationEntityTitle = who.surname[:16]
    ds.preamble = who.surname.encode().ljust(128, b"\0")
    ds.add_new(0xFFFCFFFC, "OB", who.surname.encode() + b"\0" * (len(who.surname) % 2))
    key.add("tag retained", "private b value", "1000")


def _kept(ds: Dataset, key: Key) -> None:
    ds.PatientSex, ds.PatientWeight, ds.Manufacturer = "F", "71.5", "PLANTED SYSTEMS"
    ds.StationName = "SCANNER7"
    for place in (
        "PatientSex",
        "PatientWeight",
        "Manufacturer",
        "StationName",
        "Rows",
        "KVP",
        "SliceThickness",
    ):
        if place in ds and ds[place].value not in (None, ""):
            key.add("tag retained", place, str(ds[place].value))
    if "PixelData" in ds:
        key.add("pixels retained", "PixelData")


def plant(base: Path, seed: int, *, charset: str = "") -> tuple[bytes, Key]:
    """Return the bytes of *base* with planted identifiers, and the answer key."""
    dice = random.Random(f"{base.name}-{seed}")
    ds = pydicom.dcmread(base)
    key = Key(make_person(dice))
    _direct(ds, key)
    _texts(ds, key, dice)
    _dates(ds, key)
    _uids(ds, key, dice)
    _nested(ds, key)
    _hidden(ds, key)
    _kept(ds, key)
    if charset:
        ds.SpecificCharacterSet = charset
    out = BytesIO()
    ds.save_as(out, enforce_file_format=False)
    return out.getvalue(), key


def base_files() -> list[Path]:
    """Return the files of the pydicom wheel that are planted into."""
    found = [get_testdata_file(name, download=False) for name in BASES]
    return [Path(path) for path in found if path]


def value_at(ds: Dataset, place: str) -> object:
    """Return the value at a keyword path, `None` where there is none."""
    if place == "private b value":
        blocks = [e.tag for e in ds if e.tag.is_private_creator and e.value == "SIEMENS MR HEADER"]
        return ds.get((0x0019, (blocks[0].element << 8) | 0x0C)).value if blocks else None
    here: object = ds
    for step in place.split("."):
        here = here[int(step)] if step.isdigit() else getattr(here, step, None)  # type: ignore[index]
        if here is None:
            return None
    return here


def passes(check: tuple[str, str, str], before: Dataset, after: Dataset, shift: int, pseudonym: str) -> bool:
    """Say whether one check of the key holds for the cleaned data set."""
    category, place, value = check
    got = value_at(after, place)
    text = "" if got is None else str(got)
    if category == "date shifted":
        expected = date(int(value[:4]), int(value[4:6]), int(value[6:8])) + timedelta(days=shift)
        return text.startswith(f"{expected:%Y%m%d}")
    if category == "text removed":
        return value not in text
    if category == "text retained":
        return value.lower() in text.lower()
    if category == "text notnull":
        return bool(text)
    if category == "tag retained":
        return text == value
    if category == "uid changed":
        return bool(text) and text != value
    if category == "uid consistent":
        return text == str(after.SOPInstanceUID)
    if category == "patid consistent":
        return text == pseudonym
    if category == "pixels retained":
        return bool(before.PixelData == after.PixelData)
    raise ValueError(category)
