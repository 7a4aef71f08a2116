"""Which version did the work: of the engine, and of what reads text and codes in images."""

import hashlib
from functools import cache
from importlib import metadata
from pathlib import Path

# The version of the package; a test holds it against pyproject.toml, since the engine also runs from a folder of source.
VERSION = "0.1.0"
READERS = ("rapidocr-onnxruntime", "openvino", "zxing-cpp")


def engine_version() -> str:
    """Return the engine's name and version."""
    return f"Tessera {VERSION}"


@cache
def engine_build() -> str:
    """Return the engine's name and version, and a digest of all that it is made of: another one may find what this does not."""
    root, read = Path(__file__).parent, hashlib.sha256()
    for file in sorted(root.rglob("*")):
        if file.is_file() and file.suffix != ".pyc":
            read.update(f"{file.relative_to(root).as_posix()}\0{file.stat().st_size}\0".encode())
            read.update(file.read_bytes())
    return f"{engine_version()} {read.hexdigest()[:12]}"


def recogniser_version() -> str:
    """Return names and versions of what reads text and codes (extra `ocr`), empty where one of them is not installed."""
    try:
        return ", ".join(f"{name} {metadata.version(name)}" for name in READERS)
    except metadata.PackageNotFoundError:
        return ""
