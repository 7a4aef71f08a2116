"""What a request says: its parts, what is still missing, and what changed between two wordings."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from requests_app.models import AccessRequest, Review

TEXTS = {
    "title": "Title",
    "public_summary": "Public summary",
    "purpose": "Purpose",
    "plan": "Analysis plan",
    "data_protection": "Where the data will be kept",
    "funding": "Funding",
    "ethics": "Ethics",
    "publication_intent": "Publication",
}
WIZARD_STEP = {
    "title": "purpose",
    "public_summary": "purpose",
    "purpose": "purpose",
    "plan": "plan",
    "data_protection": "plan",
    "funding": "conduct",
    "ethics": "conduct",
    "publication_intent": "conduct",
}
SHORTEST = {"title": 10, "public_summary": 60, "purpose": 100, "plan": 100}


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that a request still needs before it can be submitted."""

    step: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """How one part differs between two wordings, line by line: `(sign, line)` with sign +, - or a space."""

    label: str
    lines: list[tuple[str, str]]


def content_of(access_request: AccessRequest) -> dict[str, object]:
    """Return the whole wording as plain data, in a fixed order; its digest is what votes are bound to."""
    texts = {name: getattr(access_request, name).strip() for name in TEXTS}
    return {
        **texts,
        "official": {"name": access_request.official_name, "email": access_request.official_email},
        "requester": str(access_request.requester_id),
        "collaborators": [
            {"name": c.full_name, "email": c.email.lower(), "organisation": c.organisation_name}
            for c in access_request.collaborators.filter(removed_at=None).order_by("email")
        ],
        "collections": [
            {"collection": str(r.collection_id), "version": str(r.version_id), "selection": r.selection}
            for r in access_request.reviews.exclude(state="withdrawn").order_by("collection_id")
        ],
    }


def missing_parts(access_request: AccessRequest) -> list[Missing]:
    """Return everything that the request still needs, in the order of the wizard's steps."""
    missing = []
    reviews = list(access_request.reviews.exclude(state="withdrawn").select_related("collection__terms"))
    if not reviews:
        missing.append(Missing("collections", "Choose at least one collection from the catalogue."))
    missing += [gap for name, label in TEXTS.items() if (gap := _gap(access_request, name, label))]
    missing += _official_gap(access_request, reviews)
    return missing


def _gap(access_request: AccessRequest, name: str, label: str) -> Missing | None:
    length = len(getattr(access_request, name).strip())
    shortest = SHORTEST.get(name, 1)
    if length >= shortest:
        return None
    text = f"“{label}” is empty." if not length else f"“{label}” needs at least {shortest} characters."
    return Missing(WIZARD_STEP[name], text)


def _official_gap(access_request: AccessRequest, reviews: list[Review]) -> list[Missing]:
    wanted_by = [r.collection.title for r in reviews if r.collection.terms.needs_official]
    if not wanted_by or (access_request.official_name and access_request.official_email):
        return []
    return [Missing("people", f"{wanted_by[0]} asks for a signing official: give a name and an address.")]


def changes_between(old: dict[str, object], new: dict[str, object]) -> list[Change]:
    """Return the parts that differ between two wordings."""
    parts = {
        **TEXTS,
        "collaborators": "Collaborators",
        "collections": "Collections",
        "official": "Signing official",
    }
    return [
        Change(label, _difference(_as_lines(old.get(name)), _as_lines(new.get(name))))
        for name, label in parts.items()
        if old.get(name) != new.get(name)
    ]


def _as_lines(value: object) -> list[str]:
    if isinstance(value, list):
        return [line for item in value for line in _as_lines(item)]
    if isinstance(value, dict):
        return [", ".join(str(part) for part in value.values() if part)]
    return str(value or "").splitlines()


def _difference(old: list[str], new: list[str]) -> list[tuple[str, str]]:
    compared = difflib.ndiff(old, new)
    return [(line[0], line[2:]) for line in compared if line[0] != "?"]
