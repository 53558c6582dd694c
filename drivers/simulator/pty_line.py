"""A serial line without hardware: a pty behind a stable name, with plug and unplug.

The slave side is put into raw mode at once: until a program opens it, a cooked pty would send what the device says
back to the device, which might take it for commands.  One slave descriptor stays open here, because otherwise the
master would report an error whenever the program closes the port.
"""

from __future__ import annotations

import contextlib
import os
import termios
import tty
from pathlib import Path

#: The most one read of commands takes; a whole command is at most a few bytes.
READ_BYTES = 1_024
_OUTPUT_SPEED = 5  # place in what tcgetattr gives (termios(3))
_SPEEDS = {
    getattr(termios, f"B{baud}"): baud for baud in (2_400, 4_800, 9_600, 19_200, 38_400, 57_600, 115_200, 230_400)
}


class PtyLine:
    """The device's end of a line that programs open as *link*.  Plugged in from the beginning."""

    def __init__(self, link: Path) -> None:
        self._link = link
        self._node = ""
        self._master: int | None = None
        self._slave: int | None = None
        self.plug()

    def plug(self) -> None:
        """Appear under another node than the last time, as a replugged adapter does, and move the link to it."""
        if self._master is not None:
            return
        master, slave = _open_raw()
        if os.ttyname(slave) == self._node:
            other = _open_raw()
            _close(master, slave)
            master, slave = other
        # Bytes nobody reads are lost, as on a wire; the device never waits for its reader.
        os.set_blocking(master, False)
        self._master, self._slave, self._node = master, slave, os.ttyname(slave)
        fresh = self._link.with_name(self._link.name + ".new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(self._node)
        fresh.replace(self._link)

    def unplug(self) -> None:
        """Vanish: whoever has the port open loses it, and the name is gone."""
        if self._master is None or self._slave is None:
            return
        self._link.unlink(missing_ok=True)
        _close(self._master, self._slave)
        self._master = self._slave = None

    @property
    def node(self) -> str:
        """The device file behind the link, or the last one."""
        return self._node

    @property
    def baud(self) -> int | None:
        """The speed the program has set, which a pty keeps and ignores; ``None`` when unplugged or unusual."""
        if self._slave is None:
            return None
        return _SPEEDS.get(termios.tcgetattr(self._slave)[_OUTPUT_SPEED])

    def write(self, data: bytes) -> None:
        """Send; what does not fit because nobody reads is lost."""
        if self._master is not None:
            with contextlib.suppress(BlockingIOError):
                os.write(self._master, data)

    def read(self) -> bytes:
        """What the program has sent since the last call."""
        if self._master is None:
            return b""
        try:
            return os.read(self._master, READ_BYTES)
        except BlockingIOError:
            return b""


def _open_raw() -> tuple[int, int]:
    master, slave = os.openpty()
    tty.setraw(slave)
    return master, slave


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
