"""A drill 演练 begins and ends.  Pure.

The journal opens a chain of its own for it, so that nothing of it counts anywhere; the ledger and the gate's own normal
do not see it (station/lane/lane.py).  Nobody may be in the middle of anything when it begins, and nothing is left
when it ends.
"""

from __future__ import annotations

from dataclasses import dataclass

from station import kinds
from station.journal.draft import Draft
from station.lane import drafts
from station.lane.action import ActionError
from station.lane.effects import Calm
from station.lane.lane import Lane
from station.lane.marks import Handed

BEGINS, ENDS = "drill", "drill_ended"


@dataclass(slots=True)
class Drill:
    """What of the lane is put aside while a drill runs: the deliveries that count."""

    handed: tuple[Handed, ...] = ()

    def begin(self, lane: Lane) -> None:
        """From now on everything is practice.

        :raises ActionError: ``drill_not_now`` while somebody stands or rests here, a case is open, or the disk fails.
        """
        busy = lane.visit or lane.following or lane.recording or lane.waiting or lane.cases or lane.goods
        if lane.drill or busy or not lane.storage_ok:
            raise ActionError("drill_not_now", "drill: first finish with everybody who is here, and every open case")
        self.handed = tuple(lane.handed)
        lane.shown = lane.undoable = lane.notice = None
        lane.record(Draft(kinds.EPOCH_OPENED, {"reason": BEGINS}, lane.actor))
        lane.drill = True

    def end(self, lane: Lane) -> None:
        """Whoever was played goes; what is real goes on.

        :raises ActionError: ``no_drill`` if there is none.
        """
        if not lane.drill:
            raise ActionError("no_drill", "drill: there is none")
        lane.leave(ENDS)
        if lane.following is not None:
            lane.part(lane.following, ENDS)
        for visit in lane.waiting.values():
            lane.record(drafts.waiting_left(visit, ENDS))
        for left in (lane.waiting, lane.cases, lane.recording, lane.goods):
            left.clear()
        lane.following = lane.shown = lane.undoable = lane.notice = None
        if lane.alarm is not None:
            lane.alarm = None
            lane.effects.append(Calm())
        lane.handed = list(self.handed)
        lane.record(Draft(kinds.EPOCH_OPENED, {"reason": ENDS}, lane.actor))
        lane.drill = False
