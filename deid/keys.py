"""Keys in envelope encryption: random keys, wrapped with AES-256-GCM by the instance's own key."""

from __future__ import annotations

import hmac
import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from deid.models import CollectionSecret, GrantSecret
from portal.errors import TryLaterError
from portal.models import Collection

KEY_BYTES = 32
NONCE_BYTES = 12


def wrap(key: bytes, purpose: str) -> bytes:
    """Return *key* encrypted for keeping; *purpose* is bound to it, so that rows cannot be swapped."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _cipher().encrypt(nonce, key, purpose.encode())


def unwrap(wrapped: bytes | memoryview, purpose: str) -> bytes:
    """Return the key that was wrapped for *purpose*.

    Raises `TryLaterError` where it does not open under the instance's key: jobs wait for the right one.
    """
    stored = bytes(wrapped)
    try:
        return _cipher().decrypt(stored[:NONCE_BYTES], stored[NONCE_BYTES:], purpose.encode())
    except InvalidTag as error:
        raise TryLaterError(
            "The portal’s own key does not open what is kept under it. Whoever runs the portal must put the right one back.",
            code="key_does_not_open",
        ) from error


def collection_key(collection: Collection) -> bytes:
    """Return the key under which the collection's identifiers are digested; made at first use."""
    purpose = f"collection {collection.pk}"
    fresh = wrap(secrets.token_bytes(KEY_BYTES), purpose)
    secret, _ = CollectionSecret.objects.get_or_create(collection=collection, defaults={"wrapped": fresh})
    return unwrap(secret.wrapped, purpose)


def preview_key(collection: Collection) -> str:
    """Return the key of what is shown before anything leaves, in hexadecimal: one for headers and tables, of no grant."""
    return index_key(collection_key(collection), "preview", "header")


def make_grant_key(grant_id: UUID) -> None:
    """Make the key of a grant; a grant that has one keeps it."""
    fresh = wrap(secrets.token_bytes(KEY_BYTES), f"grant {grant_id}")
    GrantSecret.objects.get_or_create(grant_id=grant_id, defaults={"wrapped": fresh})


def grant_key(grant_id: UUID) -> bytes:
    """Return the key that makes the pseudonyms, UIDs and shifts of a grant."""
    return unwrap(GrantSecret.objects.get(grant_id=grant_id).wrapped, f"grant {grant_id}")


def _cipher() -> AESGCM:
    return AESGCM(bytes.fromhex(settings.KEY_WRAPPING_KEY))


def index_key(key: bytes, label: str, value: str) -> str:
    """Return the keyed digest under which a source identifier is indexed; without *key* it says nothing."""
    return hmac.digest(key, f"index {label}\0{value}".encode(), "sha256").hex()
