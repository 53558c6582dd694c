"""The gate's page as the demo's volunteer uses it: what it shows, what is pressed."""

from __future__ import annotations

import html
import json
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import urllib3

#: How long the volunteer waits for something to appear, in real seconds.
PATIENCE_S = 12.0
#: Between two tries at a desk that is being started anew; it is away for some seconds.
AGAIN_S = 0.1
#: Sheets of the duty log about one thing: four open inspections, or eight incidents, and the list of them.
_MOST_SHEETS = 12
_SHEET = re.compile(r'data-log="([a-z0-9-]+)"')


class Page:
    """The stream and the keys of the page at *url*; survives the desk's restarts."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(5), maxsize=4)
        self._changed = threading.Condition()
        self._views: list[dict[str, Any]] = []
        self._slots: dict[str, str] = {}
        self._at = 0
        self._seen: tuple[object, ...] = ()
        self._closing = threading.Event()
        threading.Thread(target=self._follow, name="page", daemon=True).start()

    @property
    def latest(self) -> dict[str, Any]:
        """The newest view."""
        return self._views[-1] if self._views else {}

    def until(self, wanted: Callable[[dict[str, Any]], bool], patience_s: float = PATIENCE_S) -> bool:
        """Wait until the newest view is *wanted*; whether it was in time."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._views) and wanted(self._views[-1]), patience_s)

    def next(self, wanted: Callable[[dict[str, Any]], bool], patience_s: float = PATIENCE_S) -> bool:
        """Wait for a view that is *wanted* among those that no earlier call has gone past.

        A view that shows the same visit in the same way as the last one found does not count again.
        """

        def found() -> bool:
            while self._at < len(self._views):
                view = self._views[self._at]
                self._at += 1
                if wanted(view) and _shows(view) != self._seen:
                    self._seen = _shows(view)
                    return True
            return False

        with self._changed:
            return self._changed.wait_for(found, patience_s)

    def press(self, act: str, arguments: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Press a key; status and answer.  Sent again with the same nonce while the desk is away."""
        body = json.dumps({"act": act, "nonce": str(uuid.uuid4()), "arguments": arguments})
        headers = {"Content-Type": "application/json", "Origin": self.url, "X-Gate": "1"}
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                answer = self._http.request("POST", f"{self.url}/gate/act", body=body, headers=headers)
                return answer.status, json.loads(answer.data or b"{}")
            except (urllib3.exceptions.HTTPError, ValueError):
                if time.monotonic() > deadline or self._closing.wait(AGAIN_S):
                    raise

    def shown(self, pattern: str) -> str:
        """What the first group of *pattern* matches in everything that the page shows now; empty if nothing does."""
        with self._changed:
            found = re.search(pattern, html.unescape("".join(self._slots.values())))
        return found[1] if found else ""

    def logged(self, about: str, pattern: str) -> str:
        """The same in the sheets of the duty log about one thing, opened one after the other as a volunteer would."""
        with self._changed:
            names = dict.fromkeys(_SHEET.findall("".join(self._slots.values())), False)
        for _ in range(_MOST_SHEETS):
            name = next((name for name, opened in names.items() if not opened), None)
            if name is None:
                break
            names[name] = True
            answer = self._http.request("GET", f"{self.url}/gate/log", fields={"page": name})
            sheet = html.unescape(answer.data.decode()) if answer.status == 200 else ""
            found = re.search(pattern, sheet)
            if found:
                return found[1]
            below = (name for name in _SHEET.findall(sheet) if name.startswith(f"sheet-{about}"))
            names = dict.fromkeys(below, False) | names
        return ""

    def register(self, step: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """One step of a registration; status and answer."""
        headers = {"Content-Type": "application/json", "Origin": self.url, "X-Gate": "1"}
        answer = self._http.request("POST", f"{self.url}/gate/registration", body=json.dumps(step), headers=headers)
        return answer.status, json.loads(answer.data or b"{}")

    def search(self, query: str) -> str:
        """What a search answers."""
        answer = self._http.request("GET", f"{self.url}/gate/search", fields={"q": query})
        return answer.data.decode()

    def close(self) -> None:
        """Stop following."""
        self._closing.set()

    def _follow(self) -> None:
        while not self._closing.is_set():
            try:
                stream = self._http.request("GET", f"{self.url}/gate/stream", preload_content=False)
                for view in views(stream):
                    with self._changed:
                        self._views.append(view)
                        self._slots |= view["html"]
                        self._changed.notify_all()
                    if self._closing.is_set():
                        return
            except (urllib3.exceptions.HTTPError, OSError, ValueError):
                pass
            self._closing.wait(AGAIN_S)


def _shows(view: dict[str, Any]) -> tuple[object, ...]:
    return (view["stage"], view["marks"]["visit"], tuple(view["codes"]))


def views(stream: Any) -> Iterator[dict[str, Any]]:
    """The views in a server-sent event stream, as they come."""
    event, data = "", ""
    pending = b""
    for chunk in stream.stream(65_536):
        pending += chunk
        while b"\n" in pending:
            raw, pending = pending.split(b"\n", 1)
            line = raw.decode().rstrip("\r")
            if line.startswith("event:"):
                event = line[6:].strip()
            elif line.startswith("data:"):
                data += line[5:].strip()
            elif not line:
                if event == "view" and data:
                    yield json.loads(data)
                event, data = "", ""
