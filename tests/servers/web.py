"""The real web server in a process of its own, over the test database and buckets."""

import os
import subprocess
import sys
import urllib.request
from pathlib import Path

from django.db import connection

from portal.embedded.stores import free_port
from tests import plugin
from tests.servers.worker import ROOT, wait_for


class Web:
    """Runs uvicorn as `manage.py up` does."""

    def __init__(self, log: Path) -> None:
        self.log, self.port = log, free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start and wait until a page comes."""
        database = plugin.SERVERS.postgres_url.replace("/tessera?", f"/{connection.settings_dict['NAME']}?")
        environment = {**os.environ, "DATABASE_URL": database, "TESSERA_PUBLIC_URL": self.url}
        command = [
            sys.executable, "-m", "uvicorn", "portal.asgi:application", "--host", "127.0.0.1",
            "--port", str(self.port), "--log-level", "warning",
        ]  # fmt: skip
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
            )
        wait_for(self._answers, seconds=60, why=self.log.read_text)

    def _answers(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def stop(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()
