"""What must survive: pixels, geometry, acquisition and dose, characteristics, device, real numbers of the file."""

import random

from pydicom.dataset import Dataset

from tests.deid.planting.answers import Key
from tests.deid.planting.attributes import TABLE

NUMBERS = ("DS", "IS", "US", "SS", "UL", "SL", "FL", "FD", "CS")
SET = {
    "PatientSex": "F",
    "PatientWeight": "71.5",
    "PatientSize": "1.72",
    "SmokingStatus": "NO",
    "PregnancyStatus": 1,
    "Manufacturer": "PLANTED SYSTEMS",
    "ManufacturerModelName": "SOMATOM Definition AS+",
    "StationName": "SCANNER7",
    "DeviceSerialNumber": "45321",
    "SoftwareVersions": "syngo MR E11",
    "ConvolutionKernel": "B30f",
    "BodyPartExamined": "CHEST",
    "CTDIvol": 12.5,
    "PatientPosition": "HFS",
    "ScanOptions": "FAT_SAT",
    "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
}


def kept(ds: Dataset, key: Key, dice: random.Random) -> None:
    """Set what is useful, and ask for it and for numbers that the real file has."""
    for place, value in SET.items():
        setattr(ds, place, value)
        key.add("tag retained", place, str(ds[place].value))
    real = [
        element
        for element in ds
        if element.VR in NUMBERS
        and element.keyword
        and element.keyword not in SET
        and f"{element.tag:08X}" not in TABLE
        and element.value not in (None, "")
        and element.tag.group < 0x5000
    ]
    for element in dice.sample(real, min(12, len(real))):
        key.add("tag retained", element.keyword, str(element.value))
    if "PixelData" in ds:
        key.add("pixels retained", "PixelData")
