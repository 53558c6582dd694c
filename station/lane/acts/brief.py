"""The acts that write first and ask later: an emergency, a delivery, what stood on paper, and their details.  Pure."""

from __future__ import annotations

from drivers.patterns import Meaning
from station import kinds
from station.facts import Direction, Trip
from station.journal.draft import Draft
from station.lane import drafts, paper
from station.lane.action import Action, ActionError
from station.lane.acts.arguments import MAX_PEOPLE, MAX_TYPED, choice, typed_centi
from station.lane.effects import OpenGate, Signal
from station.lane.lane import Lane
from station.lane.marks import Shown
from station.lane.person import Person
from station.lane.visit import Stage, Visit
from station.policy.policy import Decision, Outcome


def let_through(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    """The barrier first; what it was is told later, here or from the list of what is to be filled in."""
    people = action.get("people") or "1"
    if not (people.isdecimal() and 1 <= int(people) <= MAX_PEOPLE):
        raise ActionError("bad_people", f"emergency: {people!r} people")
    lane.effects += [OpenGate(), Signal(Meaning.ADMIT, lane.direction)]
    visit = Visit(lane.new_id(), lane.direction, now_ms, stage=Stage.DECIDED, people=int(people))
    token = lane.record(drafts.emergency(visit.id, lane.direction, int(people), lane.policy, lane.actor))
    lane.goods[token] = visit.id
    decision = Decision(Outcome.ADMIT, "emergency", "emergency")
    lane.shown = Shown(visit, decision, now_ms + lane.timing.refusal_shown_ms)


def add_details(lane: Lane, action: Action, person: Person | None, _now_ms: int) -> None:
    """What was left out when the barrier came first, one thing a press."""
    item = lane.unfilled.get(action.get("of"))
    if item is None:
        raise ActionError("details_gone", f"details: {action.get('of')!r} has nothing to be filled in")
    if action.get("resident") and person is None:
        raise ActionError("resident_unknown", "details: no such resident")
    facts: dict[str, int | str | bool] = {}
    if action.get("people"):
        typed = action.get("people")
        people = item.people + int(typed) if typed in ("+1", "-1") else int(typed)
        if not 1 <= people <= MAX_PEOPLE:
            raise ActionError("bad_people", f"details: {people} people")
        facts["people"] = people
    if action.get("service"):
        facts["service"] = action.get("service")
    if person is not None and item.what == "emergency" and item.direction == Direction.OUT:
        # Who leaves with an ambulance is out without limit.
        facts["trip"] = Trip.MEDICAL
    if action.get("complete"):
        facts["complete"] = True
    plate = action.get("plate")
    if not (facts or person or plate):
        raise ActionError("missing_argument", "details: nothing to add")
    lane.record(drafts.details(item, lane.actor, facts, person, plate))


def count_delivery(lane: Lane, action: Action, _person: Person | None, _now_ms: int) -> None:
    """One rider more, or the last one back."""
    if action.get("pieces") == "-1":
        if not lane.handed:
            raise ActionError("nothing_to_undo", "delivery: none is counted")
        last = lane.handed.pop()
        if lane.undoable is not None and lane.undoable.visit == last.visit:
            lane.undoable = None
        lane.record(drafts.voided(last.epoch, last.seq, last.visit, "operator", lane.actor))
        return
    name = lane.new_id()
    token = lane.record(Draft(kinds.GOODS_HANDED, {"pieces": 1, "visit": name}, lane.actor))
    lane.goods[token] = name


def from_paper(lane: Lane, action: Action, person: Person | None, now_ms: int) -> None:
    """A passage that stood on paper: nobody is let through now, and it counts at the time on the paper."""
    if action.get("resident") and person is None:
        raise ActionError("resident_unknown", "paper: no such resident")
    observed_ms = paper.when_ms(action.get("time"), now_ms, lane.timezone)
    if observed_ms is None:
        raise ActionError("bad_time", f"paper: {action.get('time')!r} is no time of a day")
    taken = paper.reading(typed_centi(action), observed_ms)
    direction = choice(Direction, action.get("to"), "direction")
    visit = paper.visit_of(lane.new_id(), direction, person, taken)
    draft = paper.draft(visit, lane.see(visit), lane.policy, lane.actor, action.get("who")[:MAX_TYPED])
    token = lane.record(draft)
    if draft.facts["outcome"] == Outcome.ADMIT:
        lane.goods[token] = visit.id
    else:
        lane.say("paper_high", now_ms)
