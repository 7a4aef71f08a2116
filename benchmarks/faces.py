"""Measure the removal of faces: detectors on rendered surfaces before and after, brain voxels kept, time and memory.

    python benchmarks/faces.py HEAD.nii.gz[@THRESHOLD,THRESHOLD] [...] [--brain MASK.nii.gz] [--pictures FOLDER]

Each head is planned, blanked and rendered from 33 sides, with two lights, at each threshold of its surface (for example
`head.nii.gz@40,80`; CT -500,-200). dlib's frontal detector and, where an OpenCV before 5 is installed, its frontal cascade
look at every view before and after, and at the back of the head as a control: what they see there is no face. *--brain*
names a mask of the first head's brain made by others, of the same shape; without it only the template's is counted. The
volumes of three tissues within the brain, and of the brain as BET finds it where `brainextractor` is installed, are told
before and after.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import dlib
import numpy as np
import SimpleITK
from brain_volumes import volume_report
from PIL import Image

from deid.engine.finding.defacing import plan_defacing
from deid.engine.finding.head_atlas import load_atlas
from deid.engine.finding.head_registration import register
from deid.engine.finding.head_series import read_series
from deid.engine.pixels.voxel_masks import VoxelMask, name_of_file, read_voxel_mask
from tests.deid.rendering import views

NEIGHBOURS, SMALLEST = 6, (90, 90)


def detectors() -> dict[str, Callable[[Any], bool]]:
    """Return the detectors that are installed."""
    found: dict[str, Callable[[Any], bool]] = {}
    hog = dlib.get_frontal_face_detector()
    found["dlib frontal"] = lambda picture: len(hog(picture, 0)) > 0
    cascade = Path(cv2.data.haarcascades) / "haarcascade_frontalface_alt2.xml"
    if hasattr(cv2, "CascadeClassifier") and cascade.exists():
        haar = cv2.CascadeClassifier(str(cascade))
        found["OpenCV alt2"] = lambda picture: (
            len(haar.detectMultiScale(picture, 1.1, NEIGHBOURS, minSize=SMALLEST)) > 0
        )
    return found


def planned(path: Path) -> tuple[VoxelMask, Any, float]:
    """Return the voxels to blank, the plan and the seconds it took."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        plan = plan_defacing([[path]], Path(folder) / "plan.zip")
        seconds = time.perf_counter() - began
        with path.open("rb") as file:
            return read_voxel_mask(plan.target, name_of_file(file)), plan.frames[0], seconds


def turned_round(image: Any) -> Any:
    """Return the head seen from behind."""
    centre = image.TransformContinuousIndexToPhysicalPoint([n / 2 for n in image.GetSize()])
    turn = SimpleITK.Euler3DTransform(centre, 0.0, 0.0, float(np.pi))
    lowest = float(SimpleITK.GetArrayViewFromImage(image).min())
    return SimpleITK.Resample(image, image, turn, SimpleITK.sitkLinear, lowest)


def template_brain(path: Path) -> np.ndarray:
    """Return which voxels of a head lie in the template's brain."""
    series = read_series([path])
    matrix, (image,) = register(series, load_atlas()).matrix, series.images
    brain = np.zeros(image.shape, bool)
    for plane in image.planes:
        rows, columns = np.indices(image.shape[1:]).reshape(2, -1)
        points = (matrix @ plane.placed @ np.stack([columns, rows, np.ones(rows.size)]))[:3].T
        brain[plane.frame] = (load_atlas().brain_distance(points) < 0).reshape(image.shape[1:])
    return brain


def brain_kept(brain: np.ndarray, mask: VoxelMask, given: Path | None) -> str:
    """Return how many voxels of the brain are blanked: by the template's *brain* in the subject, and by *given*."""
    lost = int((brain & mask.voxels).sum())
    said = f"brain of the template: {lost} of {int(brain.sum())} voxels lost"
    if given:
        other = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(given))) > 0
        said += f"; brain of {given.name}: {int((other & mask.voxels).sum())} of {int(other.sum())} lost"
    return said


def measure(head: str, brain: Path | None, pictures: Path | None) -> None:
    """Print what becomes of one head."""
    name, _, given = head.partition("@")
    path = Path(name)
    mask, plan, seconds = planned(path)
    image = SimpleITK.ReadImage(name, SimpleITK.sitkFloat32)
    values = SimpleITK.GetArrayFromImage(image)
    after = SimpleITK.GetImageFromArray(np.where(mask.voxels, np.float32(mask.blank), values))
    after.CopyInformation(image)
    thresholds = tuple(float(t) for t in given.split(",")) if given else (float(values.max()) * 0.15,)
    known = detectors()
    counts = {(when, who): 0 for when in ("before", "after", "behind") for who in known}
    total = 0
    for number, (before, now, behind) in enumerate(
        zip(
            views(image, thresholds),
            views(after, thresholds),
            views(turned_round(image), thresholds),
            strict=True,
        )
    ):
        total += 1
        for when, (_name, picture) in zip(("before", "after", "behind"), (before, now, behind), strict=True):
            for who, sees in known.items():
                counts[when, who] += sees(picture)
        if pictures:
            both = np.concatenate([before[1], now[1]], axis=1)
            Image.fromarray(both).save(pictures / f"{path.name.partition('.')[0]}-{number:03}.png")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{path.name}: {seconds:.1f} s, {memory} MB at most, confidence {plan.confidence}, {plan.measures}")
    inside = template_brain(path)
    print(f"  {plan.blanked} of {plan.voxels} voxels blanked; {brain_kept(inside, mask, brain)}")
    print(f"  {volume_report(image, after, inside)}")
    for who in known:
        seen = ", ".join(f"{when} {counts[when, who]}" for when in ("before", "after", "behind"))
        print(f"  {who}: a face in so many of {total} views: {seen}")


def main() -> None:
    """Measure the heads named on the command line."""
    parser = argparse.ArgumentParser(description="Measure the removal of faces.")
    parser.add_argument("heads", nargs="+")
    parser.add_argument("--brain", type=Path)
    parser.add_argument("--pictures", type=Path)
    given = parser.parse_args()
    for number, head in enumerate(given.heads):
        measure(head, None if number else given.brain, given.pictures)


if __name__ == "__main__":
    main()
