"""One of everything, and somebody in every role."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from guardian.shortcuts import assign_perm
from pydicom.data import get_testdata_file

from deid.models import Finding, FindingKind, Release, ReleaseFile
from deid.services.profiling import save_profile
from deid.services.releasing.certifying import certificate
from portal.models import (
    AccessToken,
    CleaningProfile,
    ClinicalTable,
    Collection,
    CollectionVersion,
    Instance,
    Job,
    Organisation,
    Person,
    Series,
    SeriesState,
    Study,
    Subject,
    TableColumn,
)
from portal.services.versions import open_draft_version, submit_version
from requests_app.models import Agreement, Collaborator, Condition, Grant, Message, Review, Seat
from requests_app.services import reviewing
from requests_app.services.granting import execute_agreement
from storage.models import Submission, SubmissionFile
from storage.objects import raw_store, released_store
from tests.who_may.rows import ROLES
from tests.world import World

README, PICTURE = b"# What this is\n", b"\x89PNG\r\n\x1a\nnot really"
TOKEN, OPEN_TOKEN = "x" * 43, "y" * 43
SECRET = "What we say among ourselves"


@dataclass
class Scene:
    """The things that the table is about; `None` stands for a visitor."""

    world: World
    people: dict[str, Person | None]
    shared: Collection
    hidden: Collection
    making: Collection
    version: CollectionVersion
    agreement: Agreement
    grant: Grant
    reviewed: Review
    submitted: Review
    declined: Review
    draft: Review
    finding: Finding
    table: ClinicalTable
    submission: Submission
    opened: Submission
    file: SubmissionFile
    opened_file: SubmissionFile
    job: Job
    condition: Condition
    seat: Seat
    token: AccessToken
    profile: CleaningProfile

    @property
    def series(self) -> Series:
        """The series that is shared."""
        return Series.objects.get(study__subject__collection=self.shared)

    @property
    def named(self) -> Collaborator:
        """Who is named in the request under review."""
        return self.reviewed.access_request.collaborators.get()

    def password_link(self) -> dict[str, str]:
        """Return the parts of a link that sets the stranger's password."""
        stranger = self.world.people["stranger"]
        return {
            "uidb64": urlsafe_base64_encode(force_bytes(stranger.pk)),
            "token": default_token_generator.make_token(stranger),
        }


def make_scene(world: World) -> Scene:
    """Walk the services until there is one of everything."""
    world.people["rival"] = _rival()
    world.people["stranger"] = Person.objects.create_user(
        "nobody@elsewhere.example", "x", full_name="No Body"
    )
    shared, hidden = world.collection("shared"), world.collection("hidden", published=False)
    agreement = world.agreement_out(shared)
    for signature in agreement.signatures.all():
        world.sign(signature)
    execute_agreement(agreement.pk)
    grant = Grant.objects.get()
    _seal(Release.objects.get())
    _agreement_to_sign(world)
    declined = world.in_review(world.collection("declined-one"))
    world.vote(declined, "decline", "chair", "member")
    world.decide(declined, "decline", decline_reason="plan_unsound")
    submitted = world.submitted(world.collection("submitted-one"))
    reviewed = world.in_review(world.collection("second"))
    world.vote(reviewed, "approve", "chair", "member")
    condition = reviewing.propose_condition(member=world.chair, review_id=reviewed.pk, text="Only at home.")
    reviewing.write_message(
        author=world.chair, review_id=reviewed.pk, text=SECRET, audience=Message.Audience.COMMITTEE
    )
    draft = world.draft(world.collection("third-one"), collaborator=False)
    people = {role: None if role == "visitor" else world.people[role] for role in ROLES}
    return Scene(
        world=world,
        people=people,
        shared=shared,
        hidden=hidden,
        agreement=Agreement.objects.get(pk=agreement.pk),
        grant=grant,
        reviewed=reviewed,
        submitted=submitted,
        declined=declined,
        draft=draft,
        condition=condition,
        token=_token(world),
        seat=Seat.objects.get(person=world.people["third"]),
        making=_making(world),
        profile=_profile(world, hidden),
        **_work(world, hidden),
    )


def _token(world: World) -> AccessToken:
    """Have the researcher own an access token."""
    ends = timezone.now() + timedelta(days=9)
    token, _ = AccessToken.objects.issue(
        person=world.researcher, name="laptop", scopes=["read"], expires_at=ends
    )
    return token


def _profile(world: World, collection: Collection) -> CleaningProfile:
    """Return a profile of the sponsor's own."""
    given: dict[str, Any] = {"title": "Ours", "name": "ours", "stands_on": "research"}
    return save_profile(
        person=world.manager,
        sponsor_id=collection.sponsor.pk,
        options=["clean_descriptors"],
        overrides={},
        **given,
    )


def _making(world: World) -> Collection:
    """Return a collection whose version is still with its sponsor."""
    making = world.collection("making", published=False)
    open_draft_version(collection=making, actor=world.manager)
    return making


def _rival() -> Person:
    """Return the data manager of another sponsor."""
    sponsor = Organisation.objects.create(name="Rival Pharma", slug="rival", is_sponsor=True)
    rival = Person.objects.create_user(
        "ravi@rival.example", "x", full_name="Ravi Rival", organisation=sponsor
    )
    assign_perm("portal.manage_trials", rival, sponsor)
    return rival


def _seal(release: Release) -> None:
    """Give the release one file and seal it."""
    key = f"releases/{release.pk}/documents"
    stored = released_store().put_file(key, io.BytesIO(README))
    ReleaseFile.objects.create(
        release=release, path="README.md", object_key=key, size=stored.size, sha256=stored.sha256
    )
    Release.objects.filter(pk=release.pk).update(
        certificate=certificate(release), state="sealed", sealed_at=timezone.now(), manifest_sha256="0" * 64
    )


def _agreement_to_sign(world: World) -> None:
    """Have an agreement wait for the signature of an official, whose link ends in `OPEN_TOKEN`."""
    waiting = world.agreement_out(world.collection("fourth-one", needs_official=True))
    digest = hashlib.sha256(OPEN_TOKEN.encode()).hexdigest()
    assert waiting.signatures.filter(role="official").update(token_digest=digest)


def _work(world: World, hidden: Collection) -> dict[str, Any]:
    """Put something on every desk of the sponsor: uploads, a finding, a table, a version, a failed job."""
    version = open_draft_version(collection=hidden, actor=world.manager)
    submit_version(version_id=version.pk, actor=world.manager)
    subject = Subject.objects.create(collection=hidden, key="k" * 64, number=1)
    study = Study.objects.create(subject=subject, key="s" * 64)
    series = Series.objects.create(
        study=study,
        key="e" * 64,
        modality="US",
        thumbnail_key="thumbnails/hidden",
        state=SeriesState.INSPECTED,
    )
    image = Path(get_testdata_file("CT_small.dcm")).read_bytes()
    raw_store().put_bytes("raw/y", image)
    Instance.objects.create(
        series=series, key="i" * 64, source_key="raw/y", sha256=hashlib.sha256(image).hexdigest(),
        size=len(image), geometry={"rows": 128, "columns": 128},
    )  # fmt: skip
    Series.objects.filter(study__subject__collection__slug="shared").update(thumbnail_key="thumbnails/shared")
    for key in ("thumbnails/hidden", "thumbnails/shared", "desk/hidden"):
        released_store().put_file(key, io.BytesIO(PICTURE))
    table = ClinicalTable.objects.create(
        collection=hidden, title="visits", source_key="raw/t", sha256="0" * 64, size=1
    )
    TableColumn.objects.create(table=table, position=1, name="arm")
    common = {"collection": hidden, "person": world.manager}
    submission = Submission.objects.create(state="received", **common)
    opened = Submission.objects.create(state="open", **common)
    return {
        "version": CollectionVersion.objects.get(pk=version.pk),
        "table": table,
        "submission": submission,
        "opened": opened,
        "file": SubmissionFile.objects.create(
            submission=submission, path="a.dcm", size=1, sha256="0" * 64, object_key="raw/y", state="received"
        ),
        "opened_file": SubmissionFile.objects.create(submission=opened, path="b.dcm", size=1),
        "finding": Finding.objects.create(
            series=series,
            kind=FindingKind.BURNED_IN_TEXT,
            summary="Text in the image.",
            boxes=[{"x": 0, "y": 0, "width": 9, "height": 9, "rows": 20, "columns": 20, "frames": None}],
            preview_key="desk/hidden",
            preview_width=20,
            preview_height=20,
        ),
        "job": Job.objects.create(name="deid.inspect_series", identifier=str(series.pk), state="failed"),
    }


def as_json(data: dict[str, Any]) -> str:
    """Return *data* as the API takes it."""
    return json.dumps(data, default=str)
