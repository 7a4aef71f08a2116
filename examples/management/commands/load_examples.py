"""`manage.py load_examples`: the example people, trials and collections, once; broken off, it goes on."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from examples.collections import EXAMPLES
from examples.people import accounts_text, known_people, make_people
from examples.walking import bring_in, go_on
from portal.models import Collection, Job, Organisation
from portal.models.jobs import OPEN


class Command(BaseCommand):
    """Makes the example data; does nothing where there is data of one's own already."""

    help = "Load example people, trials and published collections, made from real and generated files."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, showing how far it is.

        The workers look at one collection while the next one is sent, and each is published as soon as it has been looked at.
        """
        people = known_people()
        if people is None:
            if Organisation.objects.exists():
                self.stdout.write("There is data already; nothing to load.")
                return
            people = make_people()
        self.people = people
        (settings.DATA_DIR / "example-accounts.txt").write_text(accounts_text())
        self.stdout.write(f"\n{accounts_text()}")
        self.began = time.monotonic()
        self.waiting: list[Collection] = []
        for place, example in enumerate(EXAMPLES, 1):
            self._say(f"Uploading {place} of {len(EXAMPLES)}: {example.title}")
            self.waiting.append(bring_in(example, self.people))
            self._publish_what_is_ready()
        idle = 0
        while idle < 2:  # what ended after the first look goes on by the second
            self._publish_what_is_ready()
            idle = 0 if self._jobs_left() else idle + 1
            time.sleep(0.3)
        if self.waiting:
            titles = ", ".join(collection.title for collection in self.waiting)
            raise CommandError(f"Not published: {titles}. The administrator's page of jobs says what failed.")
        self._say(f"{Collection.objects.count()} collections published")
        self.stdout.write("")

    def _publish_what_is_ready(self) -> None:
        for collection in list(self.waiting):
            if go_on(collection, self.people):
                self.waiting.remove(collection)
                self._say(f"Published: {collection.title}")

    def _jobs_left(self) -> bool:
        """Say whether the workers have anything left to do, showing what they do."""
        names = list(
            Job.objects.filter(state__in=OPEN).exclude(identifier="all").values_list("name", flat=True)
        )
        if names:
            self._say(f"{len(names)} jobs left ({max(names, key=names.count)})")
        return bool(names)

    def _say(self, text: str) -> None:
        """Show one line that replaces the last; where nobody watches, only lines that say something new."""
        line = f"  {text}"
        if self.stdout.isatty():
            self.stdout.write(f"\r\033[K{line} · {time.monotonic() - self.began:.0f} s", ending="")
        elif not text.endswith(")"):
            self.stdout.write(f"{line} · {time.monotonic() - self.began:.0f} s")
        self.stdout.flush()
