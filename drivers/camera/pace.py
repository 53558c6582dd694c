"""So many images in a second, and no faster."""

from __future__ import annotations

import time


class Pace:
    """An even beat of *per_s* in a second; None is as fast as it goes."""

    def __init__(self, per_s: float | None) -> None:
        self._step_s = 0.0 if per_s is None else 1 / per_s
        self._due_s = time.monotonic()

    def until_due_s(self) -> float:
        """Seconds to the next beat, 0 if it is now."""
        return max(0.0, self._due_s - time.monotonic())

    def beat(self) -> None:
        """Take the beat that is due.

        The beats keep to an even grid, so that a camera of the same rate loses no image to rounding; who is late
        by more than a beat goes on from now instead of hurrying.
        """
        self._due_s = max(self._due_s + self._step_s, time.monotonic() - self._step_s)

    def wait(self, timeout_s: float) -> bool:
        """Wait for the next beat and take it; False if it does not come within *timeout_s*."""
        left_s = self.until_due_s()
        # Only the time is waited for, at most *timeout_s*; SIGTERM breaks it off (drivers/camera/__main__.py).
        time.sleep(min(left_s, timeout_s))
        if left_s > timeout_s:
            return False
        self.beat()
        return True
