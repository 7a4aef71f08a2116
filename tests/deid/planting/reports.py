"""Structured report content: text, people, dates, references and codes, some levels deep."""

import random

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests.deid.planting.answers import Key
from tests.deid.planting.sentences import make_sentence


def _item(kind: str, concept: str, **values: object) -> Dataset:
    item, code = Dataset(), Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "121071", "DCM", concept
    item.RelationshipType, item.ValueType = "CONTAINS", kind
    item.ConceptNameCodeSequence = Sequence([code])
    for name, value in values.items():
        setattr(item, name, value)
    return item


def report(ds: Dataset, key: Key, dice: random.Random) -> None:
    """Plant a container with one item of each kind that can name somebody."""
    who = key.person
    sentence = make_sentence(who, dice, 200)
    items = [
        _item("TEXT", "Finding", TextValue=sentence.text),
        _item("PNAME", "Person Observer Name", PersonName=f"{who.physician}^Dee"),
        _item("DATE", "Date", Date=f"{who.study:%Y%m%d}"),
        _item("DATETIME", "Start", DateTime=f"{who.study:%Y%m%d}101500"),
        _item("TIME", "Time", Time="101500"),
        _item("UIDREF", "Observer UID", UID=str(ds.SOPInstanceUID)),
        _item("NUM", "Length", MeasuredValueSequence=Sequence([_measured("12.5")])),
    ]
    container = _item("CONTAINER", "Findings", ContentSequence=Sequence(items))
    start = len(ds.ContentSequence) if "ContentSequence" in ds else 0
    ds.ContentSequence = Sequence([*(ds.ContentSequence if start else ()), container])
    top = f"ContentSequence.{start}.ContentSequence"
    for gone in sentence.gone:
        key.add("text removed", f"{top}.0.TextValue", gone)
    key.add("text notnull", f"{top}.0.TextValue")
    for word in sentence.stays:
        key.add("text retained", f"{top}.0.TextValue", word)
    key.add("text removed", f"{top}.1.PersonName", who.physician)
    key.add("date shifted", f"{top}.2.Date", f"{who.study:%Y%m%d}")
    key.add("date shifted", f"{top}.3.DateTime", f"{who.study:%Y%m%d}")
    key.add("tag retained", f"{top}.4.Time", "101500")
    key.add("uid consistent", f"{top}.5.UID", "SOPInstanceUID")
    key.add("tag retained", f"{top}.6.MeasuredValueSequence.0.NumericValue", "12.5")
    key.add("tag retained", f"{top}.0.ConceptNameCodeSequence.0.CodeMeaning", "Finding")


def _measured(value: str) -> Dataset:
    measured = Dataset()
    measured.NumericValue = value
    return measured
