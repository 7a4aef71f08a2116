"""DICOM files around the phantoms, with headers as scanners write them: full of identity."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import (
    CTImageStorage,
    ExplicitVRLittleEndian,
    MRImageStorage,
    UltrasoundImageStorage,
)

from examples.images.phantoms import chest_slice, fan, head_volume
from examples.images.subjects import Invented, invent

ROOT = "1.2.826.0.1.3680043.10.1111"
File = tuple[str, bytes]
CT_MAKERS = (("SIEMENS", 1.5), ("GE MEDICAL SYSTEMS", 2.5), ("Philips", 2.0), ("SIEMENS", 3.0))
MR_MAKERS = (("SIEMENS", 3.0), ("Philips", 1.5), ("GE MEDICAL SYSTEMS", 3.0))


def ct_trial(subjects: int, slices: int, size: int = 160) -> Iterator[File]:
    """Yield chest CTs: every third subject at two time-points; one series lacks a slice, as in real life."""
    for number, who in enumerate(invent(subjects, "HLC-", 11)):
        dice = np.random.default_rng(number)
        maker, thickness = CT_MAKERS[number % len(CT_MAKERS)]
        for visit in range(2 if number % 3 == 0 else 1):
            for place in range(slices):
                if (number, visit, place) == (4, 0, slices // 2):
                    continue
                pixels = chest_slice(size, place / (slices - 1), dice, nodule=number % 2 == 0)
                data = _base(who, CTImageStorage, "CT", number, visit, 1, place + 1)
                _geometry(data, pixels.shape, 350 / size, thickness, place * thickness)
                data.Manufacturer, data.BodyPartExamined = maker, "CHEST"
                data.SeriesDescription, data.ProtocolName = "Chest routine", f"CHEST {who.name.split('^')[0]}"
                data.KVP, data.RescaleIntercept, data.RescaleSlope = "120", "-1024", "1"
                data.WindowCenter, data.WindowWidth, data.ImageType = (
                    "-300",
                    "1500",
                    ["ORIGINAL", "PRIMARY", "AXIAL"],
                )
                _pixels(data, (pixels + 1024).astype(np.uint16))
                yield f"{who.name.replace('^', '_')}/visit{visit + 1}/IM{place:04d}.dcm", _bytes(data)


def mr_trial(subjects: int, slices: int, size: int = 128) -> Iterator[File]:
    """Yield T1-like head MRs."""
    for number, who in enumerate(invent(subjects, "MRD", 23)):
        volume = head_volume(size, slices, np.random.default_rng(100 + number))
        maker, tesla = MR_MAKERS[number % len(MR_MAKERS)]
        for place in range(slices):
            data = _base(who, MRImageStorage, "MR", 500 + number, 0, 1, place + 1)
            _geometry(data, volume[place].shape, 240 / size, 5.0, place * 5.0)
            data.Manufacturer, data.BodyPartExamined = maker, "HEAD"
            data.SeriesDescription, data.MagneticFieldStrength = "T1 axial", str(tesla)
            data.RepetitionTime, data.EchoTime, data.ScanningSequence = "500", "12", "SE"
            data.SequenceVariant, data.ScanOptions, data.MRAcquisitionType = "NONE", "", "2D"
            data.EchoTrainLength, data.ImageType = "1", ["ORIGINAL", "PRIMARY", "M"]
            data.WindowCenter, data.WindowWidth = "400", "800"
            _pixels(data, volume[place].astype(np.uint16))
            yield f"{who.patient_id}/T1/{place:04d}", _bytes(data)


def us_trial(subjects: int, width: int = 640, height: int = 480) -> Iterator[File]:
    """Yield thyroid ultrasound pictures with name, number and date burned in."""
    for number, who in enumerate(invent(subjects, "US-", 37)):
        family, _, given = who.name.partition("^")
        lines = [f"{family.upper()}, {given}", f"ID {who.patient_id}  {who.first_study:%d.%m.%Y}"]
        pixels = fan(width, height, np.random.default_rng(200 + number), lines)
        data = _base(who, UltrasoundImageStorage, "US", 900 + number, 0, 1, 1)
        data.Manufacturer, data.BodyPartExamined = (
            ("Philips", "SAMSUNG MEDISON", "Mindray")[number % 3],
            "THYROID",
        )
        data.SeriesDescription, data.ImageType = "Thyroid right", ["ORIGINAL", "PRIMARY"]
        data.Rows, data.Columns = pixels.shape
        _pixels(data, pixels)
        yield f"export/{family}_{given}_{who.first_study:%Y%m%d}.dcm", _bytes(data)


def _base(
    who: Invented, sop_class: str, modality: str, number: int, visit: int, series: int, instance: int
) -> Dataset:
    data = Dataset()
    day = who.first_study + timedelta(days=91 * visit)
    study_uid = f"{ROOT}.{number + 1}.{visit + 1}"
    data.SOPClassUID, data.SOPInstanceUID = sop_class, f"{study_uid}.{series}.{instance}"
    data.StudyInstanceUID, data.SeriesInstanceUID = study_uid, f"{study_uid}.{series}"
    data.FrameOfReferenceUID = f"{study_uid}.{series}.0"
    data.StudyDate = data.SeriesDate = data.AcquisitionDate = data.ContentDate = f"{day:%Y%m%d}"
    data.StudyTime = data.SeriesTime = data.AcquisitionTime = data.ContentTime = "101530"
    data.AccessionNumber, data.StudyID = f"ACC{number:05d}{visit}", f"{number}"
    data.Modality, data.InstitutionName = modality, who.hospital
    data.ReferringPhysicianName = data.PerformingPhysicianName = who.doctor
    data.StudyDescription = f"Trial visit {visit + 1}"
    data.StationName, data.DeviceSerialNumber = "SCANNER02", "SN-88213"
    data.ManufacturerModelName, data.SoftwareVersions = "Phantom", "1.0"
    data.PatientName, data.PatientID = who.name, who.patient_id
    data.PatientBirthDate, data.PatientSex = f"{who.birth:%Y%m%d}", who.sex
    data.PatientAge = f"{min(who.age + visit // 4, 999):03d}Y"
    data.PatientComments = f"Called {who.name.partition('^')[2]} on {day:%d.%m.%Y}"
    data.SeriesNumber, data.InstanceNumber, data.AcquisitionNumber = series, instance, 1
    data.PositionReferenceIndicator, data.Laterality = "", ""
    private = data.private_block(0x0029, "SIEMENS CSA HEADER", create=True)
    private.add_new(0x10, "OB", f"Patient {who.name} {who.patient_id}".encode())
    return data


def _geometry(data: Dataset, shape: tuple[int, ...], spacing: float, thickness: float, along: float) -> None:
    data.Rows, data.Columns = shape
    data.PixelSpacing, data.SliceThickness = [f"{spacing:.4f}"] * 2, str(thickness)
    data.ImageOrientationPatient = ["1", "0", "0", "0", "1", "0"]
    half = spacing * shape[0] / 2
    data.ImagePositionPatient = [f"{-half:.2f}", f"{-half:.2f}", f"{along:.2f}"]
    data.SliceLocation, data.PatientPosition = f"{along:.2f}", "HFS"


def _pixels(data: Dataset, pixels: np.ndarray[Any, Any]) -> None:
    bits = pixels.dtype.itemsize * 8
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.BitsAllocated = data.BitsStored = bits
    data.HighBit, data.PixelRepresentation = bits - 1, 0
    data.PixelData = pixels.tobytes()


def _bytes(data: Dataset) -> bytes:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = data.SOPClassUID, data.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    target = io.BytesIO()
    file = FileDataset("", data, file_meta=meta, preamble=b"\0" * 128)
    file.save_as(target, enforce_file_format=True)
    return target.getvalue()
