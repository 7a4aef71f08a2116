"""How much of what was planted the engine and its peers find, and how much of what is useful they leave.

    python benchmarks/engine_recall.py [FOLDER ...] [--seeds N] [--first-seed N] [--peers CACHE] [--table FILE] [--mild]
        [--pixels]

FOLDERs hold DICOM files to plant into, beside those of the pydicom wheel. With `--peers` the peers are installed into
CACHE, each into an environment of its own, and run over the same planted files; those that do not install are named. The
answer key goes by the categories of MIDI-B. `--mild` leaves out values that are not what their VR says, at which most
peers fail. `--pixels` also burns words into those files whose pixels take them, and has them cleaned by the command, which
looks for text; that is measured apart. Seeds from 1000 on are never used in tests.
"""

import argparse
import io
import json
import logging
import re
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset

from benchmarks.peers import Peer, find_peers
from deid.engine import EngineError, Identity, clean_dicom, load_profile
from tests.deid.planting import Check, Key, passes, plant, value_at

GROUPS = {
    "privacy": ("text removed", "uid changed", "pixels hidden"),
    "consistency": ("date shifted", "uid consistent", "patid consistent"),
    "utility": ("tag retained", "text retained", "text notnull", "pixels retained"),
}
PIXELS = ("pixels hidden", "pixels retained")
EVERY = [category for categories in GROUPS.values() for category in categories]
SHORTEST_TOKEN = 5
DATE = re.compile(r"(?:19|20)\d{6}")


@dataclass
class Score:
    """What one tool did."""

    name: str
    counts: Counter[tuple[str, bool]] = field(default_factory=Counter)
    written: int = 0
    leaking: int = 0
    seconds: float = 0.0

    def share(self, categories: Iterable[str]) -> float:
        """Return the share of checks that hold, in percent."""
        good = sum(self.counts[category, True] for category in categories)
        return 100 * good / max(1, good + sum(self.counts[category, False] for category in categories))

    def row(self, files: int) -> str:
        """Return the tool's row of the table."""
        shares = " | ".join(f"{self.share(chosen):.2f} %" for chosen in (EVERY, *GROUPS.values()))
        left = f"{self.leaking} of {self.written}"
        return f"| {self.name} | {shares} | {left} | {files - self.written} | {files / max(self.seconds, 1e-6):.0f} |"

    def counted(self, category: str) -> str:
        """Return how many checks of a category hold, and their share."""
        good, bad = self.counts[category, True], self.counts[category, False]
        return f"{good} of {good + bad} | {self.share([category]):.2f} %"

    def pixel_row(self, files: int) -> str:
        """Return the tool's row of the table of pixels."""
        return f"| {self.name} | {' | '.join(map(self.counted, PIXELS))} | {self.seconds / files:.2f} |"


def bases(folders: Iterable[Path]) -> Iterator[Path]:
    """Yield the files to plant into."""
    wheel = Path(pydicom.__file__).parent / "data" / "test_files"
    for folder in (wheel, *folders):
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def plant_all(
    folders: Iterable[Path], seeds: range, target: Path, *, hostile: bool, burned: bool = False
) -> dict[str, Key]:
    """Write planted files into *target* and return the answer key by file name; *burned* takes only those with words."""
    target.mkdir()
    keys: dict[str, Key] = {}
    for base in bases(folders):
        for seed in seeds:
            try:
                content, key = plant(base, seed, hostile=hostile, burned=burned)
            except Exception:
                break  # pydicom cannot read this file or write it again, so nothing can be planted
            if b"1.2.840.10008.1.3.10" in content[:400] or not key.checks:
                break  # a directory of a disc
            if burned and not any(category == "pixels hidden" for category, _place, _value in key.checks):
                continue
            name = f"{len(keys):05d}.dcm"
            (target / name).write_bytes(content)
            keys[name] = key
    return keys


def holds(check: Check, before: Dataset, after: Dataset, shift: int | None, pseudonym: str | None) -> bool:
    """Say whether a check holds; of a tool whose shift and pseudonym are its own, any new ones are taken."""
    category, place, value = check
    try:
        if shift is not None and pseudonym is not None:
            return passes(check, before, after, shift, pseudonym)
        if category in ("date shifted", "patid consistent"):
            got = str(value_at(after, place) or "")
            return bool(DATE.match(got) if category == "date shifted" else got) and not got.startswith(value)
        return passes(check, before, after, 0, "")
    except Exception:
        return False


def has_token(content: bytes, key: Key) -> bool:
    """Say whether a planted token stands in the bytes of a file."""
    lowered = content.lower()
    return any(
        token.lower().encode() in lowered for token in key.all_tokens() if len(token) >= SHORTEST_TOKEN
    )


def judge(
    score: Score, source: Path, target: Path, keys: dict[str, Key], own: tuple[int, str] | None
) -> None:
    """Count what holds of everything that a tool wrote."""
    for name, key in keys.items():
        found = next((path for path in (target / name, *target.rglob(name)) if path.is_file()), None)
        if found is None or not found.stat().st_size:
            continue
        content = found.read_bytes()
        try:
            after = pydicom.dcmread(io.BytesIO(content), force=True)
        except Exception:
            continue
        before = pydicom.dcmread(source / name)
        score.written += 1
        score.leaking += has_token(content, key)
        for check in key.checks:
            score.counts[check[0], holds(check, before, after, *(own or (None, None)))] += 1


def run_engine(source: Path, target: Path, identity: Identity) -> float:
    """Clean every file with the engine and return the seconds it took."""
    profile, started = load_profile("research"), time.monotonic()
    for path in sorted(source.iterdir()):
        out = io.BytesIO()
        try:
            with path.open("rb") as file:
                clean_dicom(file, out, profile=profile, identity=identity, subject_key="s")
        except EngineError as error:
            sys.stderr.write(f"{path.name}: {error}\n")
            continue
        (target / path.name).write_bytes(out.getvalue())
    return time.monotonic() - started


def run_command(source: Path, target: Path) -> float:
    """Clean every file with the command, which looks at pixels, and return the seconds it took."""
    out, report, secret = (target.with_name(f"{target.name}-{name}") for name in ("out", "report", "key"))
    secret.write_text("00" * 32)
    given = [source, out, "--key-file", secret, "--report", report]
    started = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "deid.engine", *map(str, given)], check=False, stderr=subprocess.DEVNULL
    )
    taken = time.monotonic() - started
    for name, entry in json.loads(report.read_text("utf-8"))["files"].items():
        if "output" in entry:
            shutil.copy(out / entry["output"], target / name)
    return taken


def categories_of(score: Score) -> Iterator[str]:
    """Yield a line for each category."""
    for group, categories in GROUPS.items():
        for category in categories:
            if any(score.counts[category, holds] for holds in (True, False)):
                yield f"| {group} | {category} | {score.counted(category)} |"


def peer_scores(peers: Iterable[Peer], source: Path, keys: dict[str, Key]) -> Iterator[Score]:
    """Yield the score of each peer over the same files."""
    for number, peer in enumerate(peers):
        target = source.with_name(f"{source.name}-{number}")
        score = Score(peer.name, seconds=peer.run(source, target))
        judge(score, source, target, keys, None)
        yield score


def header_tables(source: Path, keys: dict[str, Key], peers: Iterable[Peer]) -> list[str]:
    """Return the tables of what headers hold and lose."""
    identity, ours = Identity(bytes(32)), source.with_name("tessera")
    ours.mkdir()
    first = Score("**Tessera**, `research`", seconds=run_engine(source, ours, identity))
    judge(first, source, ours, keys, (identity.shift_days("s"), identity.pseudonym("s")))
    scores = [first, *peer_scores(peers, source, keys)]
    return [
        "| tool | all | privacy | consistency | utility | files with a token left | refused or failed | files/s |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
        *(score.row(len(keys)) for score in sorted(scores, key=lambda score: -score.share(EVERY))),
        "",
        "| | category | Tessera | |",
        "|---|---|---:|---:|",
        *categories_of(first),
        f"\n{len(keys)} planted files, {sum(len(key.checks) for key in keys.values())} checks.",
    ]


def pixel_table(source: Path, keys: dict[str, Key], peers: Iterable[Peer]) -> list[str]:
    """Return the table of words in pixels that are blank, and of pixels away from them that stay."""
    ours = source.with_name("tessera-pixels")
    ours.mkdir()
    first = Score("**Tessera**, the command", seconds=run_command(source, ours))
    judge(first, source, ours, keys, None)
    scores = [first, *peer_scores(peers, source, keys)]
    return [
        "",
        "| tool | pixels hidden | | pixels retained | | s a file |",
        "|---|---:|---:|---:|---:|---:|",
        *(score.pixel_row(len(keys)) for score in sorted(scores, key=lambda score: -score.share(PIXELS[:1]))),
        f"\n{len(keys)} files with words burned in.",
    ]


def main() -> None:
    """Print recall by category for the engine, and a row for each tool."""
    warnings.simplefilter("ignore")
    logging.disable()
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--first-seed", type=int, default=1000)
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--table", type=Path)
    parser.add_argument("--mild", action="store_true")
    parser.add_argument("--pixels", action="store_true")
    given = parser.parse_args()
    seeds = range(given.first_seed, given.first_seed + given.seeds)
    peers = find_peers(given.peers) if given.peers else []
    with tempfile.TemporaryDirectory() as scratch:
        source, burned = Path(scratch, "planted"), Path(scratch, "burned")
        lines = header_tables(source, plant_all(given.folders, seeds, source, hostile=not given.mild), peers)
        if given.pixels:
            keys = plant_all(given.folders, seeds, burned, hostile=not given.mild, burned=True)
            lines += pixel_table(burned, keys, peers)
    text = "\n".join((*lines, ""))
    sys.stdout.write(text)
    if given.table:
        given.table.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
