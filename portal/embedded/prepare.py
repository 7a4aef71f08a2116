"""One step of `up`: migrations and buckets. Run as `python -m portal.embedded.prepare`."""

from __future__ import annotations

import os

import django
from django.core.management import call_command


def main() -> None:
    """Bring the database up to date and make sure that the buckets exist."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    # By name: the object store belongs to another app.
    call_command("make_buckets")


if __name__ == "__main__":
    main()
