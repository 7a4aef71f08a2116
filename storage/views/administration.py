"""What is stored, for the administrators."""

from __future__ import annotations

from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.models import Collection, Instance
from portal.views.administration.access import for_administrators
from storage.models import SubmissionFile, UploadedPart
from storage.states import FileState

# Parts of all others were put together and removed; their rows stay.
IN_QUARANTINE = (FileState.UPLOADING, FileState.UPLOADED)


@for_administrators
def usage(request: HttpRequest) -> HttpResponse:
    """Show counts and bytes: what is in quarantine, what was received, what each collection holds."""
    states = dict(FileState.choices)
    files = [
        {"label": states[state], "count": count, "bytes": size or 0}
        for state, count, size in SubmissionFile.objects.values_list("state")
        .annotate(count=Count("pk"), size=Sum("size"))
        .order_by("state")
    ]
    collections = Collection.objects.annotate(
        instance_count=Count("subjects__studies__series__instances"),
        byte_count=Sum("subjects__studies__series__instances__size"),
    ).order_by("-byte_count")
    context = {
        "files": files,
        "parts": UploadedPart.objects.filter(file__state__in=IN_QUARANTINE).aggregate(
            count=Count("pk"), bytes=Sum("size")
        ),
        "instances": Instance.objects.aggregate(count=Count("pk"), bytes=Sum("size")),
        "collections": collections,
    }
    return render(request, "storage/usage.html", context)
