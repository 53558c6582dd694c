"""The report of a shift 交班小结: whose it was, what passed, what was done, and what was handed over.  Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from station.report.daily import Report
from station.report.deeds import Deeds
from station.report.period import Period, day_of
from station.report.shift import Shift
from station.wire.canonical import canonical


@dataclass(frozen=True, slots=True)
class ShiftReport:
    """``made`` counts the passages of the shift; ``shift`` is None where a time was asked for and not a shift."""

    made: Report
    deeds: Deeds
    shift: Shift | None = None

    def body(self) -> dict[str, Any]:
        """The report as canonical JSON can hold it; people by their ids."""
        shift = None if self.shift is None else self.shift.body()
        return self.made.body() | {"shift": shift, "deeds": self.deeds.body()}

    def sha256(self) -> str:
        """Names exactly these figures."""
        return hashlib.sha256(canonical(self.body())).hexdigest()


def shift_period(shift: Shift, zone: tzinfo, now_ms: int) -> Period:
    """When *shift* was, up to *now_ms* while it goes on.

    :raises ValueError: if the clock was set back in it, so that it ends before it begins.
    """
    ends_ms = now_ms if shift.ended_ms is None else shift.ended_ms
    if ends_ms <= shift.began_ms:
        raise ValueError("the clock was set back within this shift; ask for the report of the day, which says when")
    until_ms = ends_ms if shift.ended_ms is None else None
    return Period(day_of(shift.began_ms, zone), shift.began_ms, ends_ms, until_ms)
