"""What an image says of who its subject is; runs in a child."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deid.engine.deciding.rules import PATIENT_ID
from deid.engine.facts.known import known_values_in
from deid.engine.instances import text_at, top_level
from deid.engine.profiles.files import profile_given
from deid.engine.reading.files import read_data_set
from deid.engine.text.flat import folded

PATIENT_NAME, BIRTH, STUDY_UID = 0x00100010, 0x00100030, 0x0020000D
_WORD = re.compile(r"[^\W\d_]{2,}")


def what_a_file_says(path: str, profile: str | Mapping[str, Any]) -> dict[str, Any]:
    """Return the Patient ID, the study and the identifying values of an image, and the person's birth and the words of the
    name, for memory only; raises `RefusedError`."""
    with Path(path).open("rb") as file:
        data = read_data_set(file)
    by_tag = top_level(data)
    patient_id, name, birth = (
        text_at(data, by_tag, tag).strip() for tag in (PATIENT_ID, PATIENT_NAME, BIRTH)
    )
    words = sorted({folded(word).casefold() for word in _WORD.findall(name)})
    values = known_values_in(data, profile_given(profile))
    study = text_at(data, by_tag, STUDY_UID)
    return {"patient_id": patient_id, "study": study, "values": values, "birth": birth, "name": words}
