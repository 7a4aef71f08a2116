"""`tessera request`: begins a draft, fills it, submits it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tessera_client.command.console import say
from tessera_client.command.signing_in import portal_of
from tessera_client.errors import InvalidInputError

# The parts of a request that are prose, each from a file: option, field of the API, what it says.
TEXTS = (
    ("summary", "public_summary", "what the public register will say"),
    ("purpose", "purpose", "what you want to find out"),
    ("plan", "plan", "how you will do it"),
    ("data-protection", "data_protection", "where the data will lie, and who can reach it"),
    ("funding", "funding", "who pays"),
    ("ethics", "ethics", "the ethics committee's word"),
    ("publication", "publication_intent", "where you will publish"),
)


def add_to(commands: Any) -> None:
    """Add `request`."""
    request = commands.add_parser("request", help="ask for access to collections; without --submit, a draft")
    request.add_argument("slugs", metavar="SLUG", nargs="+")
    request.add_argument("--title")
    for option, field, what in TEXTS:
        request.add_argument(f"--{option}-file", dest=field, type=Path, metavar="FILE", help=what)
    request.add_argument("--submit", action="store_true", help="hand it to the committees now")
    request.set_defaults(do=do_request)


def do_request(given: argparse.Namespace) -> int:
    """Put the collections on the draft, store what was given, and submit it where that was asked for."""
    fields = {"title": given.title} if given.title else {}
    for _, field, _ in TEXTS:
        if place := getattr(given, field):
            fields[field] = _text_of(place)
    with portal_of(given) as portal:
        for slug in given.slugs:
            draft = portal.post("requests", {"collection": slug})
        if fields:
            draft = portal.ask("PATCH", f"requests/{draft['id']}", json=fields)
        if given.submit and not draft["missing"]:
            portal.post(f"requests/{draft['id']}/submit")
            say(f"Request R-{draft['number']} is submitted. See: tessera status")
            return 0
    say(f"Request R-{draft['number']} is a draft.")
    for gap in draft["missing"]:
        say(f"  still needed: {gap['text']}")
    return 2 if given.submit else 0


def _text_of(place: Path) -> str:
    try:
        return place.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"{place} cannot be read as text.") from error
