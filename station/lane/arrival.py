"""Who stands at the gate: arriving, coming back from a rest, and giving a reading its person.  Pure.

Somebody unknown who has just been sent to rest may be the next one to show a code: that is asked whenever a name
comes to a visit, or the high reading would be washed away by scanning after measuring.
"""

from __future__ import annotations

from dataclasses import replace

from station.lane import party
from station.lane.lane import Lane
from station.lane.person import Person
from station.lane.visit import Visit, identify, measure


def arrive(lane: Lane, person: Person, seen_ms: int, event_ns: int | None, now_ms: int) -> None:
    """*person* is here, and nobody else is being dealt with."""
    join(lane, stand(lane, person, seen_ms, event_ns, now_ms), seen_ms, now_ms)


def stand(lane: Lane, person: Person, seen_ms: int, event_ns: int | None, now_ms: int) -> Visit:
    """The visit of *person*: the one in which they come next, or were sent to rest, or a new one."""
    behind = lane.following
    if behind is not None and behind.knows(person):
        lane.following = None
        if not has_question(behind):
            return identify(behind, person, seen_ms, event_ns)
        lane.part(behind, "next_person")
    resting = resting_of(lane, person)
    if resting is None:
        return lane.begin(person, seen_ms, event_ns, now_ms)
    return party.turn_to(identify(lane.stand_up(resting, now_ms), person, seen_ms, event_ns), person)


def join(lane: Lane, visit: Visit, seen_ms: int, now_ms: int) -> None:
    """*visit* has a name now; ask if that may be the name of somebody unknown who has just been sent to rest."""
    unknown = unknown_resting(lane, seen_ms)
    if unknown is None:
        lane.settle(visit, now_ms)
    else:
        lane.ask(replace(visit, claims=unknown.id, touched_ms=now_ms), "was_it_you")


def give(lane: Lane, visit: Visit, person: Person, seen_ms: int, event_ns: int | None, now_ms: int) -> None:
    """*visit*, which was of somebody unknown, turns out to be *person*'s."""
    resting = resting_of(lane, person)
    if resting is None:
        join(lane, identify(visit, person, seen_ms, event_ns), seen_ms, now_ms)
    elif visit.earlier or visit.people > 1:
        # They rest, so what somebody else was told, or a group, cannot be theirs.
        lane.visit = visit
        lane.leave("next_person")
        arrive(lane, person, seen_ms, event_ns, now_ms)
    else:
        lane.visit = None
        back = party.turn_to(identify(lane.stand_up(resting, now_ms), person, seen_ms, event_ns), person)
        for taken in visit.round:
            back = measure(back, taken)
        lane.settle(replace(back, touched_ms=now_ms, event_ns=event_ns), now_ms)


def resting_of(lane: Lane, person: Person) -> Visit | None:
    """The visit in which *person* was sent to rest."""
    matches = (visit for visit in lane.waiting.values() if visit.knows(person))
    return next(matches, None)


def is_elsewhere(lane: Lane, person: Person) -> bool:
    """Whether *person* rests or comes next in a visit of their own."""
    return resting_of(lane, person) is not None or (lane.following is not None and lane.following.knows(person))


def unknown_resting(lane: Lane, seen_ms: int) -> Visit | None:
    """Somebody without a name who was sent to rest a moment ago."""
    for visit in lane.waiting.values():
        if visit.person is None and is_near(lane, seen_ms, visit.since_ms):
            return visit
    return None


def is_near(lane: Lane, one_ms: int, other_ms: int) -> bool:
    """Whether two things happened within the pairing window."""
    return abs(one_ms - other_ms) <= lane.timing.pairing_ms


def last_ms(visit: Visit) -> int:
    """When *visit* was last seen here."""
    return max(visit.person_ms, visit.readings[-1].seen_ms if visit.readings else 0)


def has_question(visit: Visit) -> bool:
    """Whether the operator is asked who is who, and nothing else may happen to *visit* before the answer."""
    return visit.rival is not None or visit.held is not None or bool(visit.claims)


def is_nameless(visit: Visit) -> bool:
    """Whether the question is who stands here, so that the next name or code is the answer and no second person."""
    return visit.ask == "who_is_it" and visit.person is None
