"""A certificate in words, as a page shows it; what an older one does not say is empty."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from deid.engine.review.wording import DONE, counted_as
from deid.services.releasing.certifying import is_genuine
from deid.services.releasing.stating import HELD_BACK, PAYLOAD_RECIPE

# Action codes of PS3.15 Table E.1-1, in the order of how much they leave.
CODES = ("K", "C", "U", "D", "Z", "X")
TOOLS = {
    "cleaner": "Cleaned by",
    "second_reader": "Read again by",
    "recogniser": "Released pixels read by",
    "text_finder": "Text in images looked for by",
}
QUASI = {
    "PatientSex": "sex",
    "PatientAge": "age",
    "PatientSize": "height",
    "PatientWeight": "weight",
    "EthnicGroup": "ethnic group",
    "CountryOfResidence": "country of residence",
    "RegionOfResidence": "region of residence",
    "SmokingStatus": "smoking status",
    "PregnancyStatus": "pregnancy status",
    "PatientReligiousPreference": "religious preference",
    "PatientSpeciesDescription": "species",
    "MilitaryRank": "military rank",
    "InstitutionName": "institution",
}


def certificate_told(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the page of a certificate shows; the signature is checked as it is asked for."""
    actions, profile = said.get("actions", {}), said.get("profile", {})
    risk, verified = said.get("risk", {}), said.get("verified", {})
    made = said.get("made_at")
    return {
        "genuine": is_genuine(said),
        "older": "format" not in said,
        "made_at": datetime.fromisoformat(made) if made else None,
        "rules": [{**rule, "done": DONE[rule["action"]]} for rule in profile.get("overrides", [])],
        "tools": [
            (words, said["tools"][work]) for work, words in TOOLS.items() if work in said.get("tools", {})
        ],
        "actions": [(code, counted_as(code), actions[code]) for code in CODES if code in actions],
        "others": [(counted_as(code), count) for code, count in sorted(actions.items()) if code not in CODES],
        "failures": list(verified.get("earlier_failures", {}).items()),
        "held_back": [
            (HELD_BACK.get(reason, reason), count) for reason, count in said.get("held_back", {}).items()
        ],
        "quasi": [QUASI.get(name, name.lower()) for name in risk.get("quasi_identifiers", [])],
        "others_at_least": max(risk.get("smallest_class", 0) - 1, 0),
        "classes": [
            {"label": size, "count": int(size) * count}
            for size, count in sorted(risk.get("classes_by_size", {}).items(), key=lambda pair: int(pair[0]))
        ],
        "recipe": PAYLOAD_RECIPE,
    }
