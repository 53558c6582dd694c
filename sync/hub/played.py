"""The clock of a demo: it begins at a moment of its own and may run faster than life."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path

from sync.hub.errors import HubFault


def played_clock(
    start: str, start_ns: int | None, rate: float, zone: tzinfo, skipped: Path | None = None
) -> Callable[[], int]:
    """Wall milliseconds that were *start* (as 2020-11-22T00:00, where *zone* is) when CLOCK_BOOTTIME was *start_ns*.

    A gate and a hub that are given the same three play the same day, also after one of them was started again.
    Without *start_ns* the day begins now.  The file *skipped* holds the milliseconds that were left out since.

    :raises HubFault: if *start* or *rate* is none.
    """
    try:
        begin_ms = int(datetime.fromisoformat(start).replace(tzinfo=zone).timestamp() * 1000)
    except ValueError:
        raise HubFault(f"--demo-start: {start!r} is no moment (as 2020-11-22T00:00)") from None
    if not 0 < rate <= 1000:
        raise HubFault(f"--demo-rate: {rate} is not above 0 and at most 1000")
    began_ns = _running_ns() if start_ns is None else start_ns
    return lambda: begin_ms + int((_running_ns() - began_ns) * rate) // 1_000_000 + _number_in(skipped)


def _number_in(path: Path | None) -> int:
    try:
        return 0 if path is None else int(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        return 0


def _running_ns() -> int:
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)
