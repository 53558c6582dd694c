"""How the road is, for the gate's screen: one small file, rewritten when something changes.

``{"v": 1, "state": "ok" | "offline" | "refused", "since_ms", "detail", "last_receipt_at_ms"}``; ``detail`` is the
stable code of what is wrong, empty when nothing is.  Times are wall milliseconds of this machine.
"""

from __future__ import annotations

import contextlib
import json
import logging
from pathlib import Path

from station.atomic import write_whole

log = logging.getLogger("sync")

#: A receipt alone is no change worth a write to the card more often than this.
_RECEIPT_EVERY_MS = 60_000


class Status:
    """The file at *path*, and one line in the log whenever the state changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.state = ""
        self.detail = ""
        self._since_ms = 0
        self._receipt_ms: int | None = None
        self._written_ms = 0

    def ok(self, now_ms: int) -> None:
        """The hub answers."""
        if self.state != "ok":
            log.info("hub: %s", "answers again" if self.state else "answers")
        self._set("ok", "", now_ms)

    def offline(self, now_ms: int, code: str, message: str) -> None:
        """The hub cannot be reached; it will be tried again without end."""
        self._fail("offline", now_ms, code, message)

    def refused(self, now_ms: int, code: str, message: str) -> None:
        """The hub said no; a person has to do something."""
        self._fail("refused", now_ms, code, message)

    def receipt(self, now_ms: int) -> None:
        """A receipt has come."""
        self._receipt_ms = now_ms
        if now_ms - self._written_ms >= _RECEIPT_EVERY_MS:
            self._write(now_ms)

    def _fail(self, state: str, now_ms: int, code: str, message: str) -> None:
        if (self.state, self.detail) != (state, code):
            log.warning("%s", message)
        self._set(state, code, now_ms)

    def _set(self, state: str, detail: str, now_ms: int) -> None:
        if (self.state, self.detail) == (state, detail):
            return
        if self.state != state:
            self._since_ms = now_ms
        self.state, self.detail = state, detail
        self._write(now_ms)

    def _write(self, now_ms: int) -> None:
        self._written_ms = now_ms
        body = {
            "v": 1,
            "state": self.state,
            "since_ms": self._since_ms,
            "detail": self.detail,
            "last_receipt_at_ms": self._receipt_ms,
        }
        # The card is full or failing: the desk says so by itself, and the road must not end because of it.
        with contextlib.suppress(OSError):
            write_whole(self._path, json.dumps(body).encode())
