"""Who is measured?  The rules that join a code and a reading, or refuse to.  Pure.

* A reading and a person join only inside the pairing window and when no second person can be meant; in doubt the
  screen asks.  A reading is never attached to somebody else.
* Somebody who waits to be measured again is measured only after their own code or a tap on their chip.
* While the operator is asked about somebody who is fully measured, the next person is paired by the same rules
  one place behind.

station/lane/arrival.py says who stands here, station/lane/whose.py what follows from the operator's answers.
"""

from __future__ import annotations

from dataclasses import replace

from drivers.patterns import Meaning
from station.lane import party
from station.lane.arrival import (
    arrive,
    give,
    has_question,
    is_elsewhere,
    is_nameless,
    is_near,
    last_ms,
    resting_of,
    stand,
    unknown_resting,
)
from station.lane.effects import Signal
from station.lane.lane import Lane
from station.lane.person import Person
from station.lane.taken import Taken
from station.lane.visit import Stage, Visit, identify, measure

#: What is asked about who is who; everything else the screen asks is about one person who is fully measured.
_OUR_QUESTIONS = frozenset({"two_people", "whose_reading", "was_it_you", "which_seat"})


def presented(lane: Lane, person: Person, seen_ms: int, event_ns: int | None, now_ms: int) -> None:
    """*person* showed a code, or the operator found them."""
    visit, resting = lane.visit, resting_of(lane, person)
    lane.notice = None
    if resting is not None and now_ms < resting.ready_ms:
        lane.say("rest_more", now_ms)
    elif visit is not None and visit.knows(person):
        _show_again(lane, visit, person, seen_ms, event_ns)
    elif visit is not None and visit.is_party and not _is_asked_about(visit) and not has_question(visit):
        _beside_party(lane, visit, person, seen_ms, event_ns, now_ms)
    elif visit is None or (visit.stage is Stage.AGAIN and visit.person is not None):
        lane.leave("next_person")
        arrive(lane, person, seen_ms, event_ns, now_ms)
    elif _is_asked_about(visit) and not is_nameless(visit):
        _follow_code(lane, person, seen_ms, event_ns, now_ms)
    elif has_question(visit) and not (visit.person is None and visit.rival is None):
        lane.say("one_by_one", now_ms)
    elif visit.person is None:
        _claim(lane, visit, person, seen_ms, event_ns, now_ms)
    elif not visit.readings and not is_near(lane, seen_ms, visit.person_ms):
        arrive(lane, person, seen_ms, event_ns, now_ms)
    elif visit.stage is Stage.OPEN:
        lane.visit = replace(lane.ask(visit, "two_people"), rival=person, touched_ms=now_ms, event_ns=event_ns)
    else:
        lane.say("one_by_one", now_ms)


def measured(lane: Lane, taken: Taken, now_ms: int) -> None:
    """A thermometer settled on somebody."""
    visit = lane.visit
    lane.notice = None
    if visit is None:
        lane.settle(measure(lane.begin(None, now_ms, None, now_ms), taken), now_ms)
    elif _is_asked_about(visit):
        _follow_reading(lane, taken, now_ms)
    elif not has_question(visit) and _can_only_be_of(lane, visit, taken):
        lane.settle(measure(visit, taken), now_ms)
    else:
        reason = visit.ask if visit.rival is not None or visit.claims else "whose_reading"
        held = _hold(lane, lane.ask(visit, reason), taken)
        lane.visit = replace(held, touched_ms=now_ms, event_ns=taken.arrived_ns)


def out_of_range(lane: Lane, bound: str, now_ms: int) -> None:
    """A thermometer said LO or HI: that is no temperature, so measure again."""
    lane.say(f"reading_{bound}", now_ms)
    lane.effects.append(Signal(Meaning.RETAKE, lane.direction))


def _hold(lane: Lane, visit: Visit, taken: Taken) -> Visit:
    """*visit* with a reading that nobody can be given without asking; one that was held before is written down."""
    if visit.held is not None:
        lane.strand(visit.held, "unclaimed")
    return replace(visit, held=taken)


def _is_asked_about(visit: Visit) -> bool:
    """Whether the operator is asked about somebody who is fully measured: the next one need not wait for that."""
    return visit.stage is Stage.ASK and visit.ask not in _OUR_QUESTIONS


def _follow_code(lane: Lane, person: Person, seen_ms: int, event_ns: int | None, now_ms: int) -> None:
    """Somebody shows a code while another is being asked about: the same rules, one place behind."""
    before = lane.following
    if before is None:
        lane.follow(stand(lane, person, seen_ms, event_ns, now_ms), now_ms)
    elif before.person is not None and before.person.key == person.key:
        if before.expects_reading and not has_question(before):
            lane.following = identify(before, person, seen_ms, event_ns)
    elif before.rival is not None or (before.person is not None and not before.expects_reading):
        lane.say("one_by_one", now_ms)
    elif not is_near(lane, seen_ms, last_ms(before)):
        lane.follow(stand(lane, person, seen_ms, event_ns, now_ms), now_ms)
    elif before.person is None and before.held is None:
        # Who rests may have measured first, and may not: that reading is written down and another one taken.
        known = resting_of(lane, person) is None
        place = (person, seen_ms, event_ns)
        joined = identify(before, *place) if known else stand(lane, *place, now_ms)
        lane.follow(joined, now_ms)
    else:
        lane.following = replace(before, rival=person, touched_ms=now_ms)


def _follow_reading(lane: Lane, taken: Taken, now_ms: int) -> None:
    before = lane.following
    if before is None or (before.person is None and not is_near(lane, taken.seen_ms, last_ms(before))):
        lane.follow(measure(lane.begin(None, now_ms, None, now_ms), taken), now_ms)
    elif not has_question(before) and _can_only_be_of(lane, before, taken):
        lane.follow(measure(before, taken), now_ms)
    else:
        lane.following = replace(_hold(lane, before, taken), touched_ms=now_ms)


def _beside_party(lane: Lane, visit: Visit, person: Person, seen_ms: int, event_ns: int | None, now_ms: int) -> None:
    """A code while a party is at the gate: one of them, unless everybody in it has a name."""
    if is_elsewhere(lane, person) or unknown_resting(lane, seen_ms) is not None:
        # Whoever was told to rest, or may have been, is not taken into a party unseen.
        lane.say("one_by_one", now_ms)
    elif party.takes(visit, person):
        seat = party.sure_seat(visit, person)
        if seat:
            lane.settle(replace(party.sit(visit, person, seat, now_ms), event_ns=event_ns), now_ms)
        else:
            lane.visit = replace(lane.ask(visit, "which_seat"), rival=person, touched_ms=now_ms, event_ns=event_ns)
    elif visit.stage is Stage.AGAIN:
        lane.leave("next_person")
        arrive(lane, person, seen_ms, event_ns, now_ms)
    else:
        lane.visit = replace(lane.ask(visit, "two_people"), rival=person, touched_ms=now_ms, event_ns=event_ns)


def _show_again(lane: Lane, visit: Visit, person: Person, seen_ms: int, event_ns: int | None) -> None:
    """Who shows their code once more is still here, and is measured from now on."""
    if visit.stage is not Stage.ASK and visit.expects_reading:
        lane.visit = identify(visit, person, seen_ms, event_ns)


def _claim(lane: Lane, visit: Visit, person: Person, seen_ms: int, event_ns: int | None, now_ms: int) -> None:
    """Somebody shows a code while a reading has no owner yet."""
    if visit.held is not None:
        lane.visit = replace(visit, rival=person, touched_ms=now_ms, event_ns=event_ns)
    elif is_near(lane, seen_ms, last_ms(visit)):
        give(lane, visit, person, seen_ms, event_ns, now_ms)
    else:
        lane.leave("no_code")
        arrive(lane, person, seen_ms, event_ns, now_ms)


def _can_only_be_of(lane: Lane, visit: Visit, taken: Taken) -> bool:
    if not visit.expects_reading:
        return False
    if visit.is_party:
        return True  # the operator said who belongs together, and the screen whose turn it is
    if visit.stage is Stage.AGAIN:
        began_ms = visit.touched_ms
    elif visit.person is None and not visit.since_ms:
        return False
    else:
        began_ms = max(visit.person_ms, visit.round[-1].seen_ms if visit.round else 0)
    return is_near(lane, taken.seen_ms, began_ms)
