"""People who pass together: in a vehicle, or on foot where the operator joined them.  Pure.

Seats are counted from 1 and each has a reading of its own.  Who shows a code takes a seat; children and elders
without a telephone have a reading and no name, and pass as whoever brought them.  A party is finished when every seat
is measured, and fares as the one of its people who fares worst.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from station.facts import Facts
from station.lane.facts import deciding
from station.lane.person import Person
from station.lane.taken import Taken, is_cold
from station.lane.visit import Stage, Visit, move
from station.policy.policy import Decision, Lines, Outcome, Policy, decide

#: Which outcome of one decides for all; a missing reading is waited for before anything is asked.
_GRAVITY = (Outcome.REFER, Outcome.DENY, Outcome.RETAKE, Outcome.ASK, Outcome.ADMIT)
#: The end of a number plate that the gate itself keeps; the whole one is for the office.
PLATE_TAIL = 3


def named(visit: Visit) -> tuple[tuple[int, Person], ...]:
    """Who has a name, with their seats; 0 is a seat that nobody knows."""
    own = () if visit.person is None else ((visit.own_seat, visit.person),)
    return tuple(sorted((*own, *visit.others), key=lambda pair: pair[0]))


def judge(policy: Policy, visit: Visit, see: Callable[[Visit], Facts]) -> tuple[Facts, Decision]:
    """The worst that *policy* decides for anybody in *visit*, and the facts it was decided from."""
    found = []
    people: list[Person | None] = [person for _, person in named(visit)]
    for person in people or [None]:
        facts = see(replace(visit, person=person))
        found.append((facts, decide(policy, facts)))
    return min(found, key=lambda pair: _GRAVITY.index(pair[1].outcome))


def seat_of(policy: Policy, visit: Visit, see: Callable[[Visit], Facts]) -> int:
    """On which seat the reason for the decision sits, 0 where it is nobody's in particular."""
    if visit.people == 1:
        return 0
    outcomes = [(seat, decide(policy, see(replace(visit, person=person)))) for seat, person in named(visit)]
    worst = judge(policy, visit, see)[1]
    if worst.outcome is Outcome.ADMIT:
        return 0
    if len({decision for _, decision in outcomes}) > 1:
        return next(seat for seat, decision in outcomes if decision == worst)
    lies = deciding(visit, policy.lines)
    return 0 if lies is None or in_range(lies, policy.lines) else lies.seat


def in_range(taken: Taken, lines: Lines) -> bool:
    """Whether *taken* is neither high nor too cold."""
    return not is_cold(taken, lines) and taken.centi_celsius < lines.high_centi


def on_seat(visit: Visit, seat: int) -> Person | None:
    """Who sits there, None for somebody without a name; seat 0 is whoever the visit is about."""
    people = dict(named(visit))
    return people.get(seat, visit.person if seat == 0 else None)


def free_seats(visit: Visit) -> tuple[int, ...]:
    """The seats of people without a name."""
    people = dict(named(visit))
    return tuple(seat for seat in range(1, visit.people + 1) if seat not in people)


def read_seats(visit: Visit) -> frozenset[int]:
    """The seats that were ever measured."""
    return frozenset(taken.seat for taken in visit.readings)


def takes(visit: Visit, person: Person) -> bool:
    """Whether a code that is shown now is of somebody in this party without a name so far."""
    return visit.is_party and visit.stage in (Stage.OPEN, Stage.AGAIN) and bool(open_seats(visit, person))


def open_seats(visit: Visit, person: Person) -> tuple[int, ...]:
    """Where *person* can sit; a name that only the plate gave makes room for a code, until it is measured."""
    free = free_seats(visit)
    if person.source == "scan" and visit.person is not None and visit.person.source == "plate":
        own = visit.own_seat
        return free if own in read_seats(visit) else (own, *free)
    return free


def sure_seat(visit: Visit, person: Person) -> int:
    """The seat that *person* surely has, 0 where the operator must say: somebody without a name was measured."""
    seats = open_seats(visit, person)
    if visit.people == 1 and seats:
        return seats[0]
    return 0 if any(seat in read_seats(visit) for seat in seats) or not seats else seats[0]


def sit(visit: Visit, person: Person, seat: int, now_ms: int) -> Visit:
    """*visit* with *person* on *seat*."""
    visit = replace(visit, touched_ms=now_ms, person_ms=now_ms, rival=None)
    if visit.person is None or visit.own_seat == seat:
        return replace(visit, person=person, own_seat=seat)
    return replace(visit, others=(*visit.others, (seat, person)))


def join(visit: Visit, person: Person, now_ms: int) -> Visit:
    """*visit* and *person* belong together: they take the first seat that is theirs, or one more."""
    free = [seat for seat in free_seats(visit) if seat not in read_seats(visit)]
    whole = visit if free else replace(visit, people=visit.people + 1)
    return sit(replace(whole, joined=True), person, free[0] if free else whole.people, now_ms)


def turn_to(visit: Visit, person: Person) -> Visit:
    """*visit* with the next reading for *person*'s own seat, where that one is missing."""
    seat = next((seat for seat, one in named(visit) if one.key == person.key), 0)
    return replace(visit, turn=seat) if 0 < seat <= visit.people else visit


def choose(visit: Visit, seat: int, now_ms: int) -> Visit:
    """*visit* with *seat* next at the thermometer; measured before, its reading stays and a newer one counts."""
    again = tuple(taken for taken in visit.round if taken.seat == seat)
    kept = tuple(taken for taken in visit.round if taken.seat != seat)
    stage = Stage.OPEN if visit.stage is Stage.ASK else visit.stage
    chosen = move(visit, stage, round=kept, earlier=visit.earlier + again, turn=seat)
    return replace(chosen, touched_ms=now_ms, person_ms=now_ms, ask="" if stage is Stage.OPEN else visit.ask)


def fewest(visit: Visit) -> int:
    """How many people there are at least: whoever was measured or has a name stays."""
    return max(1, *(seat for seat, _ in named(visit)), *(taken.seat for taken in visit.readings), 1)


def newest(visit: Visit) -> Visit:
    """*visit* with the newest reading of each seat in its round and the older ones before it.

    What is read back from an entry holds all readings of a visit in one list.
    """
    if visit.people == 1 or any(taken.seat == 0 for taken in visit.round):
        return visit
    last = {taken.seat: taken for taken in visit.round}
    older = tuple(taken for taken in visit.round if last[taken.seat] is not taken)
    return replace(visit, round=tuple(last[seat] for seat in sorted(last)), earlier=visit.earlier + older)


# -- in an entry -----------------------------------------------------------------------------------------------


def facts_body(visit: Visit, seat: int = 0) -> dict[str, Any]:
    """What an entry says of the party, besides people and readings; nothing of who they are."""
    body: dict[str, Any] = {} if not visit.is_party else {"vehicle": visit.vehicle, "joined": visit.joined}
    return body | ({"seat": seat} if seat else {}) | ({"trip": visit.trip} if visit.trip != "none" else {})


def personal(visit: Visit, of_one: dict[str, Any] | None) -> dict[str, Any] | None:
    """*of_one*, the personal part of the person the visit is about, with everybody else who has a name."""
    body = dict(of_one or {})
    if visit.is_party:
        people = [person_body(person) | {"seat": seat} for seat, person in named(visit)]
        body |= {"people": people} if people else {}
        body |= {"plate": visit.plate[-PLATE_TAIL:]} if visit.plate else {}
    return body or None


def private(visit: Visit) -> dict[str, Any] | None:
    """What only the office reads: the whole plate."""
    return {"plate": visit.plate} if visit.plate else None


def person_body(person: Person) -> dict[str, Any]:
    """Somebody as they stand in an entry."""
    body = {
        "masked": person.masked,
        "last4": person.last4,
        "place": person.place,
        "resident": person.resident,
        "pass": person.pass_id,
        "class": person.klass,
    }
    minutes = person.limits.minutes_out
    return body if minutes is None else body | {"minutes_out": minutes}


def restored(visit: Visit, facts: Mapping[str, Any], body: Mapping[str, Any], find: Callable[[Any], Any]) -> Visit:
    """*visit* with the party that an entry's *facts* and personal *body* describe; *find* gives a person for a body."""
    if "vehicle" not in facts:
        return newest(visit)
    seats = [(one["seat"], find(one)) for one in body.get("people", ())]
    own = next((seat for seat, one in seats if visit.person is not None and one.key == visit.person.key), 1)
    return replace(
        newest(visit),
        vehicle=type(visit.vehicle)(facts["vehicle"]),
        joined=facts["joined"],
        plate=body.get("plate", ""),
        own_seat=own,
        others=tuple((seat, one) for seat, one in seats if visit.person is None or one.key != visit.person.key),
    )
