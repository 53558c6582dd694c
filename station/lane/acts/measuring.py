"""The acts about measuring: again, after a rest, and by hand.  Pure."""

from __future__ import annotations

from dataclasses import replace

from drivers.events import Mode, Site
from station.lane.action import Action, ActionError
from station.lane.acts.arguments import choice, typed_centi
from station.lane.acts.meant import standing_here
from station.lane.lane import Lane
from station.lane.person import Person
from station.lane.taken import Taken
from station.lane.visit import Stage, measure, move
from station.lane.whose import answer_whose


def measure_again(lane: Lane, _action: Action, _person: Person | None, now_ms: int) -> None:
    """Measure whoever stands here once more: the reading there is stays, the newer one decides."""
    if lane.visit is not None and lane.visit.ask == "whose_reading":
        answer_whose(lane, True, now_ms)
        return
    visit = standing_here(lane)
    once_more = move(visit, Stage.AGAIN, earlier=visit.readings, round=(), ask="retake")
    lane.settle(replace(once_more, touched_ms=now_ms, person_ms=now_ms), now_ms)


def park(lane: Lane, _action: Action, _person: Person | None, now_ms: int) -> None:
    """Let somebody who is to be measured again rest, so that the lane goes on."""
    visit = standing_here(lane)
    if not (visit.since_ms and visit.expects_reading):
        raise ActionError("not_measured", "park: only somebody who is to be measured again can rest")
    lane.leave("next_person")
    lane.waiting[visit.id] = replace(lane.waiting[visit.id], ready_ms=now_ms + lane.policy.lines.rest_ms)


def resume(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    """Somebody who rested stands here again: their chip was tapped."""
    visit = lane.waiting.get(action.get("waiting"))
    if visit is None:
        raise ActionError("waiting_unknown", "resume: nobody of that tag is waiting")
    lane.resume(visit, now_ms)


def type_reading(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    """A contact thermometer's figure, typed in: a marked reading."""
    centi = typed_centi(action)
    site = choice(Site, action.get("site") or Site.CONTACT, "argument")
    taken = Taken(centi, Mode.ADJUSTED, site, "by_hand", now_ms, 0, by_hand=True)
    visit = lane.begin(None, now_ms, None, now_ms) if lane.visit is None else standing_here(lane)
    if not visit.expects_reading:
        visit = replace(visit, earlier=visit.readings, round=())
    lane.settle(replace(measure(visit, taken), event_ns=visit.event_ns), now_ms)
