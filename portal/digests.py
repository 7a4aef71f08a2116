"""One way to turn facts into bytes, and bytes into a name that cannot be forged."""

from __future__ import annotations

import hashlib
import json


def canonical_json(value: object) -> bytes:
    """Return *value* as JSON with sorted keys and no spaces, in UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest_of(value: object) -> str:
    """Return the SHA-256 of the canonical JSON of *value*, in hexadecimal."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def digest_of_text(text: str) -> str:
    """Return the SHA-256 of *text* in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
