"""The base models: who, and what."""

from portal.models.idempotency import IdempotentWrite
from portal.models.index import (
    ClinicalTable,
    ColumnRole,
    Instance,
    Series,
    SeriesKind,
    SeriesState,
    Study,
    Subject,
    TableColumn,
)
from portal.models.jobs import Job, JobState
from portal.models.ledger import LedgerCheckpoint, LedgerEvent
from portal.models.people import Organisation, Person
from portal.models.profiles import CleaningProfile
from portal.models.tokens import AccessToken, Scope
from portal.models.trials import Collection, CollectionVersion, Licence, Phase, Trial

__all__ = [
    "AccessToken",
    "CleaningProfile",
    "ClinicalTable",
    "Collection",
    "CollectionVersion",
    "ColumnRole",
    "IdempotentWrite",
    "Instance",
    "Job",
    "JobState",
    "LedgerCheckpoint",
    "LedgerEvent",
    "Licence",
    "Organisation",
    "Person",
    "Phase",
    "Scope",
    "Series",
    "SeriesKind",
    "SeriesState",
    "Study",
    "Subject",
    "TableColumn",
    "Trial",
]
