"""Walking an example through the portal's own services, as its people would: register, upload, curate, publish."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable

from django.db import transaction

from deid.models import Finding, FindingKind
from deid.services.curating import decide_finding
from deid.services.tabling import proposed_only, set_roles
from deid.states import FindingMove
from examples.collections import AGREEMENT, Example
from examples.images.volumes import COLUMNS, PUBLIC_TITLES
from portal.models import Collection, CollectionVersion, Person
from portal.services.trials import register_collection, register_trial
from portal.services.versions import open_draft_version, publish_version, submit_version
from requests_app.models import Committee
from requests_app.services.sitting import set_terms
from storage.models import Submission
from storage.models.submissions import PART_BYTES
from storage.services import parts, uploading
from storage.services.abandoning import abandon_submission
from storage.states import SubmissionState

BATCH = 500
File = tuple[str, bytes]


@transaction.atomic
def register(example: Example, people: dict[str, Person]) -> Collection:
    """Register the example's trial and collection and set the terms."""
    manager = people["manager"]
    committee = Committee.objects.get(name="Halcyon data access committee")
    trial = register_trial(
        actor=manager,
        sponsor_id=committee.sponsor_id,
        registry_number=example.registry_number,
        title=example.trial_title,
        phase=example.phase,
        condition=example.condition,
        arms=example.arms,
        sites=["Aarhus", "Bergen", "Uppsala"],
    )
    collection = register_collection(
        actor=manager,
        trial_id=trial.pk,
        slug=example.slug,
        title=example.title,
        summary=example.summary,
        description=example.description,
        modalities=example.modalities,
        citation_authors="Halcyon Imaging Core",
        acknowledgement=f"The {example.title.split()[0]} investigators and participants.",
    )
    set_terms(
        person=manager,
        collection_id=collection.pk,
        committee=committee,
        agreement_text=AGREEMENT,
        needs_official=example.needs_official,
    )
    return collection


def upload(collection: Collection, files: Iterable[File], manager: Person, note: str = "") -> Submission:
    """Upload the files in parts, as a browser does, and hand them in."""
    submission = uploading.open_submission(collection_id=collection.pk, person=manager, note=note)
    batch: list[File] = []
    for file in files:
        batch.append(file)
        if len(batch) == BATCH:
            _send(submission, batch, manager)
            batch = []
    _send(submission, batch, manager)
    return uploading.hand_in(submission_id=submission.pk, person=manager)


def _send(submission: Submission, batch: list[File], manager: Person) -> None:
    announced = [uploading.Announced(path, len(body)) for path, body in batch]
    rows = uploading.announce_files(submission_id=submission.pk, person=manager, files=announced)
    for row, (_, body) in zip(rows, batch, strict=True):
        for number, start in enumerate(range(0, len(body), PART_BYTES), 1):
            part = body[start : start + PART_BYTES]
            parts.keep_part(
                file_id=row.pk,
                person=manager,
                number=number,
                body=io.BytesIO(part),
                sha256=hashlib.sha256(part).hexdigest(),
            )
        uploading.complete_file(file_id=row.pk, person=manager)


def curate(collection: Collection, curator: Person) -> None:
    """Decide on every open finding, knowing the pictures: only the ultrasound has text, and no head has a face; what
    identifies by itself is kept."""
    for finding in Finding.objects.filter(series__study__subject__collection=collection, state="open"):
        has_text = finding.kind == FindingKind.BURNED_IN_TEXT and finding.series.modality == "US"
        kept = FindingMove.KEEP if finding.kind == FindingKind.CONTENT else FindingMove.DISMISS
        move = FindingMove.ACCEPT if has_text else kept
        decide_finding(
            curator=curator, finding_id=finding.pk, move=move, note="Looked at while loading examples."
        )


@transaction.atomic
def publish(collection: Collection, people: dict[str, Person]) -> CollectionVersion:
    """Hand the version over to curation and publish it, unless that was done before."""
    present = collection.published_version()
    if present is not None:
        return present
    version = open_draft_version(collection=collection, actor=people["manager"])
    for table in proposed_only(collection.pk):
        said = {column.pk: COLUMNS.get(column.name, "") for column in table.columns.all()}
        set_roles(
            person=people["manager"],
            table_id=table.pk,
            roles={},
            public_title=PUBLIC_TITLES.get(table.title),
            descriptions=said,
        )
    submit_version(version_id=version.pk, actor=people["manager"], notes="First publication.")
    return publish_version(version_id=version.pk, actor=people["curator"])


def go_on(collection: Collection, people: dict[str, Person]) -> bool:
    """Take a collection one step further if all its files were looked at; say whether it is published now."""
    states = set(
        Submission.objects.filter(collection=collection)
        .exclude(state=SubmissionState.REJECTED)
        .values_list("state", flat=True)
    )
    if SubmissionState.INSPECTED in states and states <= {
        SubmissionState.INSPECTED,
        SubmissionState.ACCEPTED,
    }:
        curate(collection, people["curator"])
    if states != {SubmissionState.ACCEPTED}:
        return False
    publish(collection, people)
    return True


def bring_in(example: Example, people: dict[str, Person]) -> Collection:
    """Return the example's collection with all its files handed in; goes on where an earlier try was broken off."""
    collection = Collection.objects.filter(slug=example.slug).first() or register(example, people)
    handed_in = False
    for submission in Submission.objects.filter(collection=collection):
        if submission.state == SubmissionState.OPEN:
            abandon_submission(submission_id=submission.pk, actor=people["manager"])
        elif submission.handed_in_at:
            handed_in = True
    if not handed_in:
        upload(collection, example.files(), people["manager"], note="Example data")
    return collection
