"""The certificate of a release: what was done to the data, signed with Ed25519 (RFC 8032); never a value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils import timezone

from deid.engine.review.wording import counted_as
from deid.engine.version import VERSION
from deid.engine.writing.meta import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION
from deid.models import Release
from deid.services.releasing import stating
from deid.services.releasing.verifying import READ_AGAIN
from deid.services.risk import release_risk, risk_statement
from deid.states import ItemState
from portal.digests import canonical_json
from portal.ledger.checking import signing_keys

FORMAT = "tessera-certificate-2"
SEED_BYTES = 32


def certificate(release: Release) -> dict[str, object]:
    """Return what was done to the data, by whom and under which rules, what left and what did not; signed."""
    counts: Counter[str] = Counter()
    for item in release.items.all():
        counts.update(item.counts)
    read_again = counts.pop(READ_AGAIN, 0)
    verified = release.items.filter(state=ItemState.VERIFIED)
    statement: dict[str, object] = {
        "format": FORMAT,
        "release": release.name,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "profile": stating.rules_of(release),
        "engine": {
            "name": "Tessera",
            "version": VERSION,
            "implementation_class_uid": IMPLEMENTATION_CLASS_UID,
            "implementation_version": IMPLEMENTATION_VERSION,
        },
        "tools": stating.tools_of(release),
        "payload": stating.payload_of(release),
        "actions": dict(sorted(counts.items())),
        "legend": {code: counted_as(code) for code in sorted(counts)},
        "verified": {
            "by": "second reader, sharing no code with the cleaner",
            "items": verified.count(),
            "hits": sum(release.items.values_list("hits", flat=True)),
            READ_AGAIN: read_again,
            "earlier_failures": stating.earlier_failures(release),
        },
        "held_back": stating.held_back_of(release),
        "risk": risk_statement(release_risk(release)),
    }
    return {**statement, "signature": _signature(statement, settings.LEDGER_SIGNING_KEY)}


def public_keys() -> list[str]:
    """Return the keys with which anybody can check a certificate, in hexadecimal digits: the present one, then earlier ones."""
    return [_key(secret).public_key().public_bytes_raw().hex() for secret in signing_keys()]


def is_genuine(signed: Mapping[str, Any]) -> bool:
    """Say whether this portal signed the certificate, with its present key or an earlier one, and nothing has changed since."""
    statement = {name: value for name, value in signed.items() if name != "signature"}
    return any(signed.get("signature") == _signature(statement, secret) for secret in signing_keys())


def _signature(statement: dict[str, object], secret: str) -> dict[str, str]:
    """Sign the canonical JSON (sorted keys, no spaces, UTF-8) of the certificate without its signature."""
    key = _key(secret)
    public = key.public_key().public_bytes_raw().hex()
    return {"algorithm": "Ed25519", "public_key": public, "value": key.sign(canonical_json(statement)).hex()}


def _key(secret: str) -> Ed25519PrivateKey:
    seed = HKDF(hashes.SHA256(), SEED_BYTES, salt=None, info=b"tessera certificate")
    derived = seed.derive(secret.encode())
    return Ed25519PrivateKey.from_private_bytes(derived)
