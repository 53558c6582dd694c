"""A recording, played at its own speed as a camera would have shown it."""

from __future__ import annotations

import time

import cv2
import numpy as np

from drivers.camera.image import Image, SourceEnd, SourceLost
from drivers.camera.pace import Pace

SUFFIXES = frozenset({".mp4", ".avi", ".mkv", ".mov", ".webm", ".m4v", ".ts", ".mjpeg", ".mjpg"})
#: Numbered pictures and bare JPEG streams name no rate of their own.
USUAL_FPS = 10.0
#: No camera of ours is faster; a larger number in a file's header is damage.
MAX_FPS = 240.0


class Video:
    """A :class:`~drivers.camera.image.Source` over a video file or numbered pictures (``img_%04d.png``).

    At most *fps* images of each second are looked at; the others pass by, so that time runs as in the recording.
    """

    stills = False

    def __init__(self, name: str, fps: float, loop: bool) -> None:
        self.name = name
        self._loop = loop
        self._open()
        own = float(self._capture.get(cv2.CAP_PROP_FPS))
        if not 0 < own <= MAX_FPS:
            own = USUAL_FPS
        self._stride = max(1, round(own / fps))
        self._pace = Pace(own / self._stride)
        self._seen = 0

    def _open(self) -> None:
        self._capture = cv2.VideoCapture(self.name)
        if not self._capture.isOpened():
            raise SourceLost(f"camera: {self.name} cannot be played; is it a video, and whole?")

    def next(self, timeout_s: float) -> Image | None:
        """The next image of the recording; see :class:`~drivers.camera.image.Source`."""
        if not self._pace.wait(timeout_s):
            return None
        taken, pixels = self._capture.read()
        if not taken and self._loop and self._seen:
            self._capture.release()
            self._open()
            taken, pixels = self._capture.read()
        if not taken:
            if not self._seen:
                raise SourceLost(f"camera: {self.name} holds no image that can be played; is it whole?")
            raise SourceEnd(f"camera: {self.name}: the recording is over")
        self._seen += 1
        for _ in range(self._stride - 1):
            self._capture.grab()
        return Image(np.asarray(pixels, np.uint8), time.clock_gettime_ns(time.CLOCK_BOOTTIME))

    def close(self) -> bool:
        """Close the file."""
        self._capture.release()
        return True
