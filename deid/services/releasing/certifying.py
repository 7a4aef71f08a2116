"""The certificate of a release: what was done to the data, signed with Ed25519 (RFC 8032); never a value."""

from __future__ import annotations

from collections import Counter

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from deid.engine.writing.meta import IMPLEMENTATION_VERSION
from deid.models import Release
from deid.services.releasing.verifying import READ_AGAIN
from deid.services.risk import release_risk, risk_statement
from portal.digests import canonical_json

SEED_BYTES = 32


def certificate(release: Release) -> dict[str, object]:
    """Return what was done to the data: profile, versions, counts by action, and how it was verified; signed."""
    counts: Counter[str] = Counter()
    for item in release.items.all():
        counts.update(item.counts)
    read_again = counts.pop(READ_AGAIN, 0)
    statement: dict[str, object] = {
        "release": release.name,
        "profile": {"name": release.profile_name, "sha256": release.profile_digest},
        "engine": {"name": "Tessera", "version": IMPLEMENTATION_VERSION},
        "actions": dict(sorted(counts.items())),
        "verified": {
            "by": "second reader, sharing no code with the cleaner",
            "items": release.items.count(),
            "hits": 0,
            READ_AGAIN: read_again,
        },
        "risk": risk_statement(release_risk(release)),
    }
    return {**statement, "signature": _signature(statement)}


def public_key() -> str:
    """Return the key with which anybody can check a certificate, in hexadecimal digits."""
    return _key().public_key().public_bytes_raw().hex()


def _signature(statement: dict[str, object]) -> dict[str, str]:
    """Sign the canonical JSON (sorted keys, no spaces, UTF-8) of the certificate without its signature."""
    value = _key().sign(canonical_json(statement)).hex()
    return {"algorithm": "Ed25519", "public_key": public_key(), "value": value}


def _key() -> Ed25519PrivateKey:
    secret = settings.LEDGER_SIGNING_KEY.encode()
    derived = HKDF(hashes.SHA256(), SEED_BYTES, salt=None, info=b"tessera certificate").derive(secret)
    return Ed25519PrivateKey.from_private_bytes(derived)
