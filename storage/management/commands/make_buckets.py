"""`manage.py make_buckets`: makes the two buckets where they are missing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from storage.objects import raw_store, released_store


class Command(BaseCommand):
    """Makes the buckets for raw and released objects where they are missing."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them."""
        raw_store().make_bucket()
        released_store().make_bucket()
