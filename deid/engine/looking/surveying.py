"""What the headers of many files say of their images before anybody looks at pixels: what belongs together, what is expected."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from deid.engine.errors import EngineError
from deid.engine.finding.content import recognisable_content
from deid.engine.finding.expecting import expects_text, is_drawn_by_scanner, knows_zones
from deid.engine.formats.kinds import Kind, kind_of
from deid.engine.sandbox.pool import Pool

# A short series is read whole; that takes no longer than to look at a long one.
SHORT, STRETCH = 24, 128
WITH_PIXELS = frozenset({Kind.DICOM, Kind.IMAGE, Kind.NIFTI})


@dataclass(frozen=True, slots=True)
class Surveyed:
    """One file with pixels, or with a surface (*has_pixels* says which): what it belongs to, its size, and what the header
    expects of it."""

    path: Path
    relative: str
    kind: Kind
    patient_id: str = ""
    series: str = ""
    number: int = 0
    frame_of_reference: str = ""
    modality: str = ""
    rows: int = 0
    columns: int = 0
    frames: int = 1
    grey: bool = True
    can_show_text: bool = True
    announces_text: bool = False
    alone: bool = True
    has_zones: bool = False
    identifies: bool = False
    has_pixels: bool = True


def survey(pool: Pool, inputs: Sequence[tuple[Path, str]]) -> list[Surveyed | None]:
    """Return what the header of each file says, `None` where there are neither pixels nor a surface or nothing can be read.

    Of each its place is given, and its path inside the whole.
    """
    images = [path for path, relative in inputs if kind_of(relative) is Kind.DICOM]
    facts = dict(zip(images, pool.run_each("read_facts", [((path,), {}) for path in images]), strict=True))
    return [_surveyed(path, relative, facts.get(path)) for path, relative in inputs]


def _surveyed(path: Path, relative: str, facts: Any) -> Surveyed | None:
    kind = kind_of(relative)
    if kind is Kind.MODEL:
        return Surveyed(path, relative, kind, identifies=True, has_pixels=False)
    if kind is not Kind.DICOM:
        return Surveyed(path, relative, kind) if kind in WITH_PIXELS else None
    if isinstance(facts, EngineError):
        return None
    safe, identity = facts["safe"], facts["identity"]
    identifies = recognisable_content(safe) is not None
    if not safe["has_pixels"]:
        return Surveyed(path, relative, kind, identifies=True, has_pixels=False) if identifies else None
    return Surveyed(
        path,
        relative,
        kind,
        patient_id=identity["patient_id"],
        series=identity["series_uid"],
        number=safe["instance_number"] or 0,
        frame_of_reference=identity["frame_of_reference_uid"],
        modality=safe["modality"],
        rows=safe["rows"] or 0,
        columns=safe["columns"] or 0,
        frames=safe["frames"],
        grey=safe["samples_per_pixel"] == 1,
        can_show_text=not safe["has_float_pixels"],
        announces_text=safe["burned_in_annotation"] == "YES",
        alone=safe["has_float_pixels"] or expects_text(safe) or not is_drawn_by_scanner(safe["modality"]),
        has_zones=knows_zones(safe),
        identifies=identifies,
    )


def _series_of(image: Surveyed) -> tuple[str, str]:
    """Return what images of one series share; an image without a series stands for itself."""
    return image.patient_id, image.series or image.relative


def in_series(images: Iterable[Surveyed]) -> Iterator[list[Surveyed]]:
    """Yield the DICOM images of each series, in the order of their numbers, so that neighbours stand side by side."""
    dicom = [image for image in images if image.kind is Kind.DICOM]
    in_order = sorted(dicom, key=lambda i: (_series_of(i), i.number, i.relative))
    for _series, members in groupby(in_order, _series_of):
        yield list(members)


def looked_at_together(images: Iterable[Surveyed], *, read_all: bool) -> Iterator[list[Surveyed]]:
    """Yield what is looked at in one go: stretches of a scanner's long series (unless *read_all*), and every other image
    by itself."""
    known = list(images)
    yield from ([image] for image in known if image.kind is not Kind.DICOM)
    for series in in_series(known):
        together = [image for image in series if not image.alone]
        apart = read_all or sum(image.frames for image in together) <= SHORT
        yield from ([image] for image in series if apart or image.alone)
        if apart:
            continue
        yield from (together[at : at + STRETCH] for at in range(0, len(together), STRETCH))
