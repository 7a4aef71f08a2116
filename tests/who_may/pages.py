"""The pages: which role gets which answer, for every address and every act."""

from __future__ import annotations

from collections.abc import Iterator

from portal.services.tokens import issue_token
from tests.who_may.rows import HOLDERS, INSIDERS, SIGNED_IN, Row, act, page, public
from tests.who_may.scene import OPEN_TOKEN, TOKEN, Scene

PROFILE = {"title": "T", "name": "own", "stands_on": "research", "options": ["clean_descriptors"]}
MEMBERS = ("member", "chair")
MANAGERS = ("manager", "rival")
LONG = "All copies were destroyed on every disk and in every backup. " * 4


def page_rows(scene: Scene) -> list[Row]:
    """Return every row of the pages and the doors."""
    return [
        *_public(scene),
        *_sponsors(scene),
        *_administration(scene),
        *_curation(scene),
        *_requests(scene),
        *_committee(scene),
        *_grants(scene),
        *_terms(scene),
    ]


def _public(scene: Scene) -> Iterator[Row]:
    for name in ("healthz", "api-schema", "api-docs"):
        yield public(name)
    for name in ("home", "about", "styleguide", "catalogue", "password_reset", "password_reset_sent"):
        yield public(f"portal:{name}")
    yield public("portal:password_reset", method="post", yes=302, data={"email": "a@b.example"})
    yield page("portal:sign_in", "visitor", no=302)
    yield page("portal:sign_in", "visitor", no=302, method="post", data={"username": "a@b.example"})
    yield page("portal:create_account", "visitor", no=302)
    yield page("portal:create_account", "visitor", no=302, method="post", data={})
    yield public("portal:collection", slug="shared")
    yield page("portal:collection", *INSIDERS, slug="hidden", visitor=404)
    yield public("portal:version", slug="shared", number=1)
    yield page("portal:version", *INSIDERS, slug="hidden", number=1, visitor=404)
    yield public("portal:cite", slug="shared", number=1, form="bib")
    yield page("portal:cite", slug="hidden", number=1, form="bib", visitor=404)
    yield page("portal:work", *SIGNED_IN)
    yield public("portal:sign_out", method="post", yes=302)
    yield page("portal:profile", *SIGNED_IN)
    yield page("portal:tokens", *SIGNED_IN)
    made = {"method": "post", "data": {"name": "laptop", "scopes": ["read"], "days": 9}}
    yield page("portal:tokens", *SIGNED_IN, **made)
    yield page("portal:revoke_token", "researcher", pk=scene.token.pk, method="post", yes=302)
    yield page("portal:profile", *SIGNED_IN, method="post", yes=302, data={"full_name": "New Name"})
    yield page("portal:tokens", *SIGNED_IN)
    wanted = {"name": "laptop", "scopes": ["read"], "days": 9}
    yield page("portal:tokens", *SIGNED_IN, method="post", data=wanted)
    token, _ = issue_token(person=scene.world.people["researcher"], **wanted)
    yield page("portal:revoke_token", "researcher", pk=token.pk, method="post", yes=302)
    yield page("portal:password_change", *SIGNED_IN)
    yield page("portal:password_change", *SIGNED_IN, method="post", data={"old_password": "wrong"})
    yield public("portal:password_set", yes=302, **scene.password_link())
    yield public("portal:password_set", method="post", uidb64="x", token="y")
    yield public("requests_app:register")


def _sponsors(scene: Scene) -> Iterator[Row]:
    trial = scene.hidden.trial_id
    new_trial = {
        "sponsor": str(scene.hidden.sponsor.pk), "registry_number": "NCT00000001", "title": "T", "phase": "3",
        "condition": "C",
    }  # fmt: skip
    collection = {
        "title": "T", "slug": "brand-new", "summary": "S", "description": "D", "modalities": ["CT"],
        "licence": scene.hidden.licence, "deid_profile": "basic",
    }  # fmt: skip
    yield page("portal:sponsor", *INSIDERS, "rival", no=403)
    yield page("portal:check", *MANAGERS, no=403)
    yield page("portal:register_trial", *MANAGERS, no=403)
    new = {"method": "post", "others": {200: ["rival"]}, "yes": 302}
    yield page("portal:register_trial", "manager", no=403, data=new_trial, **new)
    yield page("portal:register_collection", "manager", trial_id=trial)
    yield page(
        "portal:register_collection", "manager", trial_id=trial, method="post", yes=302, data=collection
    )
    yield page("portal:workbench", *INSIDERS, slug="hidden")
    yield page("portal:edit_collection", "manager", slug="hidden")
    yield page("portal:edit_collection", "manager", slug="hidden", method="post", yes=302, data=collection)
    yield _deed("open", "hidden", "manager", "curator")
    yield _deed("submit", "making", "manager", "curator")
    yield _deed("send-back", "hidden", "curator", "manager", reason="x")
    yield page(
        "portal:version_act", slug="hidden", deed="publish", method="post", others={403: INSIDERS}
    )  # nothing is cleared yet
    shared = scene.shared.published_version()
    assert shared is not None
    yield _deed("withdraw", "shared", "manager", "curator", version=str(shared.pk), reason="x")
    yield page("storage:upload", "manager", slug="hidden")
    yield page("storage:report", *INSIDERS, pk=scene.submission.pk)
    yield page("storage:report_csv", *INSIDERS, pk=scene.submission.pk)


def _deed(deed: str, slug: str, doer: str, onlooker: str, **data: str) -> Row:
    return page(
        "portal:version_act", doer, slug=slug, deed=deed, method="post", yes=302, data=data,
        others={403: [onlooker]},
    )  # fmt: skip


def _administration(scene: Scene) -> Iterator[Row]:
    stranger = scene.world.people["stranger"].pk
    sponsor = str(scene.hidden.sponsor.pk)
    role = {"organisation": sponsor, "role": "manage_trials"}
    person = {"full_name": "N", "email": "new@elsewhere.example"}
    for name in ("people", "create_person", "organisations", "jobs", "ledger", "settings"):
        yield page(f"portal:{name}", "admin", no=403)
    done = {"method": "post", "yes": 302, "no": 403}
    yield page("portal:create_person", "admin", data=person, **done)
    yield page("portal:organisations", "admin", data={"name": "New", "slug": "new"}, **done)
    yield page("portal:ledger", "admin", method="post", no=403)
    yield page("portal:person", "admin", pk=stranger, no=403)
    yield page("portal:person", "admin", pk=stranger, data=role, **done)
    yield page("portal:take_role", "admin", pk=stranger, data=role, **done)
    yield page("portal:close_account", "admin", pk=stranger, **done)
    yield page("portal:retry_job", "admin", pk=scene.job.pk, **done)
    yield page("storage:usage", "admin", no=403)
    yield page("requests_app:trace", "admin", *MANAGERS, no=403)
    yield page("requests_app:trace", "admin", *MANAGERS, no=403, method="post", data={"text": "T-AAAAAAAAAA"})


def _curation(scene: Scene) -> Iterator[Row]:
    finding = scene.finding
    yield public("storage:thumbnail", pk=scene.series.pk)
    yield page("storage:thumbnail", *INSIDERS, pk=finding.series_id, visitor=404)
    yield public("deid:certificate_key")
    yield page("deid:queue", "curator")
    yield act("deid:queue", "decide", "curator", data={"finding": str(finding.pk), "move": "accept"})
    yield page("deid:header", "curator", pk=finding.series_id)
    yield page("deid:header_rows", "curator", pk=finding.series_id)
    yield page("deid:report_words", "curator", pk=finding.series_id, number=1)
    yield page("deid:profiles", *INSIDERS, "rival")
    yield page("deid:profile", *INSIDERS, pk=scene.profile.pk)
    yield page("deid:profile_file", *INSIDERS, pk=scene.profile.pk)
    yield page("deid:edit_profile", *INSIDERS, sponsor=scene.hidden.sponsor.slug)
    yield act("deid:edit_profile", "save", *INSIDERS, sponsor=scene.hidden.sponsor.slug, data=PROFILE)
    yield page("deid:desk", "curator", pk=finding.pk)
    for move in ("accept", "dismiss", "withhold"):
        yield act("deid:desk", move, "curator", pk=finding.pk)
    box = {"x": "0", "y": "0", "width": "9", "height": "9"}
    for move in ("change", "draw"):
        yield act("deid:desk", move, "curator", pk=finding.pk, data=box)
    for move in ("keep", "plan", "plan_brain"):
        yield act("deid:desk", move, pk=finding.pk, others={400: ["curator"]})  # it is no face
    yield act("deid:desk", "reopen", pk=finding.pk, others={409: ["curator"]})
    yield page("deid:picture", "curator", pk=finding.pk)
    here = {"pk": finding.pk, "image": 1, "frame": 1}
    yield page("deid:leaf", "curator", **here)
    for move in ("accept", "dismiss", "withhold"):
        yield act("deid:leaf", move, "curator", **here)
    for move in ("change", "draw"):
        yield act("deid:leaf", move, "curator", data=box, **here)
    for move in ("keep", "plan", "plan_brain"):
        yield act("deid:leaf", move, others={400: ["curator"]}, **here)  # it is no face
    yield act("deid:leaf", "reopen", others={409: ["curator"]}, **here)
    yield page("deid:leaf_picture", "curator", **here)
    yield page("deid:submission", "curator", pk=scene.submission.pk)
    yield act(
        "deid:submission", "send_back", "curator", pk=scene.submission.pk, data={"reason": "Again, please."}
    )
    yield page("deid:table", *INSIDERS, pk=scene.table.pk)
    yield page("deid:table_columns", *INSIDERS, pk=scene.table.pk)
    yield act("deid:table", "set", *INSIDERS, pk=scene.table.pk, data=_roles(scene))


def _roles(scene: Scene) -> dict[str, str]:
    return {f"role-{column.pk}": "identifier" for column in scene.table.columns.all()}


def _requests(scene: Scene) -> Iterator[Row]:
    reviewed, request = scene.reviewed, scene.reviewed.access_request_id
    draft = scene.draft.access_request_id
    yield page("requests_app:select", *SIGNED_IN, slug="shared", method="post", yes=302)
    yield page(
        "requests_app:select", slug="hidden", method="post", yes=302, others={302: INSIDERS}
    )  # led back with the reason
    yield page("requests_app:requests", *SIGNED_IN)
    yield page("requests_app:draft", *SIGNED_IN, yes=302)
    yield page("requests_app:request", *HOLDERS, pk=request)
    yield page("requests_app:request", "researcher", pk=draft)
    on = {"pk": request, "data": {"review": reviewed.pk, "reason": "x", "text": "x"}}
    only_looks = {"others": {403: ["collaborator"]}}
    yield act("requests_app:request", "withdraw", "researcher", **on, **only_looks)
    yield act("requests_app:request", "answer", *HOLDERS, **on)
    yield act(
        "requests_app:request", "remove_person", "researcher", pk=request, **only_looks,
        data={"collaborator": scene.named.pk},
    )  # fmt: skip
    declined = scene.declined
    yield act(
        "requests_app:request", "appeal", "researcher", pk=declined.access_request_id, **only_looks,
        data={"review": declined.pk, "reason": "x"},
    )  # fmt: skip
    yield page("requests_app:autosave", "researcher", pk=draft, method="post", data={"title": "T"})
    yield page(
        "requests_app:autosave", pk=request, method="post", data={"title": "T"}, others={403: HOLDERS}
    )  # it lies before the committee
    yield page("requests_app:wizard", "researcher", pk=draft, step="purpose")
    yield from _wizard(scene, draft)


def _wizard(scene: Scene, draft: object) -> Iterator[Row]:
    person = {"full_name": "A", "email": "a@b.example", "organisation_name": "C"}
    for step, action, data in (
        ("purpose", "save", {}),
        ("people", "add_person", person),
        ("collections", "remove_collection", {"review": scene.draft.pk}),
        ("check", "submit", {}),
    ):
        yield act("requests_app:wizard", action, "researcher", pk=draft, step=step, data=data)
    # The collaborator of a request under review can look at it, and change nothing of it here.
    yield act(
        "requests_app:wizard", "remove_person", "researcher", pk=scene.reviewed.access_request_id,
        step="people", data={"collaborator": scene.named.pk},
    )  # fmt: skip


def _committee(scene: Scene) -> Iterator[Row]:
    review, waiting = scene.reviewed.pk, scene.submitted.pk
    yield page("requests_app:queue", *SIGNED_IN)
    yield page("requests_app:review", *MEMBERS, pk=review)
    yield page("requests_app:review", pk=scene.draft.pk)
    yield act("requests_app:review", "start", *MEMBERS, pk=waiting)
    yield act("requests_app:review", "return", *MEMBERS, pk=waiting, data={"wanted": "x"})
    on = {"pk": review}
    yield act("requests_app:review", "vote", *MEMBERS, data={"choice": "approve"}, **on)
    yield act("requests_app:review", "recuse", *MEMBERS, data={"reason": "x"}, **on)
    yield act("requests_app:review", "condition", *MEMBERS, data={"text": "x"}, **on)
    yield act("requests_app:review", "drop_condition", *MEMBERS, data={"condition": scene.condition.pk}, **on)
    yield act("requests_app:review", "message", *MEMBERS, data={"text": "x"}, **on)
    decision = {"choice": "approve", "letter": "As the votes say."}
    yield act("requests_app:review", "decide", "chair", data=decision, others={403: ["member"]}, **on)


def _grants(scene: Scene) -> Iterator[Row]:
    grant = {"pk": scene.grant.pk}
    yield public("requests_app:sign", token=OPEN_TOKEN)
    yield public(
        "requests_app:sign", token=OPEN_TOKEN, method="post", data={"action": "sign"}, yes=400
    )  # nothing is ticked
    yield page("requests_app:sign", token=TOKEN, visitor=404)
    yield page("requests_app:agreement_pdf", *HOLDERS, "manager", pk=scene.agreement.pk)
    yield page("requests_app:grants", *SIGNED_IN)
    yield page("requests_app:grant", *HOLDERS, "manager", **grant)
    yield page("requests_app:certificate", *HOLDERS, "manager", **grant)
    yield page("requests_app:certificate_json", *HOLDERS, "manager", **grant)
    yield page("requests_app:progress", *HOLDERS, "manager", **grant)
    ends = {"others": {403: HOLDERS}, "data": {"reason": "x"}, **grant}
    yield act("requests_app:grant", "suspend", "manager", **ends)
    yield act("requests_app:grant", "revoke", "manager", **ends)
    yield act("requests_app:grant", "resume", **grant, others={403: HOLDERS, 409: ["manager"]})
    yield act(
        "requests_app:grant", "close_out", **grant, data={"statement": LONG},
        others={403: ["collaborator", "manager"], 409: ["researcher"]},
    )  # fmt: skip # the grant has not ended
    yield act(
        "requests_app:grant", "report", *HOLDERS, **grant, data={"title": "T", "year": "2026"},
        others={403: ["manager"]},
    )  # fmt: skip
    yield act(
        "requests_app:grant", "ask_again", "researcher", **grant, others={403: ["collaborator", "manager"]}
    )
    door = {"grant_id": scene.grant.pk, "visitor": 404}
    yield page("delivery:package", *HOLDERS, **door)
    yield page("delivery:package", *HOLDERS, method="head", **door)
    yield page("delivery:file", *HOLDERS, path="README.md", **door)
    yield page("delivery:file", *HOLDERS, path="README.md", method="head", **door)
    yield page("delivery:file", path="data/none", **door)


def _terms(scene: Scene) -> Iterator[Row]:
    committee, sponsor = scene.world.committee, str(scene.hidden.sponsor.pk)
    yield page("requests_app:committees", *MANAGERS)
    yield act(
        "requests_app:committees", "found", "manager",
        data={"sponsor": sponsor, "name": "Another", "quorum": "2"},
    )  # fmt: skip
    yield page("requests_app:committee", "manager", pk=committee.pk)
    yield act(
        "requests_app:committee", "seat", "manager", pk=committee.pk,
        data={"email": scene.world.people["stranger"].email},
    )  # fmt: skip
    yield act("requests_app:committee", "end_seat", "manager", pk=committee.pk, data={"seat": scene.seat.pk})
    yield page("requests_app:terms", "manager", slug="hidden")
    terms = {"committee": committee.pk, "agreement_text": "Use it well.", "grant_days": "30"}
    yield act("requests_app:terms", "set", "manager", slug="hidden", data=terms)
    yield page("requests_app:use", *MANAGERS)
