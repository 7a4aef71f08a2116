"""The de-identification engine: a library over files and streams that knows nothing of the portal.

    from deid.engine import Identity, clean_dicom, load_profile

reading → deciding → acting → writing is the way of an instance; `verification` re-reads what came out and
shares no
code with the rest.
"""

from deid.engine import sandbox
from deid.engine.errors import (
    EngineError,
    NotDicomError,
    ProfileError,
    RefusedError,
    TooLargeError,
    UnreadableError,
    UnsupportedError,
    UnsupportedMaskError,
)
from deid.engine.facts.dicom import InstanceFacts, read_facts
from deid.engine.facts.nifti import NiftiFacts, read_nifti_facts
from deid.engine.formats.nifti import clean_nifti
from deid.engine.formats.tables.cleaning import clean_table
from deid.engine.formats.tables.roles import ColumnRole
from deid.engine.identity import Identity, subject_key
from deid.engine.instances import clean_dicom
from deid.engine.pixels.pictures import pixel_quality, render, thumbnail
from deid.engine.profiles.profile import Profile, load_profile, make_profile
from deid.engine.results import Cleaned, Mask
from deid.engine.structure.checks import check_structure

__all__ = [
    "Cleaned",
    "ColumnRole",
    "EngineError",
    "Identity",
    "InstanceFacts",
    "Mask",
    "NiftiFacts",
    "NotDicomError",
    "Profile",
    "ProfileError",
    "RefusedError",
    "TooLargeError",
    "UnreadableError",
    "UnsupportedError",
    "UnsupportedMaskError",
    "check_structure",
    "clean_dicom",
    "clean_nifti",
    "clean_table",
    "load_profile",
    "make_profile",
    "pixel_quality",
    "read_facts",
    "read_nifti_facts",
    "render",
    "sandbox",
    "subject_key",
    "thumbnail",
]
