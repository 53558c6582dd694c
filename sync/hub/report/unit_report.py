"""The daily report of a unit: the days of its gates summed, with what proves them and which gates are missing.  Pure.

A day is a zero report (零报告) when it is over, every gate that was ever heard of has entries of it and of later, none
lacks any, and there was no fever, case or referral.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from station.report import NAMES, Period
from station.wire.canonical import canonical
from sync.hub.report.gate_day import GateDay

#: Of the canonical report; a field more is another version.
VERSION = 1
#: The street wants it by then: half past ten (docs/reports.md), in minutes after midnight of the day after.
DUE_MINUTE = 10 * 60 + 30


@dataclass(frozen=True, slots=True)
class Handed:
    """What a gate has handed in for a day: ``state`` is missing, automatic or confirmed; ``late`` after 10:25."""

    state: str = "report_missing"
    at_ms: int | None = None
    version: int = 0
    late: bool = False
    zero: bool = False
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class GateLine:
    """One gate of a unit's report; ``day`` is None while it is still being counted, ``over`` once the day is past."""

    station: str
    name: str
    day: GateDay | None
    handed: Handed
    ever_heard: bool = True
    over: bool = True

    @property
    def trouble(self) -> str:
        """Why the gate's figures are not all in: a code, empty if they are."""
        if not self.ever_heard:
            return "never_heard"
        if self.day is None:
            return "still_counting"
        if not self.day.entries:
            return "no_word_of_day"
        if self.day.missing:
            return "entries_missing"
        return "" if self.day.settled or not self.over else "end_missing"


@dataclass(frozen=True, slots=True)
class Isolation:
    """在管 / 新增 / 解除 by the office's own lists: at the end of the day, and since the day before."""

    under_care: int = 0
    new: int = 0
    released: int = 0


@dataclass(frozen=True, slots=True)
class UnitReport:
    """A unit's day.  ``before`` sums the days before it from ``since`` on (累计), empty if there are none."""

    unit: str
    name: str
    period: Period
    gates: tuple[GateLine, ...]
    cases_open: int
    isolation: Isolation
    before: Mapping[str, int] = field(default_factory=dict)
    since: str = ""

    @property
    def counts(self) -> dict[str, int]:
        """The day's counts of all gates."""
        return {name: sum(line.day.counts[name] for line in self.gates if line.day) for name in NAMES}

    @property
    def total(self) -> dict[str, int]:
        """The counts of the day and of all days before it that are held (累计)."""
        return {name: count + self.before.get(name, 0) for name, count in self.counts.items()}

    @property
    def hours(self) -> tuple[tuple[int, int], ...]:
        """People in and out by hour of the day."""
        days = [line.day.hours for line in self.gates if line.day]
        return tuple((sum(day[hour][0] for day in days), sum(day[hour][1] for day in days)) for hour in range(24))

    @property
    def lacking(self) -> tuple[GateLine, ...]:
        """The gates whose figures are not all in."""
        return tuple(line for line in self.gates if line.trouble)

    @property
    def counting(self) -> tuple[GateLine, ...]:
        """The gates that are still being counted."""
        return tuple(line for line in self.gates if line.trouble == "still_counting")

    @property
    def waits(self) -> bool:
        """Whether a gate is still being counted: then there are no sums, and nobody confirms anything."""
        return bool(self.counting)

    @property
    def is_zero(self) -> bool:
        """Whether it is a zero report."""
        counts = self.counts
        quiet = not (counts["abnormal"] or counts["referred"] or counts["cases_opened"] or self.cases_open)
        heard = [line for line in self.gates if line.ever_heard]
        whole = bool(heard) and not any(line.trouble for line in heard)
        sure = not any(
            line.day.unknown.get(name)
            for line in heard
            if line.day
            for name in ("abnormal", "referred", "cases_opened")
        )
        return quiet and whole and sure and self.period.until_ms is None

    def body(self) -> dict[str, Any]:
        """The report as canonical JSON can hold it; what is confirmed is the SHA-256 of these bytes."""
        return {
            "v": VERSION,
            "unit": self.unit,
            "day": self.period.day,
            "counts": self.counts,
            "hours": [list(pair) for pair in self.hours],
            "cases_open": self.cases_open,
            "isolation": [self.isolation.under_care, self.isolation.new, self.isolation.released],
            "gates": [_gate(line) for line in sorted(self.gates, key=lambda line: line.station)],
            "zero": self.is_zero,
        }

    def sha256(self) -> str:
        """Names exactly these figures."""
        return hashlib.sha256(canonical(self.body())).hexdigest()


def _gate(line: GateLine) -> dict[str, Any]:
    if line.day is None:
        return {"station": line.station, "entries": 0, "missing": 0, "ranges": []}
    ranges = [[each.epoch, each.first, each.last, each.head] for each in line.day.ranges]
    return {"station": line.station, "entries": line.day.entries, "missing": line.day.missing, "ranges": ranges}
