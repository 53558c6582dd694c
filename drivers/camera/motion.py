"""How closely an image is worth looking at: an empty gate should cost next to nothing.

Pure but for the arithmetic: time comes in as an argument.
"""

from __future__ import annotations

from enum import Enum

import cv2
import numpy as np

from drivers.camera.image import Pixels

#: The size at which images are compared; a pixel of it averages 8 × 8 of 720p, which removes the sensor's noise.
WIDTH, HEIGHT = 160, 90
#: Grey levels by which a pixel must differ, and how many must.  A telephone at the far end covers hundreds; the
#: averaged noise of a dark 720p image stays below 8 levels.
LEVELS, PIXELS = 12, 6
#: After the last change every image is looked at for so long: one round of all second looks at ten a second.
LINGER_NS = 2_200_000_000
#: And without any change as often as this, so that a code that came in too slowly to be noticed is found.
EVERY_NS = 1_000_000_000
#: Of those looks one in so many is a full one: it costs three times as much and the image is still the same.
FULL_EVERY = 4


class Look(Enum):
    """How closely."""

    NONE = "none"
    GLANCE = "glance"  # the first look alone
    FULL = "full"  # a second look if the first finds nothing


class Motion:
    """Compares each image with the last one that differed."""

    def __init__(self) -> None:
        self._before: Pixels | None = None
        self._awake_until_ns = 0
        self._looked_ns = 0
        self._glances = 0

    def judge(self, grey: Pixels, at_ns: int, in_view: bool) -> Look:
        """How closely to search *grey* for codes; always fully while one is *in_view*."""
        small = np.asarray(cv2.resize(grey, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)
        if self._before is None or _differ(small, self._before):
            self._awake_until_ns = at_ns + LINGER_NS
            self._before = small
        if in_view or at_ns < self._awake_until_ns:
            self._looked_ns, self._glances = at_ns, 0
            return Look.FULL
        if at_ns - self._looked_ns < EVERY_NS:
            return Look.NONE
        self._looked_ns, self._glances = at_ns, (self._glances + 1) % FULL_EVERY
        return Look.GLANCE if self._glances else Look.FULL


def _differ(one: Pixels, other: Pixels) -> bool:
    _, changed = cv2.threshold(cv2.absdiff(one, other), LEVELS, 1, cv2.THRESH_BINARY)
    return cv2.countNonZero(changed) >= PIXELS
