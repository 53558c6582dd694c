"""What one gate is wired from, made once at the start and joined by its desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from station.clock import Clock
from station.config.config import Config
from station.desk.outputs import Outputs
from station.duty.post import Post
from station.enrolment.enrolment import Enrolment
from station.lane.lane import Lane
from station.office.office import Office
from station.offsets import Offsets
from station.register import Register
from station.registration.forms import Forms
from station.wire.entry import ClockState


@dataclass(frozen=True, slots=True)
class Gate:
    """The parts of one gate; whoever has the lane's thread may use them all.

    *restarted* says that the desk was there before this start, *salvaged_ms* when its journal was salvaged, if it was.
    Without *enrolment* there will never be a hub.
    """

    config: Config
    clock: Clock
    lane: Lane
    office: Office
    outputs: Outputs
    register: Register
    forms: Forms
    offsets: Offsets
    post: Post
    restarted: bool = False
    salvaged_ms: int | None = None
    enrolment: Enrolment | None = None

    @property
    def zone(self) -> ZoneInfo:
        """Where the gate stands."""
        return ZoneInfo(self.config.station.timezone)

    def known_ms(self, now_ms: int) -> int | None:
        """The time for judging passes; None while nobody can say what time it is."""
        return None if self.clock.state() in (ClockState.UNKNOWN, ClockState.RESTORED) else now_ms

    def is_night(self, now_ms: int) -> bool:
        """Whether lamps and voice are to be quieter now."""
        hour = datetime.fromtimestamp(now_ms / 1000, self.zone).hour
        begins, ends = self.config.desk.night_from, self.config.desk.night_to
        return hour >= begins or hour < ends if begins > ends else begins <= hour < ends
