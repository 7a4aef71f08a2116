"""What the store has changed since a release was sealed never arrives whole, and the ledger says so."""

import io

import httpx
import pytest

from portal.models import LedgerEvent
from storage.objects import released_store

PATH = "data/S-001/scan-001.dcm"


@pytest.fixture
def changed(large):
    """The store has another byte in one file of the release than was sealed."""
    file = large.sealed.release.files.get(path=PATH)
    body = bytearray(released_store().get_bytes(file.object_key))
    body[file.offset + file.size // 2] ^= 1
    released_store().put_file(file.object_key, io.BytesIO(bytes(body)))
    return large


def test_a_file_and_a_package_that_changed_break_off_before_their_end(changed):
    rosa = changed.browser(changed.world.researcher)
    size = changed.sealed.release.files.get(path=PATH).size
    for address in (changed.file(PATH), f"/grants/{changed.sealed.grant.pk}/package.zip"):
        arrived = 0
        with pytest.raises(httpx.RemoteProtocolError), rosa.stream("GET", address) as answer:
            for piece in answer.iter_raw():
                arrived += len(piece)
        assert 0 < arrived < size, address
    other = rosa.get(changed.file(PATH), headers={"Range": "bytes=0-9"})
    assert other.status_code == 206 and len(other.content) == 10
    (event,) = LedgerEvent.objects.filter(verb="released file is not what was sealed")
    assert event.subject_id == str(changed.sealed.release.pk)
