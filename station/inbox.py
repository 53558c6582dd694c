"""The door for what drivers say: a datagram socket, one event each.

What is not an event of ours is counted and dropped; the log says so once, and once when it is over.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path

from drivers.datagram import decode
from drivers.events import Event
from drivers.fields import MAX_DATAGRAM, EventError
from station.errors import StationError

log = logging.getLogger(__name__)

#: The first descriptor that systemd hands over (sd_listen_fds(3)).
_FIRST_PASSED = 3
#: How long a blocked receive keeps :meth:`Inbox.close` waiting.
_POLL_S = 0.2


class InboxBusy(StationError, OSError):
    """Somebody else listens on the inbox."""

    code = "inbox_busy"


def open_socket(path: Path) -> socket.socket:
    """The inbox's socket: the one systemd passed, or a new one at *path* for the drivers' group.

    :raises InboxBusy: if another process is listening there.
    """
    if os.environ.get("LISTEN_PID") == str(os.getpid()) and os.environ.get("LISTEN_FDS", "0") != "0":
        return socket.socket(fileno=_FIRST_PASSED)
    probe = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        probe.connect(str(path))
        raise InboxBusy(f"{path}: another desk is listening here; stop it first")
    except (FileNotFoundError, ConnectionRefusedError):
        path.unlink(missing_ok=True)
    finally:
        probe.close()
    path.parent.mkdir(parents=True, exist_ok=True)
    door = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        door.bind(str(path))
        path.chmod(0o660)
    except OSError:
        door.close()
        raise
    return door


class Inbox:
    """Hands every event to *deliver*, from a thread of its own."""

    def __init__(self, door: socket.socket, deliver: Callable[[Event], None]) -> None:
        self.foreign = 0
        self._door = door
        self._deliver = deliver
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="inbox", daemon=True)
        door.settimeout(_POLL_S)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._closing.set()
        self._thread.join()
        self._door.close()

    def _run(self) -> None:
        sound = True
        while not self._closing.is_set():
            try:
                datagram = self._door.recv(MAX_DATAGRAM + 1)
            except TimeoutError:
                continue
            try:
                event = decode(datagram)
            except EventError as error:
                self.foreign += 1
                if sound:
                    log.warning("inbox: a datagram that is no event of ours (%s)", error)
                sound = False
                continue
            if not sound:
                log.info("inbox: events again, after %d foreign datagrams in all", self.foreign)
            sound = True
            self._deliver(event)
