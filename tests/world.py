"""A small world for tests: the example people, and a published collection without any image."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from examples.people import make_people
from portal.models import (
    Collection,
    CollectionVersion,
    Instance,
    Organisation,
    Person,
    Series,
    SeriesState,
    Study,
    Subject,
    Trial,
)
from portal.services.statistics import describe
from portal.states import VersionState
from requests_app.models import Agreement, Committee, Review, Signature
from requests_app.services import deciding, drafting, reviewing, signing, submitting
from requests_app.services.sitting import set_terms

LONG = "We want to measure how robust the marker is across makers, because patients wait for it. " * 3


@dataclass
class World:
    """People by their key, the committee, and how to walk a request."""

    people: dict[str, Person]
    committee: Committee

    def __getattr__(self, name: str) -> Person:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None

    def collection(
        self, slug: str = "breathe", *, published: bool = True, needs_official: bool = False
    ) -> Collection:
        """Return a collection with terms and, unless told otherwise, a published version with one series."""
        sponsor = Organisation.objects.get(slug="halcyon")
        trial, _ = Trial.objects.get_or_create(
            registry_number=f"NCT-{slug}",
            defaults={
                "sponsor": sponsor,
                "title": slug,
                "phase": "3",
                "condition": "x",
                "registered_by": self.manager,
            },
        )
        collection = Collection.objects.create(
            trial=trial,
            slug=slug,
            title=slug.title(),
            summary="s",
            description="d",
            registered_by=self.manager,
        )
        set_terms(
            person=self.manager,
            collection_id=collection.pk,
            committee=self.committee,
            agreement_text="Use it well.",
            needs_official=needs_official,
        )
        if published:
            self.publish(collection)
        return collection

    def publish(self, collection: Collection) -> CollectionVersion:
        """Publish a version with one series of one instance."""
        subject = Subject.objects.create(collection=collection, key="k" * 64, number=1)
        study = Study.objects.create(subject=subject, key="s" * 64)
        series = Series.objects.create(study=study, key="e" * 64, modality="CT", state=SeriesState.CLEARED)
        Instance.objects.create(series=series, key="i" * 64, source_key="raw/x", sha256="0" * 64, size=1)
        version = CollectionVersion.objects.create(
            collection=collection, number=1, state=VersionState.PUBLISHED, published_at=timezone.now()
        )
        version.series.add(series)
        version.statistics = describe(version)
        version.save(update_fields=["statistics"])
        return version

    def draft(self, *collections: Collection, collaborator: bool = True) -> Review:
        """Return the first review of a complete draft of the researcher's."""
        for collection in collections:
            review = drafting.add_collection(person=self.researcher, collection=collection)
        fields = {name: LONG for name in drafting.DRAFT_FIELDS if not name.startswith("official")}
        fields |= {
            "title": "Robust markers",
            "official_name": "Olga Dean",
            "official_email": "dean@nordlys.example",
        }
        drafting.save_draft(person=self.researcher, request_id=review.access_request_id, fields=fields)
        if collaborator:
            drafting.add_collaborator(
                person=self.researcher,
                request_id=review.access_request_id,
                full_name="Tomas Okafor",
                email=self.people["collaborator"].email,
                organisation_name="Nordlys University",
            )
        return review

    def submitted(self, *collections: Collection) -> Review:
        """Return a review that waits for the completeness check."""
        review = self.draft(*collections)
        submitting.submit_request(person=self.researcher, request_id=review.access_request_id)
        return Review.objects.get(pk=review.pk)

    def in_review(self, *collections: Collection) -> Review:
        """Return a review that is open for votes."""
        review = self.submitted(*collections)
        reviewing.start_review(member=self.chair, review_id=review.pk)
        return Review.objects.get(pk=review.pk)

    def vote(self, review: Review, choice: str, *members: str) -> None:
        """Let the named members vote."""
        for name in members:
            reviewing.cast_vote(member=self.people[name], review_id=review.pk, choice=choice)

    def decide(self, review: Review, choice: str = "approve", **more: str) -> Review:
        """Let the chair record the decision."""
        return deciding.decide_review(
            member=self.chair, review_id=review.pk, choice=choice, letter="As the votes say.", **more
        )

    def agreement_out(self, *collections: Collection) -> Agreement:
        """Return an agreement that waits for signatures."""
        review = self.in_review(*collections)
        self.vote(review, "approve", "chair", "member")
        self.decide(review)
        signing.send_agreement(review.pk)
        return Agreement.objects.get(review=review)

    def sign(self, signature: Signature, **changes: object) -> Signature:
        """Sign as the person who is asked to."""
        given = {
            "signature_id": signature.pk,
            "shown_digest": signature.agreement.digest,
            "typed_name": signature.full_name,
            "person": signature.person,
            **changes,
        }
        return signing.sign(**given)


def make_world() -> World:
    """Return the world."""
    return World(make_people(), Committee.objects.get())
