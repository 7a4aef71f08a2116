"""Index rows out of what was read: subject, study, series, instance, under keyed digests only."""

from __future__ import annotations

import re
from typing import Any

from deid.engine.formats.kinds import Kind
from deid.engine.formats.subjects import subject_of_cell
from deid.keys import collection_key, index_key
from deid.services.defacing import FRAME
from deid.services.growing import grow_series, make_room
from deid.services.intake.quality import BORN, COMMON_LABEL, SEX, SUBJECT_IN_DOUBT, is_common_label
from deid.services.intake.reading import Read, known_subject
from deid.services.knowing import remember_known_values
from portal.models import Collection, Instance, Series, SeriesKind, Study, Subject
from portal.numbering import next_number

CODE = re.compile(r"[^A-Z0-9 _-]")
KINDS = {
    Kind.DICOM: SeriesKind.DICOM,
    Kind.NIFTI: SeriesKind.NIFTI,
    Kind.IMAGE: SeriesKind.IMAGE,
    **dict.fromkeys((Kind.HDF5, Kind.BART_DATA, Kind.BART_HEADER, Kind.PULSEQ), SeriesKind.RAW),
    **dict.fromkeys(
        (Kind.SIDECAR, Kind.GRADIENTS, Kind.RECORDING, Kind.ROWS_OF_ONE, Kind.DDSM), SeriesKind.SIDECAR
    ),
    **dict.fromkeys((Kind.DOCUMENT, Kind.MODEL), SeriesKind.DOCUMENT),
}
GEOMETRY = (
    "rows",
    "columns",
    "depth",
    "slices",
    "pixel_spacing",
    "slice_thickness",
    "image_position",
    "image_orientation",
    SUBJECT_IN_DOUBT,
)


def index_instance(
    collection: Collection, read: Read, *, source_key: str, sha256: str, size: int
) -> tuple[Instance, bool]:
    """Return the instance's row and whether it is new; the same instance is never indexed twice."""
    key = collection_key(collection)
    subject = _subject(collection, known_subject(key, read.patient_id), read)
    remember_known_values(subject, read.known)
    study, _ = Study.objects.get_or_create(subject=subject, key=index_key(key, "study", read.study_uid))
    series = _series(study, index_key(key, "series", read.series_uid), read)
    make_room(series.pk)
    instance, new = Instance.objects.get_or_create(
        series=series,
        key=index_key(key, "instance", read.sop_instance_uid),
        defaults={
            "number": read.safe.get("instance_number"),
            "source_key": source_key,
            "sha256": sha256,
            "size": size,
            "frames": read.safe.get("frames") or 1,
            "sop_class": read.safe.get("sop_class_uid", ""),
            "transfer_syntax": read.safe.get("transfer_syntax_uid") or read.ending,
            "geometry": {name: read.safe[name] for name in GEOMETRY if read.safe.get(name)}
            | ({FRAME: index_key(key, "frame", read.frame)} if read.frame else {})
            | ({BORN: index_key(key, "born", read.born)} if read.born else {})
            | ({COMMON_LABEL: True} if is_common_label(subject_of_cell(read.patient_id)) else {})
            | ({SEX: read.safe["sex"]} if read.safe.get("sex") in {"F", "M"} else {}),
        },
    )
    if new:
        grow_series(series.pk, size)
    return instance, new


def _subject(collection: Collection, key: str, read: Read) -> Subject:
    mine = Subject.objects.filter(collection=collection)
    found = mine.filter(key=key).first() or mine.filter(aliases__key=key).first()
    if found is None:
        found = Subject.objects.create(
            collection=collection, key=key, number=next_number(Subject, collection=collection)
        )
    sex, age = read.safe.get("sex", ""), read.safe.get("age_years")
    if sex in {"F", "M", "O"} and not found.sex:
        found.sex = sex
    if age is not None and (found.age_years is None or age < found.age_years):
        found.age_years = age
    found.save(update_fields=["sex", "age_years"])
    return found


def _series(study: Study, key: str, read: Read) -> Series:
    safe = read.safe
    series, _ = Series.objects.get_or_create(
        study=study,
        key=key,
        defaults={
            "kind": KINDS[read.kind],
            "modality": _code(safe.get("modality") or "OT"),
            "body_part": _code(safe.get("body_part", "")),
            "manufacturer": maker(safe.get("manufacturer", "")),
            "model_name": "",
            "rows": safe.get("rows") or _extent(safe, 0),
            "columns": safe.get("columns") or _extent(safe, 1),
            "slice_thickness_mm": safe.get("slice_thickness"),
            "field_strength_t": safe.get("magnetic_field_strength"),
        },
    )
    return series


def _extent(safe: dict[str, Any], axis: int) -> int | None:
    shape = safe.get("shape") or []
    return shape[axis] if len(shape) > axis else None


def _code(text: str) -> str:
    """Return a code string (PS3.5 6.2, CS) with nothing else in it."""
    return CODE.sub("", text.upper())[:16].strip()


# A free-text field may hold anything; only names of makers that are known are indexed.
MAKERS = {
    "SIEMENS": "Siemens",
    "GE ": "GE",
    "GE MEDICAL": "GE",
    "G.E.": "GE",
    "PHILIPS": "Philips",
    "TOSHIBA": "Toshiba / Canon",
    "CANON": "Toshiba / Canon",
    "HITACHI": "Hitachi / Fujifilm",
    "FUJI": "Hitachi / Fujifilm",
    "HOLOGIC": "Hologic",
    "AGFA": "Agfa",
    "CARESTREAM": "Carestream",
    "KODAK": "Carestream",
    "SAMSUNG": "Samsung",
    "UIH": "United Imaging",
    "VARIAN": "Varian",
    "ELEKTA": "Elekta",
    "ALOKA": "Aloka",
    "ACUSON": "Acuson",
    "BRUKER": "Bruker",
    "ESAOTE": "Esaote",
    "MINDRAY": "Mindray",
    "SHIMADZU": "Shimadzu",
    "TESSERA": "Synthetic",
}


def maker(text: str) -> str:
    """Return the maker's usual name if *text* names one that is known, “Other” if not, nothing if empty."""
    upper = text.upper().strip()
    if not upper:
        return ""
    return next(
        (name for word, name in MAKERS.items() if upper.startswith(word.strip()) or word in upper), "Other"
    )
