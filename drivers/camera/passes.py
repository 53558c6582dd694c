"""The second looks: what is done to an image in which nothing was read, and who reads it then.

A table, best first: a still image goes down the table until something is read, a running camera takes a few rows with
each image.  A row is worth its place if it reads what the rows above it do not (``bench decode`` tells).  How the rows
were chosen is in docs/devices.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from drivers.camera.image import Pixels

#: Second looks see at most this many pixels on the long side: a code that needs more is read at the first look.
MAX_SIDE = 1280
#: Enlarging is for small images and far codes; beyond this it costs more than it finds.
MAX_ENLARGED, LEAST_FACTOR = 1920, 1.2
#: A part of an image is made at most so large: a code of 177 modules has 8 pixels for each then.
MAX_NEARER = 1400
#: What :func:`refocused` takes the noise to be beside the picture, as a share of its power: a lit room's.
NOISE = 0.02
#: What :func:`closed` and :func:`opened` take for a speck: half a module of a code at the limit, after enlarging.
SPECK = np.ones((3, 3), np.uint8)
#: The white border of :func:`shrunk`, both sides together, as a part of the side.
BORDER = 0.12
#: Two rows of three: where a point of the image goes, as OpenCV writes it.
Affine: TypeAlias = npt.NDArray[np.float64]


class Reader(Enum):
    """Which library reads."""

    ZXING = "zxing-cpp"
    ZXING_GLOBAL = "zxing-cpp, one threshold for the whole image"
    ZBAR = "pyzbar"


@dataclass(frozen=True, slots=True)
class Pass:
    """One way of looking again.

    ``prepare`` may change the size, evenly in both directions, but not cut; it returns None where this look has no
    sense.  ``live`` rows are also taken by a running camera, which has no time for the others.  ``move`` makes, from
    height and width, the affine map by which the image is moved before.  ``part`` rows look only at the part with the
    most detail (:mod:`drivers.camera.region`), and only for dark codes on light: they are quick.
    """

    name: str
    prepare: Callable[[Pixels], Pixels | None]
    reader: Reader
    live: bool = True
    move: Callable[[int, int], Affine] | None = None
    part: bool = False


def same(grey: Pixels) -> Pixels:
    """The image as it is."""
    return grey


def scaled(grey: Pixels, factor: float) -> Pixels:
    """*grey* made larger or smaller by *factor*."""
    how = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
    size = (max(1, round(grey.shape[1] * factor)), max(1, round(grey.shape[0] * factor)))
    return np.asarray(cv2.resize(grey, size, interpolation=how), np.uint8)


def fitted(grey: Pixels, side: int = MAX_SIDE) -> Pixels:
    """*grey* with at most *side* pixels on the long side."""
    longest = max(grey.shape)
    return scaled(grey, side / longest) if longest > side else grey


def blurred(grey: Pixels, sigma: float) -> Pixels:
    """Noise and the grid of a screen taken away."""
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), sigma), np.uint8)


def sharpened(grey: Pixels, sigma: float, amount: float) -> Pixels:
    """Unsharp mask: what differs from the blurred image by *sigma* counts 1 + *amount* times."""
    return np.asarray(cv2.addWeighted(grey, 1 + amount, blurred(grey, sigma), -amount, 0), np.uint8)


def thresholded(grey: Pixels, share: float, below: float) -> Pixels:
    """Black where darker by *below* than the mean around it, *share* of the short side wide."""
    block = max(3, int(min(grey.shape) * share) | 1)
    mean, binary = cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY
    return np.asarray(cv2.adaptiveThreshold(grey, 255, mean, binary, block, below), np.uint8)


def enlarged(grey: Pixels, factor: float) -> Pixels | None:
    """*grey* up to *factor* times as large, None if it is large enough already."""
    factor = min(factor, MAX_ENLARGED / max(grey.shape))
    return scaled(grey, factor) if factor > LEAST_FACTOR else None


def nearer(grey: Pixels, factor: float) -> Pixels:
    """A part of an image up to *factor* times as large; as it is if that is large enough."""
    return scaled(grey, min(factor, MAX_NEARER / max(grey.shape))) if max(grey.shape) < MAX_NEARER else grey


def refocused(grey: Pixels, radius: float) -> Pixels:
    """What a lens out of focus has spread over a disc of *radius* pixels, put together again (Wiener's filter)."""
    (height, width), border = grey.shape, int(4 * radius)
    size = (cv2.getOptimalDFTSize(height + border), cv2.getOptimalDFTSize(width + border))
    right, below = size[1] - width, size[0] - height
    framed = cv2.copyMakeBorder(grey, 0, below, 0, right, cv2.BORDER_REFLECT).astype(np.float32)
    rows, columns = np.ogrid[: size[0], : size[1]]
    rows, columns = np.minimum(rows, size[0] - rows), np.minimum(columns, size[1] - columns)
    disc = np.asarray(np.hypot(rows, columns) <= radius, np.float32)
    seen, lens = (cv2.dft(each, flags=cv2.DFT_COMPLEX_OUTPUT) for each in (framed, disc / disc.sum()))
    power = (lens**2).sum(axis=2, keepdims=True) + NOISE
    clear = cv2.dft(
        cv2.mulSpectrums(seen, lens, 0, conjB=True) / power, flags=cv2.DFT_INVERSE | cv2.DFT_SCALE | cv2.DFT_REAL_OUTPUT
    )
    return np.asarray(np.clip(clear[:height, :width], 0, 255), np.uint8)


def closed(grey: Pixels | None) -> Pixels | None:
    """Thin dark lines and specks removed: scratches, the gaps of a printer."""
    return None if grey is None else np.asarray(cv2.morphologyEx(grey, cv2.MORPH_CLOSE, SPECK), np.uint8)


def opened(grey: Pixels | None) -> Pixels | None:
    """Thin light lines and specks removed, which joins the dots of dotted codes."""
    return None if grey is None else np.asarray(cv2.morphologyEx(grey, cv2.MORPH_OPEN, SPECK), np.uint8)


def shrunk(height: int, width: int) -> Affine:
    """Towards the middle, so that a code that fills the image to its edge gets the white border it needs."""
    return np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), 0, 1 - BORDER), np.float64)


def turned(height: int, width: int) -> Affine:
    """An eighth of a turn around the middle: zbar scans along rows and columns and likes codes upright."""
    return np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), 45, 1), np.float64)


def moved(grey: Pixels, move: Affine) -> Pixels:
    """*grey* in its old size after *move*; what comes in from outside is white."""
    size, how = (grey.shape[1], grey.shape[0]), cv2.INTER_LINEAR
    return np.asarray(cv2.warpAffine(grey, move, size, flags=how, borderValue=(255,)), np.uint8)


#: Taken with every image of a running camera in which the first look reads nothing: what reads most of a code that is
#: carried up in the dark, where noise hides the edges of small modules.
STEADY = Pass(
    "nearer, smooth and sharper", lambda grey: nearer(sharpened(blurred(grey, 1.3), 1.5, 2), 2), Reader.ZXING, part=True
)

PASSES: tuple[Pass, ...] = (
    Pass("nearer", lambda grey: nearer(grey, 3), Reader.ZXING, part=True),
    Pass("blurred", lambda grey: blurred(grey, 1.2), Reader.ZXING),
    Pass("nearer and sharper", lambda grey: nearer(sharpened(grey, 1.5, 2), 2), Reader.ZXING, part=True),
    STEADY,
    Pass("larger, specks closed", lambda grey: closed(enlarged(grey, 2)), Reader.ZXING_GLOBAL),
    Pass("smooth, sharper, larger", lambda grey: enlarged(sharpened(blurred(grey, 0.8), 2, 3), 2), Reader.ZXING),
    Pass("nearer and blurred", lambda grey: nearer(blurred(grey, 0.8), 3), Reader.ZXING, part=True),
    Pass("local threshold", lambda grey: thresholded(grey, 0.1, 0), Reader.ZXING),
    Pass("refocused", lambda grey: nearer(refocused(grey, 2.5), 2), Reader.ZXING, part=True),
    Pass("sharper and larger", lambda grey: enlarged(sharpened(grey, 1.5, 2), 2), Reader.ZXING),
    Pass("refocused further", lambda grey: nearer(refocused(grey, 3.5), 2), Reader.ZXING, part=True),
    Pass("larger, dots joined", lambda grey: opened(enlarged(grey, 2)), Reader.ZXING),
    Pass("smooth threshold, zbar", lambda grey: thresholded(blurred(grey, 1), 0.15, 3), Reader.ZBAR),
    Pass("nearer threshold, zbar", lambda grey: thresholded(nearer(grey, 2), 0.1, 0), Reader.ZBAR, False, part=True),
    Pass("more blurred", lambda grey: blurred(grey, 2), Reader.ZXING, live=False),
    Pass("white border", same, Reader.ZXING, live=False, move=shrunk),
    Pass("turned, zbar", same, Reader.ZBAR, live=False, move=turned),
)
