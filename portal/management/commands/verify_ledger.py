"""`manage.py verify_ledger`: checks every row of the ledger against its digest, its neighbours and the checkpoints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.ledger.chain import faults
from portal.ledger.checking import rows, signing_keys


class Command(BaseCommand):
    """Names every row of the ledger that was changed, removed, put in or moved."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take an older export, whose checkpoints the database must still agree with."""
        parser.add_argument("--against", type=Path, help="an export that was kept elsewhere")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, print what was found, and fail where something was."""
        known = list(rows())
        if options["against"]:
            lines = options["against"].read_text(encoding="utf-8").splitlines()
            known += [row for row in map(json.loads, lines) if "checkpoint" in row]
        found = list(faults(known, signing_keys()))
        for fault in found:
            self.stderr.write(fault)
        if found:
            raise CommandError(f"The ledger is NOT intact: {len(found)} faults.")
        self.stdout.write(f"The ledger is intact: {sum('sequence' in row for row in known)} rows.")
