"""`manage.py inspect_again`: has every series looked at again that an earlier build of the engine inspected."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from deid.services.intake.inspecting_again import inspect_outdated


class Command(BaseCommand):
    """To be run after an upgrade: decisions stay, unless something is found that nobody saw."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Enqueue them, and say how many."""
        asked = inspect_outdated()
        self.stdout.write(
            f"{asked.series} series are looked at again; what is new waits in the curators’ queue."
        )
        for slug in asked.found_more:
            self.stdout.write(
                f"More was found in published series of {slug}: have its versions withdrawn, and run this again."
            )
