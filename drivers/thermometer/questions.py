"""The questions to a device that speaks only when asked, in turn and in time."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle

from drivers.thermometer.port import SerialPort
from drivers.thermometer.protocols import Poll

_NS_PER_MS = 1_000_000


class Questions:
    """Asks what *poll* says over *port*, the first one at *began_ns*; without a poll nothing is ever asked.

    :param asked: is told of each question just after it was sent.
    """

    def __init__(self, port: SerialPort, poll: Poll | None, asked: Callable[[bytes], None], began_ns: int) -> None:
        self._port = port
        self._poll = poll
        self._asked = asked
        self._commands = cycle(poll.commands if poll is not None else ())
        self._due_ns = began_ns

    def ask_if_due(self, now_ns: int) -> None:
        """Ask the next question if it is time for it."""
        if self._poll is None or now_ns < self._due_ns:
            return
        command = next(self._commands)
        if self._poll.exclusive:
            self._port.discard()
        self._port.write(command)
        self._asked(command)
        self._due_ns = now_ns + self._poll.interval_ms * _NS_PER_MS
