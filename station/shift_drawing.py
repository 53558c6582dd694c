"""Draws up a shift's report for the gate's screen.

``python -m station.shift_drawing`` reads what is wanted as JSON on stdin and writes the paper as JSON, or ``null``
where there is no such shift.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from station.errors import StationError
from station.papers.head import Head
from station.papers.paper import Paper
from station.papers.shift_paper import lay_out_shift
from station.papers.words import words
from station.report import chosen_shift, shift_period
from station.reporting import duty_names, read_shifts, report_shift
from station.shift_sheets import PREVIOUS
from station.web import words as screen


def draw_up(wanted: dict[str, Any]) -> Paper | None:
    """The paper of the shift that is *wanted*, None where there is none.

    :raises JournalUnavailable: if there is no journal to read, or it is damaged.
    """
    journal, zone, now_ms = Path(wanted["journal"]), ZoneInfo(wanted["timezone"]), wanted["now_ms"]
    try:
        shift = chosen_shift(read_shifts(journal), None, wanted["which"] == PREVIOUS)
        period = shift_period(shift, zone, now_ms)
    except ValueError:
        return None
    report = report_shift(journal, zone, period, shift, wanted["steady"])
    names = duty_names(journal)
    head = Head("shift", wanted["gate"], zone, now_ms, wanted["community"], demo=wanted["demo"], names=names)
    return lay_out_shift(report, head, words(wanted["language"]), screen.load(wanted["language"]))


def main() -> None:
    """Draw up one shift."""
    # The desk goes first, always.
    os.nice(19)
    try:
        paper = draw_up(json.load(sys.stdin))
    except StationError as error:
        sys.exit(str(error))
    json.dump(None if paper is None else asdict(paper), sys.stdout)


if __name__ == "__main__":
    main()
