"""Counts yesterday's report in a process of its own: seconds of work that neither the lane nor its memory must feel.

As a program, ``python -m station.drafting JOURNAL TIMEZONE DAY NOW_MS STEADY`` writes the canonical report, its SHA-256
and the newest version that went out as JSON.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from zoneinfo import ZoneInfo

from station.report import Sent
from station.report.day import Drafted, drafted_of
from station.reporting import report_day, sent_reports

log = logging.getLogger(__name__)

#: Millions of entries on a poor card; a gate of one year takes half a minute there.
TIMEOUT_S = 900.0


class Drafting:
    """Counts one day at a time beside the desk; *deliver* gets the answer and must not wait."""

    def __init__(self, journal: Path, timezone: str, steady: bool, deliver: Callable[[Drafted], None]) -> None:
        self._journal = journal
        self._timezone = timezone
        self._steady = steady
        self._deliver = deliver
        self._child: subprocess.Popen[bytes] | None = None
        self._closed = False
        self._lock = threading.Lock()

    def ask(self, day: str, now_ms: int) -> None:
        """Begin to count *day*; the caller asks for one at a time."""
        threading.Thread(target=self._count, args=(day, now_ms), name="report", daemon=True).start()

    def close(self) -> None:
        """Give up what is being counted."""
        with self._lock:
            self._closed = True
            if self._child is not None:
                self._child.kill()

    def _count(self, day: str, now_ms: int) -> None:
        words = [str(self._journal), self._timezone, day, str(now_ms), str(int(self._steady))]
        command = [sys.executable, "-m", "station.drafting", *words]
        with self._lock:
            if self._closed:
                return
            self._child = child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            out, _ = child.communicate(timeout=TIMEOUT_S)
            answer = json.loads(out)
            sent = None if answer["sent"] is None else Sent(**answer["sent"])
            drafted = drafted_of(day, answer["report"], answer["sha256"], sent)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            drafted = Drafted(day, "")
        except (ValueError, KeyError, TypeError) as error:
            drafted = Drafted(day, "")
            if not self._closed:
                log.warning("report: %s could not be counted (%r); tried again in a minute", day, error)
        if not self._closed:
            self._deliver(drafted)


def main(arguments: list[str]) -> None:
    """Count one day."""
    journal, timezone, day, now_ms, steady = arguments
    # The desk goes first, always.
    os.nice(19)
    path = Path(journal)
    made = report_day(path, ZoneInfo(timezone), day, int(now_ms), steady == "1")
    sent = sent_reports(path).get(day)
    answer = {"report": made.body(), "sha256": made.sha256(), "sent": None if sent is None else asdict(sent)}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
