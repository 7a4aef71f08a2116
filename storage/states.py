"""The states of a submission and of its files, and how they may change.

submission   open ─hand in─► receiving ─receive─► received ─index─► indexed ─inspect─► inspected ─accept─► accepted
               │                                     └──────────────────┴──────────────────┴──reject──► rejected
               └─abandon─► rejected
file         uploading ─complete─► uploaded ─keep─► received ─accept─► accepted
                 │                    │ │               ├─recognise─► here_already (the same bytes are in the collection)
                 │                    │ │               └─expand─► expanded (it tells of many subjects; each has a copy)
                 │                    │ └─expand─► expanded (an archive; its members are files of their own)
                 │                    ├─leave out─► left_out (what a system notes of a folder, and nothing of a study)
                 └────────────────────┴──────────────┴──────────reject──► rejected (with its reason)
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models


class SubmissionState(models.TextChoices):
    """Where a submission stands."""

    OPEN = "open", "Open for upload"
    RECEIVING = "receiving", "Being received"
    RECEIVED = "received", "Received"
    INDEXED = "indexed", "Indexed"
    INSPECTED = "inspected", "Inspected"
    ACCEPTED = "accepted", "Accepted"
    REJECTED = "rejected", "Rejected"


class SubmissionMove(models.TextChoices):
    """What can happen to a submission."""

    HAND_IN = "hand_in", "Hand in"
    ABANDON = "abandon", "Abandon"
    RECEIVE = "receive", "Receive"
    INDEX = "index", "Index"
    INSPECT = "inspect", "Inspect"
    ACCEPT = "accept", "Accept"
    REJECT = "reject", "Reject"


SUBMISSION_TRANSITIONS: Mapping[tuple[SubmissionState, SubmissionMove], SubmissionState] = {
    (SubmissionState.OPEN, SubmissionMove.HAND_IN): SubmissionState.RECEIVING,
    (SubmissionState.OPEN, SubmissionMove.ABANDON): SubmissionState.REJECTED,
    (SubmissionState.RECEIVING, SubmissionMove.RECEIVE): SubmissionState.RECEIVED,
    (SubmissionState.RECEIVED, SubmissionMove.INDEX): SubmissionState.INDEXED,
    (SubmissionState.INDEXED, SubmissionMove.INSPECT): SubmissionState.INSPECTED,
    (SubmissionState.INSPECTED, SubmissionMove.ACCEPT): SubmissionState.ACCEPTED,
    (SubmissionState.RECEIVED, SubmissionMove.REJECT): SubmissionState.REJECTED,
    (SubmissionState.INDEXED, SubmissionMove.REJECT): SubmissionState.REJECTED,
    (SubmissionState.INSPECTED, SubmissionMove.REJECT): SubmissionState.REJECTED,
}


class FileState(models.TextChoices):
    """Where a file of a submission stands."""

    UPLOADING = "uploading", "Uploading"
    UPLOADED = "uploaded", "Uploaded"
    RECEIVED = "received", "Received"
    EXPANDED = "expanded", "Opened"
    ACCEPTED = "accepted", "Accepted"
    HERE_ALREADY = "here_already", "Here already"
    LEFT_OUT = "left_out", "Left out"
    REJECTED = "rejected", "Refused"


class FileMove(models.TextChoices):
    """What can happen to a file."""

    COMPLETE = "complete", "Complete"
    KEEP = "keep", "Keep"
    EXPAND = "expand", "Open"
    LEAVE_OUT = "leave_out", "Leave out"
    ACCEPT = "accept", "Accept"
    RECOGNISE = "recognise", "Recognise"
    REJECT = "reject", "Reject"


FILE_TRANSITIONS: Mapping[tuple[FileState, FileMove], FileState] = {
    (FileState.UPLOADING, FileMove.COMPLETE): FileState.UPLOADED,
    (FileState.UPLOADED, FileMove.KEEP): FileState.RECEIVED,
    (FileState.UPLOADED, FileMove.EXPAND): FileState.EXPANDED,
    (FileState.UPLOADED, FileMove.LEAVE_OUT): FileState.LEFT_OUT,
    (FileState.RECEIVED, FileMove.EXPAND): FileState.EXPANDED,
    (FileState.RECEIVED, FileMove.ACCEPT): FileState.ACCEPTED,
    (FileState.RECEIVED, FileMove.RECOGNISE): FileState.HERE_ALREADY,
    (FileState.UPLOADING, FileMove.REJECT): FileState.REJECTED,
    (FileState.UPLOADED, FileMove.REJECT): FileState.REJECTED,
    (FileState.RECEIVED, FileMove.REJECT): FileState.REJECTED,
}
