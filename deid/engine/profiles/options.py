"""The options of the Basic Profile, their columns in Table E.1-1 and their codes in CID 7050."""

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Option:
    """One option: its name in our profiles, its column in the table (if it has one), its code and meaning."""

    name: str
    column: str
    code: str
    meaning: str


BASIC = Option("basic", "basicProfile", "113100", "Basic Application Confidentiality Profile")

_OPTIONS = (
    Option("clean_pixel_data", "", "113101", "Clean Pixel Data Option"),
    Option("clean_recognizable_visual_features", "", "113102", "Clean Recognizable Visual Features Option"),
    Option("clean_graphics", "cleanGraphOpt", "113103", "Clean Graphics Option"),
    Option("clean_structured_content", "cleanStructContOpt", "113104", "Clean Structured Content Option"),
    Option("clean_descriptors", "cleanDescOpt", "113105", "Clean Descriptors Option"),
    Option(
        "retain_full_dates",
        "rtnLongFullDatesOpt",
        "113106",
        "Retain Longitudinal Temporal Information Full Dates Option",
    ),
    Option(
        "retain_modified_dates",
        "rtnLongModifDatesOpt",
        "113107",
        "Retain Longitudinal Temporal Information Modified Dates Option",
    ),
    Option(
        "retain_patient_characteristics", "rtnPatCharsOpt", "113108", "Retain Patient Characteristics Option"
    ),
    Option("retain_device_identity", "rtnDevIdOpt", "113109", "Retain Device Identity Option"),
    Option("retain_uids", "rtnUIDsOpt", "113110", "Retain UIDs Option"),
    Option("retain_safe_private", "rtnSafePrivOpt", "113111", "Retain Safe Private Option"),
    Option("retain_institution_identity", "rtnInstIdOpt", "113112", "Retain Institution Identity Option"),
)

OPTIONS = MappingProxyType({option.name: option for option in _OPTIONS})
