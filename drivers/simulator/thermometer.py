"""A thermometer, played: a person steps up and away, and the line has the faults of real ones.

It speaks its family's bytes on a pty, at the family's pace, and understands the family's start and query commands; a
family that only ever answers (:attr:`Protocol.answer`) says nothing by itself.
The bytes come from the same :mod:`drivers.thermometer.protocols` that the driver decodes with, which are themselves
checked against the makers' frames in the tests.
"""

from __future__ import annotations

import random
import threading
import time
from enum import Enum
from pathlib import Path
from types import TracebackType

from drivers.events import Bound
from drivers.simulator.faults import Faults, damaged, ending_like_header
from drivers.simulator.pty_line import PtyLine
from drivers.simulator.scene import Scene
from drivers.thermometer.protocols import PROTOCOLS, Frame, NoTarget, OutOfBounds, Protocol, Seen

#: How often commands are looked for: a real device answers a query in some 10 ms.
_TICK_S = 0.01
#: A device a hand's breadth from a kettle or a cold wall; far beyond either end of what a person can be.
_BEYOND_CENTI = {Bound.HIGH: 4_800, Bound.LOW: 1_200}
#: The most unread command bytes that are kept; more than any command.
_COMMAND_BYTES = 64
#: A thread that writes to a pty and waits ten milliseconds at a time ends at once, or there is a bug to be seen.
_JOIN_S = 2.0


class Talk(Enum):
    """When the device talks."""

    ALWAYS = "always"
    AFTER_START = "after start"
    WHEN_ASKED = "when asked"


class PtyThermometer:
    """One thermometer of the family *protocol*, opened by its driver as *link*.

    :param rng: the chance behind noise and faults; the thermometer's own thread draws from it alone.
    :param baud: the speed the device speaks; at any other one the driver reads garbage.  ``None``: whatever it sets.
    :raises KeyError: if there is no such protocol.
    """

    def __init__(
        self,
        link: Path,
        protocol: str,
        rng: random.Random,
        *,
        talk: Talk = Talk.ALWAYS,
        baud: int | None = None,
        rate_hz: float | None = None,
    ) -> None:
        self.faults = Faults()
        self._protocol: Protocol = PROTOCOLS[protocol]
        self.scene = Scene(self._protocol.mode)
        self._rng = rng
        self._talk = talk
        # A device that answers different questions differently has nothing to say unasked.
        self._talks = talk is Talk.ALWAYS and self._protocol.answer is None
        self._talking = self._talks
        self._bound: Bound | None = None
        self._baud = baud
        self._interval_s = 1 / (rate_hz or self._protocol.rate_hz)
        self._leaves_s: float | None = None
        self._tail_first = False
        self._heard = b""
        self._lock = threading.Lock()  # between the thread and those who play the device
        self._line = PtyLine(link)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._play, name=f"simulated {protocol}", daemon=True)
        self._thread.start()

    def present(self, centi_celsius: int, seconds: float | None = None) -> None:
        """Somebody of that temperature steps up, and away again after *seconds* if they are given."""
        with self._lock:
            now_s = time.monotonic()
            self.scene.person_centi, self.scene.person_since_s, self._bound = centi_celsius, now_s, None
            self._leaves_s = None if seconds is None else now_s + seconds

    def leave(self) -> None:
        """Nobody is there any more."""
        with self._lock:
            self.scene.person_centi = self._leaves_s = self._bound = None

    def out_of_range(self, bound: Bound) -> None:
        """Something is there that no person can be.

        A family with a word for LO and HI says it; the others go on giving numbers, and a low one is a wall.
        """
        self.present(_BEYOND_CENTI[bound])
        if self._protocol.say(OutOfBounds(bound, b"")):
            with self._lock:
                self._bound = bound

    def begin_mid_frame(self) -> None:
        """The next frame is preceded by the end of another one, as when a port is opened at any moment."""
        with self._lock:
            self._tail_first = True

    def unplug(self) -> None:
        """The cable is pulled."""
        with self._lock:
            self._line.unplug()

    def replug(self) -> None:
        """The cable is put back: another node, the same name; the device starts as after power-up."""
        self.restart()
        with self._lock:
            self._line.plug()

    def restart(self) -> None:
        """The device lost its power for a moment while its adapter stayed: it knows no start command any more."""
        with self._lock:
            self._talking = self._talks
            self._heard = b""
            self._tail_first = True

    @property
    def node(self) -> str:
        """The device file it is on now."""
        with self._lock:
            return self._line.node

    @property
    def heard(self) -> bytes:
        """The last bytes the driver sent, at most :data:`_COMMAND_BYTES`."""
        with self._lock:
            return self._heard

    def close(self) -> None:
        """Stop and vanish; calling it twice is harmless."""
        self._closing.set()
        self._thread.join(_JOIN_S)
        if self._thread.is_alive():
            raise RuntimeError(f"simulated thermometer: its thread did not end within {_JOIN_S:g} s")
        self._line.unplug()

    def __enter__(self) -> PtyThermometer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _play(self) -> None:
        due_s = time.monotonic()
        while not self._closing.wait(_TICK_S):
            with self._lock:
                now_s = time.monotonic()
                if self._leaves_s is not None and now_s >= self._leaves_s:
                    self.scene.person_centi = self._leaves_s = self._bound = None
                heard = self._listen()
                if self._protocol.answer is not None:
                    self._line.write(self._answer(heard, now_s))
                    continue
                poll = self._protocol.poll
                asked = heard.count(poll.commands[0]) if poll is not None else 0
                if now_s >= due_s:
                    due_s = max(due_s + self._interval_s, now_s)
                    asked += self._talking
                for _ in range(asked):
                    self._line.write(self._bytes(now_s))

    def _listen(self) -> bytes:
        """Obey what came; what of it was understood."""
        heard = self._line.read()
        if not heard or not self._understands():
            return b""
        self._heard = (self._heard + heard)[-_COMMAND_BYTES:]
        start = self._protocol.start
        if start is not None and start in heard and self._talk is Talk.AFTER_START:
            self._talking = True
        return heard

    def _understands(self) -> bool:
        return self._baud is None or self._line.baud in (None, self._baud)

    def _shows(self, now_s: float) -> Seen:
        """What the device measures now, in its own words where it has them."""
        if self._bound is not None:
            return OutOfBounds(self._bound, b"")
        frame = self.scene.frame(self._rng, now_s)
        nobody = NoTarget(b"")
        return nobody if self.scene.person_centi is None and self._protocol.say(nobody) else frame

    def _answer(self, heard: bytes, now_s: float) -> bytes:
        faults = self.faults
        if not heard or faults.silent or self._protocol.answer is None:
            return b""
        data = self._protocol.answer(heard, self._shows(now_s))
        return damaged(self._rng.randbytes(len(data)) if faults.babble else data, faults.damage, self._rng)

    def _bytes(self, now_s: float) -> bytes:
        faults = self.faults
        if faults.silent:
            return b""
        said = self._shows(now_s)
        data = self._protocol.say(said)
        if faults.babble or not self._understands():
            return self._rng.randbytes(len(data))
        if faults.sum_like_header and isinstance(said, Frame):
            data = ending_like_header(said, self._protocol)
        if self._tail_first:
            self._tail_first = False
            data = data[self._rng.randrange(1, len(data)) :] + data
        return damaged(data, faults.damage, self._rng)
