"""`manage.py check_releases`: reads what is stored of sealed releases, and names those that are not as they were sealed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from deid.services.releasing.checking import check_release, sealed_releases


class Command(BaseCommand):
    """The workers do the same by themselves, each release once a week."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, print what was found, and fail where something was."""
        releases = list(sealed_releases())
        damaged = {release.name: check_release(release.pk) for release in releases}
        found = {name: count for name, count in damaged.items() if count}
        for name, count in found.items():
            self.stderr.write(f"{name}: {count} stored objects are gone, or not what was sealed.")
        if found:
            raise CommandError(
                f"{len(found)} of {len(releases)} releases are NOT as they were sealed."
                " Restore their objects from the backup, and run this again."
            )
        self.stdout.write(f"{len(releases)} sealed releases are stored as they were sealed.")
