"""Real servers that misbehave: an HTTP server that answers from a script, and a TCP proxy that loses answers."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PORTAL = b"<!doctype html><html><body>Welcome to Hotel Wi-Fi, please log in</body></html>"


@dataclass
class Reply:
    """One answer.  ``cut`` ends the body after so many bytes; ``pause_s`` is waited between single bytes."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    pause_s: float = 0.0
    hang: bool = False


HTML = Reply(200, PORTAL, {"Content-Type": "text/html"})


class ScriptedServer:
    """Answers from ``script``, first in, first out; what the script does not answer goes to ``upstream``."""

    def __init__(self, upstream: str = "", tls: ssl.SSLContext | None = None) -> None:
        self.upstream = upstream
        self.script: deque[Reply] = deque()
        self.always: Reply | None = None
        #: A request with a longer body is answered with 413.
        self.limit: int | None = None
        self.seen: list[tuple[str, str, int]] = []
        self.over = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.answer(self)

            def do_POST(self) -> None:
                server.answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._scheme = "http" if tls is None else "https"
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        self.seen.append((request.command, request.path, len(body)))
        reply = self._choose(request, body)
        if reply.hang:
            self.over.wait()
            return
        with contextlib.suppress(OSError):
            request.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), "Connection": "close", **reply.headers}.items():
                request.send_header(name, value)
            request.end_headers()
            content = reply.body[: reply.cut]
            if not reply.pause_s:
                request.wfile.write(content)
            for byte in content if reply.pause_s else b"":
                request.wfile.write(bytes([byte]))
                self.over.wait(reply.pause_s)

    def _choose(self, request: BaseHTTPRequestHandler, body: bytes) -> Reply:
        if self.limit is not None and len(body) > self.limit:
            return Reply(413, b"<html>nginx</html>", {"Content-Type": "text/html"})
        return self.script.popleft() if self.script else self.always or self._ask_upstream(request, body)

    def _ask_upstream(self, request: BaseHTTPRequestHandler, body: bytes) -> Reply:
        headers = {name: request.headers[name] for name in ("Authorization", "Content-Type") if name in request.headers}
        asked = urllib.request.Request(self.upstream + request.path, body or None, headers, method=request.command)
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:
                return Reply(answer.status, answer.read(), {"Content-Type": answer.headers["Content-Type"]})
        except urllib.error.HTTPError as error:
            with error:
                return Reply(error.code, error.read(), {"Content-Type": error.headers["Content-Type"]})
        except OSError:
            return Reply(502, b"bad gateway")

    def close(self) -> None:
        self.over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@contextlib.contextmanager
def scripted(upstream: str = "", tls: ssl.SSLContext | None = None) -> Iterator[ScriptedServer]:
    server = ScriptedServer(upstream, tls)
    try:
        yield server
    finally:
        server.close()


class SwallowingProxy:
    """Passes bytes to ``port`` and back, until it is told to keep an answer for itself."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._server = socket.create_server(("127.0.0.1", 0))
        self._marker: bytes | None = None
        self._then: Callable[[], None] = lambda: None
        self.swallowed = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.getsockname()[1]}"

    def arm(self, marker: bytes, then: Callable[[], None]) -> None:
        """Once the far end has answered the next request that begins with *marker*: call *then* and close."""
        self.swallowed.clear()
        self._then, self._marker = then, marker

    def close(self) -> None:
        # Closing alone does not wake accept().
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._server.accept()
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        doomed = threading.Event()
        to_target = ("127.0.0.1", self._target)
        # Longer than the agent itself waits.
        with contextlib.suppress(OSError), near, socket.create_connection(to_target, timeout=60) as far:
            threading.Thread(target=self._pump, args=(near, far, doomed), daemon=True).start()
            while answer := far.recv(65_536):
                if doomed.is_set():
                    self._then()
                    # Closing alone would leave the connection open as long as the other thread reads.
                    with contextlib.suppress(OSError):
                        near.shutdown(socket.SHUT_RDWR)
                    self.swallowed.set()
                    return
                near.sendall(answer)

    def _pump(self, near: socket.socket, far: socket.socket, doomed: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while request := near.recv(65_536):
                if self._marker is not None and request.startswith(self._marker):
                    self._marker = None
                    doomed.set()
                far.sendall(request)
            far.shutdown(socket.SHUT_WR)
