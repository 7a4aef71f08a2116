"""The upload page of a collection."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from portal.asking import asker
from portal.policies import managed_collections
from storage.models import Submission
from storage.models.submissions import PART_BYTES
from storage.states import FileState, SubmissionState


@login_required
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    """Show where to drop files; an upload that was begun can be continued."""
    collection = get_object_or_404(
        managed_collections(asker(request)).select_related("trial__sponsor"), slug=slug
    )
    begun = (
        Submission.objects.filter(collection=collection, person=asker(request), state=SubmissionState.OPEN)
        .annotate(
            file_count=Count("files"),
            complete_count=Count("files", filter=Q(files__state=FileState.UPLOADED)),
            byte_count=Sum("files__size"),
        )
        .first()
    )
    context = {"collection": collection, "begun": begun, "part_bytes": PART_BYTES}
    return render(request, "storage/upload.html", context)
