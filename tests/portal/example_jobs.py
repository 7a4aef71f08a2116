"""Jobs that behave as badly as real ones can; what they do is seen in files."""

import os
import time
from pathlib import Path

from django.apps import apps

if not apps.ready:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

    django.setup()

from portal.jobs import JobHandle, job
from portal.jobs.delivery import deliver_all
from portal.models import Organisation


def folder() -> Path:
    return Path(os.environ["TESSERA_DATA"]) / "job-traces"


def trace(identifier: str, word: str) -> None:
    folder().mkdir(exist_ok=True)
    with (folder() / identifier).open("a") as file:
        file.write(word + "\n")


def traces(identifier: str) -> list[str]:
    path = folder() / identifier
    return path.read_text().split() if path.exists() else []


@job("tests.slow", lease=2, attempts=3)
def slow(identifier: str, handle: JobHandle) -> None:
    """Work for a while, then write one row."""
    trace(identifier, f"began-{handle.attempt}")
    for step in range(20):
        handle.progress(step, 20, "steps")
        time.sleep(0.1)
    with handle.finishing():
        Organisation.objects.create(name=f"{identifier} by {handle.attempt}", slug=identifier)
    trace(identifier, f"ended-{handle.attempt}")


@job("tests.quick")
def quick(identifier: str, handle: JobHandle) -> None:
    """Write one row at once."""
    with handle.finishing():
        Organisation.objects.create(name=identifier, slug=identifier)
    trace(identifier, "ran")


@job("tests.poison")
def poison(identifier: str, handle: JobHandle) -> None:
    """Fail with a message that nobody must see again."""
    trace(identifier, "ran")
    raise ValueError("Patient DOE^JANE")


@job("tests.deadly", lease=1, attempts=2)
def deadly(identifier: str, handle: JobHandle) -> None:
    """Kill the process that runs it."""
    trace(identifier, "ran")
    os.kill(os.getpid(), 9)


@job("tests.offline", attempts=2)
def offline(identifier: str, handle: JobHandle) -> None:
    """Meet a network that is down once."""
    trace(identifier, "ran")
    if len(traces(identifier)) == 1:
        raise ConnectionResetError


deliver_all()
