"""Codes on cloth, bottles and curled paper: found by their corners, but not flat enough to be read.

A symbol whose three corners were seen and whose bytes did not add up is laid out as a square and pulled a little this
way and that, until it reads; the check of the code's own error correction tells when.  Pure.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from drivers.camera.image import Pixels

#: The square into which the symbol is laid and the white around it, in pixels: five for each module of a code of 45.
SIDE, AROUND = 224, 24
#: What is tried, in parts of the side: how far the middles of the free edges bulge, and how far the corner without a
#: finder pattern is off.  The other three corners are known.
BULGES, CORNERS = (0.0, 0.02, -0.02, 0.04, -0.04), (0.0, 0.05, -0.05)
#: So many are tried, the mildest first: of 35 bent photographs that any of the 225 read, these read 28.
TRIED = 33
#: A symbol of 21 modules needs two pixels for each.
LEAST_AREA = 42.0**2

_Plane: TypeAlias = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Bend:
    """How a symbol may differ from a flat one, in parts of its side."""

    across: float
    down: float
    corner_x: float
    corner_y: float

    @property
    def strength(self) -> float:
        """How much it differs altogether."""
        return abs(self.across) + abs(self.down) + abs(self.corner_x) + abs(self.corner_y)


BENDS = tuple(
    sorted(
        (Bend(*each) for each in itertools.product(BULGES, BULGES, CORNERS, CORNERS)), key=lambda bend: bend.strength
    )
)[:TRIED]

_rows, _columns = np.mgrid[: SIDE + 2 * AROUND, : SIDE + 2 * AROUND].astype(np.float32)
#: Right and down within the symbol, 0 to 1.
_u, _v = (_columns - AROUND) / SIDE, (_rows - AROUND) / SIDE


def flattened(grey: Pixels, corners: Sequence[tuple[float, float]], bend: Bend) -> Pixels:
    """The symbol of *grey* whose four *corners* are given in turn from the top left, as if *bend* were undone."""
    low, high = AROUND, AROUND + SIDE
    square = np.array([(low, low), (high, low), (high, high), (low, high)], np.float32)
    to_image = cv2.getPerspectiveTransform(square, np.array(corners, np.float32))
    x: _Plane = _columns + SIDE * _u * (bend.across * 4 * _v * (1 - _v) + bend.corner_x * _v)
    y: _Plane = _rows + SIDE * _v * (bend.down * 4 * _u * (1 - _u) + bend.corner_y * _u)
    far, right, down = (np.asarray(row[0] * x + row[1] * y + row[2], np.float32) for row in to_image[[2, 0, 1]])
    return np.asarray(
        cv2.remap(grey, right / far, down / far, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def sensible(corners: Sequence[tuple[float, float]], shape: tuple[int, ...]) -> bool:
    """Whether *corners* are a convex four-cornered figure of some size within an image of *shape*."""
    if len(corners) != 4:
        return False
    figure = np.array(corners, np.float32)
    inside = (figure >= -max(shape)).all() and (figure <= 2 * max(shape)).all()
    return bool(inside and cv2.isContourConvex(figure) and cv2.contourArea(figure) >= LEAST_AREA)
