"""`manage.py export_ledger FILE`: writes the ledger with a fresh checkpoint, one JSON object a line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.ledger.checking import make_checkpoint, rows


class Command(BaseCommand):
    """Writes the ledger to a file that `portal/ledger/chain.py` verifies without the portal."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it."""
        make_checkpoint()
        count = 0
        with options["file"].open("w", encoding="utf-8") as export:
            for row in rows():
                export.write(json.dumps(row, sort_keys=True) + "\n")
                count += 1
        self.stdout.write(f"{count} lines written. Keep a copy where the portal cannot reach it.")
