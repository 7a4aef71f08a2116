"""Keys: how long one is at least, how a file holds it, and how everything is derived from it."""

import hmac
from pathlib import Path

MINIMUM_KEY_BYTES, MAXIMUM_KEY_BYTES = 16, 1024
_HOW = "make one with: openssl rand -hex 32 > KEY"


def keyed_digest(key: bytes, label: str, text: str) -> bytes:
    """Return the 32-byte HMAC-SHA-256 of *text* under *label*."""
    return hmac.digest(key, label.encode() + b"\0" + text.encode("utf-8", "surrogatepass"), "sha256")


def read_key(path: Path) -> bytes:
    """Return the key a file holds: hexadecimal digits, or the raw bytes.

    Raises `ValueError` for a key that is too short, and for what is none: words, which can be guessed, or a large file.
    """
    with path.open("rb") as file:
        raw = file.read(2 * MAXIMUM_KEY_BYTES + 2)
    text = raw.decode("ascii", "replace").strip()
    try:
        key = bytes.fromhex(text)
    except ValueError:
        if text.isprintable() and text.isascii():
            raise ValueError(f"the key file holds words, which can be guessed, and no key; {_HOW}") from None
        key = raw
    if len(key) < MINIMUM_KEY_BYTES:
        raise ValueError(f"the key file must hold at least {MINIMUM_KEY_BYTES} bytes; {_HOW}")
    if len(key) > MAXIMUM_KEY_BYTES:
        raise ValueError(f"the key file is larger than a key is; {_HOW}")
    return key
