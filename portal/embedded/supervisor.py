"""Starts every part in order, watches them, and stops them in the opposite order."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from portal.embedded.environment import WRAPPING_KEY, DataFolder
from portal.embedded.part import Part, PartError
from portal.embedded.stores import ObjectServer, Postgres, Valkey, free_port, port_answers
from portal.queues import QUEUES, QUICK, RECEIVING

ROOT = Path(__file__).resolve().parent.parent.parent
STOP_SECONDS = 8
# Each looks at one series at a time and takes some 300 MB.
MOST_HEAVY = 4
HANDS = {QUICK: 1, RECEIVING: 2}


class Supervisor:
    """The parts of one embedded portal over one data folder."""

    def __init__(self, data: DataFolder, *, host: str, port: int, examples: bool) -> None:
        self.data, self.host, self.examples = data, host, examples
        self.wanted_port = port
        self.given: Mapping[str, str] = dict(os.environ)
        self.values: dict[str, str] = {}
        self.stages: list[list[Part]] = []
        self.began = time.monotonic()
        self.lock: IO[str] | None = None

    def start(self) -> None:
        """Start everything, show how far it is, and print where to go."""
        self.data.prepare()
        self._lock()
        port = free_port(self.wanted_port)
        stores = self._stores()
        self._write_environment(port)
        self._start_stage(stores)
        self._prepare()
        web, *others = self._site(port)
        self._start_stage([*others, web])
        web.wait_until(lambda: port_answers(port))
        self.say("web server, workers and beat started")
        if self.examples and not self.data.examples_loaded.exists():
            self.say(
                f"The portal answers at {self.values['TESSERA_PUBLIC_URL']}; its examples come one by one"
            )
            self._run("Loading the example data (only on the first run)", "portal.embedded.examples")
            self.data.examples_loaded.touch()
        self._greet()

    def watch(self) -> None:
        """Return never; raise `PartError` when a part has ended."""
        while True:
            self._check()
            time.sleep(0.5)

    def stop(self) -> None:
        """Stop the parts, those that were started last first."""
        for stage in reversed(self.stages):
            for part in stage:
                part.signal(part.stop_with)
            for part in stage:
                part.stop(STOP_SECONDS)
        self.stages.clear()

    def say(self, line: str) -> None:
        """Print a line with the seconds since the start."""
        print(f"[{time.monotonic() - self.began:5.1f} s] {line}", flush=True)

    def _check(self) -> None:
        """Raise `PartError` if a part has ended."""
        for part in (part for stage in self.stages for part in stage):
            if part.ended():
                raise PartError(f"{part.name} has ended by itself. Its log: {part.log}")

    def _lock(self) -> None:
        """Refuse to start twice over one folder."""
        self.lock = (self.data.root / "lock").open("w")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise PartError(f"Another portal runs over {self.data.root}. Stop it, or use --data.") from None

    def _start_stage(self, parts: list[Part]) -> None:
        self.stages.append([])
        for part in parts:
            self.stages[-1].append(part)
            part.start()
            if part.log.name not in {"web.log", "beat.log"} and not part.log.name.startswith("worker"):
                self.say(f"{part.name} started")

    def _stores(self) -> list[Part]:
        """Return the servers that the environment does not replace, and note their addresses."""
        data, sockets = self.data, self.data.sockets()
        self.values = {"TESSERA_DATA": str(data.root), **data.secrets()}
        parts: list[Part] = []
        if "DATABASE_URL" not in self.given:
            postgres = Postgres(data.root / "postgres", sockets, data.log("postgres"))
            self.values["DATABASE_URL"] = postgres.url
            parts.append(postgres)
        if "CELERY_BROKER_URL" not in self.given:
            valkey = Valkey(data.root / "valkey", sockets, data.log("valkey"))
            self.values["CELERY_BROKER_URL"] = valkey.url
            parts.append(valkey)
        for name in ("raw", "released"):
            variable = f"S3_{name.upper()}"
            if not {"S3_ENDPOINT_URL", f"{variable}_ENDPOINT_URL"} & self.given.keys():
                key, secret = (
                    self.values[f"{variable}_{kind}"] for kind in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY")
                )
                server = ObjectServer(
                    name, data.root / "objects" / name, free_port(), key, secret, data.log(name)
                )
                self.values[f"{variable}_ENDPOINT_URL"] = server.url
                parts.append(server)
        return parts

    def _prepare(self) -> None:
        """Bring the database up to date, unless this very code has done so over this very folder and key."""
        done = self.data.prepared(ROOT, self.values[WRAPPING_KEY])
        own_servers = {"DATABASE_URL", "S3_ENDPOINT_URL"} & self.given.keys()
        if own_servers or not done.exists():
            self._run("Bringing the database up to date", "portal.embedded.prepare")
            done.touch()

    def _write_environment(self, port: int) -> None:
        """Write down what was chosen, for every process and for later commands."""
        self.values["TESSERA_PUBLIC_URL"] = f"http://{self.host}:{port}"
        self.values.update({name: self.given[name] for name in self.values if name in self.given})
        self.values.update(self.data.old_keys(self.given))
        self.data.write(self.values)
        os.environ.update(self.values)

    def _run(self, what: str, module: str) -> None:
        """Run one step to its end; its own lines are shown."""
        self.say(what)
        with subprocess.Popen([sys.executable, "-m", module], cwd=ROOT) as step:
            try:
                while step.poll() is None:
                    self._check()
                    time.sleep(0.2)
            except BaseException:
                step.terminate()
                raise
        if step.returncode:
            raise PartError(f"“{what}” failed; the lines above say why.")

    def _site(self, port: int) -> list[Part]:
        """Return web, workers and beat; of these, web and beat are told to stop first."""
        celery = [sys.executable, "-m", "celery", "-A", "portal.celery", "--quiet"]
        worker = ["worker", "--without-gossip", "--without-mingle", "--without-heartbeat"]
        workers = []
        for queue in QUEUES:
            hands = HANDS.get(queue, min(MOST_HEAVY, os.cpu_count() or 1))
            command = [*celery, *worker, f"--concurrency={hands}", "-Q", queue, "-n", f"{queue}@%h"]
            workers.append(Part(f"worker ({queue})", command, self.data.log(f"worker-{queue}")))
        beat = Part(
            "beat", [*celery, "beat", "-s", self.data.root / "beat", "--pidfile="], self.data.log("beat")
        )
        web = Part(
            "web",
            [
                sys.executable, "-m", "uvicorn", "portal.asgi:application", "--host", self.host, "--port", str(port),
                "--no-access-log", "--timeout-graceful-shutdown", "3", "--lifespan", "off",
            ],
            self.data.log("web"),
        )  # fmt: skip
        for part in (*workers, beat, web):
            part.environment.update(os.environ, PYTHONPATH=str(ROOT))
        return [web, *workers, beat]

    def _greet(self) -> None:
        accounts = self.data.root / "example-accounts.txt"
        address = self.values["TESSERA_PUBLIC_URL"]
        self.say("ready")
        print(
            f"\n  Tessera      {address}\n  API          {address}/api/v1/docs/\n  Data folder  {self.data.root}"
        )
        if accounts.exists():
            print(f"\n{accounts.read_text().rstrip()}")
        print("\n  Ctrl-C stops everything; the data stays.\n", flush=True)


def run(supervisor: Supervisor) -> int:
    """Start, watch until Ctrl-C or until a part ends, stop; return the exit status."""
    # Both explicitly: a shell that starts us in the background would have Ctrl-C ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        supervisor.start()
        supervisor.watch()
    except KeyboardInterrupt:
        status = 0
    except PartError as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
        status = 1
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("\nStopping …", flush=True)
    supervisor.stop()
    print("Everything is stopped.", flush=True)
    return status
