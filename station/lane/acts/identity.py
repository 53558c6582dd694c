"""The acts that say who somebody is.  Pure."""

from __future__ import annotations

from dataclasses import replace

from station.lane.action import Action, ActionError
from station.lane.acts.meant import standing_here
from station.lane.arrival import give, has_question, is_nameless, resting_of
from station.lane.holder import answer_holder
from station.lane.lane import Lane
from station.lane.pairing import presented
from station.lane.person import Person
from station.lane.visit import Stage
from station.lane.whose import answer_whose


def identify(lane: Lane, _action: Action, person: Person | None, now_ms: int) -> None:
    """Who was found by name stands here; who is being asked about is corrected."""
    if person is None:
        raise ActionError("resident_unknown", "identify: no such resident")
    visit, resting = lane.visit, resting_of(lane, person)
    rested = resting is None or now_ms >= resting.ready_ms
    asked = visit is not None and visit.stage is Stage.ASK and visit.person is not None and not has_question(visit)
    comes_next = lane.following is not None and lane.following.knows(person)
    if visit is not None and (asked or is_nameless(visit)) and rested and not visit.is_party and not comes_next:
        # The operator corrects who this is: not a second person.
        give(lane, replace(visit, person=None), person, now_ms, None, now_ms)
    else:
        presented(lane, person, now_ms, None, now_ms)


def say_whose(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    """Whose reading it is, as the screen asks."""
    if lane.visit is None or not has_question(lane.visit) or lane.visit.ask == "which_seat":
        raise ActionError("nothing_to_choose", "reading_of: nothing is being asked")
    answer_whose(lane, action.get("person") == "0", now_ms)


def say_holder(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    """Whether who shows the code is whom it names."""
    answer_holder(lane, standing_here(lane), action.get("same") == "yes", now_ms)
