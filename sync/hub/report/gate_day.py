"""One gate's day in a report of the hub: what its own report says, without what only the gate knows.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from station.report import Downtime, Gap, Range


@dataclass(frozen=True, slots=True)
class GateDay:
    """One gate's day: ``counts`` by name, those of entries without a day apart in ``unknown``, and the proof.

    ``missing`` entries were written in or around that day and are not held; the hub does not know when.
    ``settled`` once the day is over and something later of the gate is held: its end is not still on its way.
    """

    station: str
    counts: Mapping[str, int]
    unknown: Mapping[str, int]
    hours: tuple[tuple[int, int], ...]
    gaps: tuple[Gap, ...]
    more_gaps: int
    devices: tuple[Downtime, ...]
    online_ms: int
    checks: int
    entries: int
    ranges: tuple[Range, ...]
    missing: int = 0
    settled: bool = True

    def proof(self) -> dict[str, Any]:
        """Everything but the counts, as canonical JSON can hold it."""
        return {
            "unknown_day": dict(self.unknown),
            "hours": [list(pair) for pair in self.hours],
            "gaps": [asdict(gap) for gap in self.gaps],
            "more_gaps": self.more_gaps,
            "devices": [asdict(device) for device in self.devices],
            "online_ms": self.online_ms,
            "checks": self.checks,
            "entries": self.entries,
            "ranges": [asdict(each) for each in self.ranges],
            "missing": self.missing,
        }


def gate_day_of(station: str, counts: Mapping[str, int], proof: Mapping[str, Any], settled: bool = True) -> GateDay:
    """The day of *station* with *counts* and what :meth:`GateDay.proof` gave."""
    return GateDay(
        station,
        counts,
        proof["unknown_day"],
        tuple((inward, outward) for inward, outward in proof["hours"]),
        tuple(Gap(**each) for each in proof["gaps"]),
        proof["more_gaps"],
        tuple(Downtime(**each) for each in proof["devices"]),
        proof["online_ms"],
        proof["checks"],
        proof["entries"],
        tuple(Range(**each) for each in proof["ranges"]),
        proof["missing"],
        settled,
    )
