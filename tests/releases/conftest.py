"""A collection of every kind of data, uploaded and published through the services, and a grant on it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django.plugin import DjangoDbBlocker

from deid.models import Finding, Release
from delivery.services.packaging import package_stream
from examples.images.dicom import ct_trial, us_trial
from examples.images.subjects import invent
from examples.images.volumes import brain_trial
from examples.walking import curate, publish, upload
from portal.jobs.inline import run_queued
from portal.models import Collection
from requests_app.models import Grant
from requests_app.services.granting import execute_agreement
from tests.conftest import empty_buckets
from tests.world import World, make_world

PLANTED = [
    who for prefix, seed in (("HLC-", 11), ("US-", 37), ("CUR", 53)) for who in invent(2, prefix, seed)
]


def everything() -> Iterable[tuple[str, bytes]]:
    """CT slices, ultrasound with burned-in text, NIfTI volumes and a table; all full of identity."""
    return chain(ct_trial(1, 3, size=64), us_trial(1, 320, 240), brain_trial(2, size=24, slices=4))


def walk_to_publication(world: World) -> Collection:
    """Return a collection with everything in it, published."""
    collection = world.collection("all-kinds", published=False)
    upload(collection, everything(), world.manager)
    run_queued()
    curate_and_publish(world, collection)
    return collection


def curate_and_publish(world: World, collection: Collection) -> None:
    """Decide on what is open as the example curator does, and publish."""
    curate(collection, world.curator)
    run_queued()
    publish(collection, world.people)
    run_queued()


def walk_to_grant(world: World, collection: Collection) -> Grant:
    """Return a grant on *collection*; its release is planned, not yet built."""
    agreement = world.agreement_out(collection)
    for signature in agreement.signatures.all():
        world.sign(signature)
    execute_agreement(agreement.pk)
    return Grant.objects.get(review=agreement.review)


def walk_to_release(world: World, collection: Collection) -> Release:
    """Return a sealed release of everything."""
    grant = walk_to_grant(world, collection)
    run_queued()
    release = Release.objects.get(grant_id=grant.pk)
    assert release.state == "sealed", release.failure_code
    return release


def members_of(release: Release) -> dict[str, bytes]:
    """Return the files of a release's package by their path."""
    stream, _size = package_stream(release)
    with zipfile.ZipFile(io.BytesIO(b"".join(stream))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def published(world: World, objects: None) -> Collection:
    """A collection with everything in it, published."""
    return walk_to_publication(world)


@pytest.fixture
def grant_on(world: World) -> Callable[[Collection], Grant]:
    """Walk a request to its grant; the release is planned, not yet built."""
    return partial(walk_to_grant, world)


@pytest.fixture
def sealed(world: World, published: Collection) -> Release:
    """A sealed release of everything."""
    return walk_to_release(world, published)


@dataclass(frozen=True)
class Finished:
    """What the read-only tests look at: the unpacked package, and the mask that was signed off."""

    package: Path
    mask: list[dict[str, int]]


@pytest.fixture(scope="module")
def finished(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Finished]:
    """The whole way walked once for all tests of a module, which only read what came out."""
    with django_db_blocker.unblock(), empty_buckets():
        world = make_world()
        release = walk_to_release(world, walk_to_publication(world))
        stream, size = package_stream(release)
        whole = b"".join(stream)
        assert len(whole) == size
        folder = tmp_path_factory.mktemp("package")
        with zipfile.ZipFile(io.BytesIO(whole)) as archive:
            archive.extractall(folder)
        mask = Finding.objects.get(kind="burned_in_text", series__modality="US").boxes
        yield Finished(folder / release.name, mask)
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def package(finished: Finished) -> Path:
    """The package as a researcher unpacks it."""
    return finished.package
