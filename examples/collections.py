"""The example trials and collections: what they are, and the files that are uploaded to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import chain

from examples.images import dicom, volumes, wheels

File = tuple[str, bytes]

AGREEMENT = """1. The data may be used only for the purpose of the request, by those who sign here.
2. Nobody tries to identify or contact a participant, or to join the data with other data about them.
3. The data stays on systems with access control and encryption at rest, and is not passed on.
4. Publications cite the collection and are reported in the portal within 60 days.
5. When the grant ends, every copy is destroyed and the destruction is attested.
"""


@dataclass(frozen=True, slots=True)
class Example:
    """A trial with one collection, and its files."""

    slug: str
    registry_number: str
    trial_title: str
    phase: str
    condition: str
    title: str
    summary: str
    description: str
    modalities: list[str]
    files: Callable[[], Iterable[File]]
    needs_official: bool = False
    arms: list[str] = field(default_factory=lambda: ["Standard care", "Investigational"])


EXAMPLES = (
    Example(
        "breathe-ct",
        "NCT09990001",
        "BREATHE: inhaled therapy in early interstitial lung disease",
        "3",
        "Interstitial lung disease",
        "BREATHE chest CT",
        "Low-dose chest CT of participants of a phase 3 trial, with a second visit after three months for a third of "
        "them. Good for progression measures and for robustness across makers.",
        "## Background\n\nBREATHE compared two inhaled therapies over twelve months.\n\n## Acquisition\n\n"
        "Supine, full inspiration, 120 kV, no contrast; slice thickness 1.5 to 3 mm on scanners of three makers.\n\n"
        "## Known limits\n\nOne series lacks a slice. Participants over 89 years are grouped.\n\n"
        "*The images of this example are synthetic.*",
        ["CT"],
        lambda: dicom.ct_trial(12, 6),
        needs_official=True,
    ),
    Example(
        "clarity-mr",
        "NCT09990002",
        "CLARITY: amyloid lowering in mild cognitive impairment",
        "2",
        "Mild cognitive impairment",
        "CLARITY baseline head MR",
        "Baseline T1-weighted head MR of a phase 2 trial at 1.5 and 3 tesla. Good for segmentation and for harmonising "
        "field strengths.",
        "## Background\n\nCLARITY enrolled people with mild cognitive impairment at nine sites.\n\n## Acquisition\n\n"
        "Axial T1, 5 mm, without contrast.\n\n*The images of this example are synthetic and show no face.*",
        ["MR"],
        lambda: dicom.mr_trial(6, 16),
    ),
    Example(
        "nodus-us",
        "NCT09990003",
        "NODUS: watchful waiting in low-risk thyroid nodules",
        "observational",
        "Thyroid nodule",
        "NODUS thyroid ultrasound",
        "Ultrasound of thyroid nodules with the text that the scanner burned in masked after review by a person. Good "
        "for detection and classification.",
        "## Acquisition\n\nLinear probes of three makers. Names and dates were burned into every picture; each mask was "
        "signed off by a curator.\n\n*The images of this example are synthetic.*",
        ["US"],
        lambda: dicom.us_trial(8),
    ),
    Example(
        "cursus-nifti",
        "NCT09990004",
        "CURSUS: rehabilitation after stroke",
        "4",
        "Ischaemic stroke",
        "CURSUS brain volumes and outcomes",
        "T1-weighted volumes in BIDS folders with a clinical table beside them: arm, age, visits and an outcome score.",
        "## Contents\n\nOne NIfTI volume a participant and one table. Dates are shifted as in every format, so that "
        "intervals stay exact.\n\n*The images and the table of this example are synthetic.*",
        ["MR"],
        lambda: volumes.brain_trial(12),
    ),
    Example(
        "reference-mix",
        "NCT09990005",
        "ATLAS: reference images across makers and encodings",
        "na",
        "Method development",
        "ATLAS reference images",
        "Real DICOM files of many makers, modalities and transfer syntaxes, and NIfTI volumes, from the test "
        "files of pydicom and nibabel. Good for testing readers and pipelines.",
        "## Contents\n\nCT, MR, ultrasound, dose, plan and secondary capture, uncompressed and in several compressed "
        "transfer syntaxes.",
        ["CT", "MR", "US", "OT"],
        lambda: chain(wheels.real_files(), volumes.real_volumes()),
    ),
)
