"""Submissions: what somebody uploaded to a collection, file by file."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Count, Sum
from django.utils import timezone

from portal.models import Collection, Person
from portal.moves import Moving
from storage.advice import advice_for
from storage.states import FILE_TRANSITIONS, SUBMISSION_TRANSITIONS, FileMove, FileState, SubmissionState

PART_BYTES = 8 * 1024 * 1024


class Submission(Moving):
    """Files that were uploaded together to one collection."""

    TRANSITIONS = SUBMISSION_TRANSITIONS

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="submissions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="submissions")
    note = models.CharField(max_length=300, blank=True, help_text="What it is, for the curator.")
    state = models.CharField(max_length=12, choices=SubmissionState.choices, default=SubmissionState.OPEN)
    reason = models.TextField(blank=True, help_text="Why it was sent back, and how to mend it.")
    opened_at = models.DateTimeField(auto_now_add=True)
    handed_in_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-opened_at"]

    def __str__(self) -> str:
        return f"Submission {str(self.pk)[:8]}"

    def counts(self) -> dict[str, int]:
        """Return how many files are in each state, `total`, and `bytes`; opened files count as `expanded` beside what came out.

        Nothing vanishes: `total` is the sum over all states, and after receipt every file that was not opened
        is received, accepted or rejected.
        """
        rows = self.files.values_list("state").annotate(n=Count("pk"), size=Sum("size"))
        found = {state: (n, size) for state, n, size in rows}
        counts = {str(state): found.get(state, (0, 0))[0] for state in FileState}
        return {
            **counts,
            "total": sum(n for n, _ in found.values()),
            "bytes": sum(size or 0 for state, (_, size) in found.items() if state != FileState.EXPANDED),
        }


class SubmissionFile(Moving):
    """One file as it was uploaded, one member of an uploaded archive, or a subject's copy of a file that tells of many."""

    TRANSITIONS = FILE_TRANSITIONS

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="files")
    archive = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="members"
    )
    ordinal = models.PositiveIntegerField(default=0, help_text="Its place in the archive.")
    path = models.TextField(help_text="As the uploader called it; data only, never a place on any disk.")
    size = models.BigIntegerField()
    client_sha256 = models.CharField(max_length=64, blank=True, help_text="What the uploader announced.")
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the bytes that arrived.")
    state = models.CharField(max_length=12, choices=FileState.choices, default=FileState.UPLOADING)
    reason_code = models.CharField(max_length=40, blank=True)
    reason = models.CharField(
        max_length=300, blank=True, help_text="Why it was rejected, and how to mend it."
    )
    object_key = models.CharField(max_length=120, blank=True, help_text="Where it lies in the raw bucket.")
    announced_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["submission", "path", "ordinal"]
        indexes = [models.Index(fields=["submission", "state"], name="file_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "path"],
                condition=models.Q(archive=None),
                name="a_path_is_uploaded_once_in_a_submission",
            ),
            models.UniqueConstraint(
                fields=["archive", "ordinal"],
                condition=models.Q(archive__isnull=False),
                name="a_member_is_unpacked_once",
            ),
            models.CheckConstraint(condition=models.Q(size__gte=0), name="a_file_has_a_size"),
            models.CheckConstraint(
                condition=~models.Q(state=FileState.REJECTED) | ~models.Q(reason_code=""),
                name="a_rejected_file_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[FileState.RECEIVED, FileState.ACCEPTED])
                | (~models.Q(object_key="") & ~models.Q(sha256="")),
                name="a_received_file_has_its_object_and_digest",
            ),
        ]

    def __str__(self) -> str:
        return f"File {str(self.pk)[:8]}"

    @property
    def advice(self) -> str:
        """What to do about a file that was refused, where its reason does not say it already."""
        return advice_for(self.reason_code, self.reason)

    def accept(self) -> None:
        """Accept the file into its collection."""
        self.move(FileMove.ACCEPT)

    def reject(self, code: str, reason: str) -> None:
        """Reject the file with a code, and words that say how to mend it."""
        self.move(FileMove.REJECT, reason_code=code, reason=reason)


class UploadedPart(models.Model):
    """One part of a file in quarantine; its digest was checked when it arrived."""

    file = models.ForeignKey(SubmissionFile, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    arrived_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["file", "number"]
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="a_part_arrives_once"),
            models.CheckConstraint(
                condition=models.Q(number__gte=1, size__lte=PART_BYTES), name="a_part_is_small"
            ),
        ]

    def __str__(self) -> str:
        return f"Part {self.number}"
