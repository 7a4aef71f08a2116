"""A sealed release behind the real web server."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from portal.models import Person
from portal.services.tokens import issue_token
from tests.conftest import empty_buckets
from tests.sealing import Sealed, sealed_release
from tests.servers.web import Web
from tests.world import World, make_world


@dataclass
class House:
    """People, a grant with its release, and the server; ask it as anybody."""

    world: World
    sealed: Sealed
    web: Web
    clients: dict[str, httpx.Client] = field(default_factory=dict)

    def browser(self, person: Person | None) -> httpx.Client:
        """Return a browser in which *person* is signed in, or a visitor's."""
        name = person.email if person else ""
        if name not in self.clients:
            cookies = {}
            if person:
                signed_in = Client()
                signed_in.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
                cookies = {name: morsel.value for name, morsel in signed_in.cookies.items()}
            self.clients[name] = httpx.Client(base_url=self.web.url, cookies=cookies, timeout=30)
        return self.clients[name]

    def bearer(self, person: Person, *scopes: str) -> dict[str, str]:
        """Return the header of a program of *person*'s."""
        _, secret = issue_token(person=person, name="test", scopes=list(scopes), days=1)
        return {"Authorization": f"Bearer {secret}"}

    def file(self, path: str = "data/S-001/scan-001.dcm") -> str:
        """Return the address of a file."""
        return f"/grants/{self.sealed.grant.pk}/files/{path}"

    def close(self) -> None:
        """Stop the server."""
        for client in self.clients.values():
            client.close()
        self.web.stop()


def open_house(world: World, log, *sizes: int) -> House:
    """Return a house with a release of files of these sizes."""
    house = House(world, sealed_release(world, *sizes), Web(log))
    house.web.start()
    return house


@pytest.fixture(scope="module")
def shared(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """One house for all tests of a module, which only read."""
    with django_db_blocker.unblock(), empty_buckets():
        house = open_house(make_world(), tmp_path_factory.mktemp("web") / "web.log", 100_000, 0, 5)
        yield house
        house.close()
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def large(committed_world: World, objects: None, tmp_path) -> Iterator[House]:
    """A house of one test's own, with a file that takes a slow client a while."""
    house = open_house(committed_world, tmp_path / "web.log", 48 << 20)
    yield house
    house.close()
