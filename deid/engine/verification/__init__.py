"""The second reader: re-reads what was released and shares no code with the cleaner."""

from deid.engine.verification.files import verify_dicom, verify_table
from deid.engine.verification.needles import Needle, identifying_values
from deid.engine.verification.nifti import verify_nifti
from deid.engine.verification.search import Hit, search

__all__ = ["Hit", "Needle", "identifying_values", "search", "verify_dicom", "verify_nifti", "verify_table"]
