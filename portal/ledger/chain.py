"""The chain of the ledger, and its verifier; standard library only.

Run alone over an export: `python chain.py EXPORT.jsonl`. With the signing key in `TESSERA_LEDGER_SIGNING_KEY`, and earlier
ones in `TESSERA_OLD_LEDGER_SIGNING_KEYS`, the signatures of the checkpoints are checked too. Exit status 0 only if nothing was
found.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

BEGINNING = "0" * 64
COVERED = ("sequence", "at", "actor", "verb", "subject_type", "subject_id", "detail", "previous")


def digest_of(row: Mapping[str, object]) -> str:
    """Return the SHA-256 over everything that a row says, and over the digest of the row before it."""
    said = json.dumps(
        [row[name] for name in COVERED], sort_keys=True, separators=(",", ":"), ensure_ascii=True
    )
    return hashlib.sha256(said.encode()).hexdigest()


def signature_of(sequence: int, digest: str, key: str) -> str:
    """Return the signature (HMAC-SHA-256) of the head of the chain."""
    return hmac.new(key.encode(), f"tessera ledger {sequence} {digest}".encode(), "sha256").hexdigest()


def faults(rows: Iterable[Mapping[str, object]], keys: Sequence[str] = ()) -> Iterator[str]:
    """Yield what is wrong with an export: rows in order, checkpoints anywhere, signed by one of *keys* if there are any; nothing
    where all is right."""
    expected, previous = 1, BEGINNING
    digests: dict[int, str] = {0: BEGINNING}
    checkpoints: list[Mapping[str, object]] = []
    for row in rows:
        if "checkpoint" in row:
            checkpoints.append(row)
            continue
        number = int(str(row["sequence"]))
        if number > expected:
            yield (
                f"Rows {expected} to {number - 1} are missing."
                if number > expected + 1
                else f"Row {expected} is missing."
            )
        elif number < expected:
            yield f"Row {number} stands where row {expected} should be."
        if row["digest"] != digest_of(row):
            yield f"Row {number} was changed: its content does not have its digest."
        if number == expected and row["previous"] != previous:
            yield f"Row {number} does not follow row {number - 1}: it was put in, moved, or written anew."
        digests[number] = previous = str(row["digest"])
        expected = number + 1
    yield from _checkpoint_faults(checkpoints, digests, expected - 1, keys)


def _checkpoint_faults(
    checkpoints: list[Mapping[str, object]], digests: Mapping[int, str], last: int, keys: Sequence[str]
) -> Iterator[str]:
    """Yield what the checkpoints contradict."""
    for row in checkpoints:
        number, digest = int(str(row["checkpoint"])), str(row["digest"])
        right = (signature_of(number, digest, key) for key in keys)
        if keys and not any(hmac.compare_digest(str(row["signature"]), one) for one in right):
            yield f"The checkpoint at row {number} is not signed with the key of this portal."
        elif number > last:
            yield f"The end is cut off: the ledger ends at row {last}, a checkpoint knows row {number}."
        elif digests.get(number) != digest:
            yield f"Row {number} is not the row that the checkpoint knows: the chain was written anew."


def main(arguments: list[str]) -> int:
    """Verify an export and say what was found; return the exit status."""
    if len(arguments) != 1:
        print("Use: python chain.py EXPORT.jsonl", file=sys.stderr)
        return 2
    with Path(arguments[0]).open(encoding="utf-8") as export:
        rows = [json.loads(line) for line in export if line.strip()]
    settings = (
        os.environ.get(f"TESSERA_{name}", "") for name in ("LEDGER_SIGNING_KEY", "OLD_LEDGER_SIGNING_KEYS")
    )
    found = list(faults(rows, [key for key in ",".join(settings).split(",") if key]))
    for fault in found:
        print(fault)
    events = sum("sequence" in row for row in rows)
    print(
        f"{events} rows, {len(rows) - events} checkpoints: {'nothing wrong' if not found else 'NOT intact'}."
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
