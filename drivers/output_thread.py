"""The one thread that owns the pins: it acts on notes, drives what changed, and survives a pin that fails."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping

from drivers.patterns import Meaning
from drivers.pins import Output
from drivers.showing import Drive, Showing
from drivers.trace import Trace

log = logging.getLogger(__name__)

#: Notes waiting for the thread.  It empties them within milliseconds; 64 waiting means that it hangs in a pin.
MAX_NOTES = 64
#: Work this old, in seconds, means that a pin hangs: writing one takes microseconds.
STUCK_AFTER_S = 2.0
#: How soon a failed pin is tried again, in milliseconds: a red lamp must come back, the bus must not be flooded.
RETRY_MS = 1000
#: How long close() waits for the thread, in seconds; it is a daemon, so a hanging pin cannot hold the process.
CLOSE_WAIT_S = 2.0

AfterBurst = Callable[[Meaning, int], None]
Note = Callable[[Showing, int], None]


class OutputThread:
    """Drives *outputs* as a :class:`Showing` tells.  All off at the beginning and at the end."""

    def __init__(
        self, outputs: Mapping[str, Output], showing: Showing, after_burst: AfterBurst | None, trace: Trace | None
    ) -> None:
        """Start the thread; from here on *outputs*, *showing* and *trace* are its own."""
        self._outputs = outputs
        self._showing = showing
        self._after_burst = after_burst
        self._trace = trace
        self._notes: deque[Note] = deque(maxlen=MAX_NOTES)
        self._noted_at: float | None = None
        self._working_from: float | None = None
        self._written: dict[str, Drive | None] = dict.fromkeys(outputs)
        self._faults: dict[str, str] = {}
        self._closing = False
        self._wake = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="signals", daemon=True)
        self._thread.start()

    def note(self, note: Note) -> None:
        """Have *note* called in the thread with the showing and the time in milliseconds.  Returns at once."""
        with self._wake:
            self._notes.append(note)
            self._noted_at = self._noted_at or time.monotonic()
            self._wake.notify()

    @property
    def faults(self) -> str:
        """What is wrong now, for the technician; empty if nothing is."""
        now = time.monotonic()
        since = min((at for at in (self._noted_at, self._working_from) if at is not None), default=now)
        if not self._closing and (now - since > STUCK_AFTER_S or not self._thread.is_alive()):
            return "the outputs do not answer; restart the station"
        return "; ".join(self._faults.copy().values())

    def close(self) -> None:
        """Switch everything off and give the pins back.  May be called again."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join(CLOSE_WAIT_S)

    def _run(self) -> None:
        wait_s: float | None = None
        try:
            while self._take_notes(wait_s):
                wait_s = self._step(_now_ms())
                self._working_from = None
        finally:
            self._shut()

    def _take_notes(self, wait_s: float | None) -> bool:
        """Wait for a note or for *wait_s*, act on what was asked, and say whether to go on."""
        with self._wake:
            self._wake.wait_for(lambda: self._notes or self._closing, wait_s)
            notes = list(self._notes)
            self._notes.clear()
            self._working_from, self._noted_at = time.monotonic(), None
        now = _now_ms()  # a pattern begins when it can be seen, so that a late thread shortens no pulse
        for note in notes:
            note(self._showing, now)
        return not self._closing

    def _step(self, now: int) -> float | None:
        """Drive what changed; the seconds until the next change."""
        on = self._showing.step(now)
        for name, output in self._outputs.items():
            if name in self._faults or on.get(name) != self._written[name]:
                self._write(name, output, on.get(name))
        self._tell_burst(now)
        until = self._showing.next_change(now)
        if self._faults:
            until = min(until or now + RETRY_MS, now + RETRY_MS)
        return None if until is None else max(until - _now_ms(), 0) / 1000

    def _tell_burst(self, now: int) -> None:
        burst = self._showing.finished_burst(now)
        if burst is None or self._after_burst is None:
            return
        try:
            self._after_burst(*burst)
        except Exception:  # the caller's fault, whatever it is, must not put out a red lamp
            log.exception("signals: what follows a burst failed and is left out from now on")
            self._after_burst = None

    def _write(self, name: str, output: Output, drive: Drive | None) -> None:
        try:
            output.write(drive)
            changes = output.changes()
        except Exception as error:  # a back end may raise anything, and red must go on beside a dead buzzer
            if name not in self._faults:
                log.warning("signals: %s failed: %s: %s", name, type(error).__name__, error)
            self._faults[name] = f"{name}: {type(error).__name__}: {error}"
            return
        self._written[name] = drive
        if self._faults.pop(name, None) is not None:
            log.warning("signals: %s is back", name)
        for on in changes:
            if self._trace:
                self._trace.write(name, on, time.clock_gettime_ns(time.CLOCK_BOOTTIME))

    def _shut(self) -> None:
        for name, output in self._outputs.items():
            self._write(name, output, None)
            try:
                output.close()
            except Exception as error:  # as in _write; the next pin must be given back too
                log.warning("signals: %s was not given back: %s", name, error)
        if self._trace:
            self._trace.close()


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000
