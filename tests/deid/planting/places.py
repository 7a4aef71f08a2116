"""The named hiding places: direct identifiers, descriptors, references, private elements, reports, annotations."""

import random
from datetime import timedelta

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import generate_uid

from tests.deid.planting.answers import Key
from tests.deid.planting.attributes import plant_dates, plant_people, plant_texts, plant_uids
from tests.deid.planting.sentences import make_sentence

DESCRIPTORS = (
    "StudyDescription",
    "SeriesDescription",
    "ProtocolName",
    "ImageComments",
    "RequestedProcedureDescription",
)
CARRIERS = (
    "SharedFunctionalGroupsSequence",
    "DerivationImageSequence",
    "SourceImageSequence",
    "AnatomicRegionSequence",
)


def direct(ds: Dataset, key: Key) -> None:
    """Plant the direct identifiers."""
    who = key.person
    ds.PatientName, ds.PatientID = who.dicom_name, who.patient_id
    ds.PatientBirthDate = f"{who.birth:%Y%m%d}"
    ds.PatientAddress = f"12 {who.street} Road^^{who.town}"
    ds.PatientTelephoneNumbers, ds.AccessionNumber = who.phone, who.accession
    ds.ReferringPhysicianName = f"{who.physician}^Ann"
    ds.InstitutionName, ds.OtherPatientIDs = who.organisation[:64], who.patient_id[::-1]
    ds.PatientAge = "095Y"
    key.add("tag retained", "PatientAge", "090Y")
    for place in (
        "PatientBirthDate",
        "PatientAddress",
        "AccessionNumber",
        "InstitutionName",
        "PatientTelephoneNumbers",
    ):
        key.add("text removed", place, str(ds[place].value))
    key.add("patid consistent", "PatientID", who.patient_id)
    key.tokens.append(who.patient_id[::-1])


def descriptors(ds: Dataset, key: Key, dice: random.Random) -> None:
    """Plant sentences into the descriptors that everybody reads."""
    for place in DESCRIPTORS:
        sentence = make_sentence(key.person, dice, 64)
        setattr(ds, place, sentence.text)
        key.add("text notnull", place)
        for gone in sentence.gone:
            key.add("text removed", place, gone)
        for word in sentence.stays:
            key.add("text retained", place, word)
    if key.person.native:
        ds.SeriesDescription = f"CHEST {key.person.native[0]}{key.person.native[1]} axial"
        key.checks = [check for check in key.checks if check[1] != "SeriesDescription"]
        key.add("text retained", "SeriesDescription", "CHEST")
        key.add("text retained", "SeriesDescription", "axial")
        key.add("text removed", "SeriesDescription", key.person.native[0])


def dates(ds: Dataset, key: Key) -> None:
    """Plant study dates, a partial time and a date range."""
    study = key.person.study
    for place, day in (
        ("StudyDate", study),
        ("SeriesDate", study),
        ("ContentDate", study + timedelta(days=3)),
    ):
        setattr(ds, place, f"{day:%Y%m%d}")
        key.add("date shifted", place, f"{day:%Y%m%d}")
    ds.AcquisitionDateTime = f"{study:%Y%m%d}101530.25+0100"
    key.add("date shifted", "AcquisitionDateTime", f"{study:%Y%m%d}")
    ds.StudyTime, ds.SeriesTime = "10", "101530.123456"
    key.add("tag retained", "StudyTime", "10")


def uids(ds: Dataset, key: Key, dice: random.Random) -> None:
    """Give the instance UIDs of its own, and references to them at the top and deep."""
    entropy = str(dice.random())
    ds.StudyInstanceUID = generate_uid(entropy_srcs=[entropy, "study"])
    ds.SeriesInstanceUID = f"1.2.840.113619.2.{key.person.birth:%Y%m%d}.{dice.randrange(10**9)}"
    ds.SOPInstanceUID = generate_uid(entropy_srcs=[entropy, "instance"])
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    reference, series, study = Dataset(), Dataset(), Dataset()
    reference.ReferencedSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    reference.ReferencedSOPInstanceUID = ds.SOPInstanceUID
    series.SeriesInstanceUID, series.ReferencedInstanceSequence = ds.SeriesInstanceUID, Sequence([reference])
    study.StudyInstanceUID, study.ReferencedSeriesSequence = ds.StudyInstanceUID, Sequence([series])
    ds.StudiesContainingOtherReferencedInstancesSequence = Sequence([study])
    ds.ReferencedImageSequence = Sequence([reference])
    for place in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
        key.add("uid changed", place, str(ds[place].value))
    top = "StudiesContainingOtherReferencedInstancesSequence.0"
    key.add("uid consistent", "ReferencedImageSequence.0.ReferencedSOPInstanceUID", "SOPInstanceUID")
    key.add("uid consistent", f"{top}.StudyInstanceUID", "StudyInstanceUID")
    key.add("uid consistent", f"{top}.ReferencedSeriesSequence.0.SeriesInstanceUID", "SeriesInstanceUID")
    deep = f"{top}.ReferencedSeriesSequence.0.ReferencedInstanceSequence.0"
    key.add("uid consistent", f"{deep}.ReferencedSOPInstanceUID", "SOPInstanceUID")
    key.add("tag retained", f"{deep}.ReferencedSOPClassUID", "1.2.840.10008.5.1.4.1.1.2")


def nested(ds: Dataset, key: Key, dice: random.Random) -> None:
    """Plant into a data set four sequences deep."""
    inner = Dataset()
    path = "".join(f"{carrier}.0." for carrier in CARRIERS)
    plant_texts(inner, key, dice, 4, path)
    plant_people(inner, key, dice, 2, path)
    plant_dates(inner, key, dice, 2, path)
    plant_uids(inner, key, dice, 2, path)
    inner.ScheduledProcedureStepID = key.person.accession
    for carrier in reversed(CARRIERS):
        outer = Dataset()
        setattr(outer, carrier, Sequence([inner]))
        inner = outer
    for carrier in CARRIERS[:1]:
        setattr(ds, carrier, getattr(inner, carrier))


def codes(ds: Dataset, key: Key, dice: random.Random) -> None:
    """Plant a person into the meaning of a private code, beside a code of a standard scheme."""
    private, standard = Dataset(), Dataset()
    sentence = make_sentence(key.person, dice, 64)
    private.CodeValue, private.CodingSchemeDesignator = "99X", "99LOCAL"
    private.CodeMeaning = sentence.text
    standard.CodeValue, standard.CodingSchemeDesignator = "69536005", "SCT"
    standard.CodeMeaning = "Head"
    ds.ProcedureCodeSequence = Sequence([private, standard])
    for gone in sentence.gone:
        key.add("text removed", "ProcedureCodeSequence.0.CodeMeaning", gone)
    for word in sentence.stays:
        key.add("text retained", "ProcedureCodeSequence.0.CodeMeaning", word)
    key.add("tag retained", "ProcedureCodeSequence.1.CodeMeaning", "Head")
    key.add("tag retained", "ProcedureCodeSequence.1.CodeValue", "69536005")


def graphics(ds: Dataset, key: Key, dice: random.Random) -> None:
    """Plant into graphic annotations."""
    sentence, text, graphic = make_sentence(key.person, dice, 200), Dataset(), Dataset()
    text.UnformattedTextValue, text.AnchorPoint = sentence.text, [1.0, 2.0]
    graphic.TextObjectSequence, graphic.GraphicLayer = Sequence([text]), "LAYER1"
    ds.GraphicAnnotationSequence = Sequence([graphic])
    place = "GraphicAnnotationSequence.0.TextObjectSequence.0"
    for gone in sentence.gone:
        key.add("text removed", f"{place}.UnformattedTextValue", gone)
    for word in sentence.stays:
        key.add("text retained", f"{place}.UnformattedTextValue", word)
    key.add("tag retained", f"{place}.AnchorPoint", "[1.0, 2.0]")
