"""`manage.py rewrap_keys`: wraps all kept keys by the present wrapping key, and fails where one does not open."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from deid.services.rewrapping import rewrap


class Command(BaseCommand):
    """Wraps by TESSERA_KEY_WRAPPING_KEY what an earlier key wrapped; run at every start, it notices a wrong key."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Wrap them, and say how many."""
        told = rewrap()
        if told.closed:
            whole = told.before + told.now + told.closed
            raise CommandError(
                f"{told.closed} of {whole} kept keys do not open under TESSERA_KEY_WRAPPING_KEY. Put back the key that the "
                "portal had, or name it in TESSERA_OLD_KEY_WRAPPING_KEYS."
            )
        if told.now and options["verbosity"]:
            self.stdout.write(
                f"{told.now} keys are wrapped anew; earlier wrapping keys are not needed any more."
            )
