"""Keys, findings, what was looked at, and releases."""

from deid.models.findings import Finding, FindingKind
from deid.models.looking import LookedAt
from deid.models.releases import Release, ReleaseFile, ReleaseItem
from deid.models.secrets import CollectionSecret, GrantSecret, SubjectAlias, SubjectSecret

__all__ = [
    "CollectionSecret",
    "Finding",
    "FindingKind",
    "GrantSecret",
    "LookedAt",
    "Release",
    "ReleaseFile",
    "ReleaseItem",
    "SubjectAlias",
    "SubjectSecret",
]
