"""What images say of who their subject is; runs in a child."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from deid.engine.deciding.rules import PATIENT_ID
from deid.engine.errors import EngineError
from deid.engine.facts.known import known_values_in
from deid.engine.instances import text_at, top_level
from deid.engine.profiles.profile import Profile, load_profile
from deid.engine.reading.files import read_data_set


def what_files_say(paths: Sequence[str], profile: str) -> list[dict[str, Any] | None]:
    """Return the Patient ID and the identifying values of each image, `None` where it cannot be read.

    They are for memory only.
    """
    loaded = load_profile(profile)
    return [_said(path, loaded) for path in paths]


def _said(path: str, profile: Profile) -> dict[str, Any] | None:
    try:
        with Path(path).open("rb") as file:
            data = read_data_set(file)
        patient_id = text_at(data, top_level(data), PATIENT_ID)
        return {"patient_id": patient_id, "values": known_values_in(data, profile)}
    except (EngineError, OSError):
        return None
