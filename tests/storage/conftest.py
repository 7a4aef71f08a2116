"""A sponsor, its data manager, and a way to upload as programs do."""

import base64
import hashlib
from collections.abc import Callable

import pytest
from guardian.shortcuts import assign_perm
from rest_framework.test import APIClient

from portal.jobs import job
from portal.jobs.delivery import deliver_all
from portal.jobs.registry import KINDS
from portal.jobs.running import run
from portal.models import Collection, Job, Organisation, Person, Phase, Trial
from storage.models import Submission, SubmissionFile

if "deid.index_submission" not in KINDS:
    # The next step belongs to another app; here it only matters that it is asked for.
    job("deid.index_submission")(lambda identifier, handle: None)
    deliver_all()


@pytest.fixture
def manager(person: Person) -> Person:
    """The data manager of a sponsor."""
    sponsor = Organisation.objects.create(name="Sponsor", slug="sponsor", is_sponsor=True)
    assign_perm("portal.manage_trials", person, sponsor)
    return person


@pytest.fixture
def collection(manager: Person) -> Collection:
    """A collection of the sponsor."""
    sponsor = Organisation.objects.get(slug="sponsor")
    trial = Trial.objects.create(
        sponsor=sponsor, registry_number="NCT00000001", title="A trial", phase=Phase.PHASE_3, condition="x",
        registered_by=manager,
    )  # fmt: skip
    return Collection.objects.create(
        trial=trial, slug="scans", title="Scans", summary="s", description="d", registered_by=manager
    )


@pytest.fixture
def api(manager: Person) -> APIClient:
    """The API as the data manager's session sees it."""
    client = APIClient()
    client.force_login(manager)
    return client


def content_digest(content: bytes) -> str:
    """Return the header that names the digest of *content*."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


class Uploader:
    """Uploads to one submission through the API."""

    def __init__(self, api: APIClient, slug: str) -> None:
        self.api = api
        answer = api.post("/api/v1/submissions", {"collection": slug}, format="json")
        assert answer.status_code == 201, answer.content
        self.pk = answer.json()["id"]

    def announce(self, path: str, size: int, sha256: str = "") -> dict:
        """Announce one file and return what the API says of it."""
        body = {"files": [{"path": path, "size": size, "sha256": sha256}]}
        answer = self.api.post(f"/api/v1/submissions/{self.pk}/files", body, format="json")
        assert answer.status_code == 201, answer.content
        return answer.json()[0]

    def part(self, file: str, number: int, content: bytes, digest: str = ""):
        """Send one part."""
        return self.api.put(
            f"/api/v1/submission-files/{file}/parts/{number}",
            content,
            content_type="application/octet-stream",
            headers={"Content-Digest": digest or content_digest(content)},
        )

    def send(self, path: str, content: bytes, part_size: int = 1 << 20, sha256: str = "") -> str:
        """Upload a whole file and return its identifier."""
        file = self.announce(path, len(content), sha256)["id"]
        for number, start in enumerate(range(0, len(content), part_size), 1):
            assert self.part(file, number, content[start : start + part_size]).status_code == 201
        answer = self.api.post(f"/api/v1/submission-files/{file}/complete")
        assert answer.status_code == 200, answer.content
        return file

    def hand_in(self):
        """Hand the submission in."""
        return self.api.post(f"/api/v1/submissions/{self.pk}/hand-in")

    def receive(self) -> Submission:
        """Hand in, do the worker's job here and now, and return the submission."""
        assert self.hand_in().status_code == 200
        waiting = Job.objects.get(name="storage.receive_submission", identifier=self.pk)
        run(waiting.name, str(waiting.pk))
        waiting.refresh_from_db()
        assert waiting.state == "done", waiting.error_code
        return Submission.objects.get(pk=self.pk)

    def answers(self) -> dict[str, str]:
        """Return for each path its state, or the code of its refusal."""
        files = SubmissionFile.objects.filter(submission=self.pk)
        return {file.path: file.reason_code or file.state for file in files}


@pytest.fixture
def uploader(api: APIClient, collection: Collection, objects: None) -> Uploader:
    """An open submission."""
    return Uploader(api, collection.slug)


@pytest.fixture
def upload_of(uploader: Uploader) -> Callable[[bytes], dict[str, str]]:
    """Upload one file and return what became of it and its members."""

    def answers(content: bytes, name: str = "upload.zip") -> dict[str, str]:
        uploader.send(name, content)
        uploader.receive()
        return uploader.answers()

    return answers
