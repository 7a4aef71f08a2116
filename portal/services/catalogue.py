"""The catalogue: every published collection with its facets; small enough to be filtered in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from portal.models import CollectionVersion, Licence, Phase
from portal.policies import catalogue
from portal.states import VersionState


@dataclass(frozen=True, slots=True)
class Entry:
    """One collection as the catalogue shows it."""

    slug: str
    title: str
    summary: str
    sponsor: str
    condition: str
    phase: str
    registry_number: str
    licence: str
    published_at: datetime
    statistics: Mapping[str, Any]
    words: str

    @property
    def totals(self) -> Mapping[str, Any]:
        """The counts of subjects, series, images and bytes."""
        return dict(self.statistics.get("totals", {}))

    @property
    def modalities(self) -> list[str]:
        """The modalities of its series."""
        return list(self.statistics.get("found_under", {}).get("modalities", []))

    @property
    def body_parts(self) -> list[str]:
        """The parts of the body that its series show."""
        return list(self.statistics.get("found_under", {}).get("body_parts", []))

    @property
    def samples(self) -> list[Mapping[str, str]]:
        """A few series with a thumbnail."""
        return list(self.statistics.get("samples", []))


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to narrow the catalogue."""

    name: str
    label: str
    values: Callable[[Entry], Sequence[str]]
    names: Mapping[str, str] = field(default_factory=dict)


PHASES: dict[str, str] = {value: str(label) for value, label in Phase.choices}
ACCESS: dict[str, str] = {
    Licence.TESSERA_CONTROLLED: "By agreement",
    Licence.CC_BY_4: "CC BY 4.0",
    Licence.CC_BY_NC_4: "CC BY-NC 4.0",
}
FACETS = (
    Facet("modality", "Modality", lambda entry: entry.modalities),
    Facet("body_part", "Body part", lambda entry: entry.body_parts),
    Facet("condition", "Condition", lambda entry: [entry.condition]),
    Facet("phase", "Phase", lambda entry: [entry.phase], PHASES),
    Facet("sponsor", "Sponsor", lambda entry: [entry.sponsor]),
    Facet("access", "Access", lambda entry: [entry.licence], ACCESS),
)
SORTS: dict[str, tuple[str, Callable[[Entry], Any], bool]] = {
    "new": ("Newest first", lambda entry: entry.published_at, True),
    "title": ("Title", lambda entry: entry.title.casefold(), False),
    "size": ("Most images first", lambda entry: entry.totals.get("instances", 0), True),
    "subjects": ("Most people first", lambda entry: entry.totals.get("subjects") or 0, True),
}


def entries() -> list[Entry]:
    """Return every collection of the catalogue that has a published version, newest first."""
    versions = (
        CollectionVersion.objects.filter(state=VersionState.PUBLISHED, collection__in=catalogue())
        .select_related("collection__trial__sponsor")
        .order_by("-published_at")
    )
    return [_entry(version) for version in versions]


def _entry(version: CollectionVersion) -> Entry:
    collection, trial = version.collection, version.collection.trial
    words = " ".join(
        [collection.title, collection.summary, collection.description, trial.title, trial.condition,
         trial.registry_number, trial.sponsor.name]
    )  # fmt: skip
    return Entry(
        slug=collection.slug,
        title=collection.title,
        summary=collection.summary,
        sponsor=trial.sponsor.name,
        condition=trial.condition,
        phase=trial.phase,
        registry_number=trial.registry_number,
        licence=collection.licence,
        published_at=version.published_at,  # type: ignore[arg-type]
        statistics=version.statistics,
        words=words.casefold(),
    )


Chosen = Mapping[str, Sequence[str]]


def find(all_entries: Sequence[Entry], *, words: str, chosen: Chosen, sort: str) -> list[Entry]:
    """Return the entries that have every word and, of each facet, one of the chosen values."""
    found = [entry for entry in all_entries if _has_words(entry, words) and _fits(entry, chosen)]
    _, key, backwards = SORTS.get(sort, SORTS["new"])
    return sorted(found, key=key, reverse=backwards)


def facets(all_entries: Sequence[Entry], *, words: str, chosen: Chosen) -> list[dict[str, Any]]:
    """Return each facet with its values and how many entries each would give, the other facets as chosen."""
    with_words = [entry for entry in all_entries if _has_words(entry, words)]
    return [_facet(facet, with_words, all_entries, chosen) for facet in FACETS]


def _facet(
    facet: Facet, with_words: Sequence[Entry], all_entries: Sequence[Entry], chosen: Chosen
) -> dict[str, Any]:
    others = {name: values for name, values in chosen.items() if name != facet.name}
    counts = {value: 0 for entry in all_entries for value in facet.values(entry)}
    for entry in with_words:
        if _fits(entry, others):
            for value in facet.values(entry):
                counts[value] += 1
    options = [
        {
            "value": value,
            "label": facet.names.get(value, value),
            "count": count,
            "chosen": value in chosen.get(facet.name, ()),
        }
        for value, count in counts.items()
    ]
    options.sort(key=lambda option: (-int(option["count"]), str(option["label"])))  # type: ignore[call-overload]
    return {"name": facet.name, "label": facet.label, "options": options}


def _has_words(entry: Entry, words: str) -> bool:
    return all(word in entry.words for word in words.casefold().split())


def _fits(entry: Entry, chosen: Chosen) -> bool:
    by_name = {facet.name: facet for facet in FACETS}
    return all(
        not values or set(values) & set(by_name[name].values(entry))
        for name, values in chosen.items()
        if name in by_name
    )


def totals(all_entries: Sequence[Entry]) -> dict[str, int]:
    """Return what is in the whole catalogue."""
    return {
        "collections": len(all_entries),
        **{
            name: sum(entry.totals.get(name) or 0 for entry in all_entries)
            for name in ("subjects", "series", "instances", "bytes")
        },
    }
