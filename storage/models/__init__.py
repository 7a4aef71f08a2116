"""What was uploaded."""

from storage.models.submissions import Submission, SubmissionFile, UploadedPart

__all__ = ["Submission", "SubmissionFile", "UploadedPart"]
