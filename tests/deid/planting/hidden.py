"""Hiding places that are no attribute with a text: private blocks, bytes, wrong VRs, graphics groups, file meta."""

import random

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import Tag

from tests.deid.planting.answers import Key

# Safe by PS3.15 Table E.3.10-1: creator, group, offset, VR and a value that must stay.
SAFE = (
    ("SIEMENS MR HEADER", 0x0019, 0x0C, "IS", "1000"),
    ("GEMS_PARM_01", 0x0043, 0x39, "IS", "800"),
    ("Philips PET Private Group", 0x7053, 0x00, "DS", "1.5"),
    ("GEMS_ACQU_01", 0x0019, 0xBB, "DS", "0.5"),
    ("Philips Imaging DD 001", 0x2001, 0x03, "FL", 1000.0),
)


def padded(text: str) -> bytes:
    """Return text as bytes of even length."""
    raw = text.encode("utf-8")
    return raw + b" " * (len(raw) % 2)


def raw_element(ds: Dataset, tag: int, vr: str, value: bytes) -> None:
    """Put a value of any VR into a data set as it is, whatever the Standard says of it."""
    implicit, little = ds.original_encoding
    ds._dict[Tag(tag)] = RawDataElement(Tag(tag), vr, len(value), value, 0, bool(implicit), bool(little))


def _block(ds: Dataset, creator: str, group: int, block: int) -> int:
    ds.add_new(group << 16 | block, "LO", creator)
    return group << 16 | block << 8


def private(ds: Dataset, key: Key, dice: random.Random) -> None:
    """Plant private elements: plain, nested, binary, in odd blocks, without a creator, and safe ones."""
    who = key.person
    for group, block in ((0x0099, 0x11), (0x00E1, 0xE0), (0x7FE1, 0x10)):
        base = _block(ds, dice.choice(("PLANTED SYSTEMS 01", "ACME 1.1", "SIEMENS CSA HEADER")), group, block)
        ds.add_new(base | 0x01, "LO", who.surname)
        ds.add_new(base | 0x02, "OB", padded(f"SV10\4\3\2\1 {who.given} {who.surname} {who.patient_id}"))
        item, inner = Dataset(), Dataset()
        inner.PatientName, inner.PatientComments = f"{who.surname}^{who.given}", who.staff[2]
        item.add_new(0x00990010, "LO", "INNER 1")
        item.add_new(0x00991001, "SQ", Sequence([inner]))
        ds.add_new(base | 0x03, "SQ", Sequence([item]))
        ds.add_new(base | 0x04, "UT", f"<ProtocolName>{who.surname}</ProtocolName> <Patient>{who.given}")
    base = _block(ds, "GEMS_SERS_01", 0x0025, 0x10)
    ds.add_new(base | 0x1B, "OB", padded(f"\x1f\x8b protocol {who.surname} {who.given}"))
    ds.add_new(0x00111001, "UN", padded(f"{who.surname} without a creator"))
    ds.add_new(0x00130010, "LO", who.surname)
    ds.add_new(0x00131001, "LO", who.staff[1])
    creator, group, offset, vr, value = dice.choice(SAFE)
    base = _block(ds, creator, group, dice.choice((0x10, 0x11, 0xE0)))
    ds.add_new(base | offset, vr, value)
    key.add("tag retained", f"{group:04X}:{creator}:{offset:02X}", str(value))
    if creator != "SIEMENS MR HEADER":
        base = _block(ds, "SIEMENS MR HEADER", 0x0051, 0x12)
        ds.add_new(base | 0x0F, "LO", who.staff[2])


def bytes_and_wrong_vrs(ds: Dataset, key: Key, dice: random.Random) -> None:
    """Plant text where no text belongs."""
    who = key.person
    raw_element(ds, 0x00189423, "UN", padded(f"{who.surname} scan"))
    raw_element(ds, 0x00282000, "OB", padded(f"profile {who.surname} {who.given}"))
    raw_element(ds, 0x00420010, "OB", padded(who.staff[0]))
    raw_element(ds, 0x00080081, "UN", padded(f"{who.street} {who.town}"))
    implicit, _little = ds.original_encoding
    wrong = [
        (0x00180088, "DS", who.surname[:16]),
        (0x00200012, "IS", who.staff[2][:12]),
        (0x00185101, "CS", who.surname.upper()[:16].replace("'", "").replace("-", " ")),
        (0x00080032, "TM", who.given[:14]),
        (0x00083010, "UI", who.surname),
        (0x00281050, "DS", f"{who.birth:%Y%m%d}"),
        (0x00189073, "FD", (who.surname * 4)[:8]),
        (0x00280106, "US", (who.given * 4)[:2]),
        (0x00189087, "FD", (who.surname * 8)[:32]),
        (0x00181012, "DA", who.staff[0]),
        (0x00181400, "LO", who.staff[1]),
    ]
    for tag, vr, text in wrong:
        raw_element(ds, tag, vr, padded(text))
    if not implicit:
        raw_element(ds, 0x00080104, "SH", padded(who.surname[:16]))
        raw_element(ds, 0x00400254, "UT", padded(f"step {who.surname}"))
        raw_element(ds, 0x00102154, "LO", padded(who.phone))
        raw_element(ds, 0x00321032, "SH", padded(who.physician[:14]))


def graphics_groups(ds: Dataset, key: Key) -> None:
    """Plant into overlays, curves and an icon."""
    who = key.person
    for group in (0x6000, 0x6002, 0x601E):
        ds.add_new(group << 16 | 0x4000, "LT", who.surname)
        ds.add_new(group << 16 | 0x0022, "LO", who.given)
        ds.add_new(group << 16 | 0x3000, "OW", padded(who.surname * 2))
    ds.add_new(0x50000040, "LO", who.surname)
    ds.add_new(0x50003000, "OW", padded(who.surname * 2))
    icon = Dataset()
    icon.Rows, icon.Columns, icon.PixelData = 8, 8, padded((who.surname * 12)[:64])
    icon["PixelData"].VR = "OW"
    ds.IconImageSequence = Sequence([icon])


def outside(ds: Dataset, key: Key) -> None:
    """Plant into file meta information, preamble and trailing padding."""
    who = key.person
    ds.file_meta.SourceApplicationEntityTitle = who.surname[:16]
    ds.file_meta.PrivateInformationCreatorUID = f"1.2.3.{who.birth:%Y%m%d}"
    ds.file_meta.PrivateInformation = padded(who.surname)
    ds.preamble = who.surname.encode("utf-8").ljust(128, b"\0")[:128]
    ds.add_new(0xFFFCFFFC, "OB", padded(who.surname))
