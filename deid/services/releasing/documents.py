"""The documents of a package: what it is, what is in it, what was done to it. Never a value of a source."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.parquet as pq
from django.template.loader import render_to_string

from deid.models import Release
from deid.services.releasing.describing import payload_texts
from deid.services.releasing.dictionary import ReleasedTable, dictionary_csv, released_tables
from deid.services.releasing.stating import PAYLOAD_RECIPE
from portal.digests import canonical_json
from portal.models import ColumnRole

DICTIONARY = "dictionary.csv"
# A date may be partial and an age a group, so that they are no dates and numbers to all readers.
DATA_TYPES = {ColumnRole.VALUE: "sc:Float"}
BAGIT = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
INDEX_COLUMNS = (
    "collection_id",
    "PatientID",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "Modality",
    "BodyPartExamined",
    "Manufacturer",
    "ManufacturerModelName",
    "instanceCount",
    "series_size_MB",
    "series_folder",
)


def index_rows(release: Release) -> list[dict[str, object]]:
    """Return a row for each series, in the order of their folders."""
    rows = [item.row for item in release.items.filter(series__isnull=False)]
    return sorted(rows, key=lambda row: str(row["series_folder"]))


def index_csv(rows: Iterable[dict[str, object]]) -> bytes:
    """Return the index as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, INDEX_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def index_parquet(rows: list[dict[str, object]]) -> bytes:
    """Return the index as Parquet, with the same columns."""
    columns = {name: [row[name] for row in rows] for name in INDEX_COLUMNS}
    target = io.BytesIO()
    pq.write_table(pa.table(columns), target)
    return target.getvalue()


def texts(release: Release, payload_bytes: int, payload_files: int) -> dict[str, bytes]:
    """Return the package's documents by path, apart from the manifests."""
    version, collection = release.version, release.version.collection
    tables = released_tables(release)
    context = {
        "release": release,
        "tables": tables,
        "version": version,
        "collection": collection,
        "grant_number": release.name.rpartition("-g")[2],
        "citation": citation(release),
        "payload_recipe": PAYLOAD_RECIPE,
        "has_bids": bool(payload_texts(release)),
    }
    rows = index_rows(release)
    info = f"External-Identifier: {release.name}\nPayload-Oxum: {payload_bytes}.{payload_files}\n"
    return {
        "README.md": render_to_string("package/README.md", context).encode(),
        "LICENSE": render_to_string("package/LICENSE", context).encode(),
        "bagit.txt": BAGIT.encode(),
        "bag-info.txt": info.encode(),
        "index.csv": index_csv(rows),
        "index.parquet": index_parquet(rows),
        "certificate.json": canonical_json(release.certificate) + b"\n",
        "ro-crate-metadata.json": canonical_json(ro_crate(release)) + b"\n",
        "croissant.json": canonical_json(croissant(release, tables)) + b"\n",
        **({DICTIONARY: dictionary_csv(tables)} if tables else {}),
    }


def citation(release: Release) -> str:
    """Return how the collection is to be cited."""
    version = release.version
    collection = version.collection
    year = version.published_at.year if version.published_at else ""
    authors = collection.citation_authors or collection.sponsor.name
    return f"{authors} ({year}). {collection.title}, version {version.number} [Data set]. {collection.sponsor.name}."


def ro_crate(release: Release) -> dict[str, object]:
    """Return the package's description as RO-Crate 1.1 metadata."""
    collection = release.version.collection
    return {
        "@context": "https://w3id.org/ro/crate/1.1/context",
        "@graph": [
            {
                "@id": "ro-crate-metadata.json",
                "@type": "CreativeWork",
                "about": {"@id": "./"},
                "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
            },
            {
                "@id": "./",
                "@type": "Dataset",
                "name": collection.title,
                "description": collection.summary,
                "version": str(release.version.number),
                "license": {"@id": "LICENSE"},
                "hasPart": [{"@id": "data/"}, {"@id": "index.csv"}, {"@id": "certificate.json"}],
            },
        ],
    }


def croissant(release: Release, tables: list[ReleasedTable]) -> dict[str, object]:
    """Return the package's description as Croissant 1.0: the index and each clinical table as a record set."""
    collection = release.version.collection
    series = [
        (name, "", "sc:Integer" if name == "instanceCount" else "sc:Text", name) for name in INDEX_COLUMNS
    ]
    sets = [_record_set("series", "", "index.csv", series)]
    for number, table in enumerate(tables, 1):
        columns = [
            (str(place), one.description, DATA_TYPES.get(ColumnRole(one.role), "sc:Text"), one.name)
            for place, one in enumerate(table.columns, 1)
        ]
        sets.append(_record_set(f"table-{number}", table.title, table.path, columns))
    return {
        "@context": {
            "@vocab": "https://schema.org/",
            "sc": "https://schema.org/",
            "cr": "http://mlcommons.org/croissant/",
            "dct": "http://purl.org/dc/terms/",
            "conformsTo": "dct:conformsTo",
        },
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": collection.title,
        "description": collection.summary,
        "license": "LICENSE",
        "citeAs": citation(release),
        "version": f"{release.version.number}.0.0",
        "distribution": [
            {"@type": "cr:FileObject", "@id": path, "contentUrl": path, "encodingFormat": "text/csv"}
            for path in ("index.csv", *(table.path for table in tables))
        ],
        "recordSet": sets,
    }


def _record_set(
    name: str, title: str, path: str, columns: Iterable[tuple[str, str, str, str]]
) -> dict[str, object]:
    """Return the record set *name* of the CSV at *path*; of its columns name, what it is about, type, heading."""
    fields = [
        {
            "@type": "cr:Field",
            "@id": f"{name}/{column}",
            **({"description": about} if about else {}),
            "dataType": data_type,
            "source": {"fileObject": {"@id": path}, "extract": {"column": heading}},
        }
        for column, about, data_type, heading in columns
    ]
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        **({"description": title} if title else {}),
        "field": fields,
    }
