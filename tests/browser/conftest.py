"""A real Chromium in front of the gate's real page, served over a real socket; only the desk behind it is a fake."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from station.screen.view import View
from station.web.app import create_app
from tests.station.fake_desk import FakeDesk, served
from tests.station.gallery import NOW_MS

#: For anything that should happen on the page; a busy machine may need a while.
DEADLINE_S = 30.0
#: Beats come quickly, so that the page soon knows the time that a test sets.
BEAT_S = 0.1


class Gate:
    """One screen and the desk behind it; :attr:`now_ms` is the station's time and stands still."""

    def __init__(self, chromium: Browser) -> None:
        self.desk = FakeDesk()
        self.now_ms = NOW_MS
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.context: BrowserContext
        self.page: Page
        self._chromium = chromium
        self._serving = ExitStack()
        self._open = ExitStack()
        self.address = ""

    def serve(self, streams: int = 12, scanned: Callable[[bytes], None] | None = None) -> None:
        """Start the server, on the same port as before; *scanned* takes what a scanner types."""
        port = int(self.address.rpartition(":")[2]) if self.address else 0
        app = create_app(
            self.desk,
            now_ms=lambda: self.now_ms,
            alive=self.desk.alive.append,
            heartbeat_s=BEAT_S,
            streams=streams,
            scanned=scanned,
        )
        self.address = self._serving.enter_context(served(lambda: app, port))

    def stop_serving(self) -> None:
        self._serving.close()

    def open(
        self, size: tuple[int, int] = (800, 480), *, touch: bool = False, clock: bool = False, **cookies: str
    ) -> Page:
        """Open the page in a fresh window, or another one."""
        if not self.address:
            self.serve()
        self._open.close()
        self.context = self._chromium.new_context(viewport={"width": size[0], "height": size[1]}, has_touch=touch)
        self._open.callback(self.context.close)
        self.context.add_cookies(
            [{"name": name, "value": value, "url": self.address} for name, value in cookies.items()]
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(DEADLINE_S * 1000)
        self.page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        if clock:
            self.page.clock.install()
        self.page.goto(f"{self.address}/gate")
        self.page.wait_for_function("() => document.querySelector('[data-clock]')?.textContent")
        return self.page

    def show(self, view: View) -> None:
        """Publish *view* and wait until it stands on the screen and its keys may be pressed."""
        version = self.desk.publish(view).version
        self.page.wait_for_function("v => Number(document.body?.dataset.version) >= v", arg=version)

    def settled(self) -> None:
        """Wait until the keys count as seen: a press within 300 ms of their change is dropped."""
        self.page.evaluate("() => new Promise((done) => setTimeout(done, 320))")

    def eventually(self, condition: Callable[[], bool]) -> bool:
        """Whether *condition* comes true before the deadline; the page runs on meanwhile."""
        until = time.monotonic() + DEADLINE_S
        while not condition():
            if time.monotonic() > until:
                return False
            self.page.evaluate("() => new Promise(requestAnimationFrame)")
        return True

    def acts(self) -> list[tuple[str, dict[str, str]]]:
        """What the desk was asked to do."""
        return [(act.act.value, dict(act.arguments)) for act in self.desk.acts]

    def close(self) -> None:
        self._open.close()
        self._serving.close()


@pytest.fixture
def gate(chromium: Browser) -> Iterator[Gate]:
    gate = Gate(chromium)
    yield gate
    gate.close()
