"""One step of `up`: migrations, buckets and keys. Run as `python -m portal.embedded.prepare`."""

from __future__ import annotations

import os

import django
from django.core.management import call_command


def main() -> None:
    """Bring the database up to date, make sure that the buckets exist and that the kept keys open."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    # By name: the object store and the kept keys belong to other apps.
    call_command("make_buckets")
    call_command("rewrap_keys")


if __name__ == "__main__":
    main()
