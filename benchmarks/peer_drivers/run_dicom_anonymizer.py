"""Run dicom-anonymizer (Kitware) with its defaults: IN OUT."""

import sys
from pathlib import Path

from dicomanonymizer import anonymize_dicom_file

source, target = map(Path, sys.argv[1:])
for path in sorted(source.iterdir()):
    try:
        anonymize_dicom_file(str(path), str(target / path.name))
    except Exception as error:
        sys.stderr.write(f"{path.name}: {type(error).__name__}\n")
