"""Why a code that is held up is seen and not read, and what to tell whoever holds it.

Only for symbols whose three corners were found and whose bytes did not add up, in image after image: a hint about a
code that nobody holds up would teach people to ignore hints.  Pure; time comes in as an argument.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence

import cv2
import numpy as np

from drivers.camera.hint import Hint
from drivers.camera.image import Pixels

Corners = Sequence[tuple[float, float]]

#: So many images with an unread symbol, three quarters of a second: what moves into place is read by then.
IMAGES = 8
#: A symbol that was not seen for so long was taken away.
GAP_NS = 1_500_000_000
#: A symbol whose side is so few pixels has modules of two pixels or less, unless it is one of the smallest codes.
SMALL = 120
#: Grey levels: paper or screen that is no lighter than this is in the dark; ink that is as light as this is washed out.
DARK, LIGHT = 75, 150
#: White that fills so much of the symbol has eaten into its modules; half of it is white in any code.
WHITE, GLARE = 250, 0.75
#: Across the sharpest edges a sharp image rises by this share of its contrast from one pixel to the next but one.
SHARP = 0.6
#: The symbol is looked at in a square of this side.
SIDE = 240


def judged(grey: Pixels, corners: Corners) -> Hint:
    """What is the matter with the symbol of *grey* at *corners*, the most certain first."""
    points = np.array(corners, np.float32)
    edges = np.hypot(*(points - np.roll(points, 1, axis=0)).T)
    square = np.array([(0, 0), (SIDE, 0), (SIDE, SIDE), (0, SIDE)], np.float32)
    size = min(SIDE, max(8, round(float(edges.max()))))
    laid = cv2.warpPerspective(grey, cv2.getPerspectiveTransform(points, square * (size / SIDE)), (size, size))
    black, white = (float(level) for level in np.percentile(laid, (10, 90)))
    if white < DARK:
        return Hint.DARK
    if black > LIGHT or float((laid >= WHITE).mean()) > GLARE:
        return Hint.BRIGHT
    if float(edges.mean()) < SMALL:
        return Hint.FAR
    levels = cv2.GaussianBlur(laid, (3, 3), 0).astype(np.int16)
    steepest = float(np.percentile(np.abs(levels[:, 2:] - levels[:, :-2]), 98))
    return Hint.BLURRED if steepest < SHARP * (white - black) else Hint.UNREADABLE


class Hints:
    """Watches what is seen and not read; :attr:`hint` is what to say now."""

    def __init__(self) -> None:
        self._judged: deque[Hint] = deque(maxlen=IMAGES)
        self._seen_ns = 0

    @property
    def hint(self) -> Hint | None:
        """What most of the last images say, once there are enough of them."""
        return Counter(self._judged).most_common(1)[0][0] if len(self._judged) == IMAGES else None

    def pass_over(self, at_ns: int) -> None:
        """Take notice of an image that nobody looked at: time goes on."""
        if at_ns - self._seen_ns > GAP_NS:
            self._judged.clear()

    def see(self, grey: Pixels, read: bool, unread: Sequence[Corners], at_ns: int) -> None:
        """Take notice of an image that was looked at: whether a code was *read*, and where others were not."""
        self.pass_over(at_ns)
        if read:
            self._judged.clear()
        elif unread:
            self._judged.append(judged(grey, unread[0]))
            self._seen_ns = at_ns
