"""How many planted identifiers the engine finds, by category of the answer key.

    python benchmarks/engine_recall.py [FOLDER] [--seeds N] [--first-seed N]

FOLDER holds DICOM files to plant into (default: those of the pydicom wheel).
"""

import argparse
import io
import warnings
from collections import Counter
from pathlib import Path

import pydicom

from deid.engine import EngineError, Identity, clean_dicom, load_profile
from tests.deid.planting import Key, base_files, passes, plant


def check(source: bytes, key: Key, identity: Identity, counts: Counter[tuple[str, bool]]) -> bool:
    """Clean one planted file, count its checks, and say whether a token was left."""
    out = io.BytesIO()
    profile = load_profile("research")
    cleaned = clean_dicom(io.BytesIO(source), out, profile=profile, identity=identity, subject_key="s")
    before, after = pydicom.dcmread(io.BytesIO(source)), pydicom.dcmread(io.BytesIO(out.getvalue()))
    for one in key.checks:
        counts[one[0], passes(one, before, after, identity.shift_days("s"), cleaned.pseudonym)] += 1
    content = out.getvalue().lower()
    return any(token.lower().encode() in content for token in key.all_tokens())


def main() -> None:
    """Print recall by category and how many files still hold a token."""
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first-seed", type=int, default=1000)
    given = parser.parse_args()
    bases = sorted(p for p in given.folder.rglob("*") if p.is_file()) if given.folder else base_files()
    identity, counts, files, leaking, refused = Identity(bytes(32)), Counter[tuple[str, bool]](), 0, 0, 0
    for base in bases:
        for seed in range(given.first_seed, given.first_seed + given.seeds):
            try:
                source, key = plant(base, seed)
            except Exception:
                break  # pydicom cannot write this file again, so nothing can be planted
            try:
                leaking += check(source, key, identity, counts)
                files += 1
            except EngineError:
                refused += 1
    for category in sorted({category for category, _ in counts}):
        good, bad = counts[category, True], counts[category, False]
        print(f"{category:18} {good:7} of {good + bad:7}  {100 * good / (good + bad):6.2f} %")
    print(f"{files} files, {leaking} with a planted token left, {refused} refused")


if __name__ == "__main__":
    main()
