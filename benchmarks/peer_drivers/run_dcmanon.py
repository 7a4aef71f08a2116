"""Run dcmanon with its defaults: IN OUT."""

import sys
from pathlib import Path

from dcmanon import Anonymizer

source, target = map(Path, sys.argv[1:])
anonymizer = Anonymizer()
for path in sorted(source.iterdir()):
    try:
        (target / path.name).write_bytes(anonymizer.anonymize(str(path)))
    except Exception as error:
        sys.stderr.write(f"{path.name}: {type(error).__name__}\n")
