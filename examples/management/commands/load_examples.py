"""`manage.py load_examples`: the example people, trials and collections, once; broken off, it goes on."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from examples.collections import EXAMPLES
from examples.people import accounts_text, known_people, make_people
from examples.walking import bring_in, curate, publish
from portal.models import Collection, Job, Organisation
from portal.models.jobs import OPEN


class Command(BaseCommand):
    """Makes the example data; does nothing where there is data of one's own already."""

    help = "Load example people, trials and published collections, made from real and generated files."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, showing how far it is.

        Everything is uploaded first, so that the workers look at one collection while the next one is sent.
        """
        people = known_people()
        if people is None:
            if Organisation.objects.exists():
                self.stdout.write("There is data already; nothing to load.")
                return
            people = make_people()
        self.began = time.monotonic()
        collections = []
        for place, example in enumerate(EXAMPLES, 1):
            self._say(f"Uploading {place} of {len(EXAMPLES)}: {example.title}")
            collections.append(bring_in(example, people))
        self._settle()
        for collection in collections:
            curate(collection, people["curator"])
        self._settle()
        for collection in collections:
            publish(collection, people)
        self._settle()
        self._say(f"{Collection.objects.count()} collections published")
        self.stdout.write("")
        (settings.DATA_DIR / "example-accounts.txt").write_text(accounts_text())

    def _settle(self) -> None:
        """Wait until the workers have nothing left to do, showing what they do."""
        while True:
            left = Job.objects.filter(state__in=OPEN).exclude(identifier="all")
            names = list(left.values_list("name", flat=True))
            if not names:
                return
            self._say(f"{len(names)} jobs left ({max(names, key=names.count)})")
            time.sleep(0.3)

    def _say(self, text: str) -> None:
        """Show one line that replaces the last; where nobody watches, only lines that say something new."""
        line = f"  {text}"
        if self.stdout.isatty():
            self.stdout.write(f"\r\033[K{line} · {time.monotonic() - self.began:.0f} s", ending="")
        elif not text.endswith(")"):
            self.stdout.write(f"{line} · {time.monotonic() - self.began:.0f} s")
        self.stdout.flush()
