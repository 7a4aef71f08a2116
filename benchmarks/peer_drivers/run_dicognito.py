"""Run dicognito with its defaults: IN OUT."""

import sys
from pathlib import Path

import pydicom
from dicognito.anonymizer import Anonymizer

source, target = map(Path, sys.argv[1:])
anonymizer = Anonymizer()
for path in sorted(source.iterdir()):
    try:
        dataset = pydicom.dcmread(path, force=True)
        anonymizer.anonymize(dataset)
        dataset.save_as(target / path.name)
    except Exception as error:
        sys.stderr.write(f"{path.name}: {type(error).__name__}\n")
