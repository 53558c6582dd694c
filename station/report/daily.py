"""The report of a period: entries → counts, hours, cases, gaps and the proof that nothing was left out.  Pure.

Entries stream through once (after :func:`station.report.survey.survey`); what is kept is a few numbers, the open
cases, and the visits of the period that were measured again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import tzinfo
from typing import Any

from station import kinds
from station.report.counts import Counts, count, outsiders, passed, peak
from station.report.noted import Noted
from station.report.period import Period, local
from station.report.survey import Survey
from station.report.watch import Downtime, Gap, Watch
from station.wire.canonical import canonical

#: A visit is measured again within the hour; in the worst one of these there are 700 visits.
MAX_RETAKEN = 1_000
#: Of the canonical report; a field more is another version.
VERSION = 1


@dataclass(frozen=True, slots=True)
class Range:
    """Entries ``first`` to ``last`` of ``epoch``, and the head of the chain after the last, in hex."""

    epoch: int
    first: int
    last: int
    head: str


@dataclass(frozen=True, slots=True)
class Isolation:
    """在管 / 新增 / 解除, as the newest list of the office in the period says."""

    under_care: int
    new: int
    released: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a gate reports of one period.

    ``counts`` are of the period, ``total`` of everything up to its end (累计).  ``hours`` are passages in and out
    by hour of the day.  ``unknown_day`` are counts of entries that nobody can give a day and that lie between
    neighbours around or within the period; they are in no other count.  ``outsiders_inside`` is None where more
    outsiders left than came.  ``isolation`` is None where no entry says anything of it.
    """

    station: str
    period: Period
    timezone: str
    counts: Counts
    total: Counts
    unknown_day: Counts
    hours: tuple[tuple[int, int], ...]
    peak: tuple[int, int] | None
    cases_open: int
    outsiders_inside: int | None
    isolation: Isolation | None
    gaps: tuple[Gap, ...]
    more_gaps: int
    devices: tuple[Downtime, ...]
    online_ms: int
    checks: int
    entries: int
    ranges: tuple[Range, ...]

    @property
    def is_zero(self) -> bool:
        """Whether this is a zero report (零报告): the period is over, and no fever, case or referral was in it.

        What nobody can give a day, or what is missing from the chain, may have been one: then it is none.  Nor is it
        with more gaps than are listed: nobody can say of what kind the others were.
        """
        counts = self.counts
        quiet = not (counts.abnormal or counts.referred or counts.cases_opened or self.cases_open)
        unknown = self.unknown_day
        sure = not (unknown.abnormal or unknown.referred or unknown.cases_opened)
        whole = bool(self.entries) and not self.more_gaps and all(gap.cause != "missing" for gap in self.gaps)
        return quiet and sure and whole and self.period.until_ms is None

    def body(self) -> dict[str, Any]:
        """The report as canonical JSON can hold it; what was confirmed is the SHA-256 of these bytes."""
        return {
            "v": VERSION,
            "station": self.station,
            "period": asdict(self.period),
            "timezone": self.timezone,
            "counts": self.counts.body(),
            "total": self.total.body(),
            "unknown_day": self.unknown_day.body(),
            "hours": [list(pair) for pair in self.hours],
            "peak": None if self.peak is None else list(self.peak),
            "cases_open": self.cases_open,
            "outsiders_inside": self.outsiders_inside,
            "isolation": None if self.isolation is None else asdict(self.isolation),
            "gaps": [asdict(gap) for gap in self.gaps],
            "more_gaps": self.more_gaps,
            "devices": [asdict(device) for device in self.devices],
            "online_ms": self.online_ms,
            "checks": self.checks,
            "entries": self.entries,
            "ranges": [asdict(each) for each in self.ranges],
            "zero": self.is_zero,
        }

    def sha256(self) -> str:
        """Names exactly these figures."""
        return hashlib.sha256(canonical(self.body())).hexdigest()


def make_report(
    station: str,
    period: Period,
    zone: tzinfo,
    surveyed: Survey,
    entries: Iterable[Noted],
    steady: bool = True,
) -> Report:
    """The report of *period* from all *entries* of the journal, oldest first.

    *steady* is false for a demo whose time runs faster than life.
    """
    pile = _Pile(period, zone, surveyed, Watch(period, steady))
    for noted in entries:
        pile.saw(noted)
    pile.ended()
    return pile.report(station, str(zone))


@dataclass(slots=True)
class _Pile:
    """What has been counted so far."""

    period: Period
    zone: tzinfo
    surveyed: Survey
    watch: Watch
    counts: Counts = field(default_factory=Counts)
    total: Counts = field(default_factory=Counts)
    unknown: Counts = field(default_factory=Counts)
    pending: Counts | None = None
    pending_since_ms: int | None = None
    last_ms: int | None = None
    hours: list[list[int]] = field(default_factory=lambda: [[0, 0] for _ in range(24)])
    cases: set[str] = field(default_factory=set)
    retaken: dict[str, None] = field(default_factory=dict)
    outsiders: int = 0
    isolation: Isolation | None = None
    entries: int = 0
    ranges: dict[int, Range] = field(default_factory=dict)

    def saw(self, noted: Noted) -> None:
        written_ms = self.surveyed.at_ms(noted)
        self.watch.saw(noted, written_ms)
        if written_ms is not None:
            self._settle_unknown(written_ms)
            self.last_ms = written_ms
            if self.period.from_ms <= written_ms < self.period.end_ms:
                self._list(noted)
        observed_ms = noted.facts.get("observed_at_ms")
        at_ms = observed_ms if type(observed_ms) is int else written_ms
        if self.surveyed.counts(noted):
            self._count(self.surveyed.told(noted), at_ms)

    def ended(self) -> None:
        self._settle_unknown(None)
        self.watch.ended()

    def report(self, station: str, timezone: str) -> Report:
        watch = self.watch
        return Report(
            station,
            self.period,
            timezone,
            self.counts,
            self.total,
            self.unknown,
            tuple((inward, outward) for inward, outward in self.hours),
            peak(self.hours),
            len(self.cases),
            self.outsiders if self.outsiders >= 0 else None,
            self.isolation,
            tuple(watch.gaps),
            watch.more_gaps,
            watch.downtimes(),
            watch.online_ms,
            watch.checks,
            self.entries,
            tuple(self.ranges[epoch] for epoch in sorted(self.ranges)),
        )

    def _list(self, noted: Noted) -> None:
        self.entries += 1
        first = self.ranges[noted.epoch].first if noted.epoch in self.ranges else noted.seq
        self.ranges[noted.epoch] = Range(noted.epoch, first, noted.seq, noted.hash.hex())

    def _count(self, noted: Noted, at_ms: int | None) -> None:
        if at_ms is None:
            if self.pending is None:
                self.pending, self.pending_since_ms = Counts(), self.last_ms
            count(self.pending, noted)
            return
        if at_ms >= self.period.end_ms:
            return
        facts = noted.facts
        again = self._is_first_retake(noted)
        count(self.total, noted)
        self.total.retaken += again
        self._follow(noted)
        if at_ms < self.period.from_ms:
            return
        count(self.counts, noted)
        self.counts.retaken += again
        hour = self.hours[local(at_ms, self.zone).hour]
        inward, outward = passed(noted)
        hour[0] += inward
        hour[1] += outward
        if noted.kind == kinds.ORDER_APPLIED and facts.get("kind") == "isolation" and "under_care" in facts:
            self.isolation = Isolation(*(int(facts.get(name, 0)) for name in ("under_care", "new", "released")))

    def _is_first_retake(self, noted: Noted) -> bool:
        """Whether *noted* is the first retake of its visit."""
        if noted.kind != kinds.VISIT_DECIDED or noted.facts.get("outcome") != "retake":
            return False
        visit = str(noted.facts.get("visit"))
        if visit in self.retaken:
            return False
        self.retaken[visit] = None
        if len(self.retaken) > MAX_RETAKEN:
            del self.retaken[next(iter(self.retaken))]
        return True

    def _follow(self, noted: Noted) -> None:
        """What goes on from one period to the next: open cases, and outsiders inside."""
        if noted.kind == kinds.CASE_OPENED:
            self.cases.add(str(noted.facts["case"]))
        elif noted.kind == kinds.CASE_STEP and noted.facts.get("ends") is True:
            self.cases.discard(str(noted.facts["case"]))
        self.outsiders += outsiders(noted)

    def _settle_unknown(self, until_ms: int | None) -> None:
        """Entries without a day lie between their neighbours: theirs is this period if the two enclose any of it."""
        pending, since_ms = self.pending, self.pending_since_ms
        if pending is None:
            return
        self.pending = None
        before_end = since_ms is None or since_ms < self.period.end_ms
        after_start = until_ms is None or until_ms >= self.period.from_ms
        if before_end and after_start:
            for name, value in pending.body().items():
                self.unknown.add(name, value)
