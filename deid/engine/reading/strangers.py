"""Say what a file is that carries no DICM mark, as far as its owner can do something about it."""

from deid.engine.errors import NotDicomError
from deid.engine.reading.elements import Buffer

# Where an archive has its mark: ZIP (also of Office), gzip, 7-Zip, RAR, bzip2, xz, tar, ISO 9660.
_ARCHIVES = (
    (0, b"PK\3\4"),
    (0, b"\x1f\x8b"),
    (0, b"7z\xbc\xaf\x27\x1c"),
    (0, b"Rar!\x1a\x07"),
    (0, b"BZh"),
    (0, b"\xfd7zXZ\0"),
    (257, b"ustar"),
    (0x8001, b"CD001"),
)

# Volumes and arrays of other kinds, and messages, by what they begin with, with their codes.
_OTHERS = (
    (0, b"NRRD", "other_volume", "an NRRD volume: convert it to NIfTI (.nii.gz)"),
    (0, b"ObjectType", "other_volume", "a MetaImage volume: convert it to NIfTI (.nii.gz)"),
    (0, b"\x93NUMPY", "other_volume", "an array of NumPy: convert it to NIfTI or HDF5"),
    (0, b"MATLAB 5.0", "other_volume", "a file of MATLAB: convert it to NIfTI or HDF5"),
    (0, b"MSH|", "message", "a message in HL7 version 2: bring what it reports as text, PDF or CDA"),
)

_OFFICE = "a document of an office program: save it as PDF or text, a table as CSV or XLSX"
_STATISTICS = "a table of {}: save it as CSV or as a SAS transport file (.xpt)"
_PICTURE = "a picture of a kind that is not known here: save it as PNG or TIFF"
# Documents, tables and pictures that studies hold, told apart before archives: some are packed as one.
_BESIDE_IMAGES = (
    (30, b"[Content_Types].xml", _OFFICE),
    (30, b"mimetypeapplication/vnd.oasis", _OFFICE),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OFFICE),
    (0, b"$FL2@(#)", _STATISTICS.format("SPSS")),
    (0, b"$FL3@(#)", _STATISTICS.format("SPSS")),
    (0, b"<stata_dta>", _STATISTICS.format("Stata")),
    (12, b"\xc2\xea\x81\x60\xb3\x14\x11\xcf", _STATISTICS.format("SAS")),
    (0, b"GIF8", _PICTURE),
    (8, b"WEBPVP8", _PICTURE),
    (0, b"0       ", "a recording (EDF), which is not known here"),
)


def not_dicom(buffer: Buffer) -> NotDicomError:
    """Return the refusal of a file without a DICM mark, with the code of what it is instead."""
    if not len(buffer):
        return NotDicomError("The file is empty; there is nothing to clean.")
    for start, mark, told in _BESIDE_IMAGES:
        if buffer[start : start + len(mark)] == mark:
            return NotDicomError(f"This is not a DICOM file but {told}.")
    if any(buffer[start : start + len(mark)] == mark for start, mark in _ARCHIVES):
        return NotDicomError(
            "This is an archive and not a DICOM file: unpack it, and clean what is inside.", code="archive"
        )
    for start, mark, code, told in _OTHERS:
        if buffer[start : start + len(mark)] == mark:
            return NotDicomError(f"This is not a DICOM file but {told}.", code=code)
    return NotDicomError("This is not a DICOM file: it does not carry the DICM mark.")
