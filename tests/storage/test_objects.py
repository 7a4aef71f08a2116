"""The object store over two real servers, and through a network that misbehaves."""

import hashlib
import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from storage.errors import ObjectDamagedError, ObjectMissingError, StoreDownError
from storage.objects import ObjectStore
from tests import plugin
from tests.servers.faults import FaultProxy, cut, flip, stall, status
from tests.servers.swift import KEY, SECRET, Swift, four_free_ports


def store_at(url: str, key: str, secret: str) -> ObjectStore:
    """Return a store over one server."""
    chosen = {
        "endpoint_url": url, "region": "us-east-1", "bucket": "test-objects",
        "access_key_id": key, "secret_access_key": secret,
    }  # fmt: skip
    with override_settings(OBJECT_STORES={"test": chosen}):
        return ObjectStore("test")


@pytest.fixture(scope="module")
def swift() -> Iterator[Swift]:
    """A running Swift."""
    with tempfile.TemporaryDirectory(prefix="tessera-swift-") as folder:
        server = Swift(Path(folder), four_free_ports())
        server.start()
        yield server
        server.stop()


@pytest.fixture(params=["rclone", "swift"])
def server(request) -> tuple[int, str, str]:
    """Port, key and secret of a real store."""
    if request.param == "swift":
        return request.getfixturevalue("swift").port, KEY, SECRET
    rclone = plugin.SERVERS.need_objects("raw")
    return rclone.port, "raw", os.environ["S3_RAW_SECRET_ACCESS_KEY"]


@pytest.fixture
def store(server) -> Iterator[ObjectStore]:
    """An empty bucket on a real store."""
    port, key, secret = server
    store = store_at(f"http://127.0.0.1:{port}", key, secret)
    store.make_bucket()
    yield store
    store.delete_prefix("")


@pytest.fixture
def proxy(server) -> Iterator[FaultProxy]:
    """A bad network before a real store."""
    proxy = FaultProxy(server[0])
    yield proxy
    proxy.shutdown()
    proxy.server_close()


@pytest.fixture
def behind(proxy, server, store) -> ObjectStore:
    """The same bucket, through the bad network."""
    return store_at(proxy.url, server[1], server[2])


def test_bytes_come_back_as_they_went(store):
    content = os.urandom(9_000_001)
    stored = store.put_file("a/b", io.BytesIO(content))
    assert (stored.size, stored.sha256) == (9_000_001, hashlib.sha256(content).hexdigest())
    assert store.get_bytes("a/b") == content
    assert store.head("a/b").size == 9_000_001


@pytest.mark.parametrize(
    "start, length", [(0, 1), (5, 10), (999_990, 100), (0, None), (1_000_000, None), (7, 0)]
)
def test_a_range_is_exactly_that_range(store, start, length):
    content = os.urandom(1_000_000)
    store.put_bytes("range", content)
    end = None if length is None else start + length
    assert b"".join(store.get_stream("range", start=start, length=length)) == content[start:end]


def test_an_empty_object_is_an_object(store):
    store.put_bytes("empty", b"")
    assert store.exists("empty")
    assert store.get_bytes("empty") == b""


def test_what_is_not_there_is_said_to_be_missing(store):
    assert not store.exists("nothing")
    for ask in (store.head, store.get_bytes):
        with pytest.raises(ObjectMissingError):
            ask("nothing")
    store.delete("nothing")


def test_bytes_without_the_announced_digest_are_not_stored(store):
    with pytest.raises(ObjectDamagedError):
        store.put_file("bad", io.BytesIO(b"abc"), sha256=hashlib.sha256(b"other").hexdigest())
    assert not store.exists("bad")


def test_a_prefix_lists_all_of_it_and_nothing_else(store):
    store.page_size = 10
    for number in range(25):
        store.client.put_object(Bucket=store.bucket, Key=f"many/{number:04d}", Body=b"x")
    store.put_bytes("many-more", b"y")
    listed = [stored.key for stored in store.list_prefix("many/")]
    assert listed == [f"many/{number:04d}" for number in range(25)]
    assert store.delete_prefix("many/") == 25
    assert [stored.key for stored in store.list_prefix("")] == ["many-more"]


def test_one_bucket_cannot_be_opened_with_the_key_of_the_other(objects):
    raw = os.environ["S3_RAW_ENDPOINT_URL"]
    thief = store_at(raw, "released", os.environ["S3_RELEASED_SECRET_ACCESS_KEY"])
    with pytest.raises(StoreDownError):
        thief.head("anything")


@pytest.mark.parametrize("code", [500, 503])
def test_a_store_that_fails_for_a_moment_is_asked_again(behind, proxy, code):
    proxy.plan("PUT", status(code), status(code))
    behind.put_bytes("key", b"abc")
    proxy.plan("GET", status(code), status(code))
    assert behind.get_bytes("key") == b"abc"
    assert proxy.seen.count("PUT") == 3


def test_a_store_that_stays_down_is_given_up_after_bounded_attempts(behind, proxy):
    proxy.plan("PUT", *[status(503)] * 50)
    with pytest.raises(StoreDownError):
        behind.put_bytes("key", b"abc")
    assert proxy.seen.count("PUT") == 5


def test_a_read_that_is_cut_goes_on_where_it_broke(behind, proxy, store):
    content = os.urandom(5_000_000)
    store.put_bytes("key", content)
    proxy.plan("GET", cut(1_000_000), cut(1_000_000), cut(1_000_000))
    assert behind.get_bytes("key") == content


def test_a_read_that_always_breaks_ends_with_an_error(behind, proxy, store):
    store.put_bytes("key", os.urandom(5_000))
    proxy.plan("GET", *[cut(0)] * 50)
    with pytest.raises(StoreDownError):
        behind.get_bytes("key")
    assert proxy.seen.count("GET") < 30


def test_a_stalled_answer_is_asked_for_again(behind, proxy, store):
    store.put_bytes("key", b"abc")
    proxy.plan("GET", stall(0.5))
    assert behind.get_bytes("key") == b"abc"


def test_a_store_that_says_stored_and_has_nothing_is_found_out(behind, proxy):
    proxy.plan("PUT", proxy.swallow)
    with pytest.raises(ObjectMissingError):
        behind.put_bytes("key", b"abc")


def test_a_store_that_says_stored_and_has_an_older_object_is_found_out(behind, proxy, store):
    store.put_bytes("key", b"old")
    proxy.plan("PUT", proxy.swallow)
    with pytest.raises(ObjectDamagedError):
        behind.put_bytes("key", b"new")


def test_a_flipped_bit_on_the_way_back_is_found_out(behind, proxy):
    proxy.plan("GET", flip())
    with pytest.raises(ObjectDamagedError):
        behind.put_bytes("key", b"abc")


def test_a_file_whose_object_changed_is_not_used(store, tmp_path):
    stored = store.put_bytes("key", b"abc")
    store.client.put_object(Bucket=store.bucket, Key="key", Body=b"abX")
    with pytest.raises(ObjectDamagedError):
        store.get_to("key", tmp_path / "file", sha256=stored.sha256)
