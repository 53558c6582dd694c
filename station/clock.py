"""The station's time: wall time, its trustworthiness, and a rate for playing faster than life.

``rate`` scales wall time and waits; CLOCK_BOOTTIME, in which devices stamp what they saw, stays real, so
latencies are measured as they are.  Real devices refuse any rate but 1 (station/config/config.py).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from station.wire.entry import ClockState

_NS_PER_MS = 1_000_000
#: systemd-timesyncd and chrony's helper leave this file once a server has answered in this boot.
_SYNCHRONISED = Path("/run/systemd/timesync/synchronized")
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_RTC = Path("/dev/rtc0")


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, as an entry's header says it."""

    at_ms: int
    clock: ClockState
    boot_id: str
    boottime_ns: int


def boottime_ns() -> int:
    """CLOCK_BOOTTIME: grows through suspend, never jumps, begins at every boot."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def system_clock_state() -> ClockState:
    """How far this machine's wall time can be trusted, by what the system says of it."""
    # Asked for every entry, and most often in vain: access() says no without an exception.
    if os.access(_SYNCHRONISED, os.F_OK):
        return ClockState.SYNCED
    return ClockState.RTC if os.access(_RTC, os.F_OK) else ClockState.RESTORED


class Skipped:
    """The quiet hours that a demo leaves out: a number of milliseconds in the file at *path*, none without one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._value = 0

    def __call__(self) -> int:
        """How many so far."""
        try:
            found = self._path.stat()
        except OSError:
            return self._value
        stamp = (found.st_mtime_ns, found.st_ino)
        if stamp != self._stamp:
            self._value, self._stamp = int(self._path.read_text(encoding="ascii")), stamp
        return self._value

    def skip(self, milliseconds: int) -> None:
        """Leave out so much more."""
        fresh = self._path.with_suffix(".new")
        fresh.write_text(str(self() + milliseconds), encoding="ascii")
        fresh.replace(self._path)


class Clock:
    """Wall time that may run faster than life.

    Wall time was *start_ms* when CLOCK_BOOTTIME was *start_ns*; without them it is the system's, from now on.
    *floor_ms* is a time that is certainly past (the build, the newest signed document, the last time on disk):
    a wall clock below it is not believed.  *skipped_ms* is what a demo has left out so far (:class:`Skipped`).
    """

    def __init__(
        self,
        rate: float = 1.0,
        start_ms: int | None = None,
        start_ns: int | None = None,
        *,
        floor_ms: int = 0,
        state: Callable[[], ClockState] = system_clock_state,
        wall_ns: Callable[[], int] = time.time_ns,
        running_ns: Callable[[], int] = boottime_ns,
        skipped_ms: Callable[[], int] = lambda: 0,
    ) -> None:
        self.rate = rate
        self.floor_ms = floor_ms
        self._state = state
        self._wall_ns = wall_ns
        self._running_ns = running_ns
        self._skipped_ms = skipped_ms
        self._boot_id = _BOOT_ID.read_text().strip() if _BOOT_ID.exists() else "unknown"
        self._began_ns = running_ns() if start_ns is None else start_ns
        self._start_ms = start_ms

    def now_ms(self) -> int:
        """Wall time in milliseconds; scaled from its start where a rate or a start was given."""
        if self.rate == 1.0 and self._start_ms is None:
            return self._wall_ns() // _NS_PER_MS
        start_ms = self._start_ms if self._start_ms is not None else self._wall_ns() // _NS_PER_MS
        if self._start_ms is None:
            self._start_ms = start_ms
        return start_ms + self.steady_ms() + self._skipped_ms()

    def steady_ms(self) -> int:
        """Milliseconds since the beginning that only run, at the clock's rate: no setting of the clock moves them."""
        return int((self._running_ns() - self._began_ns) * self.rate) // _NS_PER_MS

    def state(self) -> ClockState:
        """How far :meth:`now_ms` can be trusted."""
        if self.now_ms() < self.floor_ms:
            return ClockState.UNKNOWN
        return self._state()

    def moment(self) -> Moment:
        """Everything about now that an entry keeps."""
        return Moment(self.now_ms(), self.state(), self._boot_id, self._running_ns())

    def seen_ms(self, observed_ns: int) -> int:
        """The wall time at which a device saw what it stamped with *observed_ns*."""
        age_ns = max(0, self._running_ns() - observed_ns)
        return self.now_ms() - int(age_ns * self.rate) // _NS_PER_MS
