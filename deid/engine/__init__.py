"""The de-identification engine: a library over files and streams that knows nothing of the portal.

    from deid.engine import Identity, clean_dicom, load_profile

reading → deciding → acting → writing is the way of an instance; `verification` re-reads what came out and shares no
code with the rest. What is named here is imported when it is first asked for: the command only leads children, which
import for themselves, and would wait for a third of a second for what it never uses.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
    from deid.engine.formats.tables.column_roles import ColumnRole
    from deid.engine.identity import Identity, subject_key
    from deid.engine.instances import clean_dicom
    from deid.engine.pixels.pictures import pixel_quality, render, thumbnail
    from deid.engine.profiles.profile import Profile, load_profile, make_profile
    from deid.engine.results import Cleaned, Mask
    from deid.engine.structure.checks import check_structure

_HOMES = {
    "errors": (
        "EngineError",
        "NotDicomError",
        "ProfileError",
        "RefusedError",
        "TooLargeError",
        "UnreadableError",
        "UnsupportedError",
        "UnsupportedMaskError",
    ),
    "facts.dicom": ("InstanceFacts", "read_facts"),
    "facts.nifti": ("NiftiFacts", "read_nifti_facts"),
    "formats.nifti": ("clean_nifti",),
    "formats.tables.cleaning": ("clean_table",),
    "formats.tables.column_roles": ("ColumnRole",),
    "identity": ("Identity", "subject_key"),
    "instances": ("clean_dicom",),
    "pixels.pictures": ("pixel_quality", "render", "thumbnail"),
    "profiles.profile": ("Profile", "load_profile", "make_profile"),
    "results": ("Cleaned", "Mask"),
    "structure.checks": ("check_structure",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

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


def __getattr__(name: str) -> Any:
    """Return what is named above from where it lives."""
    if name == "sandbox":
        return import_module("deid.engine.sandbox")
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"deid.engine.{_HOME_OF[name]}"), name)
