"""Run deid (pydicom) with its default recipe, private elements removed: IN OUT."""

import sys
from pathlib import Path

from deid.config import DeidRecipe
from deid.dicom import get_identifiers, replace_identifiers

source, target = map(Path, sys.argv[1:])
recipe = DeidRecipe()
for path in sorted(source.iterdir()):
    try:
        found = get_identifiers([str(path)], force=True)
        replace_identifiers(
            dicom_files=[str(path)],
            deid=recipe,
            ids=found,
            save=True,
            output_folder=str(target),
            overwrite=True,
            force=True,
        )
    except Exception as error:
        sys.stderr.write(f"{path.name}: {type(error).__name__}\n")
