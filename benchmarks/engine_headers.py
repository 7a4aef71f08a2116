"""How many instances a second the engine cleans on one core, beside peers and the physical limit.

    python benchmarks/engine_headers.py [FOLDER] [--files N]

FOLDER holds DICOM files (default: those of the pydicom wheel, each with planted identifiers). The
limit is reading,
hashing and writing the same bytes. Peers take part where they are installed. Everything goes from file
to file, and in each of three rounds come files that nobody has cleaned before: what is remembered of a file helps
the next one only as far as they are alike.
"""

import argparse
import hashlib
import importlib.util
import io
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path

import pydicom

from deid.engine import Identity, RefusedError, clean_dicom, load_profile
from tests.deid.planting import base_files, plant

ROUNDS, SLICES = 3, 200
SLICE_BYTES = 512 * 512 * 2
Cleaner = Callable[[Path, Path], None]


def limit(source: Path, target: Path) -> None:
    """Read, hash and write the same bytes."""
    content = source.read_bytes()
    hashlib.sha256(content).hexdigest()
    target.write_bytes(content)


def engine(profile_name: str) -> Cleaner:
    """Return our cleaner with a shipped profile."""
    profile, identity = load_profile(profile_name), Identity(bytes(32))

    def run(source: Path, target: Path) -> None:
        with source.open("rb") as file, target.open("wb") as out:
            clean_dicom(file, out, profile=profile, identity=identity, subject_key="subject")

    return run


def dicognito() -> Cleaner:
    """Return the peer of that name."""
    from dicognito.anonymizer import Anonymizer  # noqa: PLC0415 - a peer that may be missing

    anonymizer = Anonymizer()

    def run(source: Path, target: Path) -> None:
        ds = pydicom.dcmread(source)
        anonymizer.anonymize(ds)
        ds.save_as(target)

    return run


def read_and_save(source: Path, target: Path) -> None:
    """Read and save with pydicom, changing nothing."""
    pydicom.dcmread(source).save_as(target)


def contenders() -> dict[str, Cleaner]:
    """Return everybody who can run here."""
    found = {
        "read, hash, write": limit,
        "tessera research": engine("research"),
        "tessera basic": engine("basic"),
        "pydicom read and save": read_and_save,
    }
    if importlib.util.find_spec("dicognito"):
        found["dicognito"] = dicognito()
    return found


def planted_files(folder: Path, numbers: range) -> list[Path]:
    """Write planted files, each with an identity of its own, and return their paths."""
    paths = []
    for number in numbers:
        base = base_files()[number % len(base_files())]
        path = folder / f"{number:05d}.dcm"
        path.write_bytes(plant(base, number)[0])
        paths.append(path)
    return paths


def ct_slices(folder: Path, numbers: range) -> list[Path]:
    """Write CT slices of half a megabyte, each another instance of one series, and return their paths."""
    ds = pydicom.dcmread(next(path for path in base_files() if path.name == "CT_small.dcm"))
    ds.Rows = ds.Columns = 512
    ds.PixelData = bytes(SLICE_BYTES)
    paths = []
    for number in numbers:
        ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = f"1.2.3.{number + 1}"
        ds.InstanceNumber = number
        path = folder / f"slice{number:05d}.dcm"
        out = io.BytesIO()
        ds.save_as(out)
        path.write_bytes(out.getvalue())
        paths.append(path)
    return paths


def rate(cleaner: Cleaner, rounds: Iterable[list[Path]], target: Path) -> tuple[float, int]:
    """Return the best rate over the rounds in files a second of processor time, and how many were refused in all."""
    best, refused = 0.0, 0
    for paths in rounds:
        start = time.process_time()
        for path in paths:
            try:
                cleaner(path, target)
            except RefusedError:
                refused += 1
            except Exception:
                refused += 1
        best = max(best, len(paths) / (time.process_time() - start))
    return best, refused


def main() -> None:
    """Print a table of rates."""
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--files", type=int, default=320)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        slices, files = min(given.files, SLICES), given.files
        numbers = [range(number * files, number * files + files) for number in range(ROUNDS)]
        sets = {"CT slices of 0.5 MB": [ct_slices(folder, some[:slices]) for some in numbers]}
        if given.folder:
            sets["given files"] = [sorted(path for path in given.folder.rglob("*") if path.is_file())]
        else:
            sets["planted headers"] = [planted_files(folder, some) for some in numbers]
        for title, rounds in sets.items():
            print(f"\n{title}: {len(rounds[0])} files, {len(rounds)} rounds")
            for name, cleaner in contenders().items():
                speed, refused = rate(cleaner, rounds, folder / "out.dcm")
                print(f"  {name:24} {speed:8.0f} instances/s   {refused} refused")


if __name__ == "__main__":
    main()
