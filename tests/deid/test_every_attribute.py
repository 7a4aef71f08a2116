"""A known name in every attribute of the dictionary, at the top and nested: none may come through."""

import pytest
from pydicom.datadict import DicomDictionary

from deid.engine.reading.encoding import EXPLICIT_LE
from deid.engine.verification.walker import Walker
from deid.engine.writing.elements import Writer
from deid.engine.writing.meta import file_meta

CT = "1.2.840.10008.5.1.4.1.1.2"
PLANTED_UID = "1.2.826.0.1.3680043.99.7.1"
SKIPPED = {
    0x7FE00010,
    0x00420011,
    0x00080005,
    0xFFFCFFFC,
}  # pixels, documents (refused), character set, padding
BINARY = b"Quackenbush^Xiomara!Quac"
VALUES = {
    "PN": b"Quackenbush^Xiomara ",
    "SH": b"Quackenbush ",
    "CS": b"Quackenbush ",
    "AE": b"Quackenbush ",
    "DA": b"19710212",
    "DT": b"19710212101112",
    "TM": b"Quackenbush ",
    "DS": b"PT1234567 ",
    "IS": b"19710212",
    "AS": b"Quac",
    "UI": PLANTED_UID.encode(),
    "UR": b"http://quackenbush.example ",
} | dict.fromkeys(("LO", "LT", "ST", "UT", "UC"), b"CHEST Quackenbush PT1234567 1971-02-12")
TOKENS = (b"quackenbush", b"xiomara", b"pt1234567", b"1971-02-12", b"19710212", PLANTED_UID.encode())


def planted_everywhere(*, nested: bool) -> bytes:
    writer, elements = Writer(EXPLICIT_LE), {}
    for tag, (entry, *_rest) in DicomDictionary.items():
        vr = entry.split(" ")[-1]
        if tag >> 16 in (0x0002, 0xFFFE) or tag >> 16 < 8 or tag in SKIPPED or vr in ("SQ", "NONE"):
            continue
        elements[tag] = writer.element(tag, vr, VALUES.get(vr, BINARY))
    if nested:
        content = b"".join(elements[tag] for tag in sorted(elements))
        elements = {0x00400260: writer.element(0x00400260, "SQ", writer.item(content))}
        elements[0x00080018] = writer.text(0x00080018, "UI", PLANTED_UID)
        elements[0x00100010] = writer.element(0x00100010, "PN", VALUES["PN"])
    elements[0x00080016] = writer.text(0x00080016, "UI", CT)
    elements[0x00100020] = writer.text(0x00100020, "LO", "PT1234567")
    body = b"".join(elements[tag] for tag in sorted(elements))
    return file_meta(CT, PLANTED_UID, "1.2.840.10008.1.2.1") + body


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("profile", ["research", "basic"])
@pytest.mark.parametrize("nested", [False, True])
def test_no_attribute_of_the_dictionary_lets_a_known_value_through(profile, nested, clean):
    source = planted_everywhere(nested=nested)
    assert sum(source.lower().count(token) for token in TOKENS) > 3000
    _after, content, cleaned = clean(source, profile)
    leaks = [
        seen.place
        for seen in Walker(content).elements()
        if any(token in seen.value.lower() for token in TOKENS)
    ]
    assert leaks == []
    assert sum(cleaned.counts.values()) > 3500
