"""Watching: a release that no job moves any more is taken on, or fails with the reason of its failed job."""

from __future__ import annotations

from django.db import transaction

from deid.models import Release
from deid.services.releasing.steps import fail_release, go_on
from deid.states import ItemState, ReleaseState
from portal.jobs import enqueue
from portal.models import Job, JobState

RUNNING = [ReleaseState.BUILDING, ReleaseState.VERIFYING]
JOB_OF = {ReleaseState.BUILDING: "deid.clean_item", ReleaseState.VERIFYING: "deid.verify_item"}
LEFT_IN = {ReleaseState.BUILDING: ItemState.PLANNED, ReleaseState.VERIFYING: ItemState.CLEANED}


def watch_releases() -> None:
    """Look at every release on its way."""
    for release in Release.objects.filter(state__in=RUNNING):
        _watch(release)


def _watch(release: Release) -> None:
    state = ReleaseState(release.state)
    left = [str(pk) for pk in release.items.filter(state=LEFT_IN[state]).values_list("pk", flat=True)]
    jobs = Job.objects.filter(name=JOB_OF[state], identifier__in=left)
    failed = jobs.filter(state=JobState.FAILED, created_at__gte=release.planned_at).order_by("-pk").first()
    if failed is not None and not jobs.exclude(state__in=[JobState.FAILED, JobState.DONE]).exists():
        fail_release(release.pk, failed.error_code)
        return
    with transaction.atomic():
        locked: Release = Release.objects.locked(release.pk)
        if locked.state != state:
            return
        for item_id in left:
            enqueue(JOB_OF[state], item_id)
        go_on(locked)
