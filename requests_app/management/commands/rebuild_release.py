"""`manage.py rebuild_release`: build a failed or purged release again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.errors import TesseraError
from portal.models import Person
from requests_app.services.rebuilding import rebuild_for_grant


class Command(BaseCommand):
    """Plans the release of a grant again; the same sources, profile and key give the same bytes.

    But for names of subjects that later uploads told: these go out of words too.
    """

    help = "Build the failed or purged release of a grant again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the grant's identifier."""
        parser.add_argument("grant", type=UUID, help="the grant's identifier, as in the address of its page")

    def handle(self, *args: Any, **options: Any) -> None:
        """Plan it again, or say why not."""
        try:
            release = rebuild_for_grant(person=Person.system(), grant_id=options["grant"])
        except TesseraError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{release.name} is planned again.")
