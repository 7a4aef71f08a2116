"""When a grant ends: every door is shut with the reason, running downloads are cut off, and receipts stay true."""

import socket
import time
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from delivery.models import Download
from requests_app.models import Grant
from requests_app.services import ending
from tests.servers.worker import wait_for

MB = 1 << 20


def revoke(house):
    ending.revoke_grant(person=house.world.manager, grant_id=house.sealed.grant.pk, reason="Withdrawn.")


def doors(house, headers):
    grant = house.sealed.grant.pk
    for address in (house.file(), house.file("README.md"), f"/grants/{grant}/package.zip",
                    f"/api/v1/grants/{grant}/release", f"/api/v1/grants/{grant}/files"):  # fmt: skip
        yield house.browser(None).get(address, headers=headers)


@pytest.mark.parametrize("end", ["revoked", "expired", "over", "suspended"])
def test_every_door_is_shut_to_the_holder_with_a_code_and_a_reason(large, end):
    headers = large.bearer(large.world.researcher, "download")
    assert {answer.status_code for answer in doors(large, headers)} == {200}
    grant = Grant.objects.filter(pk=large.sealed.grant.pk)
    if end == "revoked":
        revoke(large)
    else:
        past = timezone.now() - timedelta(seconds=1)
        times = {"starts_at": past - timedelta(days=9), "expires_at": past}
        if end == "suspended":
            grant.update(state="suspended")
        else:
            grant.update(**times)
        if end == "expired":
            assert ending.expire_grants() == 1
    code = "grant_expired" if end == "over" else f"grant_{end}"
    for answer in doors(large, headers):
        assert (answer.status_code, answer.json()["code"]) == (403, code)
        assert "grant" in answer.json()["detail"]
    page = large.browser(large.world.researcher).get(large.file(), headers={"Accept": "text/html"})
    assert page.status_code == 403
    assert "<html" in page.text


class SlowClient:
    """Takes a file slowly over a socket of its own, as a browser on a bad line does."""

    def __init__(self, house, headers, rate: int) -> None:
        place = urlsplit(house.web.url)
        self.rate, self.received, self.ended_at = rate, 0, 0.0
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 10)
        self.socket.connect((place.hostname, place.port))
        lines = [f"GET {house.file()} HTTP/1.1", f"Host: {place.netloc}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())

    def take(self, seconds: float) -> bool:
        """Read for a while; return whether the connection is still open."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                some = self.socket.recv(32 << 10)
            except ConnectionError:
                some = b""
            if not some:
                return False
            self.received += len(some)
            time.sleep(len(some) / self.rate)
        return True


def test_revoking_stops_a_running_download_within_five_seconds_and_its_receipt_says_so(large):
    client = SlowClient(large, large.bearer(large.world.researcher, "download"), rate=4 * MB)
    assert client.take(2)
    assert Download.objects.get().ended_at is None
    revoke(large)
    assert not client.take(5), "bytes still came five seconds after the grant was revoked"
    assert MB < client.received < 40 * MB
    wait_for(lambda: Download.objects.get().ended_at is not None)
    receipt = Download.objects.get()
    assert receipt.cut_off
    assert client.received <= receipt.sent + 2 * MB
    assert receipt.sent < receipt.size == 48 * MB


def test_a_download_that_its_own_client_ends_is_not_called_cut_off(large):
    client = SlowClient(large, large.bearer(large.world.researcher, "download"), rate=4 * MB)
    assert client.take(1)
    client.socket.close()
    wait_for(lambda: Download.objects.get().ended_at is not None)
    receipt = Download.objects.get()
    assert not receipt.cut_off
    assert 0 < receipt.sent < receipt.size


def test_downloads_are_recorded_and_the_sponsor_sees_them(large):
    rosa, mina = large.browser(large.world.researcher), large.browser(large.world.manager)
    assert rosa.get(large.file("README.md")).status_code == 200
    rosa.get(large.file(), headers={"Range": "bytes=100-199"})
    receipts = f"/api/v1/grants/{large.sealed.grant.pk}/downloads"
    wait_for(lambda: not Download.objects.filter(ended_at=None).exists())
    rows = {row["path"]: row for row in mina.get(receipts).json()["results"]}
    assert rows == {row["path"]: row for row in rosa.get(receipts).json()["results"]}
    assert (rows["README.md"]["door"], rows["README.md"]["person"]) == ("browser", "Rosa Lindqvist")
    part = rows["data/S-001/scan-001.dcm"]
    assert (part["first_byte"], part["size"], part["sent"], part["cut_off"]) == (100, 100, 100, False)
    assert "Rosa Lindqvist" in mina.get("/sponsor/use/").text
    assert large.browser(large.world.chair).get(receipts).status_code == 404


@pytest.mark.soak
def test_pages_answer_while_a_hundred_slow_clients_download(large):
    headers = large.bearer(large.world.researcher, "download")
    slow = [SlowClient(large, headers, rate=64 << 10) for _ in range(100)]
    for client in slow:
        assert client.take(0.001)
    for page in ("/", "/collections/", large.file("README.md")):
        assert large.browser(large.world.researcher).get(page, timeout=20).status_code == 200
    assert Download.objects.filter(ended_at=None).count() >= 100
    for client in slow:
        client.socket.close()
