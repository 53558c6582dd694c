"""The demo's page of hands (station/demo/hands.py): one HTTP server on loopback, for whoever started the demo."""

from __future__ import annotations

import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from typing import Any

from jinja2 import Environment

from station.demo.hands import Hands, HandsError, things

#: A photograph of a screen, as a browser makes it of what was pasted (640 x 480), and a good deal more.
MAX_BODY = 4 * 1024 * 1024
#: A body comes at once or not at all.
PATIENCE_S = 10.0
_HOME = "/"
_STEPS = ("35.2", "36.5", "37.9", "38.4")


class Props:
    """The page; a context manager.  ``url`` is where it is."""

    def __init__(self, hands: Hands, gate_url: str, office_url: str) -> None:
        self._server = _Server(hands, gate_url, office_url)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="props", daemon=True)
        self._thread.start()

    def __enter__(self) -> Props:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    """Its threads are daemons, so that a browser that keeps its connection holds nothing up."""

    daemon_threads = True

    def __init__(self, hands: Hands, gate_url: str, office_url: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.hands = hands
        page = resources.files("station").joinpath("demo/props.html").read_text("utf-8")
        self.page = Environment(autoescape=True).from_string(page)
        self.shown = {
            "things": things(hands.day),
            "gates": hands.gates,
            "degrees": _STEPS,
            "gate_url": gate_url,
            "office_url": office_url,
        }


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = PATIENCE_S

    def do_GET(self) -> None:
        """The page, or what the screen behind a gate's camera would show: nothing else is here."""
        if self.path.partition("?")[0] != _HOME:
            self._answer(404, "there is only /")
            return
        playing = self.server.hands.playing.is_set()
        self._answer(200, self.server.page.render(playing=playing, **self.server.shown), "text/html")

    def do_POST(self) -> None:
        """``/picture?gate=ID`` with an image, or a form with ``do`` (hold, stand, play, rest) and what it takes."""
        origin = self.headers.get("Origin", "")
        size = self.headers.get("Content-Length", "")
        # Another site that a browser has open beside this one is nobody here.
        if origin != f"http://{self.headers.get('Host', '')}" or not origin.startswith("http://127.0.0.1:"):
            self._answer(403, "only from the page itself")
        elif not size.isdecimal() or int(size) > MAX_BODY:
            self._answer(413, f"at most {MAX_BODY} bytes")
        else:
            try:
                self._do(urllib.parse.urlsplit(self.path), self.rfile.read(int(size)))
            except HandsError as error:
                self._answer(400, str(error))
            else:
                self.send_response(303)
                self.send_header("Location", _HOME)
                self.send_header("Content-Length", "0")
                self.end_headers()

    def _do(self, where: urllib.parse.SplitResult, body: bytes) -> None:
        hands = self.server.hands
        if where.path == "/picture":
            hands.hold_picture(dict(urllib.parse.parse_qsl(where.query)).get("gate", ""), body)
            return
        form = dict(urllib.parse.parse_qsl(body.decode("utf-8", "replace")))
        match form.get("do"):
            case "hold":
                hands.hold(form.get("gate", ""), form.get("thing", ""))
            case "stand":
                hands.stand(form.get("gate", ""), form.get("degrees", ""))
            case "play" | "rest":
                hands.play(form["do"] == "play")
            case other:
                raise HandsError(f"do: {str(other)[:20]!r}: one of hold, stand, play, rest")

    def _answer(self, status: int, text: str, kind: str = "text/plain") -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the day's own lines stand on the terminal."""
