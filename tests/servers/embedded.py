"""The embedded servers for the tests: each starts once, when it is first needed."""

import os
from pathlib import Path

from portal.embedded.environment import DataFolder
from portal.embedded.part import Part
from portal.embedded.stores import ObjectServer, Postgres, Valkey


class Servers:
    """PostgreSQL, Valkey and the two object servers over one temporary folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.sockets = DataFolder(root).sockets()
        logs = root / "logs"
        # What is written here is thrown away, so it need not reach the disk.
        quick = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
        self.postgres = Postgres(root / "postgres", self.sockets, logs / "postgres.log", *quick)
        self.valkey = Valkey(root / "valkey", self.sockets, logs / "valkey.log")
        self.postgres_url, self.valkey_url = self.postgres.url, self.valkey.url
        self.objects: dict[str, ObjectServer] = {}

    def need(self, part: Part) -> None:
        """Start a server unless it runs."""
        if part.ended():
            part.start()

    def need_objects(self, name: str) -> ObjectServer:
        """Start the object server of a bucket unless it runs."""
        if name not in self.objects:
            variable = f"S3_{name.upper()}"
            port = int(os.environ[f"{variable}_ENDPOINT_URL"].rsplit(":", 1)[1])
            self.objects[name] = ObjectServer(
                name,
                self.root / "objects" / name,
                port,
                os.environ[f"{variable}_ACCESS_KEY_ID"],
                os.environ[f"{variable}_SECRET_ACCESS_KEY"],
                self.root / "logs" / f"{name}.log",
            )
        self.need(self.objects[name])
        return self.objects[name]

    def stop(self) -> None:
        """Stop whatever runs."""
        for part in (*self.objects.values(), self.valkey, self.postgres):
            part.stop()
