"""Keys, findings and releases."""

from deid.models.findings import Finding, FindingKind
from deid.models.releases import Release, ReleaseFile, ReleaseItem
from deid.models.secrets import CollectionSecret, GrantSecret, SubjectSecret

__all__ = [
    "CollectionSecret",
    "Finding",
    "FindingKind",
    "GrantSecret",
    "Release",
    "ReleaseFile",
    "ReleaseItem",
    "SubjectSecret",
]
