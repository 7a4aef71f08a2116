"""Run gdcmanon's Basic Profile file by file: GDCMANON CERTIFICATE IN OUT."""

import subprocess
import sys
from pathlib import Path

program, certificate = sys.argv[1:3]
source, target = map(Path, sys.argv[3:])
for path in sorted(source.iterdir()):
    command = [program, "-e", "-c", certificate, "-i", str(path), "-o", str(target / path.name)]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        (target / path.name).unlink(missing_ok=True)
        sys.stderr.write(f"{path.name}: exit status {done.returncode}\n")
