"""Which version did the work: of the engine, and of what reads text and codes in images."""

from importlib import metadata

# The version of the package; a test holds it against pyproject.toml, since the engine also runs from a folder of source.
VERSION = "0.1.0"
READERS = ("rapidocr-onnxruntime", "zxing-cpp")


def engine_version() -> str:
    """Return the engine's name and version."""
    return f"Tessera {VERSION}"


def recogniser_version() -> str:
    """Return names and versions of what reads text and codes (extra `ocr`), empty where one of them is not installed."""
    try:
        return ", ".join(f"{name} {metadata.version(name)}" for name in READERS)
    except metadata.PackageNotFoundError:
        return ""
