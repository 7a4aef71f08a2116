"""The peers of the engine: each installed into an environment of its own, run with its defaults over a folder."""

import datetime
import os
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

DRIVERS = Path(__file__).resolve().with_name("peer_drivers")
LONGEST_RUN = 1800
Command = Callable[[Path, Path], list[str]]


@dataclass(frozen=True, slots=True)
class Peer:
    """One tool: its name with its version, and the command that cleans a folder into another."""

    name: str
    command: Command

    def run(self, source: Path, target: Path) -> float:
        """Clean *source* into *target* and return the seconds it took."""
        target.mkdir(parents=True, exist_ok=True)
        started = time.monotonic()
        try:
            subprocess.run(
                self.command(source, target),
                capture_output=True,
                check=False,
                timeout=LONGEST_RUN,
                cwd=target,
                env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            )
        except subprocess.TimeoutExpired:
            sys.stderr.write(f"{self.name} was stopped after {LONGEST_RUN} seconds\n")
        return time.monotonic() - started


def _installed(package: str, cache: Path) -> tuple[Path, str] | None:
    """Return the interpreter and the version of a peer from PyPI, installing it first; nothing if that fails."""
    home = cache / package
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
        done = subprocess.run(
            [python, "-m", "pip", "install", "--quiet", package], capture_output=True, text=True, check=False
        )
        if done.returncode:
            shutil.rmtree(home)
            return None
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    version = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    return python, version.stdout.strip()


def _from_pypi(package: str, cache: Path) -> Peer | None:
    found = _installed(package, cache)
    if found is None:
        return None
    driver = DRIVERS / f"run_{package.replace('-', '_')}.py"
    return Peer(
        f"{package} {found[1]}",
        lambda source, target: [str(part) for part in (found[0], driver, source, target)],
    )


def _certificate(folder: Path) -> Path:
    """Write a certificate for the encryption that gdcmanon insists on, and return its path."""
    path = folder / "certificate.pem"
    if not path.exists():
        key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "benchmark")])
        now = datetime.datetime.now(datetime.UTC)
        built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        built = built.serial_number(x509.random_serial_number()).not_valid_before(now)
        signed = built.not_valid_after(now + datetime.timedelta(days=3650)).sign(key, hashes.SHA256())
        path.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    return path


def _gdcmanon(cache: Path) -> Peer | None:
    program = shutil.which("gdcmanon")
    if program is None:
        return None
    certificate = _certificate(cache)
    start = [sys.executable, str(DRIVERS / "run_gdcmanon.py"), program, str(certificate)]
    return Peer("gdcmanon", lambda source, target: [*start, str(source), str(target)])


def _orthanc() -> Peer | None:
    program = shutil.which("Orthanc") or shutil.which("Orthanc", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        return None
    driver = str(DRIVERS / "run_orthanc.py")
    return Peer("Orthanc", lambda source, target: [sys.executable, driver, program, str(source), str(target)])


def find_peers(cache: Path) -> list[Peer]:
    """Return the peers that install here; those that do not are named on standard error."""
    cache = cache.resolve()
    cache.mkdir(parents=True, exist_ok=True)
    packages = ("dcmanon", "dicognito", "dicom-anonymizer", "deid")
    found = {package: _from_pypi(package, cache) for package in packages}
    found |= {"gdcmanon": _gdcmanon(cache), "Orthanc": _orthanc()}
    for name, peer in found.items():
        if peer is None:
            sys.stderr.write(f"{name} does not install here and takes no part.\n")
    return [peer for peer in found.values() if peer]
