"""Loaded before everything else (`-p tests.plugin`): gives the test run an environment of its own.

Addresses are chosen at once, servers are started when the first test needs them, and everything ends with the
run, however it ends.
"""

import atexit
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.embedded.stores import free_port
from tests.servers.embedded import Servers

ROOT = Path(tempfile.mkdtemp(prefix="tessera-test-"))
SERVERS = Servers(ROOT)
PORTS = {"raw": free_port(), "released": free_port()}


def environment() -> dict[str, str]:
    """Return what the settings read during the tests; no portal of the developer's own."""
    values = {
        "TESSERA_MODE": "embedded",
        "TESSERA_DATA": str(ROOT),
        "TESSERA_SECRET_KEY": secrets.token_hex(32),
        "TESSERA_KEY_WRAPPING_KEY": secrets.token_hex(32),
        "TESSERA_LEDGER_SIGNING_KEY": secrets.token_hex(32),
        "TESSERA_SKIP_INSTALL": "1",
        "DATABASE_URL": SERVERS.postgres_url,
        "CELERY_BROKER_URL": SERVERS.valkey_url,
    }
    for name, port in PORTS.items():
        values[f"S3_{name.upper()}_ENDPOINT_URL"] = f"http://127.0.0.1:{port}"
        values[f"S3_{name.upper()}_ACCESS_KEY_ID"] = name
        values[f"S3_{name.upper()}_SECRET_ACCESS_KEY"] = secrets.token_hex(16)
    return values


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Set the environment before pytest-django reads the settings."""
    os.environ.update(environment())
    return (yield)


@atexit.register
def leave_nothing() -> None:
    """Stop the servers and remove their data."""
    SERVERS.stop()
    shutil.rmtree(ROOT, ignore_errors=True)
