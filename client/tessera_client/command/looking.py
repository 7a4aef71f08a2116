"""Commands that only look: `collections`, `show`, `status`, `receipt`, `verify`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tessera_client.command.console import complain, say, size, table
from tessera_client.command.signing_in import portal_of
from tessera_client.errors import FilesFailedError, InvalidInputError
from tessera_client.portal import Portal
from tessera_client.verifying import verify

FACTS = (
    "title",
    "sponsor",
    "registry_number",
    "condition",
    "phase",
    "licence",
    "published_version",
    "summary",
)


def add_to(commands: Any) -> None:
    """Add the commands."""
    commands.add_parser("collections", help="list the catalogue").set_defaults(do=do_collections)
    show = commands.add_parser("show", help="describe a collection")
    show.add_argument("slug", metavar="SLUG")
    show.set_defaults(do=do_show)
    commands.add_parser("status", help="your requests and grants").set_defaults(do=do_status)
    receipt = commands.add_parser("receipt", help="what was downloaded with a grant")
    receipt.add_argument("grant", metavar="GRANT")
    receipt.set_defaults(do=do_receipt)
    check = commands.add_parser("verify", help="check a downloaded folder against its manifests")
    check.add_argument("folder", metavar="FOLDER", type=Path)
    check.set_defaults(do=do_verify)


def do_collections(given: argparse.Namespace) -> int:
    """List what the asker may see."""
    with portal_of(given, need_token=False) as portal:
        rows = [
            (
                one["slug"],
                one["title"],
                one["sponsor"],
                ", ".join(one["modalities"]),
                one["published_version"],
            )
            for one in portal.rows("collections")
        ]
    table(["Slug", "Title", "Sponsor", "Modalities", "Version"], rows)
    return 0


def do_show(given: argparse.Namespace) -> int:
    """Describe a collection and its published version."""
    with portal_of(given, need_token=False) as portal:
        one = portal.get(f"collections/{given.slug}")
        for name in FACTS:
            say(f"{name.replace('_', ' ').capitalize()}: {one[name]}")
        say(f"Modalities: {', '.join(one['modalities'])}")
        say(f"\n{one['description']}\n\n{portal.url}/collections/{one['slug']}/")
    return 0


def do_status(given: argparse.Namespace) -> int:
    """List requests with who must act next, and grants with what they open."""
    with portal_of(given) as portal:
        requests = [
            (f"R-{one['number']}", part["collection"], part["state"], part["holder"], one["title"])
            for one in portal.rows("requests")
            for part in one["reviews"]
        ]
        grants = [
            (one["id"], one["number"], one["collection"], one["state"], one["expires_at"][:10])
            for one in portal.rows("grants")
        ]
    table(["Request", "Collection", "State", "Waits for", "Title"], requests)
    table(["Grant", "Number", "Collection", "State", "Until"], grants)
    return 0


def grant_of(portal: Portal, said: str) -> str:
    """Return the identifier of a grant that was named by it, or by its number."""
    number = said.upper().removeprefix("G-")
    if not number.isdigit():
        return said
    for one in portal.rows("grants"):
        if one["number"] == int(number):
            return str(one["id"])
    raise InvalidInputError(f"You hold no grant {said}. See: tessera status")


def do_receipt(given: argparse.Namespace) -> int:
    """List what was downloaded."""
    with portal_of(given) as portal:
        rows = [
            (
                one["began_at"][:19],
                one["person"],
                one["path"],
                f"{size(one['sent'])} of {size(one['size'])}",
                "cut off" if one["cut_off"] else ("ended" if one["ended_at"] else "running"),
            )
            for one in portal.rows(f"grants/{grant_of(portal, given.grant)}/downloads")
        ]
    table(["Began", "By", "File", "Sent", "State"], rows)
    return 0


def do_verify(given: argparse.Namespace) -> int:
    """Check a folder without asking anybody."""
    found = verify(given.folder)
    if found.wrong:
        raise FilesFailedError(f"{len(found.wrong)} files are wrong, {found.right} are right.", found.wrong)
    complain(f"All {found.right} files are as they were released.")
    return 0
