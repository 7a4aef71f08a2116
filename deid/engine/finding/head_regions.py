"""Which points of a head belong to its face: eyes, nose, mouth, chin, cheeks and ears, never to the brain.

Points are MNI152 millimetres in DICOM's directions (x left, y back, z up); the face looks towards negative y.
"""

import numpy as np
from numpy.typing import NDArray

from deid.engine.finding.head_atlas import Atlas, Points

Floats = NDArray[np.float64]

# What lies nearer to the hull of the brain than this is kept, whatever else is cut.
BRAIN_MARGIN, STRIP_MARGIN = 5.0, 8.0
LOWEST, WIDEST, FOREMOST = -165.0, 130.0, -220.0
# In front of this the floor goes down by SLOPE for each millimetre, so that a long chin goes whole and the larynx stays.
FLOOR_FRONT, SLOPE = -50.0, 0.6

# The face lies in front of a wall that bends back towards the ears: y < BACK + BENT · x² ...
BACK, BENT = -24.0, 0.0053
# ... and below a plane that rises to the brow: z < TOP - RISE · y. Above it the cut comes out of the skin little by little
# over FADING millimetres, GRADE for each: an edge across the forehead looks like a brow.
TOP, RISE, GRADE, FADING = -61.0, 0.8, 0.4, 40.0
# The ears stand out of a bowl without an edge: |x| > EAR_SIDE in its middle (y, z), EAR_RISE more at EAR_SIZE from there.
# It leans with the head, EAR_LEAN for each millimetre of z, and is deep enough for an ear that a coil presses flat.
EAR_SIDE, EAR_RISE, EAR_SIZE, EAR_MIDDLE, EAR_LEAN = 68.0, 10.0, 45.0, (33.0, -50.0), 0.2
EAR_FRONT, EAR_HIGH = -60.0, 15.0


def face_points(points: Points, atlas: Atlas) -> NDArray[np.bool_]:
    """Return which of *points* (n × 3) are of the face and further than `BRAIN_MARGIN` from the hull of the brain."""
    x, y, z = points.T
    above = np.maximum(z - (TOP - RISE * y), 0.0)
    front = (y < BACK + BENT * x * x) & (above < FADING)
    ears = _ears(x, y, z)
    floor = LOWEST - SLOPE * np.maximum(FLOOR_FRONT - y, 0.0)
    region: NDArray[np.bool_] = (front | ears) & (z > floor) & (np.abs(x) < WIDEST) & (y > FOREMOST)
    margin = BRAIN_MARGIN + np.where(ears, 0.0, GRADE * above)
    region[region] = atlas.hull_distance(points[region]) > margin[region]
    return region


def _ears(x: Floats, y: Floats, z: Floats) -> NDArray[np.bool_]:
    away = (y - EAR_MIDDLE[0]) ** 2 + (z - EAR_MIDDLE[1]) ** 2
    side = EAR_SIDE + EAR_LEAN * (z - EAR_MIDDLE[1]) + EAR_RISE * away / EAR_SIZE**2
    found: NDArray[np.bool_] = (np.abs(x) > side) & (y > EAR_FRONT) & (z < EAR_HIGH)
    return found


def skull_points(points: Points, atlas: Atlas) -> NDArray[np.bool_]:
    """Return which of *points* are further than `STRIP_MARGIN` from the brain."""
    outside: NDArray[np.bool_] = atlas.brain_distance(points) > STRIP_MARGIN
    return outside
