"""A network camera, played: an MJPEG stream over HTTP on loopback, which can stall and be unplugged.

Each client gets the picture that is shown at the moment, again and again, as a real camera sends it: one part of
``multipart/x-mixed-replace`` for each image.
"""

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import cv2
import numpy as np

from drivers.camera.image import Pixels

#: Images in a second, as a small USB camera gives them indoors.
FPS = 10.0
#: The mark between two images; it must not occur within a JPEG, whose bytes 0xFF never stand before a letter.
BOUNDARY = "image"
#: A client that takes no image for so long is gone.
SEND_S = 5.0
#: What the camera sees before anything is shown to it.
EMPTY = np.full((480, 640), 110, np.uint8)


class MjpegCamera:
    """The camera; a context manager.  ``url`` is where it streams, also while it is unplugged.

    All methods may be called from any thread.

    :param port: the port on 127.0.0.1, 0 for any free one.
    :param empty: the picture of the empty gate.
    """

    def __init__(self, port: int = 0, fps: float = FPS, empty: Pixels = EMPTY) -> None:
        self._every_s = 1 / fps
        self._empty = _jpeg(empty)
        self._jpeg = self._empty
        self._changed = threading.Condition()
        self._stalled = False
        self._plugged = True
        self._clients: set[socket.socket] = set()
        self._sent = 0
        self._server = _Server(("127.0.0.1", port), self)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="mjpeg", daemon=True)
        self._thread.start()

    def show(self, picture: Pixels) -> None:
        """Hold *picture* (grey or blue-green-red) before the camera until something else is shown."""
        jpeg = _jpeg(picture)
        with self._changed:
            self._jpeg = jpeg

    def clear(self) -> None:
        """Take away what was shown."""
        with self._changed:
            self._jpeg = self._empty

    def stall(self) -> None:
        """Keep the connections and send nothing, as a camera that hangs."""
        with self._changed:
            self._stalled = True

    def resume(self) -> None:
        """Send again after :meth:`stall`."""
        with self._changed:
            self._stalled = False
            self._changed.notify_all()

    def unplug(self) -> None:
        """Drop all connections and refuse new ones."""
        with self._changed:
            self._plugged = False
            self._drop()

    def plug_in(self) -> None:
        """Answer again after :meth:`unplug`."""
        with self._changed:
            self._plugged = True

    @property
    def clients(self) -> int:
        """How many are watching."""
        with self._changed:
            return len(self._clients)

    @property
    def sent(self) -> int:
        """How many images were sent so far, to all clients together."""
        with self._changed:
            return self._sent

    def close(self) -> None:
        """Drop all connections and give the port back."""
        with self._changed:
            self._plugged = False
            self._drop()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> MjpegCamera:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _drop(self) -> None:
        for client in self._clients:
            try:
                client.shutdown(socket.SHUT_RDWR)
            except OSError:  # it went by itself
                continue
        self._changed.notify_all()

    def _stream(self, handler: BaseHTTPRequestHandler) -> None:
        """Serve one client until either side has enough (called in a thread of its own)."""
        with self._changed:
            if not self._plugged:
                return
            self._clients.add(handler.connection)
        try:
            handler.connection.settimeout(SEND_S)
            handler.send_response(200)
            handler.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={BOUNDARY}")
            handler.end_headers()
            while (jpeg := self._next()) is not None:
                head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                handler.wfile.write(head.encode() + jpeg + b"\r\n")
        except OSError:  # unplugged, or the client left
            return
        finally:
            with self._changed:
                self._clients.discard(handler.connection)

    def _next(self) -> bytes | None:
        with self._changed:
            self._changed.wait_for(lambda: not self._plugged, self._every_s)
            self._changed.wait_for(lambda: not (self._stalled and self._plugged))
            if not self._plugged:
                return None
            self._sent += 1
            return self._jpeg


class _Server(ThreadingHTTPServer):
    """Its threads are daemons, so that a client that hangs cannot hold up :meth:`MjpegCamera.close`."""

    def __init__(self, address: tuple[str, int], camera: MjpegCamera) -> None:
        self.camera = camera
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        """Any path is the stream."""
        self.server.camera._stream(self)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: a simulated camera has no log."""


def _jpeg(picture: Pixels) -> bytes:
    encoded, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 85])
    if not encoded:
        raise ValueError(f"picture: {picture.shape} {picture.dtype} cannot be made a JPEG")
    return jpeg.tobytes()
