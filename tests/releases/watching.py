"""Watching a release from outside while it is made: is any part of it listed, or handed out, before it is whole?"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from django.db import connection
from django.test import Client
from django.urls import reverse

from deid.models import Release, ReleaseFile
from portal.models import Person
from requests_app.policies import readable_releases, readable_series


@dataclass
class Watch:
    """Asks without a pause, as its holder, for everything that there is of a release."""

    holder: Person
    release: Release
    looks: int = 0
    early: list[str] = field(default_factory=list)
    whole: int = 0
    stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Watch:
        self.client = Client()
        self.client.force_login(self.holder)
        self.thread = threading.Thread(target=self._watch)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join()
        connection.close_if_unusable_or_obsolete()

    def _watch(self) -> None:
        try:
            while not self.stop.wait(0.03):
                self._look()
        except Exception as error:
            self.early.append(repr(error))
        finally:
            connection.close()

    def _look(self) -> None:
        """Ask every door first, and the recorded truth afterwards: what was shown then must be sealed now."""
        seen = {
            "listed": readable_releases(self.holder).exists(),
            "series": readable_series(self.holder).exists(),
            "manifest": self._ask("api-release", self.release.grant_id),
            "files": self._ask("api-release-files", self.release.grant_id),
            "package": self._ask("delivery:package", self.release.grant_id),
        }
        for path in ReleaseFile.objects.filter(release=self.release).values_list("path", flat=True)[:3]:
            seen[path] = self._ask("delivery:file", self.release.grant_id, path)
        self.looks += 1
        if Release.objects.get(pk=self.release.pk).state == "sealed":
            self.whole += all(seen.values())
        else:
            self.early += [name for name, shown in seen.items() if shown]

    def _ask(self, name: str, *keys: object) -> bool:
        return bool(self.client.get(reverse(name, args=keys)).status_code == 200)
