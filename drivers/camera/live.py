"""A camera that is running: only its newest image counts, and its silence is noticed from outside.

A thread takes every image from the device as it comes, so that none waits in a queue, and unpacks only those that
are asked for.  Drivers of cameras can hang inside a call for ever; therefore the age of the last image is watched by
whoever asks, never by the thread that might hang.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

from drivers.camera.image import Image, Pixels, SourceLost
from drivers.camera.pace import Pace

#: The slowest USB cameras show their first image after about 4 s.
FIRST_S = 10.0
#: Ten exposures of the slowest rate in the dark (5 a second) and time to spare; longer is no camera any more.
STALE_S = 4.0
#: A healthy thread sees the end of its work within one image, or one read timeout of a stream.
JOIN_S = 0.5


class Capture(Protocol):
    """A device that gives one image after the other."""

    def grab(self) -> bool:
        """Wait for the next image; False if the device is gone."""
        ...

    def retrieve(self) -> Pixels | None:
        """Unpack the image last grabbed; None if it is damaged."""
        ...

    def release(self) -> None:
        """Close the device."""
        ...


class Live:
    """A :class:`~drivers.camera.image.Source` over *open_capture*, called in the reading thread because it can hang.

    *check* ends each message: what the technician should look at.
    """

    stills = False

    def __init__(
        self,
        name: str,
        open_capture: Callable[[], Capture],
        check: str,
        fps: float,
        first_s: float = FIRST_S,
        stale_s: float = STALE_S,
    ) -> None:
        self.name = name
        self._open_capture = open_capture
        self._check = check
        self._pace = Pace(fps)
        self._stale_s = stale_s
        self._limit_s = first_s
        self._last_s = time.monotonic()
        self._changed = threading.Condition()
        self._wanted = False
        self._image: Image | None = None
        self._error: SourceLost | None = None
        self._stop = False
        self._thread = threading.Thread(target=self._read, name="camera", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            capture = self._open_capture()
            try:
                self._take(capture)
            finally:
                capture.release()
        except SourceLost as error:
            with self._changed:
                self._error = error
                self._changed.notify_all()

    def _take(self, capture: Capture) -> None:
        while not self._stop:
            if not capture.grab():
                raise SourceLost(f"camera: {self.name} stopped giving images; {self._check}")
            observed_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
            if not self._wanted:
                continue
            pixels = capture.retrieve()
            if pixels is None:
                continue
            with self._changed:
                self._wanted = False
                self._image = Image(pixels, observed_ns)
                self._changed.notify_all()

    def next(self, timeout_s: float) -> Image | None:
        """The newest image, taken after it was asked for; see :class:`~drivers.camera.image.Source`."""
        end_s = time.monotonic() + timeout_s
        with self._changed:
            idle_s = min(self._pace.until_due_s(), timeout_s)
            self._changed.wait_for(lambda: self._error is not None, idle_s)
            if self._error is None and self._pace.until_due_s() == 0:
                self._wanted = self._image is None
                self._changed.wait_for(lambda: self._image or self._error, max(0.0, end_s - time.monotonic()))
            if self._image is not None:
                image, self._image = self._image, None
                self._pace.beat()
                self._last_s, self._limit_s = time.monotonic(), self._stale_s
                return image
            if self._error is not None:
                raise self._error
        age_s = time.monotonic() - self._last_s
        if age_s > self._limit_s:
            raise SourceLost(f"camera: {self.name} gave no image for {age_s:.0f} s; {self._check}")
        return None

    def close(self) -> bool:
        """Stop the thread; False if it hangs in the device's driver."""
        self._stop = True
        self._thread.join(JOIN_S)
        return not self._thread.is_alive()
