"""Lamps, buzzer and gate relay, named by what they mean.

Promises:

1. No call waits for hardware: it leaves a note for the one thread that owns the pins and returns.
2. Without hardware the state is ``no_hardware`` and says why; mock pins come only by explicit configuration.
3. A pin that fails makes the health ``failed``; the other outputs go on and no exception reaches the desk.
4. Everything is off before the first meaning and after :meth:`Signals.close`.
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections import deque
from collections.abc import Mapping

from drivers.errors import DriverError
from drivers.output_health import OutputHealth, OutputState
from drivers.output_thread import AfterBurst, OutputThread
from drivers.patterns import ALARMS, SELF_TEST, Meaning, SelfTestStep
from drivers.pins import Output, open_outputs
from drivers.showing import Showing, Volume
from drivers.signals_config import Backend, SignalsConfig
from drivers.trace import Trace

log = logging.getLogger(__name__)

#: The last meanings kept for the health page and for tests: more than an hour of the busiest gate (700 passages).
MAX_HISTORY = 1000
#: The longest audio pause, in seconds: the two minutes that the screen counts down.
MAX_SILENCE_S = 120.0
#: The longest the gate may be held, in seconds: an ambulance and those who follow it.
MAX_GATE_S = 60.0


class SignalsBusyError(DriverError, RuntimeError):
    """A self-test was asked for while somebody is being held."""

    code = "signals.busy"


class SignalsRangeError(DriverError, ValueError):
    """A time or volume outside of what an output may be driven with."""

    code = "signals.range"


class Signals:
    """The outputs of one gate.  Made by :func:`open_signals`; every method may be called from any thread."""

    def __init__(
        self,
        outputs: Mapping[str, Output],
        opened: OutputHealth,
        volume: Volume,
        *,
        after_burst: AfterBurst | None = None,
        trace: Trace | None = None,
    ) -> None:
        """Take *outputs*, and *opened*, how opening them went.

        *after_burst* is called in the thread of the outputs with the meaning and the number of each burst that was
        to be heard; it must not wait.  It is called without hardware too: the voice does not depend on a buzzer.
        """
        self._steps = tuple(step for step in SELF_TEST if step.output in outputs)
        self._opened = opened
        self._meaning = Meaning.IDLE
        self._history: deque[tuple[Meaning, int]] = deque(maxlen=MAX_HISTORY)
        self._lock = threading.Lock()
        self._thread = OutputThread(outputs, Showing(volume), after_burst, trace)
        atexit.register(self.close)

    def show(self, meaning: Meaning, *, night: bool = False, resumed: bool = False) -> None:
        """Show *meaning* instead of what is shown now; ``device`` only beeps and leaves the lamps.

        *night* turns down everything that is no alarm.  *resumed*: the same alarm goes on after the lane showed
        something else; a silence that the operator asked for still holds, and it stays as loud as it had become.
        """
        with self._lock:
            self._history.append((meaning, time.clock_gettime_ns(time.CLOCK_BOOTTIME)))
            if meaning is not Meaning.DEVICE:
                self._meaning = meaning
            self._thread.note(lambda showing, now: showing.show(meaning, now, night=night, resumed=resumed))

    def clear(self) -> None:
        """All lamps and sound off, and every alarm answered; the gate is left to its own time."""
        self.show(Meaning.IDLE)

    def silence(self, seconds: float = MAX_SILENCE_S) -> None:
        """Take the sound of what is shown; lamps stay, and an unanswered alarm sounds again afterwards.

        :raises SignalsRangeError: unless 0 < *seconds* <= 120.
        """
        for_ms = _milliseconds("silence", seconds, MAX_SILENCE_S)
        self._thread.note(lambda showing, now: showing.silence(for_ms, now))

    def louder(self) -> None:
        """Make an unanswered fever more pressing, until :meth:`clear`."""
        self._thread.note(Showing.louder)

    def set_volume(self, volume: Volume) -> None:
        """Use *volume* from the next meaning on."""
        self._thread.note(lambda showing, _now: showing.set_volume(volume))

    def open_gate(self, seconds: float) -> None:
        """Hold the gate relay for *seconds*; asking again can only lengthen it.

        :raises SignalsRangeError: unless 0 < *seconds* <= 60.
        """
        for_ms = _milliseconds("gate", seconds, MAX_GATE_S)
        self._thread.note(lambda showing, now: showing.open_gate(for_ms, now))

    def close_gate(self) -> None:
        """Let the gate relay go now."""
        self._thread.note(lambda showing, _now: showing.close_gate())

    def self_test(self) -> tuple[SelfTestStep, ...]:
        """Drive each lamp and the buzzer in turn, for a person to confirm; the steps that there is hardware for.

        Returns at once; the next meaning shown ends the test.  The gate relay is left out.

        :raises SignalsBusyError: while a fever or a referral is shown.
        """
        with self._lock:
            if self._meaning in ALARMS:
                raise SignalsBusyError(f"signals: {self._meaning} is shown; finish with it before the self-test")
            self._thread.note(Showing.self_test)
        return self._steps

    @property
    def health(self) -> OutputHealth:
        """How the outputs are now.  A lamp that has burnt out is not seen here: that is what the self-test is for."""
        faults = self._thread.faults
        return OutputHealth(OutputState.FAILED, f"signals: {faults}; check the wiring") if faults else self._opened

    @property
    def history(self) -> tuple[tuple[Meaning, int], ...]:
        """The last meanings asked for, oldest first, with their CLOCK_BOOTTIME in nanoseconds."""
        with self._lock:
            return tuple(self._history)

    def close(self) -> None:
        """Switch everything off and give the pins back.  May be called again; nothing is shown afterwards."""
        atexit.unregister(self.close)
        self._thread.close()


def open_signals(config: SignalsConfig, *, after_burst: AfterBurst | None = None) -> Signals:
    """Open what *config* describes.  Want of hardware is a state, not an error.

    :raises OSError: if the trace file that was asked for cannot be opened.
    """
    trace = Trace(config.trace) if config.trace else None
    wires = config.wires()
    outputs: Mapping[str, Output] = {}
    if config.backend is Backend.NULL:
        opened = OutputHealth(OutputState.NO_HARDWARE, "signals: switched off in the configuration (backend = 'null')")
    elif not wires:
        opened = OutputHealth(OutputState.NO_HARDWARE, "signals: no pin is configured")
    else:
        outputs, opened = open_outputs(wires, mock=config.backend is Backend.MOCK)
    if opened.state not in (OutputState.OK, OutputState.MOCK):
        log.warning("%s (%s)", opened.reason, opened.state)
    return Signals(outputs, opened, config.volume(), after_burst=after_burst, trace=trace)


def _milliseconds(name: str, seconds: float, most: float) -> int:
    if not 0 < seconds <= most:
        raise SignalsRangeError(f"{name}: {seconds} seconds, expected more than 0 and at most {most:g}")
    return max(1, round(seconds * 1000))
