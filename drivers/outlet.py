"""Where a driver's events go: the desk's inbox, standard output, or both.

Promises:

1. A reading, an out-of-range or a scan either reaches the inbox or :class:`OutletError` is raised: it is sent
   again for up to one second, because a desk that restarts is back by then, and after that the driver must exit
   loudly rather than go on measuring people whom nobody hears of.
2. A heartbeat is sent once and may be lost: the next one follows within a second and says the same.
3. No call takes longer than :data:`RETRY_S` plus one :data:`PAUSE_S`.

The socket is not connected: a desk that restarts binds a new socket under the same name, and the next datagram
finds it.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Protocol

from drivers.datagram import encode
from drivers.errors import DriverError
from drivers.events import Event, Heartbeat

#: How long an event that matters is sent again.  A visitor stands there: later than this it is somebody else.
RETRY_S = 1.0
#: Between two attempts: fifty attempts at most, and no busy loop on a small machine.
PAUSE_S = 0.02
#: The longest path of a unix socket on Linux: ``sun_path`` holds 108 bytes with the closing zero (unix(7)).
MAX_SOCKET_PATH = 107


class OutletError(DriverError, ConnectionError):
    """An event that matters could not be handed over; the message names the socket and what to check."""

    code = "outlet"


class Outlet(Protocol):
    """Anything that takes events."""

    def send(self, event: Event) -> None:
        """Hand *event* over.

        :raises OutletError: when an event other than a heartbeat cannot be handed over.
        """

    def close(self) -> None:
        """Let go of what is open; calling it twice is harmless."""


class Inbox:
    """The desk's unix datagram socket at *path*.

    :param clock: seconds that only grow, for the one second of retries.
    :param wait: sleeps the given number of seconds.
    :raises OutletError: if *path* is too long to be a socket.
    """

    def __init__(
        self,
        path: Path,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        if len(os.fsencode(path)) > MAX_SOCKET_PATH:
            raise OutletError(f"inbox: {path} is longer than {MAX_SOCKET_PATH} bytes; choose a shorter folder")
        self._path = str(path)
        self._clock = clock
        self._wait = wait
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)

    def send(self, event: Event) -> None:
        """Send one datagram; see the promises of this module."""
        datagram = encode(event)
        if isinstance(event, Heartbeat):
            self._attempt(datagram)
            return
        give_up = self._clock() + RETRY_S
        while (problem := self._attempt(datagram)) is not None:
            if problem.errno == errno.EMSGSIZE or self._clock() >= give_up:
                raise OutletError(
                    f"inbox: {self._path} took no {type(event).__name__} for {RETRY_S:g} s "
                    f"({problem.strerror}); is the desk running?"
                ) from problem
            self._wait(PAUSE_S)

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def _attempt(self, datagram: bytes) -> OSError | None:
        # Missing, refused, full and forbidden are alike here: each of them passes while a desk starts.
        try:
            self._socket.sendto(datagram, self._path)
        except OSError as error:
            return error
        return None


class Lines:
    """One event a line, exactly as in the datagram, for people and scripts (``--print``).

    :param write: takes bytes and returns how many it took, as an unbuffered binary stream does.
    """

    def __init__(self, write: Callable[[bytes], int | None]) -> None:
        self._write = write

    def send(self, event: Event) -> None:
        """Write one line.

        :raises OutletError: when nobody reads any more.
        """
        line = encode(event) + b"\n"
        try:
            while line:
                line = line[self._write(line) or 0 :]
        except OSError as error:
            raise OutletError(f"standard output: {error.strerror}; the reader of --print is gone") from error

    def close(self) -> None:
        """Nothing to close: standard output belongs to whoever started the driver."""


class Outlets:
    """Several outlets as one, in order; a context manager that closes them."""

    def __init__(self, *outlets: Outlet) -> None:
        self._outlets = outlets

    def send(self, event: Event) -> None:
        """Hand *event* to every outlet."""
        for outlet in self._outlets:
            outlet.send(event)

    def close(self) -> None:
        """Close them all."""
        for outlet in self._outlets:
            outlet.close()

    def __enter__(self) -> Outlets:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_outlets(inbox: Path | None, printing: bool) -> Outlets:
    """The outlets a driver's command line asks for (``--inbox SOCKET``, ``--print``).

    Printing comes first, so that what a technician sees is not held up by a desk that is away.

    :raises OutletError: if *inbox* cannot be the path of a socket.
    """
    chosen: list[Outlet] = []
    if printing:
        # Unbuffered and without Python's own text layer: a line is out before the next event is read.
        raw = open(sys.stdout.fileno(), "wb", buffering=0, closefd=False)  # noqa: SIM115 (lives as long as the program)
        chosen.append(Lines(raw.write))
    if inbox is not None:
        chosen.append(Inbox(inbox))
    return Outlets(*chosen)
