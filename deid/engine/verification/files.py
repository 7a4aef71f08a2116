"""Verify one released file against its source, whatever kind it is."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from deid.engine.results import Mask
from deid.engine.verification.duties import check_duties
from deid.engine.verification.haystacks import compile_needles
from deid.engine.verification.image_pixels import behind_pixels, hidden_bits
from deid.engine.verification.moved_days import unmoved_days
from deid.engine.verification.needles import RESEARCH_OPTIONS, Needle, identifying_values, needles_of_values
from deid.engine.verification.nifti import verify_nifti
from deid.engine.verification.others import RASTERS, verify_other
from deid.engine.verification.pixels import PLACE, compare_pixels
from deid.engine.verification.reading_again import read_dicom_again, read_image_again
from deid.engine.verification.search import Hit, kinds_in_file, search_elements
from deid.engine.verification.voxels import name_of, planned_voxels
from deid.engine.verification.walker import BIG, Walker


def verify_dicom(
    source_path: Path | str,
    released_path: Path | str,
    *,
    options: frozenset[str] = RESEARCH_OPTIONS,
    masks: Sequence[Mask] = (),
    more: Sequence[Needle] = (),
    voxel_mask: Path | str | None = None,
    read_pixels: bool = False,
) -> list[Hit]:
    """Return everything wrong with a released instance.

    That is: identifying values of its source (and *more* of its subject), missing or forbidden elements, pixels changed
    that *masks* and the plan *voxel_mask* do not change, or left that they do; with *read_pixels* also such a value that
    can be read in the released picture. Raises `UnreadableError` where either file cannot be walked.
    """
    before, after = Path(source_path).read_bytes(), Path(released_path).read_bytes()
    walker = Walker(after)
    seen_before, seen_after = list(Walker(before).elements()), list(walker.elements())
    needles = (*identifying_values(source_path, options), *more)
    haystack = compile_needles(needles)
    hits = search_elements(seen_after, haystack)
    hits += check_duties(seen_after, retain_uids="retain_uids" in options)
    if any(after[:128]):
        hits.append(Hit("preamble", "preamble"))
    big = walker.syntax == BIG
    hits += behind_pixels(seen_after, haystack, big=big)
    if walker.behind:
        hits.append(Hit("trailing bytes", "metadata"))
    if "retain_full_dates" not in options:
        hits += unmoved_days(seen_before, seen_after)
    if "clean_pixel_data" in options:
        hits += hidden_bits(seen_after, big=big)
    if read_pixels:
        runs = [mask.frames for mask in masks if mask.frames is not None]
        hits += read_dicom_again(after, needles, PLACE, runs)
    blanked = None
    if voxel_mask is not None:
        instance = next((one.value.strip(b"\0 ") for one in seen_before if one.path == (0x00080018,)), b"")
        blanked = planned_voxels(voxel_mask, name_of(instance))
        if blanked is None:
            return [*hits, Hit("(7FE0,0010)", "mask not applied")]
    return hits + compare_pixels(before, seen_before, after, seen_after, masks, blanked)


def verify_table(released_path: Path | str, needles: Sequence[Needle]) -> list[Hit]:
    """Return the rows of a released table in which a needle is found, and `table` where one lies across rows."""
    content, haystack = Path(released_path).read_bytes(), compile_needles(needles)
    hits = [
        Hit(f"line {number}", kind)
        for number, line in enumerate(content.splitlines(), 1)
        for kind in sorted(kinds_in_file(line, haystack, words=True))
    ]
    across = kinds_in_file(content, haystack, words=True) - {hit.kind for hit in hits}
    return hits + [Hit("table", kind) for kind in sorted(across)]


def verify_file_json(
    source: str,
    released: str,
    options: Sequence[str] = (),
    masks: Sequence[Mapping[str, Any]] = (),
    known_values: Sequence[str] = (),
    voxel_mask: str | None = None,
    read_pixels: bool = False,
) -> list[dict[str, str]]:
    """Return the hits of `verify_dicom`, `verify_nifti` or `verify_other` as dictionaries, by the name of the released file.

    *known_values* are names, identifiers and dates of the subject that other files gave, *voxel_mask* the plan by which
    its face was blanked; with *read_pixels* the words in the picture are read and searched as well.
    """
    more = needles_of_values(known_values)
    areas = [
        Mask(range(*m["frames"]) if m.get("frames") else None, m["x"], m["y"], m["width"], m["height"])
        for m in masks
    ]
    if released.endswith((".nii", ".nii.gz")):
        hits = verify_nifti(source, released, more, voxel_mask=voxel_mask)
    elif not released.endswith(".dcm"):
        hits = verify_other(source, released, more, masks=areas)
        if read_pixels and released.lower().endswith(RASTERS):
            hits += read_image_again(released, more)
    else:
        said = frozenset(options) or RESEARCH_OPTIONS
        hits = verify_dicom(
            source,
            released,
            options=said,
            masks=areas,
            more=more,
            voxel_mask=voxel_mask,
            read_pixels=read_pixels,
        )
    return [{"place": hit.place, "kind": hit.kind} for hit in hits]
