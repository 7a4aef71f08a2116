"""What a package says of its data set of BIDS: without it no reader opens that (specification 1.10, "Dataset description").

It lies among the data, and so is part of the payload; nothing of a source is in it.
"""

from __future__ import annotations

from deid.engine.version import VERSION
from deid.models import Release
from deid.services.releasing.naming import BIDS
from portal.digests import canonical_json

EDITION = "1.10.0"
DESCRIPTION = f"{BIDS}/dataset_description.json"
# Derivatives have one of their own, and none tells how they were made.
DERIVED = f"{BIDS}/derivatives"


def payload_texts(release: Release) -> dict[str, bytes]:
    """Return what is written among the data of a release, by path: nothing where no file of it has a name of BIDS."""
    paths = release.files.filter(path__startswith=f"{BIDS}/", item__isnull=False)
    derived = paths.filter(path__startswith=f"{DERIVED}/").values_list("path", flat=True)
    made_by = sorted({path.removeprefix(f"{DERIVED}/").partition("/")[0] for path in derived})
    texts = {DESCRIPTION: _description(release, {"DatasetType": "raw"})} if paths.exists() else {}
    return texts | {
        f"{DERIVED}/{one}/dataset_description.json": _description(
            release, {"DatasetType": "derivative", "GeneratedBy": [{"Name": one}]}
        )
        for one in made_by
    }


def _description(release: Release, more: dict[str, object]) -> bytes:
    version = release.version
    said: dict[str, object] = {
        "Name": f"{version.collection.title}, version {version.number}",
        "BIDSVersion": EDITION,
        "Authors": [version.collection.citation_authors or version.collection.sponsor.name],
        "License": "see LICENSE in the package",
        "GeneratedBy": [{"Name": "Tessera", "Version": VERSION}],
    }
    return canonical_json(said | more) + b"\n"
