"""Segmentation images for tests: binary, one plane a frame, placed in the patient."""

import io

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SegmentationStorage, generate_uid


def _item(**values):
    item = Dataset()
    for name, value in values.items():
        setattr(item, name, value)
    return item


def segmentation(masks, to_patient, frame_of_reference="1.2.3.4", **values):
    """Return a Segmentation image (PS3.3 A.51) of *masks*, each a volume (planes × rows × columns) of one segment; planes
    without any of it are left out."""
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID = SegmentationStorage
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID = generate_uid()
    ds.PatientID, ds.StudyInstanceUID, ds.SeriesInstanceUID, ds.Modality = (
        "P1",
        "1.2.3",
        generate_uid(),
        "SEG",
    )
    ds.FrameOfReferenceUID, ds.SegmentationType = frame_of_reference, "BINARY"
    measures = _item(PixelSpacing=[to_patient[1, 1], to_patient[0, 0]], SliceThickness=to_patient[2, 2])
    turned = _item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])
    ds.SharedFunctionalGroupsSequence = [
        _item(PixelMeasuresSequence=[measures], PlaneOrientationSequence=[turned])
    ]
    frames, planes = [], []
    for number, mask in enumerate(masks, 1):
        for place in np.flatnonzero(mask.any((1, 2))):
            position = [*map(float, to_patient[:2, 3]), float(to_patient[2, 3] + place * to_patient[2, 2])]
            planes.append(mask[place])
            frames.append(
                _item(
                    PlanePositionSequence=[_item(ImagePositionPatient=position)],
                    SegmentIdentificationSequence=[_item(ReferencedSegmentNumber=number)],
                )
            )
    ds.PerFrameFunctionalGroupsSequence = frames
    ds.SegmentSequence = [
        _item(SegmentNumber=number, SegmentLabel=f"Segment_{number}", SegmentAlgorithmType="MANUAL")
        for number in range(1, len(masks) + 1)
    ]
    ds.NumberOfFrames, ds.Rows, ds.Columns = len(planes), *masks[0].shape[1:]
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.BitsAllocated = ds.BitsStored = 1
    ds.HighBit = ds.PixelRepresentation = 0
    bits = np.packbits(np.stack(planes).astype(np.uint8).ravel(), bitorder="little").tobytes()
    ds.PixelData = bits + bytes(len(bits) % 2)
    ds["PixelData"].VR = "OB"
    for name, value in values.items():
        setattr(ds, name, value)
    return ds


def as_bytes(ds):
    """Return the file."""
    out = io.BytesIO()
    ds.save_as(out, enforce_file_format=True)
    return out.getvalue()
