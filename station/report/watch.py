"""When the gate was there and when it was not: hours on line, gaps with their cause, devices.  Pure.

Entries are walked in the order of the chain.  Between two entries of one run of the desk the gate was there, unless
nothing was written for longer than :data:`SILENT_MS`: the desk writes ``gate.checked`` every half hour.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from station import kinds
from station.report.noted import Noted
from station.report.period import Period

#: Three of the desk's own marks missing: nobody can say that the gate was there.
SILENT_MS = 100 * 60_000
#: Wall time that moves this much against the running time of the machine was set, not merely disciplined.
JUMP_MS = 60_000
#: A gap of yesterday that reaches less than this into the day is not told again.
OVER_MS = 60_000
#: More gaps than this in one report are counted, not listed: a line of the paper each.
MAX_GAPS = 40
#: Causes of an epoch that say how the gate was away; the others (a receipt) open a chain while it goes on.
_CARD = {"machine": "card", "key": "card", "station": "card", "salvage": "salvage"}
_NS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class Gap:
    """Something is missing from the record, and why: ``cause`` is a code.  ``detail`` is what, or how many."""

    cause: str
    from_ms: int
    to_ms: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Downtime:
    """How long a device (or the road to the hub) was away, how often, and whether it still was at the end."""

    device: str
    role: str
    total_ms: int
    times: int
    still: bool


@dataclass(slots=True)
class Watch:
    """Follows the entries of a journal; asks nothing but their times.

    ``steady`` is false for a demo that plays faster than life, where wall time always moves against running time.
    """

    period: Period
    steady: bool = True
    gaps: list[Gap] = field(default_factory=list)
    more_gaps: int = 0
    online_ms: int = 0
    checks: int = 0
    _last: Noted | None = None
    _last_ms: int | None = None
    _boot: tuple[str, int] | None = None
    _cause: str = ""
    _stopped: bool = False
    _unknown_since_ms: int | None = None
    _lost: dict[str, tuple[str, int]] = field(default_factory=dict)
    _away: dict[str, Downtime] = field(default_factory=dict)

    def saw(self, noted: Noted, at_ms: int | None) -> None:
        """The next entry of the chain, written at *at_ms* or nobody knows when."""
        last = self._last
        if last is not None and last.epoch == noted.epoch and noted.seq != last.seq + 1:
            missing = str(noted.seq - last.seq - 1)
            self._gap("missing", self._last_ms, at_ms, missing)
        self._last = noted
        if noted.kind == kinds.EPOCH_OPENED:
            self._cause = _CARD.get(str(noted.facts.get("reason")), self._cause)
        if at_ms is None:
            if self._unknown_since_ms is None:
                self._unknown_since_ms = self.period.from_ms if self._last_ms is None else self._last_ms
            return
        self._follow(noted, last, at_ms)
        self._devices(noted, at_ms)
        # The chain that a new card or a repaired file begins is opened after the gate was away, not before.
        if noted.kind != kinds.EPOCH_OPENED or last is None:
            self._last_ms = at_ms

    def ended(self) -> None:
        """There are no more entries."""
        if self._unknown_since_ms is not None:
            self._gap("clock_unknown", self._unknown_since_ms, self.period.end_ms)
        if self._last_ms is None:
            self._gap("no_entries", self.period.from_ms, self.period.end_ms)
        elif self.period.end_ms - self._last_ms > SILENT_MS:
            self._gap("silent", self._last_ms, self.period.end_ms)
        for device in list(self._lost):
            self._back(device, self.period.end_ms, still=True)

    def downtimes(self) -> tuple[Downtime, ...]:
        """What was away within the period, by name."""
        return tuple(self._away[device] for device in sorted(self._away))

    def _follow(self, noted: Noted, last: Noted | None, at_ms: int) -> None:
        """What lies between the last entry of known time and this one."""
        before_ms = self._last_ms
        if self._unknown_since_ms is not None:
            self._gap("clock_unknown", self._unknown_since_ms, at_ms)
            self._unknown_since_ms = before_ms = None
        if last is None:
            if at_ms > self.period.from_ms:
                self._gap("before_first", self.period.from_ms, at_ms)
        elif noted.kind == kinds.SERVICE_STARTED:
            if before_ms is not None and (self._cause or last.seq > 1 or last.kind != kinds.EPOCH_OPENED):
                self._gap(self._cause or _why_away(noted, last, self._stopped), before_ms, at_ms)
            for device in list(self._lost):
                self._back(device, at_ms)
        elif before_ms is not None and self._is_jump(noted, at_ms):
            self._gap("clock_jump", min(before_ms, at_ms), max(before_ms, at_ms))
        elif before_ms is not None and noted.kind != kinds.EPOCH_OPENED:
            if at_ms - before_ms > SILENT_MS:
                self._gap("silent", before_ms, at_ms)
            else:
                self.online_ms += self._within(before_ms, at_ms)
        self._cause = "" if noted.kind == kinds.SERVICE_STARTED else self._cause
        self._stopped = noted.kind == kinds.SERVICE_STOPPED
        self._boot = (noted.boot_id, at_ms - noted.boottime_ns // _NS_PER_MS)
        if noted.kind == kinds.STORAGE_FAILED:
            self._gap("storage", at_ms if before_ms is None else before_ms, at_ms)

    def _is_jump(self, noted: Noted, at_ms: int) -> bool:
        if not self.steady or self._boot is None or self._boot[0] != noted.boot_id:
            return False
        return abs(at_ms - noted.boottime_ns // _NS_PER_MS - self._boot[1]) > JUMP_MS

    def _devices(self, noted: Noted, at_ms: int) -> None:
        facts = noted.facts
        if noted.kind == kinds.GATE_CHECKED and self.period.from_ms <= at_ms < self.period.end_ms:
            self.checks += 1
        if noted.kind == kinds.DEVICE_LOST:
            self._lost.setdefault(str(facts.get("device")), (str(facts.get("role")), at_ms))
        elif noted.kind == kinds.DEVICE_BACK:
            self._back(str(facts.get("device")), at_ms)
        elif noted.kind == kinds.ROAD_LOST:
            self._lost.setdefault("hub", ("road", at_ms))
        elif noted.kind == kinds.ROAD_BACK:
            self._back("hub", at_ms)

    def _back(self, device: str, at_ms: int, still: bool = False) -> None:
        role, since_ms = self._lost.pop(device, ("", at_ms))
        if since_ms >= self.period.end_ms:
            return
        away_ms = self._within(since_ms, at_ms)
        # Whether it came back on the day after is not this period's business, and must not change its report.
        still = still or at_ms >= self.period.end_ms
        if not role or not (away_ms or still):
            return
        so_far = self._away.get(device, Downtime(device, role, 0, 0, False))
        self._away[device] = Downtime(device, role, so_far.total_ms + away_ms, so_far.times + 1, still)
        if role == "road":
            self._gap("network", since_ms, at_ms)

    def _within(self, from_ms: int, to_ms: int) -> int:
        return max(0, min(to_ms, self.period.end_ms) - max(from_ms, self.period.from_ms))

    def _gap(self, cause: str, from_ms: int | None, to_ms: int | None, detail: str = "") -> None:
        from_ms = self.period.from_ms if from_ms is None else from_ms
        to_ms = self.period.end_ms if to_ms is None else to_ms
        if to_ms < self.period.from_ms or from_ms >= self.period.end_ms:
            return
        # What was over as the period began is the gap of the one before it.
        if cause != "missing" and from_ms < self.period.from_ms and to_ms < self.period.from_ms + OVER_MS:
            return
        if len(self.gaps) >= MAX_GAPS:
            self.more_gaps += 1
            return
        clipped = max(from_ms, self.period.from_ms), min(max(from_ms, to_ms), self.period.end_ms)
        self.gaps.append(Gap(cause, *clipped, detail))


def _why_away(started: Noted, last: Noted, stopped: bool) -> str:
    if stopped:
        return "stopped"
    return "crash" if started.boot_id == last.boot_id else "power"
