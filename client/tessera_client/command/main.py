"""`tessera`: reads what was asked for, does it, and ends with a status that scripts can rely on."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from tessera_client.command import asking, looking, moving, signing_in
from tessera_client.command.console import complain
from tessera_client.errors import ClientError, FilesFailedError

EXITS = """exit status: 0 done · 1 a file failed, was rejected or does not verify (each is named) · 2 not understood ·
3 not signed in or not allowed · 4 not there · 5 the portal does not answer · 130 stopped; the same command goes on"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command."""
    top = argparse.ArgumentParser(prog="tessera", description="Images of clinical trials.", epilog=EXITS)
    top.add_argument("--url", help="the portal; else TESSERA_URL, else the one of the last login")
    top.add_argument("--token", help="the access token; else TESSERA_TOKEN, else the one of the last login")
    top.add_argument("--stall", type=float, default=30.0, help="seconds of silence that are too long (30)")
    top.add_argument("--tries", type=int, default=8, help="tries in a row in which nothing moves (8)")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for part in (signing_in, looking, asking, moving):
        part.add_to(commands)
    return top


def run(arguments: Sequence[str] | None = None) -> int:
    """Do what *arguments* ask for and return the exit status."""
    given = parser().parse_args(arguments)
    try:
        return int(given.do(given) or 0)
    except FilesFailedError as error:
        for path, reason in sorted(error.reasons.items()):
            complain(f"{path}: {reason}")
        complain(error.message)
        return error.exit_status
    except ClientError as error:
        complain(error.message)
        return error.exit_status
    except KeyboardInterrupt:
        complain("Stopped. Give the same command again to go on where it was.")
        return 130


def main() -> None:
    """Be the command."""
    sys.exit(run())
