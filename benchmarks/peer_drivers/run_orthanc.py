"""Run an Orthanc of its own and anonymise each instance with its defaults: ORTHANC IN OUT."""

import json
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path


def ask(address: str, content: bytes, seconds: float = 60) -> bytes:
    """Return what Orthanc answers to a POST."""
    with urllib.request.urlopen(urllib.request.Request(address, content), timeout=seconds) as answer:
        return answer.read()


def started(program: str, folder: Path) -> tuple[subprocess.Popen, str]:
    """Start Orthanc on a free port with an empty store and return it with its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "StorageDirectory": str(folder / "store"),
        "IndexDirectory": str(folder / "store"),
        "HttpPort": port,
        "DicomServerEnabled": False,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "Plugins": [],
    }
    (folder / "orthanc.json").write_text(json.dumps(settings))
    server = subprocess.Popen(
        [program, str(folder / "orthanc.json")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{address}/system", timeout=2).close()
            break
        except OSError:
            time.sleep(0.2)
    return server, address


def main(program: str, source: Path, target: Path) -> None:
    """Anonymise every file."""
    with tempfile.TemporaryDirectory() as scratch:
        server, address = started(program, Path(scratch))
        try:
            for path in sorted(source.iterdir()):
                try:
                    number = json.loads(ask(f"{address}/instances", path.read_bytes()))["ID"]
                    (target / path.name).write_bytes(ask(f"{address}/instances/{number}/anonymize", b"{}"))
                except (OSError, KeyError, ValueError) as error:
                    sys.stderr.write(f"{path.name}: {type(error).__name__}\n")
        finally:
            server.terminate()
            server.wait(20)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
