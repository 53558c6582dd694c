"""The wire between road and hub, which can lose an answer."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable

_CHUNK = 65_536
#: A demo's agent keeps one or two connections.
_BACKLOG = 16


class Wire:
    """Forwards connections on a free port to *target*; :meth:`swallow` loses the next answer."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._lost: Callable[[], None] | None = None
        self._door = socket.create_server(("127.0.0.1", 0), backlog=_BACKLOG)
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._accept, name="wire", daemon=True).start()

    def swallow(self, lost: Callable[[], None]) -> None:
        """Drop the next answer of the hub on the floor, and call *lost* at that moment."""
        self._lost = lost

    def close(self) -> None:
        """Refuse new connections."""
        self._door.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._target), timeout=5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            threading.Thread(target=self._forward, args=(near, far, False), daemon=True).start()
            threading.Thread(target=self._forward, args=(far, near, True), daemon=True).start()

    def _forward(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        try:
            while chunk := source.recv(_CHUNK):
                lost = self._lost
                if answers and lost is not None:
                    self._lost = None
                    lost()
                    break
                sink.sendall(chunk)
        except OSError:
            pass
        finally:
            for end in (source, sink):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()
