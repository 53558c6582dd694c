"""The acts that take something back: the last entry, or the visit at the gate.  Pure."""

from __future__ import annotations

from station.lane import drafts
from station.lane.action import Action, ActionError
from station.lane.acts.meant import means_shown
from station.lane.lane import Lane
from station.lane.person import Person
from station.registration.at_lane import step_back


def undo(lane: Lane, action: Action, _person: Person | None, _now_ms: int) -> None:
    """The last entry never happened, while it can be taken back; a referral never can."""
    last, named = lane.undoable, (action.get("epoch"), action.get("seq"))
    if last is None or named not in ((str(last.epoch), str(last.seq)), ("", "")):
        raise ActionError("nothing_to_undo", "undo: only within ten seconds, and never a referral")
    lane.undoable = None
    lane.waiting.pop(last.visit, None)
    lane.unfilled.pop(f"{last.epoch}-{last.seq}", None)
    lane.handed = [one for one in lane.handed if one.visit != last.visit]
    if lane.shown is not None and lane.shown.visit.id == last.visit:
        lane.shown = None
    if lane.refused is not None and lane.refused.visit.id == last.visit:
        lane.refused = None
    step_back(lane, last.visit)
    lane.record(drafts.voided(last.epoch, last.seq, last.visit, "operator", lane.actor))


def cancel(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    """Of a finished visit that is still shown: seen, and away with it; else the visit at the gate ends."""
    meant_shown = means_shown(lane, action)
    lane.shown = None
    lane.notice = None
    if lane.visit is not None and not meant_shown:
        lane.leave("cancelled")
        lane.ticked(now_ms)
