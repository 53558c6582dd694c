"""Where in an image a code may be: the part with the most fine detail.

Second looks at a part cost a quarter of those at the whole image, so that there is time for more of them.  A code is
black and white from module to module, which few things in a street are; a sensor's noise lies evenly over the image
and drops out as its median.  Nothing is decided here: what is cut wrongly is still looked at as a whole.
"""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np

from drivers.camera.image import Pixels

#: Left, top, right and bottom in pixels of the image, the last two just outside.
Box: TypeAlias = tuple[int, int, int, int]

#: Detail is looked for at this many pixels on the long side, and told for cells of so many of them.
SIDE, CELL = 640, 8
#: What differs from the mean of a square of this side is detail: two to four modules of a code that is far away.
AROUND = 9
#: A cell belongs to the part if it has this share of the most detail above the median.
SHARE = 0.4
#: Added on each side, as a part of the longer side, for the quiet zone and what was cut short; and at least so much.
MARGIN, LEAST_MARGIN = 0.1, 8
#: A smaller part cannot hold a code that any look could read.
LEAST = 24
_CELLS = np.ones((3, 3), np.uint8)


def busiest(grey: Pixels) -> Box | None:
    """The part of *grey* (rows × columns) with the most detail; None where nothing stands out."""
    height, width = grey.shape
    factor = max(1.0, max(height, width) / SIDE)
    size = (max(1, round(width / factor)), max(1, round(height / factor)))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    detail = cv2.absdiff(small, cv2.blur(small, (AROUND, AROUND)))
    cells = (max(1, size[0] // CELL), max(1, size[1] // CELL))
    much = cv2.blur(cv2.resize(detail, cells, interpolation=cv2.INTER_AREA), (3, 3))
    least, most = float(np.median(much)), float(much.max())
    if most <= least:
        return None
    mask = np.asarray(much > least + (most - least) * SHARE, np.uint8)
    _, names, stats, _ = cv2.connectedComponentsWithStats(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, _CELLS))
    # The first is what lies around.
    sums = [float(much[names == number].sum()) for number in range(1, len(stats))]
    left, top, across, down = (int(value) for value in stats[1 + int(np.argmax(sums))][:4])
    per_x, per_y = width / cells[0], height / cells[1]
    margin = max(across * per_x, down * per_y) * MARGIN + LEAST_MARGIN
    box = (
        max(0, int(left * per_x - margin)),
        max(0, int(top * per_y - margin)),
        min(width, int((left + across) * per_x + margin)),
        min(height, int((top + down) * per_y + margin)),
    )
    return box if min(box[2] - box[0], box[3] - box[1]) >= LEAST else None
