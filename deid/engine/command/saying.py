"""What an image says of who its subject is; runs in a child."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deid.engine.deciding.rules import PATIENT_ID
from deid.engine.facts.known import known_values_in
from deid.engine.instances import text_at, top_level
from deid.engine.profiles.files import profile_given
from deid.engine.reading.files import read_data_set


def what_a_file_says(path: str, profile: str | Mapping[str, Any]) -> dict[str, Any]:
    """Return the Patient ID and the identifying values of an image, for memory only; raises `RefusedError`."""
    with Path(path).open("rb") as file:
        data = read_data_set(file)
    patient_id = text_at(data, top_level(data), PATIENT_ID)
    return {"patient_id": patient_id, "values": known_values_in(data, profile_given(profile))}
