"""Whether the browser on the gate's screen still paints: the desk keeps when, a watcher beside the browser asks.

A browser hangs or shows its own error page after days, and nobody at a gate restarts it.  ``python -m station.painted``
runs in the browser's unit and feeds that unit's watchdog as long as the page reports its paints; when it stops,
systemd starts the browser again.  While the desk itself does not answer, the browser is not to blame.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from station.notify import notify

#: The page reports each ten seconds; four missed ones are no hiccup.
STILL_S = 45.0
#: How often the watcher asks, and how long the desk may take to answer; the unit's watchdog waits 90 s.
EVERY_S, ANSWER_S = 10.0, 5.0
#: The answer is one small number.
_MAX_ANSWER = 1_024


class Painted:
    """When a page last reported a paint, by *monotonic* seconds.  One writer or reader at a time is not needed."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._at: float | None = None

    def note(self, _version: int) -> None:
        """A page has painted."""
        self._at = self._monotonic()

    def s_ago(self) -> float | None:
        """Seconds since then; None before the first."""
        return None if self._at is None else self._monotonic() - self._at


def is_well(answer: bytes | None) -> bool:
    """What the desk's *answer* says of the browser; None where the desk did not answer."""
    if answer is None:
        return True
    try:
        ago = json.loads(answer)["painted_s_ago"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return True
    return isinstance(ago, int | float) and ago < STILL_S


def _ask(url: str) -> bytes | None:
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_S) as answer:
            return bytes(answer.read(_MAX_ANSWER))
    except (urllib.error.URLError, OSError):
        return None


def main(arguments: list[str] | None = None) -> int:
    """Feed the watchdog until the browser's unit ends."""
    parser = argparse.ArgumentParser(
        prog="python -m station.painted",
        description="Feed the browser's watchdog while the gate's page paints.",
        epilog="example: python -m station.painted http://127.0.0.1:8080/gate",
    )
    parser.add_argument("page", help="the page that the browser shows")
    parser.add_argument("--once", action="store_true", help="look once; status 1 if the page does not paint")
    parsed = parser.parse_args(arguments)
    if not parsed.page.startswith(("http://127.0.0.1:", "http://localhost:", "http://[::1]:")):
        parser.error(f"{parsed.page}: only a page of this machine is watched")
    url = parsed.page.rstrip("/") + "/alive"
    while not parsed.once:
        if is_well(_ask(url)):
            notify("WATCHDOG=1")
        # A beat and nothing else: systemd ends this program with the browser's unit, by a signal.
        time.sleep(EVERY_S)
    return 0 if is_well(_ask(url)) else 1


if __name__ == "__main__":
    sys.exit(main())
