"""What uploads show on the pages of others: the workbench, My work, the administration."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from portal import slots
from portal.asking import asker
from portal.fragments import administers
from portal.models import Collection, Person
from storage import policies
from storage.models import Submission
from storage.states import FileState, SubmissionState

SHOWN = 8


def submissions_of(request: HttpRequest, collection: Collection) -> dict[str, Any] | None:
    """Return what was uploaded to a collection, for its workbench."""
    seen = policies.visible_submissions(asker(request)).filter(collection=collection)
    found = list(seen.select_related("person")[:SHOWN])
    return {
        "collection": collection,
        "submissions": [{"submission": one, "counts": one.counts()} for one in found],
        "may_upload": policies.can_submit(asker(request), collection),
    }


def upload_tasks(request: HttpRequest, person: Person) -> dict[str, Any]:
    """Return the uploads that this person has begun, and those with refused files."""
    mine = Submission.objects.filter(person=person).select_related("collection")
    tasks = [
        {
            "title": f"Finish your upload to {one.collection.title}",
            "href": reverse("storage:upload", args=[one.collection.slug]),
            "status": "Open",
            "icon": "upload",
            "hint": "Pick the same files again: what has arrived is not sent twice.",
        }
        for one in mine.filter(state=SubmissionState.OPEN)
    ]
    refused = mine.filter(
        state__in=[SubmissionState.RECEIVED, SubmissionState.INDEXED, SubmissionState.INSPECTED],
        files__state=FileState.REJECTED,
    ).distinct()
    tasks += [
        {
            "title": f"Look at the files of {one.collection.title} that were refused",
            "href": f"{reverse('storage:report', args=[one.pk])}?state={FileState.REJECTED}",
            "status": "To mend",
            "tone": "bad",
            "icon": "alert",
        }
        for one in refused
    ]
    return {"tasks": tasks}


slots.register(
    "workbench.main", template="storage/fragments/submissions.html", context=submissions_of, order=10
)
slots.register("work.tasks", template="", context=upload_tasks, order=40)
slots.register_link(
    "admin", label="Storage", url_name="storage:usage", shown=administers, order=40, icon="archive"
)
