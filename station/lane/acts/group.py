"""The acts about people who pass together: how many, in what, and which of them.  Pure."""

from __future__ import annotations

from dataclasses import replace

from station.facts import Vehicle
from station.lane import party
from station.lane.action import Action, ActionError
from station.lane.acts.arguments import MAX_PEOPLE, choice
from station.lane.acts.meant import standing_here
from station.lane.arrival import is_elsewhere, unknown_resting
from station.lane.lane import Lane
from station.lane.person import Person
from station.lane.visit import Stage
from station.lane.whose import answer_seat, answer_together


def one_more(lane: Lane, _action: Action, _person: Person | None, now_ms: int) -> None:
    """One more; with nobody at the gate two people begin who belong together."""
    visit = replace(lane.begin(None, now_ms, None, now_ms), joined=True) if lane.visit is None else standing_here(lane)
    if visit.people >= MAX_PEOPLE:
        raise ActionError("too_many_people", f"companion: at most {MAX_PEOPLE} under one scan")
    lane.settle(replace(visit, people=visit.people + 1, touched_ms=now_ms, person_ms=now_ms), now_ms)


def one_fewer(lane: Lane, _action: Action, _person: Person | None, now_ms: int) -> None:
    """One less, but nobody who is measured or has a name."""
    visit = standing_here(lane)
    if visit.people <= party.fewest(visit):
        raise ActionError("seat_taken", "fewer: the last one is measured or has a name")
    lane.settle(replace(visit, people=visit.people - 1, turn=0, touched_ms=now_ms, person_ms=now_ms), now_ms)


def sit_in_vehicle(lane: Lane, action: Action, person: Person | None, now_ms: int) -> None:
    """Whoever is here, or comes now, sits in a vehicle; *person* is whose it is, where the plate is known."""
    here = lane.begin(None, now_ms, None, now_ms) if lane.visit is None else standing_here(lane)
    if here.stage not in (Stage.OPEN, Stage.AGAIN):
        raise ActionError("not_now", f"vehicle: not while something is asked: {here.ask}")
    standing = here.vehicle if here.vehicle is not Vehicle.NONE else Vehicle.PRIVATE
    kind = choice(Vehicle, action.get("kind") or standing, "vehicle")
    if kind is Vehicle.NONE:
        raise ActionError("bad_vehicle", "vehicle: none is no vehicle")
    visit = replace(here, vehicle=kind, plate=action.get("plate") or here.plate, touched_ms=now_ms, person_ms=now_ms)
    unnamed = visit.person is None and not visit.readings and unknown_resting(lane, now_ms) is None
    if person is not None and unnamed and not is_elsewhere(lane, person):
        visit = party.sit(visit, replace(person, source="plate"), 1, now_ms)
    lane.settle(visit, now_ms)


def choose_seat(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    """Who is to be measured next, or whose seat it is where the screen asks."""
    visit, number = lane.visit, action.get("seat")
    seat = int(number) if number.isdecimal() and len(number) <= 2 else 0
    if visit is not None and visit.ask == "which_seat" and visit.rival is not None:
        if seat > MAX_PEOPLE or not answer_seat(lane, visit, seat, now_ms):
            raise ActionError("bad_seat", f"seat: {number!r} is nobody's to take")
        return
    visit = standing_here(lane)
    if visit.people == 1 or not 1 <= seat <= visit.people:
        raise ActionError("bad_seat", f"seat: {number!r} of {visit.people}")
    lane.settle(party.choose(visit, seat, now_ms), now_ms)


def belong_together(lane: Lane, _action: Action, _person: Person | None, now_ms: int) -> None:
    """The two people whom the screen asks about belong together."""
    if lane.visit is None or lane.visit.people >= MAX_PEOPLE or not answer_together(lane, lane.visit, now_ms):
        raise ActionError("nothing_to_choose", "together: nobody is asked about two people")
