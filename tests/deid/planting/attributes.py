"""Plant into attributes taken at random from the whole dictionary, and say what Table E.1-1 makes of each."""

import json
import random
import re
from datetime import timedelta
from importlib import resources

from pydicom._dicom_dict import DicomDictionary
from pydicom.dataset import Dataset

from tests.deid.planting.answers import Key
from tests.deid.planting.sentences import make_sentence

TABLE = json.loads(resources.files("deid.engine").joinpath("data/ps3_15_e1_1.json").read_text("utf-8"))[
    "attributes"
]
RESEARCH = ("rtnSafePrivOpt", "rtnDevIdOpt", "rtnPatCharsOpt", "rtnLongModifDatesOpt", "cleanDescOpt")
RESEARCH_COLUMNS = (*RESEARCH, "cleanStructContOpt", "cleanGraphOpt")
LENGTHS = {"SH": 16, "LO": 64, "ST": 200, "LT": 200, "UT": 200, "UC": 200}
# Written by the engine itself, of the structure of the file, or planted elsewhere.
OWN = {
    "SpecificCharacterSet", "PatientName", "PatientID", "PatientIdentityRemoved", "DeidentificationMethod",
    "LongitudinalTemporalInformationModified", "SOPClassUID", "SOPInstanceUID", "StudyInstanceUID",
    "SeriesInstanceUID", "ClinicalTrialSubjectID", "TimezoneOffsetFromUTC", "StudyDate", "PatientAge",
    "TextString", "StationName", "DeviceSerialNumber", "CodeValue", "CodingSchemeDesignator", "CodeMeaning",
}  # fmt: skip
# Makers, models, versions: what is expected there is no sentence.
TECHNICAL = re.compile(r"Manufacturer|Model|Version|Kernel|CodeValue|CodingScheme|LongCode|URNCode|Escape")


def attributes_of(*vrs: str) -> list[tuple[int, str, str]]:
    """Return tag, keyword and VR of the attributes of the dictionary that are of these VRs."""
    return [
        (tag, entry[4], entry[0])
        for tag, entry in sorted(DicomDictionary.items())
        if entry[0] in vrs and entry[4] and entry[4] not in OWN and 0x0008 <= tag >> 16 < 0x5000
    ]


TEXTS, PEOPLE = attributes_of(*LENGTHS), attributes_of("PN")
DATES, UIDS = attributes_of("DA", "DT"), attributes_of("UI")


def fate(tag: int) -> str:
    """Return what the research options make of an attribute: `gone`, `cleaned`, `kept` or `free` (no row)."""
    row = TABLE.get(f"{tag:08X}")
    if row is None:
        return "free"
    chosen = {row[2][column] for column in RESEARCH_COLUMNS if column in row[2]}
    return "cleaned" if "C" in chosen else "kept" if "K" in chosen else "gone"


def plant_texts(ds: Dataset, key: Key, dice: random.Random, count: int, prefix: str = "") -> None:
    """Plant sentences into text attributes of all kinds, whatever row of the table they have or have not."""
    for tag, keyword, vr in dice.sample(TEXTS, count):
        if TECHNICAL.search(keyword):
            continue
        sentence = make_sentence(key.person, dice, LENGTHS[vr])
        setattr(ds, keyword, sentence.text)
        for gone in sentence.gone:
            key.add("text removed", prefix + keyword, gone)
        if fate(tag) != "gone" and sentence.stays:
            key.add("text notnull", prefix + keyword)
            for word in sentence.stays:
                key.add("text retained", prefix + keyword, word)


def plant_people(ds: Dataset, key: Key, dice: random.Random, count: int, prefix: str = "") -> None:
    """Plant names into PN attributes of all kinds, of the patient and of staff."""
    who = key.person
    for _tag, keyword, _vr in dice.sample(PEOPLE, count):
        name = dice.choice((f"{who.surname}^{who.given}", f"{who.staff[0]}^Ann^^Dr", f"{who.physician}^J."))
        setattr(ds, keyword, name)
        key.add("text removed", prefix + keyword, name.split("^")[0])


def plant_dates(ds: Dataset, key: Key, dice: random.Random, count: int, prefix: str = "") -> None:
    """Plant days around the study into DA and DT attributes."""
    for tag, keyword, vr in dice.sample(DATES, count):
        day = key.person.study + timedelta(days=dice.randrange(-40, 40))
        value = f"{day:%Y%m%d}" + ("101530.25" if vr == "DT" else "")
        setattr(ds, keyword, value)
        category = "text removed" if fate(tag) == "gone" else "date shifted"
        key.add(category, prefix + keyword, f"{day:%Y%m%d}")


def plant_uids(ds: Dataset, key: Key, dice: random.Random, count: int, prefix: str = "") -> None:
    """Plant UIDs that carry a date, a serial number or the Standard's own root into UI attributes."""
    who = key.person
    for _tag, keyword, _vr in dice.sample(UIDS, count):
        if "Class" in keyword or "Syntax" in keyword or "CodingScheme" in keyword or "ContextUID" in keyword:
            continue
        tail = dice.randrange(10**9)
        value = dice.choice(
            (
                f"1.2.840.113619.2.55.{who.study:%Y%m%d}.{tail}",
                f"1.3.12.2.1107.5.2.{who.serial[2:].lstrip('0')}.{tail}",
                f"1.2.840.10008.{who.birth:%Y%m%d}.{tail}",
                f"2.25.{tail}{dice.randrange(10**9)}",
            )
        )
        setattr(ds, keyword, value)
        key.add("uid changed" if fate_of_uid(_tag) else "text removed", prefix + keyword, value)


def fate_of_uid(tag: int) -> bool:
    """Say whether a UID attribute gets a new UID (and is not removed)."""
    row = TABLE.get(f"{tag:08X}")
    return row is None or "U" in row[1] or "K" in {row[2].get(column) for column in RESEARCH_COLUMNS}
