"""`manage.py up`: the whole portal on this machine."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from portal.embedded.environment import DataFolder
from portal.embedded.supervisor import ROOT, Supervisor, run
from portal.embedded.wheels import MissingServerError

DESCRIPTION = """Start the whole portal on this machine: database, broker, object store, workers and web server.
Set DATABASE_URL, CELERY_BROKER_URL or S3_ENDPOINT_URL (with its keys) to use servers of your own instead."""


def main(arguments: list[str]) -> int:
    """Run until Ctrl-C; return the exit status."""
    parser = argparse.ArgumentParser(prog="manage.py up", description=DESCRIPTION)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("TESSERA_DATA", ROOT / ".tessera")))
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8000, help="port, or the next one that is free")
    parser.add_argument("--no-examples", action="store_true", help="start a new data folder empty")
    chosen = parser.parse_args(arguments)
    os.chdir(ROOT)
    data = DataFolder(chosen.data.resolve())
    try:
        return run(Supervisor(data, host=chosen.host, port=chosen.port, examples=not chosen.no_examples))
    except MissingServerError as error:
        print(error)
        return 1
