"""One keyed identity: pseudonyms, UIDs and date shifts derived from a key, without any table.

Everything is HMAC-SHA-256 over a label, a zero byte and the input. Without the key nothing can be reversed
or joined;
with the same key every worker gives the same answer.
"""

import base64
from functools import lru_cache

from pydicom._uid_dict import UID_dictionary

from deid.engine.keys import MINIMUM_KEY_BYTES, keyed_digest

# The UIDs that the Standard itself assigns (PS3.6 Annex A; 6.1: context groups of PS3.16); a root proves nothing.
STANDARD_UIDS = frozenset(UID_dictionary) | {f"1.2.840.10008.6.1.{number}" for number in range(1, 2000)}
DEFAULT_SHIFT = (-3650, -365)


def subject_key(collection_key: bytes, patient_id: str) -> str:
    """Return the key under which one subject of a collection is known, whatever file named it.

    *patient_id* is normalised as a DICOM LO (PS3.5 6.2): padding NULs and outer spaces do not count.
    """
    return keyed_digest(collection_key, "subject-key", patient_id.strip(" \0\t\r\n")).hex()


class Identity:
    """The pseudonyms, UIDs and date shifts of one grant."""

    def __init__(self, key: bytes, *, shift_range_days: tuple[int, int] = DEFAULT_SHIFT) -> None:
        first, last = shift_range_days
        if len(key) < MINIMUM_KEY_BYTES:
            raise ValueError(f"a key has at least {MINIMUM_KEY_BYTES} bytes")
        if first > last:
            raise ValueError("the first day of the shift range comes after the last")
        self._key = key
        self._first, self._days = first, last - first + 1
        self.uid = lru_cache(maxsize=65536)(self._uid)
        self.pseudonym = lru_cache(maxsize=4096)(self._pseudonym)
        self.shift_days = lru_cache(maxsize=4096)(self._shift_days)

    def _pseudonym(self, subject_key: str) -> str:
        """Return the name under which this grant knows the subject, such as `T-ABCDEFGHJK`."""
        digest = keyed_digest(self._key, "subject", subject_key)
        return "T-" + base64.b32encode(digest[:7])[:10].decode("ascii")

    def _uid(self, original: str) -> str:
        """Return the new UID (`2.25.` and a 128-bit integer, PS3.5 B.2); UIDs of the Standard stay."""
        if original in STANDARD_UIDS:
            return original
        digest = keyed_digest(self._key, "uid", original)
        return "2.25." + str(int.from_bytes(digest[:16], "big"))

    def _shift_days(self, subject_key: str) -> int:
        """Return by how many days every date of the subject moves, the same in all formats."""
        digest = keyed_digest(self._key, "shift", subject_key)
        return self._first + int.from_bytes(digest[:8], "big") % self._days


@lru_cache(maxsize=2)
def identity_of(key: str) -> Identity:
    """Return the identity of a *key* in hexadecimal: one and the same for all files, so that what was decided for one
    serves the next."""
    return Identity(bytes.fromhex(key))
