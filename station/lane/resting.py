"""Who was told to rest: numbered chips beside the lane.  Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from station.lane import drafts
from station.lane.state import LaneState
from station.lane.visit import Stage, Visit, move

#: The strip has six places; whoever comes after waits beside it, is still recorded, and moves up.
MAX_WAITING = 24
#: Tags are two digits so that they can be read aloud.
MAX_TAG = 99


@dataclass(slots=True)
class Resting(LaneState):
    """The lane with those who rest beside it."""

    def rest(self, visit: Visit) -> None:
        """*visit* steps aside under a chip; when there is no place, whoever has rested longest is gone."""
        if len(self.waiting) >= MAX_WAITING:
            oldest = min(self.waiting.values(), key=lambda other: other.since_ms)
            del self.waiting[oldest.id]
            self.record(drafts.waiting_left(oldest))
        self.waiting[visit.id] = self.tagged(visit)

    def tagged(self, visit: Visit) -> Visit:
        """*visit* with a number that can be read aloud."""
        if visit.tag:
            return visit
        return replace(visit, tag=self.free_tag())

    def free_tag(self) -> int:
        """The next number that nobody who waits has; there are more numbers than places."""
        used = {visit.tag for visit in self.waiting.values()}
        while self.next_tag in used:
            self.next_tag = self.next_tag % MAX_TAG + 1
        tag, self.next_tag = self.next_tag, self.next_tag % MAX_TAG + 1
        return tag

    def stand_up(self, visit: Visit, now_ms: int) -> Visit:
        """Somebody who rested is here again."""
        del self.waiting[visit.id]
        return move(visit, Stage.OPEN, touched_ms=now_ms, person_ms=now_ms)
