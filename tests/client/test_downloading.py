"""`tessera download` over bad lines: whatever happens on the way, no file is wrong, and each that lacks is named."""

import os
import signal
import stat

from delivery.models import Download
from requests_app.services import ending
from tests.sealing import sealed_release
from tests.servers.faults import FaultProxy, cut, drip, flip, stall, status
from tests.servers.worker import wait_for

MB = 1 << 20


def sizes_in(folder):
    return sum(place.stat().st_size for place in folder.rglob("*") if place.is_file())


def parts_in(folder):
    return [place.name for place in folder.rglob("*.part")]


def test_login_keeps_the_token_where_only_its_owner_reads_it_and_the_commands_of_the_grant_page_work(
    web, tessera, token_of, committed_world
):
    sealed = sealed_release(committed_world, 3 * MB, 0, 17)
    assert tessera.run("--token", token_of("researcher"), "login", web.url).status == 0
    (kept,) = (tessera.home / ".config").rglob("*.json")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    done = tessera.run("download", sealed.grant.pk, sealed.release.name)
    folder = tessera.home / sealed.release.name
    assert done.status == 0, done
    assert "100%" in done.err
    assert sealed.matches(folder)
    assert parts_in(folder) == []
    checked = tessera.run("verify", folder)
    assert checked.status == 0, checked
    receipt = tessera.run("receipt", sealed.grant.number)
    assert "data/S-001/scan-001.dcm" in receipt.out, receipt
    assert str(sealed.grant.pk) in tessera.run("status").out


def test_a_download_killed_five_times_goes_on_where_it_was_and_is_right_in_the_end(
    web, tessera, token_of, committed_world
):
    sealed = sealed_release(committed_world, *[8 * MB] * 4)
    proxy = FaultProxy(web.port)
    proxy.plan("GET", *[drip(MB)] * 500)
    folder = tessera.home / "data"
    words = ("--url", proxy.url, "--token", token_of("researcher"), "download", sealed.grant.pk, folder)
    for _ in range(5):
        before = sizes_in(folder)
        process = tessera.start(*words)
        wait_for(lambda before=before: sizes_in(folder) > before + MB, seconds=30)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    proxy.plan("GET")
    done = tessera.run(*words)
    assert done.status == 0, done
    assert sealed.matches(folder)
    assert parts_in(folder) == []
    resumed = Download.objects.filter(first_byte__gt=0)
    assert resumed.exists()
    assert tessera.run("verify", folder).status == 0


def test_error_pages_stalls_cuts_and_flipped_bits_leave_no_wrong_file(
    web, tessera, token_of, committed_world
):
    sealed = sealed_release(committed_world, *[300_000] * 12)
    proxy = FaultProxy(web.port)
    faults = [status(504), cut(70_000), None, flip(), stall(3), status(502), cut(1), None] * 4
    proxy.plan("GET", None, *faults)
    folder = tessera.home / "data"
    done = tessera.run(
        "--url", proxy.url, "--token", token_of("researcher"), "--stall", 1,
        "download", sealed.grant.pk, folder,
    )  # fmt: skip
    assert done.status == 0, done
    assert sealed.matches(folder)
    assert parts_in(folder) == []
    assert proxy.planned["GET"] == []


def test_bytes_that_are_always_wrong_get_no_name_and_the_file_is_named(
    web, tessera, token_of, committed_world
):
    sealed = sealed_release(committed_world, 5000)
    proxy = FaultProxy(web.port)
    proxy.plan("GET", None, *[flip()] * 50)
    folder = tessera.home / "data"
    done = tessera.run(
        "--url", proxy.url, "--token", token_of("researcher"), "download", "--parallel", 1,
        sealed.grant.pk, folder,
    )  # fmt: skip
    assert done.status == 1, done
    assert "data/S-001/scan-001.dcm: It arrived damaged" in done.err
    assert not (folder / "data/S-001/scan-001.dcm").exists()


def test_a_grant_revoked_meanwhile_ends_the_download_and_every_file_that_lacks_is_named(
    web, tessera, token_of, committed_world
):
    sealed = sealed_release(committed_world, *[2 * MB] * 8)
    proxy = FaultProxy(web.port)
    proxy.plan("GET", None, *[drip(MB)] * 100)
    folder = tessera.home / "data"
    revoked = []

    def revoke():
        if not revoked and sizes_in(folder) > MB:
            ending.revoke_grant(
                person=committed_world.manager, grant_id=sealed.grant.pk, reason="Consent was withdrawn."
            )
            revoked.append(True)

    done = tessera.run(
        "--url", proxy.url, "--token", token_of("researcher"), "download", sealed.grant.pk, folder,
        meanwhile=revoke,
    )  # fmt: skip
    lacking = [path for path in sealed.contents if not (folder / path).exists()]
    assert done.status == 1, done
    assert lacking
    assert [path for path in lacking if f"{path}: The sponsor has revoked the grant." not in done.err] == []
    there = [path for path in sealed.contents if path not in lacking]
    assert all((folder / path).read_bytes() == sealed.contents[path] for path in there)


def test_verify_finds_a_flipped_byte_a_missing_file_and_one_too_many(web, tessera, token_of, committed_world):
    sealed = sealed_release(committed_world, 5000, 6000)
    folder = tessera.home / "data"
    words = ("--url", web.url, "--token", token_of("collaborator"), "download", sealed.grant.pk, folder)
    assert tessera.run(*words).status == 0
    spoiled = folder / "data/S-001/scan-001.dcm"
    content = bytearray(spoiled.read_bytes())
    content[2500] ^= 1
    spoiled.write_bytes(content)
    (folder / "README.md").unlink()
    (folder / "data/extra.txt").write_text("x")
    found = tessera.run("verify", folder)
    assert found.status == 1
    assert found.err.splitlines()[:-1] == [
        "README.md: It is missing.",
        "data/S-001/scan-001.dcm: Its bytes have changed: the SHA-256 differs.",
        "data/extra.txt: No manifest names it.",
    ]
    (folder / "data/extra.txt").unlink()
    assert tessera.run(*words).status == 0
    assert tessera.run("verify", folder).status == 0


def test_each_refusal_has_its_exit_status(web, tessera, token_of, committed_world):
    sealed = sealed_release(committed_world, 10)
    ask = ("download", sealed.grant.pk, "data")
    assert tessera.run(*ask).status == 3
    assert tessera.run("--url", web.url, "--token", "tessera_wrong", *ask).status == 3
    assert tessera.run("--url", web.url, "--token", token_of("researcher", "read"), *ask).status == 3
    assert tessera.run("--url", web.url, "--token", token_of("manager"), *ask).status == 4
    assert tessera.run("--url", "http://127.0.0.1:9", "--token", "x", "--tries", 1, *ask).status == 5
    assert tessera.run("download").status == 2
    assert not list((tessera.home / "data").rglob("*.dcm"))
