"""One step of the first `up`: the example data. Run as `python -m portal.embedded.examples`."""

from __future__ import annotations

import os

import django
from django.core.management import call_command, get_commands

COMMAND = "load_examples"


def main() -> None:
    """Load the example people, trials and collections, showing how far it is."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    if COMMAND in get_commands():
        call_command(COMMAND)


if __name__ == "__main__":
    main()
