"""Keys in envelope encryption: random keys, wrapped with AES-256-GCM by the instance's own key.

What was wrapped by an earlier key of the instance still opens while the settings name that one.
"""

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
    return nonce + _cipher(settings.KEY_WRAPPING_KEY).encrypt(nonce, key, purpose.encode())


def unwrap(wrapped: bytes | memoryview, purpose: str) -> bytes:
    """Return the key that was wrapped for *purpose*.

    Raises `TryLaterError` where it opens under no key of the instance: jobs wait for the right one.
    """
    for wrapping_key in (settings.KEY_WRAPPING_KEY, *settings.OLD_KEY_WRAPPING_KEYS):
        opened = _opened(bytes(wrapped), purpose, wrapping_key)
        if opened is not None:
            return opened
    raise TryLaterError(
        "The portal’s own key does not open what is kept under it. Whoever runs the portal must put the right one back.",
        code="key_does_not_open",
    )


def is_wrapped_anew(wrapped: bytes | memoryview, purpose: str) -> bool:
    """Say whether the instance's present key opens it, so that no earlier one is needed for it."""
    return _opened(bytes(wrapped), purpose, settings.KEY_WRAPPING_KEY) is not None


def _opened(stored: bytes, purpose: str, wrapping_key: str) -> bytes | None:
    try:
        return _cipher(wrapping_key).decrypt(stored[:NONCE_BYTES], stored[NONCE_BYTES:], purpose.encode())
    except InvalidTag:
        return None


def collection_key(collection: Collection) -> bytes:
    """Return the key under which the collection's identifiers are digested; made at first use."""
    fresh = wrap(secrets.token_bytes(KEY_BYTES), CollectionSecret(collection=collection).purpose)
    secret, _ = CollectionSecret.objects.get_or_create(collection=collection, defaults={"wrapped": fresh})
    return unwrap(secret.wrapped, secret.purpose)


def preview_key(collection: Collection) -> str:
    """Return the key of what is shown before anything leaves, in hexadecimal: one for headers and tables, of no grant."""
    return index_key(collection_key(collection), "preview", "header")


def make_grant_key(grant_id: UUID) -> None:
    """Make the key of a grant; a grant that has one keeps it."""
    fresh = wrap(secrets.token_bytes(KEY_BYTES), GrantSecret(grant_id=grant_id).purpose)
    GrantSecret.objects.get_or_create(grant_id=grant_id, defaults={"wrapped": fresh})


def grant_key(grant_id: UUID) -> bytes:
    """Return the key that makes the pseudonyms, UIDs and shifts of a grant."""
    secret = GrantSecret.objects.get(grant_id=grant_id)
    return unwrap(secret.wrapped, secret.purpose)


def _cipher(wrapping_key: str) -> AESGCM:
    return AESGCM(bytes.fromhex(wrapping_key))


def index_key(key: bytes, label: str, value: str) -> str:
    """Return the keyed digest under which a source identifier is indexed; without *key* it says nothing."""
    return hmac.digest(key, f"index {label}\0{value}".encode(), "sha256").hex()
