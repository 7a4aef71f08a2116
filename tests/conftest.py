"""What all tests share: the real servers, people, and a worker."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import override_settings
from playwright.sync_api import Browser, sync_playwright

from portal.models import Person
from portal.queues import QUEUES
from storage.objects import raw_store, released_store
from tests import plugin
from tests.servers.worker import Worker
from tests.world import World, make_world

ARTEFACTS = Path(__file__).resolve().parent.parent / "artefacts"


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Start PostgreSQL and the broker before the first test that needs the database.

    A test is one transaction, which may wait long for a head that is planned in it on a busy machine; jobs plan outside of any.
    """
    plugin.SERVERS.need(plugin.SERVERS.postgres)
    plugin.SERVERS.need(plugin.SERVERS.valkey)
    connection.settings_dict["OPTIONS"]["options"] += " -c idle_in_transaction_session_timeout=0"


@pytest.fixture(scope="session", autouse=True)
def let_the_test_runner_empty_the_ledger() -> Iterator[None]:
    """Between tests the runner truncates all tables, which the ledger's triggers rightly refuse."""
    plain = DatabaseOperations.sql_flush

    def past_the_triggers(self: DatabaseOperations, *args: object, **kwargs: object) -> list[str]:
        statements = plain(self, *args, **kwargs)
        return ["SET LOCAL session_replication_role = replica", *statements] if statements else []

    patch = pytest.MonkeyPatch()
    patch.setattr(DatabaseOperations, "sql_flush", past_the_triggers)
    yield
    patch.undo()


@contextmanager
def empty_buckets() -> Iterator[None]:
    """Give two real buckets and leave them empty."""
    for name in ("raw", "released"):
        plugin.SERVERS.need_objects(name)
    call_command("make_buckets")
    yield
    for store in (raw_store(), released_store()):
        store.delete_prefix("")


@pytest.fixture
def objects() -> Iterator[None]:
    """Two real, empty buckets."""
    with empty_buckets():
        yield


@pytest.fixture
def person(db: None) -> Person:
    """Somebody who has signed up."""
    return Person.objects.create_user("ada@example.org", "correct horse", full_name="Ada Example")


@pytest.fixture
def start_worker(transactional_db: None, tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """Start real Celery workers over the test database; they end with the test."""
    workers: list[Worker] = []

    def start(queues: str = ",".join(QUEUES), **environment: str) -> Worker:
        worker = Worker(tmp_path / f"worker-{len(workers)}.log", environment, queues)
        workers.append(worker)
        worker.start()
        return worker

    yield start
    for worker in workers:
        worker.kill()


@pytest.fixture
def world(db: None) -> World:
    """The example people and their committee."""
    return make_world()


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """The example people, for tests in which several transactions meet."""
    return make_world()


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> Iterator[None]:
    """Hash passwords cheaply: what slows an attacker down would slow every test down."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; without one these tests say loudly that they did not run.

    For one module only: while it runs, its driver keeps an event loop in this thread, which other tests would meet.
    """
    if CHROMIUM is None:
        pytest.skip(
            "NO CHROMIUM: the tests that look at pages did not run. Install it (apt-get install chromium)."
        )
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield opened
        opened.close()
