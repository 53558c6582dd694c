"""The shift's report for the gate's screen, drawn up by a process of its own (station/shift_drawing.py)."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from station.config.config import Config
from station.papers.paper import Paper, paper_of

log = logging.getLogger(__name__)

THIS, PREVIOUS = "this", "previous"
#: A page that is asked for waits so long; most journals are counted by then, and nobody looks at an empty page longer.
WAIT_S = 2.0
#: What was counted less than this ago is shown again.
FRESH_S = 30.0
#: Millions of entries on a poor card.
TIMEOUT_S = 900.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is shown: a paper, that it is being counted, or that there is none; ``failed``: it could not be counted."""

    paper: Paper | None = None
    counting: bool = False
    failed: bool = False


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question: which shift, in which language, and since when somebody is on duty, which names the shifts."""

    which: str
    language: str
    since_ms: int | None


class ShiftSheets:
    """Counts one shift at a time beside the desk; what is asked meanwhile is told to wait.

    *seconds* is a clock that only runs.  Called from many threads at once.
    """

    def __init__(self, config: Config, now_ms: Callable[[], int], seconds: Callable[[], float]) -> None:
        self._config = config
        self._now_ms = now_ms
        self._seconds = seconds
        self._changed = threading.Condition()
        self._asked: _Asked | None = None
        self._answer: tuple[_Asked, float, Sheet] | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._closed = False

    def sheet(self, which: str, language: str, since_ms: int | None, wait_s: float = WAIT_S) -> Sheet:
        """The newest sheet of that kind, counted now where the last one is old; after *wait_s* that it is being so."""
        asked = _Asked(which, language, since_ms)
        with self._changed:
            if self._fresh(asked) is None and self._asked is None and not self._closed:
                self._asked = asked
                threading.Thread(target=self._count, args=(asked,), name="shift-sheet", daemon=True).start()
            self._changed.wait_for(lambda: self._fresh(asked) is not None, wait_s)
            return self._fresh(asked) or Sheet(counting=True)

    def close(self) -> None:
        """Give up what is being counted."""
        with self._changed:
            self._closed = True
            if self._child is not None:
                self._child.kill()

    def _fresh(self, asked: _Asked) -> Sheet | None:
        if self._answer is None or self._answer[0] != asked or self._seconds() - self._answer[1] > FRESH_S:
            return None
        return self._answer[2]

    def _count(self, asked: _Asked) -> None:
        sheet = self._drawn_up(asked)
        with self._changed:
            self._answer, self._asked, self._child = (asked, self._seconds(), sheet), None, None
            self._changed.notify_all()

    def _drawn_up(self, asked: _Asked) -> Sheet:
        station = self._config.station
        wanted = {
            "journal": str(self._config.paths.journal),
            "timezone": station.timezone,
            "which": asked.which,
            "language": asked.language,
            "now_ms": self._now_ms(),
            "steady": self._config.clock.rate == 1.0,
            "gate": station.name,
            "community": station.community,
            "demo": station.demo,
        }
        command = [sys.executable, "-m", "station.shift_drawing"]
        with self._changed:
            if self._closed:
                return Sheet(failed=True)
            pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
            self._child = child = subprocess.Popen(command, **pipes)
        try:
            out, _ = child.communicate(json.dumps(wanted).encode(), timeout=TIMEOUT_S)
            body = json.loads(out)
            return Sheet(None if body is None else paper_of(body))
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
        except (ValueError, KeyError, TypeError, OSError) as error:
            if not self._closed:
                log.warning("report: the shift could not be counted (%r)", error)
        return Sheet(failed=True)
