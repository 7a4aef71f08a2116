"""Which names of groups, data sets and attributes may stay in an HDF5 file: known ones and technical words."""

import re

from deid.engine.text.words import clinical_words

HEADERS = frozenset(("xml", "ismrmrd_header", "ismrmrd_xml"))
# Texts beside the images of an ISMRMRD file; they are emptied, as readers ask for them.
META = frozenset(("attributes",))
SUBJECTS = frozenset(
    ("patient_id", "patientid", "PatientID", "patient", "subject", "subject_id", "participant_id")
)
# Attributes whose text is of use and is cleaned.
ATTRIBUTES = frozenset(
    (
        "acquisition",
        "contrast",
        "sequence",
        "modality",
        "units",
        "anatomy",
        "description",
        "challenge",
        "split",
    )
)
# How fastMRI names its acquisitions.
ACQUISITIONS = frozenset(
    ("CORPD_FBK", "CORPDFS_FBK", "AXT1", "AXT1PRE", "AXT1POST", "AXT2", "AXFLAIR", "AXT2FS", "AXDIFF")
)
KNOWN = frozenset(
    """
    dataset data xml header image images waveforms waveform noise acquisitions acquisition attributes kspace kspaces
    reconstruction rss esc mask masks sens maps sensitivity label labels seg segmentation volume target csm smaps
    max min norm mean std num low freq frequency acceleration slices coils imgs im arr array real imag x y z t b
    bval bvals bvec bvecs mat affine spacing origin direction transform te tr fa t1 t2 pd dwi adc version trajectory
    traj dcf weights coords index indices scale offset width height depth channels dims shape enc matlab class empty
    undersampling sampling pattern espirit calib calibration gfactor singlecoil multicoil recon raw stack frames
    echo echoes set slice repetition phase contrast average segment user idx head flags bool true false r i
    measurement uid scan counter stamp physiology samples available active channel discard pre post center sample
    encoding encode space dimensions time us position read dir patient table step kspace1 kspace2 int float
    matrix size field view type series data data_type element number of
    """.split()  # noqa: SIM905 - a list of words reads best as one
)
_NAME = re.compile(r"[A-Za-z0-9_ .-]{1,64}")
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
LONGEST_NUMBER, MOST_DIGITS = 4, 6


def is_technical(name: str) -> bool:
    """Say whether a name is made of known words and short numbers only, too few of them for a date or somebody's number."""
    parts = _PARTS.findall(name)
    known = clinical_words()
    return (
        _NAME.fullmatch(name) is not None
        and bool(parts)
        and sum(map(str.isdigit, name)) <= MOST_DIGITS
        and all(
            len(part) <= LONGEST_NUMBER if part.isdigit() else part.lower() in KNOWN or part.lower() in known
            for part in parts
        )
    )
