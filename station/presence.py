"""What the desk writes about itself, so that a report can prove that the gate was there."""

from __future__ import annotations

from collections.abc import Iterable

from station import kinds
from station.clock import Moment
from station.desk.health import Device
from station.journal.draft import Draft
from station.wire.entry import ClockState

#: A mark every half hour: 48 a day, and a power cut is known to within as much.
CHECK_MS = 30 * 60_000
#: A hub that answers again within this was never away.
ROAD_LOST_MS = 60_000


class Presence:
    """Marks that the gate is there, that the road is lost or back, and that the clock became known."""

    def __init__(self, now_ms: int, anchored: bool) -> None:
        self._checked_ms = now_ms
        self._anchored = anchored
        self._offline_since_ms: int | None = None
        self._road_lost = False

    def ticked(self, now_ms: int, devices: Iterable[Device], road: str, moment: Moment) -> list[Draft]:
        """What is to be written now; *road* is the state of station.screen.badges.Road."""
        drafts = self._road(now_ms, road)
        # A clock that was set back must not silence the marks.
        if not 0 <= now_ms - self._checked_ms < CHECK_MS:
            self._checked_ms = now_ms
            working = [device.working for device in devices]
            drafts.append(Draft(kinds.GATE_CHECKED, {"devices": len(working), "working": sum(working)}))
        if not self._anchored and moment.clock in (ClockState.SYNCED, ClockState.RTC):
            self._anchored = True
            drafts.append(anchor(moment))
        return drafts

    def _road(self, now_ms: int, road: str) -> list[Draft]:
        if road != "offline":
            self._offline_since_ms = None
            if self._road_lost and road == "ok":
                self._road_lost = False
                return [Draft(kinds.ROAD_BACK, {})]
            return []
        if self._offline_since_ms is None:
            self._offline_since_ms = now_ms
        if not self._road_lost and now_ms - self._offline_since_ms >= ROAD_LOST_MS:
            self._road_lost = True
            return [Draft(kinds.ROAD_LOST, {})]
        return []


def anchor(moment: Moment) -> Draft:
    """``clock.anchored``: the running time of this boot at a known wall time."""
    facts = {"boot_id": moment.boot_id, "boottime_ns": moment.boottime_ns, "at_ms": moment.at_ms}
    return Draft(kinds.CLOCK_ANCHORED, facts)
