"""The serial port, and its loss as one error.

pyserial 3.5 reports a vanished device in four ways: ``SerialException`` from reads and writes, a plain ``OSError``
from ``in_waiting``, ``termios.error`` (which is no ``OSError``) from flushing and from setting the speed, and
``TypeError`` when the port is closed under a read.  All of them become :class:`PortLost` here.
"""

from __future__ import annotations

import termios
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

import serial

from drivers.errors import DriverError

#: How long a read waits for its first byte: short enough to stop at once, and far longer than a frame takes at
#: 9,600 Bd (9.4 ms), so that a partial frame before such a pause is damaged and not late.
READ_S = 0.1
#: A few command bytes leave in milliseconds; a port that does not take them in this time is lost.
WRITE_S = 0.5
#: The most one read takes: a third of a second at 115,200 Bd, and what a pty can hold.
READ_BYTES = 4_096


class PortLost(DriverError, OSError):
    """The port is not there, is held by another program, or went away; the message names it and what to check."""

    code = "port-lost"


class SerialPort:
    """A device file or any URL of pyserial (``socket://``, ``rfc2217://``, ``spy://``), 8N1.

    A device file is locked, so that two programs cannot steal each other's bytes.

    :raises PortLost: if it cannot be opened as *name* at *baud*, and from every method once it has gone.
    """

    def __init__(self, name: str, baud: int) -> None:
        self._name = name
        with self._loss("cannot be opened; check --port, its plug, and that no other program uses it"):
            self._serial = serial.serial_for_url(
                name,
                baudrate=baud,
                timeout=READ_S,
                write_timeout=WRITE_S,
                exclusive=True if "://" not in name else None,
            )

    def read(self) -> bytes:
        """What has come, waiting up to :data:`READ_S` for the first byte; empty when the line is idle."""
        with self._loss():
            data: bytes = self._serial.read(max(1, min(self._serial.in_waiting, READ_BYTES)))
        return data

    def write(self, data: bytes) -> None:
        """Send a command."""
        with self._loss():
            self._serial.write(data)

    def discard(self) -> None:
        """Throw away what has come and was not read yet."""
        with self._loss():
            self._serial.reset_input_buffer()

    def set_baud(self, baud: int) -> None:
        """Change the speed and forget what came at the old one; at the same speed nothing happens."""
        with self._loss():
            if self._serial.baudrate != baud:
                self._serial.baudrate = baud
                self._serial.reset_input_buffer()

    def close(self) -> None:
        """Let go of the port, which must happen before a replugged device gets its old name back."""
        with self._loss():
            self._serial.close()

    def __enter__(self) -> SerialPort:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _loss(self, what: str = "has gone; check its plug and its cable") -> Iterator[None]:
        try:
            yield
        except (serial.SerialException, OSError, termios.error, TypeError, ValueError) as error:
            # The advice comes first: a heartbeat's detail is cut at the end, and pyserial's words are long.
            raise PortLost(f"thermometer: {self._name} {what} ({error})") from error
