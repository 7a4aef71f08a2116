"""Which version did the work: of the engine, and of the recogniser that reads text in images."""

from importlib import metadata

# The version of the package; a test holds it against pyproject.toml, since the engine also runs from a folder of source.
VERSION = "0.1.0"
RECOGNISER = "rapidocr-onnxruntime"


def engine_version() -> str:
    """Return the engine's name and version."""
    return f"Tessera {VERSION}"


def recogniser_version() -> str:
    """Return name and version of the recogniser of text (extra `ocr`), empty where it is not installed."""
    try:
        return f"{RECOGNISER} {metadata.version(RECOGNISER)}"
    except metadata.PackageNotFoundError:
        return ""
