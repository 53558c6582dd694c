"""What follows from the operator's answer to «whose reading?», «which of two?» and «was it you?».  Pure."""

from __future__ import annotations

from dataclasses import replace

from station.lane import drafts, party
from station.lane.arrival import give, is_elsewhere, stand
from station.lane.lane import Lane
from station.lane.person import Person
from station.lane.visit import Stage, Visit, identify, measure, move


def answer_whose(lane: Lane, first: bool, now_ms: int) -> None:
    """The operator says whose reading it is, or who stands at the thermometer.

    With two people: the first or the second.  With two readings and one person: the older or the newer is theirs.
    With two readings and nobody: the same person again, or the next.  With somebody unknown resting: this is
    them, or it is not.
    """
    visit = lane.visit
    if visit is None:
        return
    if visit.claims:
        _answer_claim(lane, visit, first, now_ms)
    elif visit.rival is not None and visit.person is None:
        _answer_two_readings(lane, visit, visit.rival, first, now_ms)
    elif visit.rival is not None:
        _answer_two_people(lane, visit, visit.rival, first, now_ms)
    elif first and visit.is_party and not visit.expects_reading and visit.held is not None:
        lane.strand(visit.held, "unclaimed")
        _go_on(lane, replace(visit, held=None), now_ms)
    elif first:
        # The same person again: the newer reading counts, the older stays in the entry.  One of a group adds to it.
        of_group = visit.expects_reading
        kept = visit if of_group else replace(visit, earlier=visit.earlier + visit.round, round=())
        _go_on(lane, kept, now_ms)
    else:
        held, lane.visit = visit.held, replace(visit, held=None)
        lane.leave("next_person")
        if held is not None:
            _go_on(lane, replace(lane.begin(None, now_ms, None, now_ms), held=held), now_ms)


def answer_seat(lane: Lane, visit: Visit, seat: int, now_ms: int) -> bool:
    """The operator says where in the party somebody sits who has just shown a code; False for no seat of theirs."""
    rival, room = visit.rival, seat == visit.people + 1
    if rival is None or not (room or seat in party.open_seats(visit, rival)):
        return False
    wider = replace(visit, people=visit.people + 1) if room else visit
    known = party.sit(move(wider, Stage.OPEN, ask=""), rival, seat, now_ms)
    if known.held is not None and not known.expects_reading:
        lane.strand(known.held, "unclaimed")
        known = replace(known, held=None)
    _go_on(lane, known, now_ms)
    return True


def answer_together(lane: Lane, visit: Visit, now_ms: int) -> bool:
    """The operator says that the two who showed their codes belong together; False where that cannot be."""
    rival = visit.rival
    if visit.ask != "two_people" or rival is None or visit.person is None or visit.held is not None:
        return False
    if is_elsewhere(lane, rival):
        return False
    _go_on(lane, party.join(move(visit, Stage.OPEN, ask=""), rival, now_ms), now_ms)
    return True


def _answer_two_people(lane: Lane, visit: Visit, rival: Person, first: bool, now_ms: int) -> None:
    mine = move(visit, Stage.OPEN, rival=None, held=None, ask="")
    theirs = stand(lane, rival, now_ms, visit.event_ns, now_ms)
    here, other = (mine, theirs) if first else (theirs, mine)
    lane.visit = replace(here, held=visit.held)
    lane.follow(replace(other, touched_ms=now_ms, person_ms=now_ms), now_ms)
    _go_on(lane, lane.visit, now_ms)


def _answer_two_readings(lane: Lane, visit: Visit, person: Person, first: bool, now_ms: int) -> None:
    held, alone = visit.held, replace(visit, held=None, rival=None)
    if first:
        if held is not None:
            lane.strand(held, "next_person")
    else:
        lane.visit = alone
        lane.leave("next_person")
        alone = lane.begin(None, now_ms, visit.event_ns, now_ms)
        alone = alone if held is None else measure(alone, held)
    give(lane, alone, person, now_ms, visit.event_ns, now_ms)


def _answer_claim(lane: Lane, visit: Visit, is_them: bool, now_ms: int) -> None:
    unknown = lane.waiting.get(visit.claims)
    if is_them and unknown is not None and visit.since_ms:
        _came_back_measured(lane, visit, unknown, now_ms)
    elif is_them and unknown is not None and visit.person is not None:
        lane.waiting[unknown.id] = identify(unknown, visit.person, visit.person_ms, visit.event_ns)
        lane.visit = replace(visit, person=None, claims="")
        lane.leave("same_person")
        lane.say("rest_more", now_ms)
    else:
        _go_on(lane, replace(visit, claims=""), now_ms)


def _came_back_measured(lane: Lane, visit: Visit, unknown: Visit, now_ms: int) -> None:
    """Who rested was measured again before showing the code: that reading is their second and decides now."""
    del lane.waiting[unknown.id]
    lane.record(drafts.waiting_left(visit, "same_person"))
    if visit.held is not None:
        lane.strand(visit.held, "unclaimed")
    second = move(unknown, Stage.OPEN, round=unknown.readings, earlier=(), person=visit.person, since_ms=0)
    second = replace(second, high_before=visit.high_before, cold_before=visit.cold_before, event_ns=visit.event_ns)
    second = replace(second, standing_before=visit.standing_before, prior=visit.readings)
    _go_on(lane, second, now_ms)


def _go_on(lane: Lane, visit: Visit, now_ms: int) -> None:
    """Settle *visit* with the reading that was held for it, if there is one; its windows begin now."""
    held = visit.held
    whole = visit if held is None else measure(visit, held)
    lane.settle(replace(whole, touched_ms=now_ms, person_ms=now_ms), now_ms)
