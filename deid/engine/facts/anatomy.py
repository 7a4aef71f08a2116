"""Which part of the body a header's words name; the words themselves never leave."""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from deid.engine.formats.bids.names import is_bids

HEAD = "HEAD"
_HEAD = re.compile(r"HEAD|BRAIN|SKULL|(?<!R)FACE|NEURO|CRAN|SINUS|ORBIT|NECK|MPRAGE|KOPF")
# How fastMRI names what it acquired of brains; its knees are CORPD and CORPDFS.
_HEAD_OF_RAW = re.compile(r"AXT1|AXT2|AXFLAIR|AXDIFF|FLAIR|MP2RAGE|BOLD|CEREBR")
# Other parts (PS3.16 Annex L). A spine is not among them: its images reach up to the chin.
_OTHERS = (
    ("KNEE", re.compile(r"KNEE|CORPD")),
    ("HEART", re.compile(r"HEART|CARDIAC|CINE|MYOCARD")),
    ("BREAST", re.compile(r"BREAST|MAMM[AO]")),
    ("PROSTATE", re.compile(r"PROSTAT")),
    ("LIVER", re.compile(r"LIVER|HEPAT")),
    ("ABDOMEN", re.compile(r"ABDOM|KIDNEY|RENAL|PANCREA")),
    ("PELVIS", re.compile(r"PELVI|RECTUM|UTERUS")),
    ("SHOULDER", re.compile(r"SHOULDER")),
    ("HAND", re.compile(r"(?:^|[^A-Z])(?:HAND|WRIST)(?:$|[^A-Z])")),
    ("FOOT", re.compile(r"(?:^|[^A-Z])(?:FOOT|ANKLE)(?:$|[^A-Z])")),
    ("PHANTOM", re.compile(r"PHANTOM")),
)
_ORGAN_OF_HEAD = re.compile(
    r"(?:^|[^A-Z])(?:EYES?|LENS(?:ES)?|OPTIC|OPTICNRVE|CHIASM|COCHLEA|PAROTID|PITUITARY|HIPPOCAMP|MANDIBLE|LACRIMAL|RETINA|CORNEA|"
    r"BRAINSTEM|CEREBELLUM|ORAL|LIPS?)"
)


def names_head(text: str) -> bool:
    """Say whether a text of a header speaks of a head."""
    return _HEAD.search(text.upper()) is not None


def names_organ_of_head(text: str) -> bool:
    """Say whether the name of a structure (AAPM TG-263) is that of a head, or of an organ in one."""
    return names_head(text) or _ORGAN_OF_HEAD.search(text.upper()) is not None


def body_part_of_raw(texts: Iterable[str], coils: Iterable[str] = ()) -> str:
    """Return the part of the body that a raw data header names (PS3.16 Annex L), empty where none is.

    A head goes before all others. Coils only speak for heads: others lie under the patient whatever is looked at.
    """
    spoken = " ".join(texts).upper()
    if names_head(spoken) or _HEAD_OF_RAW.search(spoken) or any(names_head(coil) for coil in coils):
        return HEAD
    return next((part for part, words in _OTHERS if words.search(spoken)), "")


def chief_part(parts: Iterable[str]) -> str:
    """Return a head where any of the *parts* is one, else the first that is named, else nothing."""
    named = [part for part in parts if part]
    return HEAD if HEAD in named else next(iter(named), "")


def body_part_of_name(path: str) -> str:
    """Return the part of the body that the name of a raw file tells; BIDS is of brains unless it says otherwise."""
    named = body_part_of_raw([PurePosixPath(path).name])
    return named or (HEAD if is_bids(path) else "")
