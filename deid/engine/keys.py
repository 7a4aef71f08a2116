"""Keys: how long one is at least, how a file holds it, and how everything is derived from it."""

import hmac
from pathlib import Path

MINIMUM_KEY_BYTES = 16


def keyed_digest(key: bytes, label: str, text: str) -> bytes:
    """Return the 32-byte HMAC-SHA-256 of *text* under *label*."""
    return hmac.digest(key, label.encode() + b"\0" + text.encode("utf-8", "surrogatepass"), "sha256")


def read_key(path: Path) -> bytes:
    """Return the key a file holds: hexadecimal text, or the raw bytes."""
    raw = path.read_bytes()
    try:
        key = bytes.fromhex(raw.decode("ascii").strip())
    except ValueError:
        key = raw
    if len(key) < MINIMUM_KEY_BYTES:
        raise ValueError(f"the key file must hold at least {MINIMUM_KEY_BYTES} bytes")
    return key
