"""What is published once for all tests here: each finds it as it was, whatever the one before did."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from pytest_django.plugin import DjangoDbBlocker

from portal.models import Collection, Person
from requests_app.models import Committee
from storage.objects import ObjectStore, raw_store, released_store
from tests.conftest import empty_buckets
from tests.releases.conftest import walk_to_publication
from tests.world import World, make_world


@pytest.fixture(scope="package")
def publication(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[World, Collection]]:
    """A collection with everything in it, published; it stays in database and stores until the last test here has run."""
    with django_db_blocker.unblock(), empty_buckets():
        world = make_world()
        yield world, walk_to_publication(world)
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def objects(publication: tuple[World, Collection]) -> Iterator[None]:
    """The two buckets as the publication left them, and again after the test."""
    kept = {store: _bodies(store) for store in (raw_store(), released_store())}
    yield
    for store, bodies in kept.items():
        there = _bodies(store)
        for key in there.keys() - bodies.keys():
            store.delete(key)
        for key in (key for key, body in bodies.items() if there.get(key) != body):
            store.put_file(key, io.BytesIO(bodies[key]))


def _bodies(store: ObjectStore) -> dict[str, bytes]:
    return {stored.key: store.get_bytes(stored.key) for stored in store.list_prefix("")}


@pytest.fixture
def world(publication: tuple[World, Collection], db: None) -> World:
    """The example people as they stand in the database, since a test before may have changed one that it held."""
    people = {name: Person.objects.get(pk=person.pk) for name, person in publication[0].people.items()}
    return World(people, Committee.objects.get())


@pytest.fixture
def published(publication: tuple[World, Collection], world: World, objects: None) -> Collection:
    """The collection with everything in it."""
    return Collection.objects.get(pk=publication[1].pk)
