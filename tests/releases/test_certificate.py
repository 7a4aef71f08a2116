"""The certificate: true figures, a digest that anybody can recompute from a download, and a signature over all of it."""

import copy
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from deid.engine.version import VERSION
from deid.services.releasing.certifying import is_genuine
from deid.services.releasing.stating import PAYLOAD_RECIPE
from tests.releases.conftest import PLANTED

# The fixture writes; without the mark no test database would be made for a run of this file alone.
pytestmark = pytest.mark.django_db
GUIDE = settings.BASE_DIR / "docs/guides/certificates.md"


@pytest.fixture
def told(package: Path) -> dict[str, Any]:
    """The certificate as a researcher downloads it."""
    return dict(json.loads((package / "certificate.json").read_text()))


def _recipe(language: str) -> str:
    """Return the documented recipe in *language*: what is tested is what people read."""
    return GUIDE.read_text().split(f"```{language}\n")[1].split("```")[0]


def test_the_documented_recipe_gives_the_payloads_digest_on_a_download(
    package: Path, told: dict[str, Any]
) -> None:
    run = ["bash", "-ec", _recipe("sh")]
    said = subprocess.run(run, cwd=package, capture_output=True, text=True, check=True).stdout
    assert _recipe("sh").strip() == PAYLOAD_RECIPE
    assert f"    {PAYLOAD_RECIPE}\n" in (package / "README.md").read_text()
    assert said.split()[0] == told["payload"]["sha256"]
    files = [
        file for folder in ("data", "clinical") for file in (package / folder).rglob("*") if file.is_file()
    ]
    assert told["payload"]["files"] == len(files) > 7
    assert told["payload"]["bytes"] == sum(file.stat().st_size for file in files)
    spoilt = files[0].read_bytes()
    try:
        files[0].write_bytes(spoilt + b"\0")
        again = subprocess.run(run, cwd=package, capture_output=True, text=True, check=True).stdout
    finally:
        files[0].write_bytes(spoilt)
    assert again.split()[0] != told["payload"]["sha256"]


def test_the_client_holds_a_download_against_its_certificate(
    package: Path, told: dict[str, Any], tmp_path: Path
) -> None:
    copied = tmp_path / "copy"
    shutil.copytree(package, copied)
    assert _verified(copied).returncode == 0
    told["payload"]["sha256"] = "0" * 64
    body = json.dumps(told).encode()
    (copied / "certificate.json").write_bytes(body)
    manifest, line = copied / "tagmanifest-sha256.txt", "  certificate.json\n"
    lines = manifest.read_text().splitlines(keepends=True)
    new = [f"{hashlib.sha256(body).hexdigest()}{line}" if one.endswith(line) else one for one in lines]
    manifest.write_text("".join(new))
    done = _verified(copied)
    assert done.returncode == 1
    assert "certificate.json" in done.stderr
    assert "the digest of its payload differs" in done.stderr


def _verified(folder: Path) -> subprocess.CompletedProcess[str]:
    """Return what `tessera verify` says, run as people run it."""
    command = [sys.executable, "-m", "tessera_client", "verify", str(folder)]
    place = {**os.environ, "PYTHONPATH": str(settings.BASE_DIR / "client"), "HOME": str(folder.parent)}
    return subprocess.run(command, env=place, capture_output=True, text=True, check=False)


def test_the_documented_check_of_the_signature_passes_and_fails_for_any_change(
    package: Path, told: dict[str, Any], tmp_path: Path
) -> None:
    def checked(content: dict[str, Any]) -> bool:
        (tmp_path / "certificate.json").write_text(json.dumps(content))
        code = _recipe("python").replace("PUBLIC_KEY", told["signature"]["public_key"])
        run = [settings.BASE_DIR / ".venv/bin/python", "-c", code]
        done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0 or "InvalidSignature" in done.stderr
        return done.returncode == 0 and is_genuine(content)

    assert checked(told)
    for name in told.keys() - {"signature"}:
        changed = copy.deepcopy(told)
        changed[name] = "another"
        assert not is_genuine(changed), name
        del changed[name]
        assert not is_genuine(changed), name
    forged = copy.deepcopy(told)
    forged["verified"]["hits"] = 1
    assert not checked(forged)
    assert not is_genuine({**told, "more": 1})
    assert not is_genuine({**told, "signature": {**told["signature"], "public_key": "00" * 32}})
    assert not is_genuine({})


def test_what_an_earlier_key_of_the_portal_signed_stays_genuine_while_that_key_is_known(
    told: dict[str, Any], client: Client, settings: Any
) -> None:
    first, settings.LEDGER_SIGNING_KEY = settings.LEDGER_SIGNING_KEY, "second"
    assert not is_genuine(told)
    settings.OLD_LEDGER_SIGNING_KEYS = [first]
    assert is_genuine(told)
    keys = client.get(reverse("deid:certificate_key")).json()
    assert keys["earlier"] == [told["signature"]["public_key"]]
    assert keys["public_key"] not in keys["earlier"]


def test_the_rules_and_the_versions_are_named_in_words(told: dict[str, Any]) -> None:
    profile = told["profile"]
    assert (profile["table"], profile["edition"]) == ("PS3.15 Table E.1-1", "2025b")
    assert [one["code"] for one in profile["options"]] == [
        "113100", "113101", "113103", "113104", "113105", "113107", "113108", "113109", "113111",
    ]  # fmt: skip
    assert profile["options"][1]["meaning"] == "Clean Pixel Data Option"
    assert told["engine"]["version"] == VERSION
    assert told["tools"] == {
        "cleaner": [f"Tessera {VERSION}"],
        "second_reader": [f"Tessera {VERSION}"],
        "recogniser": ["rapidocr-onnxruntime 1.4.4, openvino 2026.4.1, zxing-cpp 3.1.1"],
        "text_finder": ["rapidocr-onnxruntime 1.4.4, openvino 2026.4.1, zxing-cpp 3.1.1"],
    }
    assert told["made_at"].endswith("+00:00")
    assert told["legend"].keys() == told["actions"].keys()
    assert told["legend"]["X"] == "removed"
    assert told["verified"]["hits"] == 0 < told["verified"]["items"]
    words = json.dumps(told).lower()
    assert not [who.patient_id for who in PLANTED if who.patient_id.lower() in words]


def test_the_version_is_that_of_the_package() -> None:
    assert tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"] == VERSION
