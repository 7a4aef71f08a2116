"""Requests in every state that has a page of its own, made by the services, for the tests that look at pages."""

from __future__ import annotations

import hashlib
import io
import secrets
from dataclasses import dataclass

import numpy as np
import pydicom
from django.db import transaction
from django.urls import reverse
from numpy.typing import NDArray
from PIL import Image
from pydicom.data import get_testdata_file

from deid.engine.finding.content import PHOTOGRAPH
from deid.engine.finding.raw_heads import OF_HEAD
from deid.models import Finding, FindingKind, Release, ReleaseFile
from deid.services.releasing.certifying import certificate
from delivery.models import Door, Download
from portal.digests import digest_of_text
from portal.models import ClinicalTable, Collection, Instance, Series
from requests_app.models import AccessRequest, Grant, Review, Signature
from requests_app.services import drafting, reviewing, submitting
from requests_app.services.granting import execute_agreement
from storage.models import Submission
from storage.objects import raw_store, released_store
from storage.states import SubmissionState
from tests.portal.builders import kept
from tests.world import World, make_world

SIZE, SQUARE = (320, 240), 2


@dataclass
class Workflow:
    """The people, and the addresses of what was made, by the name that the test uses."""

    world: World
    pages: dict[str, str]


@transaction.atomic
def make_workflow() -> Workflow:
    """Return a request in review with a difference, one returned, a draft, an open signature and a grant."""
    world = make_world()
    lungs = world.collection("lungs")
    grant = _granted(world)
    return Workflow(
        world,
        {
            "CERTIFICATE": reverse("requests_app:certificate", args=[grant.pk]),
            "GRANT": reverse("requests_app:grant", args=[grant.pk]),
            "SIGN": _signing_page(world),
            "REVIEW": reverse("requests_app:review", args=[(review := _in_review(world)).pk]),
            "REQUEST": reverse("requests_app:request", args=[review.access_request_id]),
            "RETURNED": reverse("requests_app:request", args=[_returned(world).access_request_id]),
            "DRAFT": f"/requests/{_draft(world).pk}",
            "COMMITTEE": reverse("requests_app:committee", args=[world.committee.pk]),
            "DESK": reverse("deid:desk", args=[_finding(lungs).pk]),
            "LEAF": reverse("deid:leaf", args=[_finding_with_pictures(world).pk, 2, 1]),
            "FACE": reverse("deid:desk", args=[_face(lungs).pk]),
            "WORDS": reverse("deid:desk", args=[_report(world.collection("words")).pk]),
            "TABLE": reverse("deid:table", args=[_table(lungs).pk]),
            "SUBMISSION": reverse("deid:submission", args=[_submission(world, lungs).pk]),
        },
    )


def _granted(world: World) -> Grant:
    agreement = world.agreement_out(world.collection("granted"))
    for signature in agreement.signatures.all():
        world.sign(signature)
    execute_agreement(agreement.pk)
    grant = Grant.objects.get()
    release = Release.objects.get(grant_id=grant.pk)
    Release.objects.filter(pk=release.pk).update(
        state="sealed", sealed_at=grant.starts_at, manifest_sha256="0" * 64
    )
    Release.objects.filter(pk=release.pk).update(certificate=_full_certificate(release))
    ReleaseFile.objects.create(release=release, path="README.md", object_key="x", size=900, sha256="0" * 64)
    Download.objects.create(
        grant=grant, person=world.researcher, door=Door.BROWSER, path="package.zip", size=900, sent=900
    )
    return grant


def _full_certificate(release: Release) -> dict[str, object]:
    """Return a certificate in which there is something to show of everything."""
    counts = {
        "K": 120,
        "X": 31,
        "U": 12,
        "D": 1,
        "masked_frames": 2,
        "table_rows": 14,
        "images_read_again": 1,
    }
    sexes = {f"T-{place}": {"PatientSex": ["F"], "age": [str(60 + place // 3)]} for place in range(7)}
    release.items.update(
        state="verified", counts=counts, tools={"cleaner": "Tessera 0.1.0"}, quasi_identifiers=sexes
    )
    return certificate(release)


def _signing_page(world: World) -> str:
    agreement = world.agreement_out(world.collection("to-sign", needs_official=True))
    token = secrets.token_urlsafe()
    Signature.objects.filter(agreement=agreement, role="official").update(token_digest=digest_of_text(token))
    return reverse("requests_app:sign", args=[token])


def _returned(world: World) -> Review:
    review = world.submitted(world.collection("returned"))
    reviewing.return_review(member=world.chair, review_id=review.pk, wanted="Say who pays.")
    return Review.objects.get(pk=review.pk)


def _in_review(world: World) -> Review:
    collection = world.collection("reviewed")
    series = Series.objects.get(study__subject__collection=collection)
    kept(series, world.curator)
    kept(series, world.curator, kind="content", summary=PHOTOGRAPH)
    review = world.submitted(collection)
    reviewing.return_review(member=world.chair, review_id=review.pk, wanted="Say who pays.")
    drafting.save_draft(
        person=world.researcher, request_id=review.access_request_id, fields={"funding": "The university."}
    )
    submitting.submit_request(person=world.researcher, request_id=review.access_request_id)
    reviewing.start_review(member=world.chair, review_id=review.pk)
    world.vote(review, "approve", "chair")
    world.vote(review, "decline", "member")
    reviewing.propose_condition(member=world.chair, review_id=review.pk, text="Report after six months.")
    reviewing.write_message(author=world.researcher, review_id=review.pk, text="We are happy to explain.")
    return Review.objects.get(pk=review.pk)


def _draft(world: World) -> AccessRequest:
    review = world.draft(world.collection("drafted"))
    drafting.save_draft(person=world.researcher, request_id=review.access_request_id, fields={"plan": ""})
    return review.access_request


def _finding(collection: Collection) -> Finding:
    picture = io.BytesIO()
    Image.new("L", SIZE, 90).save(picture, "PNG")
    released_store().put_bytes("previews/look", picture.getvalue())
    box = {"x": 10, "y": 10, "width": 120, "height": 20, "rows": SIZE[1], "columns": SIZE[0], "frames": None}
    return Finding.objects.create(
        series=Series.objects.get(study__subject__collection=collection),
        kind=FindingKind.BURNED_IN_TEXT,
        confidence=0.9,
        boxes=[box | {"confidence": 0.9}],
        summary="Text in the image, in 1 place. Accept or change the mask.",
        preview_key="previews/look",
        preview_width=SIZE[0],
        preview_height=SIZE[1],
    )


def _finding_with_pictures(world: World) -> Finding:
    """Return a finding of a series whose second image has frames, one of them with text."""
    finding = _finding(world.collection("leaves"))
    series, size = finding.series, {"rows": SIZE[1], "columns": SIZE[0]}
    series.instances.all().delete()
    frames = np.full((4, SIZE[1], SIZE[0]), 60, np.uint8)
    for number, pixels in enumerate((frames[0], frames, frames[0]), 1):
        content = secondary_capture(pixels)
        instance = Instance.objects.create(
            series=series, key=str(number), number=number, source_key=f"raw/leaf-{number}",
            sha256=hashlib.sha256(content).hexdigest(), size=len(content),
            frames=4 if pixels.ndim > SQUARE else 1, geometry=size,
        )  # fmt: skip
        raw_store().put_bytes(instance.source_key, content)
        if instance.frames > 1:
            Finding.objects.filter(pk=finding.pk).update(places=[{"instance": str(instance.pk), "frame": 2}])
    Series.objects.filter(pk=series.pk).update(instance_count=3, state="inspected")
    return finding


def secondary_capture(pixels: NDArray[np.uint8]) -> bytes:
    """Return a DICOM file of grey *pixels*, with frames where they have three dimensions."""
    ds = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    for name in ("WindowCenter", "WindowWidth", "RescaleSlope", "RescaleIntercept", "PixelPaddingValue"):
        ds.pop(name, None)
    ds.BitsAllocated = ds.BitsStored = 8
    ds.HighBit, ds.PixelRepresentation = 7, 0
    ds.Rows, ds.Columns = pixels.shape[-2:]
    if pixels.ndim > SQUARE:
        ds.NumberOfFrames = len(pixels)
    ds.PixelData = pixels.tobytes()
    out = io.BytesIO()
    ds.save_as(out)
    return out.getvalue()


def _face(collection: Collection) -> Finding:
    series = Series.objects.get(study__subject__collection=collection)
    return Finding.objects.create(series=series, kind=FindingKind.FACE, summary=OF_HEAD)


def _report(collection: Collection) -> Finding:
    """Return a finding of a series that is a letter."""
    series, letter = (
        Series.objects.get(study__subject__collection=collection),
        b"Seen by Dr. Moss on 3 March 2020.\n",
    )
    series.instances.all().delete()
    Series.objects.filter(pk=series.pk).update(kind="document", state="inspected", instance_count=1)
    digest = hashlib.sha256(letter).hexdigest()
    instance = Instance.objects.create(
        series=series, key="letter", number=1, source_key="raw/letter", sha256=digest, size=len(letter),
        transfer_syntax=".txt",
    )  # fmt: skip
    raw_store().put_bytes(instance.source_key, letter)
    return Finding.objects.create(series=series, kind=FindingKind.REPORT, summary="Read it.")


def _table(collection: Collection) -> ClinicalTable:
    table = ClinicalTable.objects.create(
        collection=collection, title="Outcomes", source_key="raw/t", sha256="0" * 64, size=1, row_count=12
    )
    for position, name in enumerate(("subject", "visit_date", "score"), 1):
        table.columns.create(position=position, name=name)
    return table


def _submission(world: World, collection: Collection) -> Submission:
    return Submission.objects.create(
        collection=collection, person=world.manager, state=SubmissionState.INSPECTED
    )
