"""`tessera login`, and how the other commands find the portal and the token."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from typing import Any
from urllib.parse import urlsplit

from tessera_client import memory
from tessera_client.command.console import complain, say
from tessera_client.errors import InvalidInputError, NotAllowedError
from tessera_client.patience import Patience
from tessera_client.portal import Portal


def add_to(commands: Any) -> None:
    """Add `login`."""
    login = commands.add_parser("login", help="sign in with an access token made on your account page")
    login.add_argument("address", metavar="URL")
    login.set_defaults(do=do_login)


def portal_of(given: argparse.Namespace, *, need_token: bool = True) -> Portal:
    """Return the portal that was named or signed in to."""
    kept = memory.read(memory.config_file())
    url = given.url or os.environ.get("TESSERA_URL") or kept.get("url", "")
    if not url:
        raise NotAllowedError("Sign in first: tessera login URL")
    token = given.token or os.environ.get("TESSERA_TOKEN") or ""
    if not token and kept.get("url") == _clean(url):
        # A token goes to the portal that it was made for, and to no other.
        token = kept.get("token", "")
    if need_token and not token:
        raise NotAllowedError("Sign in first: tessera login URL")
    return Portal(_clean(url), token, stall=given.stall, patience=lambda: Patience(tries=given.tries))


def do_login(given: argparse.Namespace) -> int:
    """Check the token at the portal and keep it."""
    url = _clean(given.address)
    if urlsplit(url).scheme == "http" and urlsplit(url).hostname not in {"localhost", "127.0.0.1", "::1"}:
        complain("Note: this address is not encrypted; others on the way can read your token.")
    token = given.token or os.environ.get("TESSERA_TOKEN") or _asked(url)
    with Portal(url, token, stall=given.stall, patience=lambda: Patience(tries=given.tries)) as portal:
        try:
            name = portal.get("me")["full_name"]
        except NotAllowedError as error:
            if error.code != "token_scope":
                raise
            name = "(a token that may not read)"  # It is alive, and may be all that an upload server needs.
    memory.write(memory.config_file(), {"url": url, "token": token})
    say(f"Signed in to {url} as {name}.")
    return 0


def _asked(url: str) -> str:
    complain(f"Make an access token on your account page: {url}/account/tokens/")
    token = (getpass.getpass("Access token: ") if sys.stdin.isatty() else sys.stdin.readline()).strip()
    if not token:
        raise InvalidInputError("No token was given.")
    return token


def _clean(url: str) -> str:
    """Return an address as it is kept: with its scheme, without a slash at the end."""
    whole = url if "://" in url else f"https://{url}"
    parts = urlsplit(whole)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise InvalidInputError("An address begins with https:// and names a host.")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
