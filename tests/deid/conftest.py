"""Shared ground for the engine's tests."""

import io
import warnings
from collections.abc import Callable
from pathlib import Path

import pydicom
import pytest
from hypothesis import settings
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset

from deid.engine import Cleaned, Identity, Profile, clean_dicom, load_profile

# A busy machine is no fault of what is tested.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "data" / "dicom_samples"


@pytest.fixture
def identity() -> Identity:
    return Identity(b"a grant's own key of 32 bytes ..")


@pytest.fixture
def clean(identity: Identity) -> Callable[..., tuple[Dataset, bytes, Cleaned]]:
    """Clean bytes and give back what pydicom reads, the bytes and the report."""

    def run(
        source: bytes, profile: str | Profile = "research", **more: object
    ) -> tuple[Dataset, bytes, Cleaned]:
        out = io.BytesIO()
        settings = {
            "identity": identity,
            "subject_key": "subject",
            "profile": load_profile(profile) if isinstance(profile, str) else profile,
        } | more
        cleaned = clean_dicom(io.BytesIO(source), out, **settings)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return pydicom.dcmread(io.BytesIO(out.getvalue())), out.getvalue(), cleaned

    return run


def sample_files() -> list[Path]:
    """Return the real sample files where they are present."""
    return sorted(path for path in SAMPLES.glob("*/*") if path.is_file())


def wheel_file(name: str) -> bytes:
    """Return a file that comes with the pydicom wheel."""
    return Path(get_testdata_file(name, download=False)).read_bytes()


def as_bytes(dataset: Dataset) -> bytes:
    """Return a data set written down."""
    out = io.BytesIO()
    dataset.save_as(out, enforce_file_format=False)
    return out.getvalue()
