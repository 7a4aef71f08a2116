"""Which points of a head belong to its face: eyes, nose, mouth, chin, cheeks and ears, never to the brain.

Points are MNI152 millimetres in DICOM's directions (x left, y back, z up); the face looks towards negative y.
"""

import numpy as np
from numpy.typing import NDArray

from deid.engine.finding.head_atlas import Atlas, Points

# What lies nearer to the brain than this is kept. A narrower margin would still be safe for the brain, but then the cut
# runs along the bony roofs of the orbits, which detectors take for eyes.
BRAIN_MARGIN, STRIP_MARGIN = 11.0, 8.0
LOWEST, WIDEST, FOREMOST = -165.0, 130.0, -220.0


# The face lies in front of a plane on each side that runs back towards the ear: y < BACK + BACKWARD · |x| ...
BACK, BACKWARD = -24.0, 0.4
# ... and below a plane that rises to the brow: z < TOP - RISE · y.
TOP, RISE = -61.0, 0.8
EAR_SIDE, EAR_FRONT, EAR_BACK, EAR_LOW, EAR_HIGH = 73.0, -25.0, 75.0, -95.0, 2.0


def face_points(points: Points, atlas: Atlas) -> NDArray[np.bool_]:
    """Return which of *points* (n × 3) are of the face and further than `BRAIN_MARGIN` from the brain."""
    x, y, z = points[:, 0], points[:, 1], points[:, 2]
    region = (y < BACK + BACKWARD * np.abs(x)) & (z < TOP - RISE * y)
    ears = (np.abs(x) > EAR_SIDE) & (y > EAR_FRONT) & (y < EAR_BACK) & (z > EAR_LOW) & (z < EAR_HIGH)
    region = (region | ears) & (z > LOWEST) & (np.abs(x) < WIDEST) & (y > FOREMOST)
    region[region] = atlas.smooth_distance(points[region]) > BRAIN_MARGIN
    return region


def skull_points(points: Points, atlas: Atlas) -> NDArray[np.bool_]:
    """Return which of *points* are further than `STRIP_MARGIN` from the brain."""
    outside: NDArray[np.bool_] = atlas.brain_distance(points) > STRIP_MARGIN
    return outside
