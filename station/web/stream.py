"""The stream of views to a page: server-sent events.

Promises:

1. Each page first gets the whole view, then only the slots that changed; versions of one stream never go back.
2. Silence is never longer than a heartbeat, so that a page can tell a quiet gate from a dead one.
3. At most :data:`STREAMS` streams are open; the next page is told to ask instead.
4. A stream ends by itself after :data:`LIFETIME_S`, whoever still listens; the page comes back by itself.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping

from station.screen.view import View
from station.web.desk_port import Desk

#: Each stream holds one of the server's 32 threads; 20 stay free for presses, which must never wait.
STREAMS = 12
#: The page calls itself stale after 10 s: two beats may be late or lost before that.
HEARTBEAT_S = 4.0
#: Frees threads that a half-open connection holds, and lets a changed page come through.
LIFETIME_S = 600.0
#: How soon the page comes back after the end of a stream.
RETRY_MS = 500


class Streams:
    """Counts the open streams."""

    def __init__(self, limit: int = STREAMS) -> None:
        self._free = threading.BoundedSemaphore(limit)

    def enter(self) -> Callable[[], None] | None:
        """Take a place; the answer gives it back, once, however often it is called.  None: all are taken."""
        if not self._free.acquire(blocking=False):
            return None
        given_back = threading.Lock()

        def leave() -> None:
            if given_back.acquire(blocking=False):
                self._free.release()

        return leave


def event(name: str, content: Mapping[str, object]) -> str:
    """One event in the form that EventSource reads."""
    return f"event: {name}\ndata: {json.dumps(content, ensure_ascii=False, separators=(',', ':'))}\n\n"


def follow(
    desk: Desk,
    show: Callable[[View, Mapping[str, str]], tuple[Mapping[str, object], Mapping[str, str]]],
    now_ms: Callable[[], int],
    running_s: Callable[[], float],
    heartbeat_s: float,
    lifetime_s: float,
) -> Iterator[str]:
    """The events of one stream.

    *show* turns a view and the slots a page has into the event's content and the slots it has then.
    *running_s* is a clock that nobody sets.
    """
    until_s = running_s() + lifetime_s
    view = desk.view()
    content, slots = show(view, {})
    yield f"retry: {RETRY_MS}\n" + event("view", content)
    while running_s() < until_s:
        newer = desk.wait(view.version, heartbeat_s)
        if newer.version > view.version:
            view = newer
            content, slots = show(view, slots)
            yield event("view", content)
        else:
            yield event("beat", {"now_ms": now_ms()})
