"""The API: which role gets which answer, for every address and every method."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator

from portal.services.tokens import issue_token
from tests.who_may.pages import LONG, MEMBERS
from tests.who_may.rows import HOLDERS, INSIDERS, ROLES, SIGNED_IN, Row, api
from tests.who_may.scene import OPEN_TOKEN, TOKEN, Scene


def api_rows(scene: Scene) -> list[Row]:
    """Return every row of the API."""
    return [
        *_catalogue(scene),
        *_people(scene),
        *_uploads(scene),
        *_requests(scene),
        *_reviews(scene),
        *_grants(scene),
        *_curation(scene),
        *_sponsors(scene),
        *_tokens(scene),
    ]


def _catalogue(scene: Scene) -> Iterator[Row]:
    sponsor = scene.hidden.sponsor.slug
    trial = {
        "sponsor": sponsor,
        "registry_number": "NCT00000001",
        "title": "T",
        "phase": "3",
        "condition": "C",
    }
    collection = {
        "trial": scene.hidden.trial_id, "slug": "brand-new", "title": "T", "summary": "S", "description": "D",
        "modalities": ["CT"],
    }  # fmt: skip
    for name in ("api-collections", "api-register"):
        yield api(name, *ROLES)
    yield api("api-trials", *SIGNED_IN)
    yield api("api-trials", "manager", method="post", yes=201, no=403, data=trial)
    yield api("api-trial", *INSIDERS, pk=scene.hidden.trial_id)
    yield api(
        "api-collections", "manager", method="post", yes=201, others={403: ["curator"]}, data=collection
    )
    yield api("api-collection", *ROLES, slug="shared")
    yield api("api-collection", *INSIDERS, slug="hidden", visitor=404)
    change = {"method": "patch", "data": {"title": "T"}}
    yield api("api-collection", "manager", slug="hidden", others={403: ["curator"]}, **change)
    yield api("api-collection", "manager", slug="shared", no=403, **change)
    yield api("api-versions", *ROLES, slug="shared")
    yield api("api-versions", *INSIDERS, slug="hidden", visitor=404)
    yield api("api-versions", "manager", slug="hidden", method="post", yes=201, others={403: ["curator"]})
    yield api("api-version", *ROLES, slug="shared", number=1)
    yield api("api-version", *INSIDERS, slug="hidden", number=1, visitor=404)
    yield api("api-version-series", *SIGNED_IN, slug="shared", number=1)
    yield api("api-version-series", *INSIDERS, slug="hidden", number=1)
    post = {"method": "post", "number": 1}
    yield api("api-version-submit", "manager", slug="making", others={403: ["curator"]}, **post)
    why = {"data": {"reason": "x"}, **post}
    yield api("api-version-send-back", "curator", slug="hidden", others={403: ["manager"]}, **why)
    yield api("api-version-publish", slug="hidden", others={403: INSIDERS}, **post)  # nothing is cleared yet
    yield api("api-version-withdraw", "manager", slug="shared", no=403, **why)


def _people(scene: Scene) -> Iterator[Row]:
    stranger = scene.world.people["stranger"].pk
    role = {"organisation": scene.hidden.sponsor.slug, "role": "manage_trials"}
    for name in ("api-people", "api-jobs", "api-ledger", "api-organisations"):
        yield api(name, "admin", no=403)
    yield api("api-me", *SIGNED_IN)
    yield api("api-tokens", *SIGNED_IN)
    wanted = {"name": "laptop", "scopes": ["read"], "days": 9}
    yield api("api-tokens", *SIGNED_IN, method="post", yes=201, data=wanted)
    token, _ = issue_token(person=scene.world.people["researcher"], **wanted)
    yield api("api-token", "researcher", pk=token.pk, method="delete", yes=204)
    new = {"method": "post", "yes": 201, "no": 403}
    yield api("api-people", "admin", data={"email": "new@elsewhere.example", "full_name": "N"}, **new)
    yield api("api-organisations", "admin", data={"name": "New", "slug": "new"}, **new)
    yield api("api-person-roles", "admin", pk=stranger, method="post", yes=204, no=403, data=role)
    asked = "&".join(f"{name}={value}" for name, value in role.items())
    yield api("api-person-roles", "admin", pk=stranger, method="delete", yes=204, no=403, query=asked)
    yield api("api-job-retry", "admin", pk=scene.job.pk, method="post", yes=201, no=403)


def _uploads(scene: Scene) -> Iterator[Row]:
    watches = {"others": {403: ["curator"]}}
    opened, file = scene.opened.pk, scene.opened_file.pk
    yield api("api-submissions", *SIGNED_IN)
    new = {"method": "post", "data": {"collection": "hidden"}}
    yield api("api-submissions", "manager", yes=201, **watches, **new)
    yield api("api-submission", *INSIDERS, pk=scene.submission.pk)
    yield api("api-submission-files", *INSIDERS, pk=scene.submission.pk)
    announced = {"method": "post", "data": {"files": [{"path": "c.dcm", "size": 1}]}}
    yield api("api-submission-files", "manager", pk=opened, yes=201, **watches, **announced)
    yield api(
        "api-submission-hand-in", pk=opened, method="post", others={403: ["curator"], 400: ["manager"]}
    )  # a file is not complete
    yield api("api-submission-file", *INSIDERS, pk=scene.file.pk)
    yield api("api-submission-file", "manager", pk=file, method="delete", yes=204, **watches)
    yield api(
        "api-submission-file-complete", pk=file, method="post", others={403: ["curator"], 400: ["manager"]}
    )
    digest = base64.b64encode(hashlib.sha256(b"x").digest()).decode()
    yield api(
        "api-submission-file-part", "manager", pk=file, number=1, method="put", yes=201, data=b"x", **watches,
        headers={"Content-Digest": f"sha-256=:{digest}:"},
    )  # fmt: skip


def _requests(scene: Scene) -> Iterator[Row]:
    request, draft = scene.reviewed.access_request_id, scene.draft.access_request_id
    named = {"full_name": "A", "email": "a@b.example", "organisation_name": "C"}
    yield api("api-requests", *SIGNED_IN)
    yield api("api-requests", *SIGNED_IN, method="post", yes=201, data={"collection": "shared"})
    yield api("api-requests", method="post", others={403: INSIDERS}, data={"collection": "hidden"})
    yield api("api-request", *HOLDERS, pk=request)
    yield api("api-request", "researcher", pk=draft)
    yield api("api-request", "researcher", pk=draft, method="patch", data={"title": "T"})
    yield api("api-request", pk=request, method="patch", data={"title": "T"}, others={403: HOLDERS})
    yield api("api-request-submit", "researcher", pk=draft, method="post")
    yield api("api-request-submit", pk=request, method="post", others={403: HOLDERS})
    yield api("api-request-collaborators", "researcher", pk=draft, method="post", yes=201, data=named)
    yield api("api-request-collaborators", pk=request, method="post", data=named, others={403: HOLDERS})


def _reviews(scene: Scene) -> Iterator[Row]:
    review, waiting = scene.reviewed.pk, scene.submitted.pk
    asks, sits = {"others": {403: ["collaborator", *MEMBERS]}}, {"others": {403: HOLDERS}}
    post = {"method": "post"}
    yield api("api-reviews", *SIGNED_IN)
    yield api("api-review", *HOLDERS, *MEMBERS, pk=review)
    yield api("api-review", "researcher", pk=scene.draft.pk)
    yield api("api-review-recognisable", *MEMBERS, pk=review)
    yield api("api-review-messages", *HOLDERS, *MEMBERS, pk=review)
    yield api("api-review-messages", *HOLDERS, *MEMBERS, pk=review, yes=201, data={"text": "x"}, **post)
    yield api("api-review-conditions", *MEMBERS, pk=review, yes=201, data={"text": "x"}, **sits, **post)
    number = scene.condition.pk
    yield api("api-review-condition", *MEMBERS, pk=review, number=number, method="delete", yes=204, **sits)
    yield api("api-review-withdraw", "researcher", pk=review, **asks, **post)
    yield api("api-review-appeal", "researcher", pk=scene.declined.pk, data={"reason": "x"}, **asks, **post)
    yield api("api-review-start", *MEMBERS, pk=waiting, **sits, **post)
    yield api("api-review-return", *MEMBERS, pk=waiting, data={"wanted": "x"}, **sits, **post)
    yield api("api-review-vote", *MEMBERS, pk=review, data={"choice": "approve"}, **sits, **post)
    yield api("api-review-recuse", *MEMBERS, pk=review, data={"reason": "x"}, **sits, **post)
    yield api(
        "api-review-decide", "chair", pk=review, data={"choice": "approve", "letter": "x"},
        others={403: [*HOLDERS, "member"]}, **post,
    )  # fmt: skip


def _grants(scene: Scene) -> Iterator[Row]:
    grant, post = scene.grant.pk, {"method": "post", "yes": 204}
    yield api("api-held-grants", *SIGNED_IN)
    yield api("api-grant-revoke", "manager", pk=grant, data={"reason": "x"}, others={403: HOLDERS}, **post)
    yield api(
        "api-grant-close-out", pk=grant, data={"statement": LONG},
        others={403: ["collaborator", "manager"], 409: ["researcher"]}, **post,
    )  # fmt: skip # the grant has not ended
    yield api(
        "api-grant-publications", *HOLDERS, pk=grant, data={"title": "T", "year": 2026},
        others={403: ["manager"]}, **post,
    )  # fmt: skip
    ends = {"others": {403: HOLDERS}, **post}
    yield api("api-grant-suspend", "manager", pk=grant, data={"reason": "x"}, **ends)
    yield api(
        "api-grant-resume", pk=grant, method="post", others={403: HOLDERS, 409: ["manager"]}
    )  # it is open
    yield api("api-sign", *ROLES, token=OPEN_TOKEN)
    yield api("api-sign", token=TOKEN, visitor=404)
    yield api("api-sign", *ROLES, token=OPEN_TOKEN, method="post", yes=400)  # nothing is given
    yield api("api-release", *HOLDERS, grant_id=grant)
    yield api("api-release-files", *HOLDERS, grant_id=grant)
    yield api("api-downloads", *HOLDERS, "manager", grant_id=grant)


def _curation(scene: Scene) -> Iterator[Row]:
    yield api("api-findings", *SIGNED_IN)
    decision = {"method": "post", "data": {"move": "dismiss"}}
    yield api("api-finding-decision", "curator", pk=scene.finding.pk, **decision)
    back = {"method": "post", "yes": 204, "data": {"reason": "x"}}
    yield api("api-submission-send-back", "curator", pk=scene.submission.pk, **back)
    yield api("api-tables", *SIGNED_IN)
    nobody = {"method": "put", "data": {"roles": {}}}  # no column names the subject yet
    yield api("api-table-roles", *INSIDERS, pk=scene.table.pk, yes=400, **nobody)


def _sponsors(scene: Scene) -> Iterator[Row]:
    committee = scene.world.committee
    yield api("api-committees", *SIGNED_IN)
    founded = {"method": "post", "data": {"sponsor": committee.sponsor.slug, "name": "New"}}
    yield api("api-committees", "manager", yes=201, **founded)
    seat = {"method": "post", "data": {"email": scene.world.people["stranger"].email}}
    yield api("api-seats", "manager", pk=committee.pk, yes=201, **seat)
    yield api("api-seat", "manager", pk=committee.pk, seat=scene.seat.pk, method="delete", yes=204)
    yield api("api-terms", "manager", slug="shared")
    terms = {"method": "put", "data": {"committee": str(committee.pk), "agreement_text": LONG}}
    yield api("api-terms", "manager", slug="hidden", **terms)


def _tokens(scene: Scene) -> Iterator[Row]:
    yield api("api-tokens", *SIGNED_IN)
    yield api("api-tokens", *SIGNED_IN, method="post", yes=201, data={"name": "laptop", "scopes": ["read"]})
    yield api("api-token", "researcher", pk=scene.token.pk, method="delete", yes=204)
