"""What the operator's acts do to the lane.  Pure.

:func:`act` raises :class:`~station.action.ActionError` with a code for the screen when an act makes no sense now;
nothing has changed then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

from drivers.events import Mode, Site
from drivers.patterns import Meaning
from station import drafts, kinds, paper, party
from station.action import Act, Action, ActionError
from station.alerts import SILENCE_MS, answer, silence
from station.arrival import give, has_question, is_elsewhere, is_nameless, resting_of, unknown_resting
from station.asked import declare
from station.case import CODES, advance, step_kind
from station.draft import Draft
from station.effects import Calm, Effect, OpenGate, Signal, Silence
from station.facts import Direction, HealthCode, Mask, Trip, Vehicle
from station.holder import answer_holder
from station.lane import Lane, Shown
from station.log_screen import ACTS as LOG_ACTS
from station.pairing import presented
from station.policy import Decision, Outcome
from station.registration.at_lane import step_back
from station.visit import Person, Stage, Taken, Visit, measure, move
from station.whose import answer_seat, answer_together, answer_whose

E = TypeVar("E", bound=StrEnum)

#: Nobody brings more people than this under one scan; a coach is several groups.
MAX_PEOPLE = 60
#: Long enough to wipe a wet screen, short enough that nobody is stuck behind it.
WIPE_MS = 20_000
#: As long as what the page lets an operator type.
MAX_TYPED = 200


def act(lane: Lane, action: Action, person: Person | None, now_ms: int) -> None:
    """Carry out *action*; *person* is who it names, where it names somebody.

    :raises ActionError: if it cannot be done now.
    """
    if action.visit and action.act in _ABOUT_THE_VISIT:
        stands_here = lane.visit is not None and str(action.visit) == lane.visit.id
        if not stands_here and not (action.act in _ABOUT_THE_SHOWN and _means_shown(lane, action)):
            raise ActionError("other_visit", f"{action.act}: somebody else stands here now")
    _ACTS[action.act](lane, action, person, now_ms)


def _direction(lane: Lane, action: Action, _person: Person | None, _now_ms: int) -> None:
    wanted = action.get("to") or (Direction.OUT if lane.direction is Direction.IN else Direction.IN)
    lane.direction = _choice(Direction, wanted, "direction")
    if lane.visit is not None:
        lane.visit = replace(lane.visit, direction=lane.direction)


def _identify(lane: Lane, _action: Action, person: Person | None, now_ms: int) -> None:
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


def _code_seen(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    visit = _current(lane)
    colour = _choice(HealthCode, action.get("colour"), "colour")
    lane.settle(replace(visit, health_code=colour, touched_ms=now_ms), now_ms)


def _mask(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    """Of somebody who is still being decided on; of somebody just admitted it is noted."""
    mask = _choice(Mask, action.get("mask"), "mask")
    if lane.shown is not None and (lane.visit is None or _means_shown(lane, action)):
        lane.shown = replace(lane.shown, visit=replace(lane.shown.visit, mask=mask))
        lane.record(Draft(kinds.MASK_NOTED, {"visit": lane.shown.visit.id, "mask": mask}, lane.actor))
        return
    lane.settle(replace(_current(lane), mask=mask, touched_ms=now_ms), now_ms)


def _companion(lane: Lane, _action: Action, _person: Person | None, now_ms: int) -> None:
    """One more; with nobody at the gate two people begin who belong together."""
    visit = replace(lane.begin(None, now_ms, None, now_ms), joined=True) if lane.visit is None else _current(lane)
    if visit.people >= MAX_PEOPLE:
        raise ActionError("too_many_people", f"companion: at most {MAX_PEOPLE} under one scan")
    lane.settle(replace(visit, people=visit.people + 1, touched_ms=now_ms, person_ms=now_ms), now_ms)


def _fewer(lane: Lane, _action: Action, _person: Person | None, now_ms: int) -> None:
    visit = _current(lane)
    if visit.people <= party.fewest(visit):
        raise ActionError("seat_taken", "fewer: the last one is measured or has a name")
    lane.settle(replace(visit, people=visit.people - 1, turn=0, touched_ms=now_ms, person_ms=now_ms), now_ms)


def _vehicle(lane: Lane, action: Action, person: Person | None, now_ms: int) -> None:
    """Whoever is here, or comes now, sits in a vehicle; *person* is whose it is, where the plate is known."""
    here = lane.begin(None, now_ms, None, now_ms) if lane.visit is None else _current(lane)
    if here.stage not in (Stage.OPEN, Stage.AGAIN):
        raise ActionError("not_now", f"vehicle: not while something is asked: {here.ask}")
    standing = here.vehicle if here.vehicle is not Vehicle.NONE else Vehicle.PRIVATE
    kind = _choice(Vehicle, action.get("kind") or standing, "vehicle")
    if kind is Vehicle.NONE:
        raise ActionError("bad_vehicle", "vehicle: none is no vehicle")
    visit = replace(here, vehicle=kind, plate=action.get("plate") or here.plate, touched_ms=now_ms, person_ms=now_ms)
    unnamed = visit.person is None and not visit.readings and unknown_resting(lane, now_ms) is None
    if person is not None and unnamed and not is_elsewhere(lane, person):
        visit = party.sit(visit, replace(person, source="plate"), 1, now_ms)
    lane.settle(visit, now_ms)


def _seat(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    visit, number = lane.visit, action.get("seat")
    seat = int(number) if number.isdecimal() and len(number) <= 2 else 0
    if visit is not None and visit.ask == "which_seat" and visit.rival is not None:
        if seat > MAX_PEOPLE or not answer_seat(lane, visit, seat, now_ms):
            raise ActionError("bad_seat", f"seat: {number!r} is nobody's to take")
        return
    visit = _current(lane)
    if visit.people == 1 or not 1 <= seat <= visit.people:
        raise ActionError("bad_seat", f"seat: {number!r} of {visit.people}")
    lane.settle(party.choose(visit, seat, now_ms), now_ms)


def _together(lane: Lane, _action: Action, _person: Person | None, now_ms: int) -> None:
    if lane.visit is None or lane.visit.people >= MAX_PEOPLE or not answer_together(lane, lane.visit, now_ms):
        raise ActionError("nothing_to_choose", "together: nobody is asked about two people")


def _remeasure(lane: Lane, _action: Action, _person: Person | None, now_ms: int) -> None:
    """Measure whoever stands here once more: the reading there is stays, the newer one decides."""
    if lane.visit is not None and lane.visit.ask == "whose_reading":
        answer_whose(lane, True, now_ms)
        return
    visit = _current(lane)
    once_more = move(visit, Stage.AGAIN, earlier=visit.readings, round=(), ask="retake")
    lane.settle(replace(once_more, touched_ms=now_ms, person_ms=now_ms), now_ms)


def _park(lane: Lane, _action: Action, _person: Person | None, now_ms: int) -> None:
    """Let somebody who is to be measured again rest, so that the lane goes on."""
    visit = _current(lane)
    if not (visit.since_ms and visit.expects_reading):
        raise ActionError("not_measured", "park: only somebody who is to be measured again can rest")
    lane.leave("next_person")
    lane.waiting[visit.id] = replace(lane.waiting[visit.id], ready_ms=now_ms + lane.policy.lines.rest_ms)


def _resume(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    visit = lane.waiting.get(action.get("waiting"))
    if visit is None:
        raise ActionError("waiting_unknown", "resume: nobody of that tag is waiting")
    lane.resume(visit, now_ms)


def _reading_of(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    if lane.visit is None or not has_question(lane.visit) or lane.visit.ask == "which_seat":
        raise ActionError("nothing_to_choose", "reading_of: nothing is being asked")
    answer_whose(lane, action.get("person") == "0", now_ms)


def _holder(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    answer_holder(lane, _current(lane), action.get("same") == "yes", now_ms)


def _by_hand(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    """A contact thermometer's figure, typed in: a marked reading."""
    centi = _typed_centi(action)
    site = _choice(Site, action.get("site") or Site.CONTACT, "argument")
    taken = Taken(centi, Mode.ADJUSTED, site, "by_hand", now_ms, 0, by_hand=True)
    visit = lane.begin(None, now_ms, None, now_ms) if lane.visit is None else _current(lane)
    if not visit.expects_reading:
        visit = replace(visit, earlier=visit.readings, round=())
    lane.settle(replace(measure(visit, taken), event_ns=visit.event_ns), now_ms)


def _emergency(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
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


def _details(lane: Lane, action: Action, person: Person | None, _now_ms: int) -> None:
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


def _paper(lane: Lane, action: Action, person: Person | None, now_ms: int) -> None:
    """A passage that stood on paper: nobody is let through now, and it counts at the time on the paper."""
    if action.get("resident") and person is None:
        raise ActionError("resident_unknown", "paper: no such resident")
    observed_ms = paper.when_ms(action.get("time"), now_ms, lane.timezone)
    if observed_ms is None:
        raise ActionError("bad_time", f"paper: {action.get('time')!r} is no time of a day")
    taken = paper.reading(_typed_centi(action), observed_ms)
    direction = _choice(Direction, action.get("to"), "direction")
    visit = paper.visit_of(lane.new_id(), direction, person, taken)
    draft = paper.draft(visit, lane.see(visit), lane.policy, lane.actor, action.get("who")[:MAX_TYPED])
    token = lane.record(draft)
    if draft.facts["outcome"] == Outcome.ADMIT:
        lane.goods[token] = visit.id
    else:
        lane.say("paper_high", now_ms)


def _trip(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    """What for; of somebody just let through it is noted beside their entry."""
    trip = _choice(Trip, action.get("trip"), "trip")
    shown = lane.shown
    if shown is not None and shown.entry is not None and (lane.visit is None or _means_shown(lane, action)):
        lane.shown = replace(shown, visit=replace(shown.visit, trip=trip))
        facts = {"of": list(shown.entry), "visit": shown.visit.id, "direction": shown.visit.direction}
        lane.record(Draft(kinds.DETAILS_ADDED, {**facts, "complete": True, "trip": trip}, lane.actor))
        return
    lane.settle(replace(_current(lane), trip=trip, touched_ms=now_ms), now_ms)


def _delivery(lane: Lane, action: Action, _person: Person | None, _now_ms: int) -> None:
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


def _exception(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    reason = action.get("reason").strip()
    if not reason:
        raise ActionError("reason_needed", "exception: needs a reason")
    lane.settle(replace(_current(lane), exception=reason[:MAX_TYPED], touched_ms=now_ms), now_ms)


def _declare(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    try:
        answered = declare(_current(lane), action.get("fact"), action.get("value"))
    except ValueError as error:
        raise ActionError("bad_argument", f"declare: {error}") from None
    lane.settle(replace(answered, touched_ms=now_ms), now_ms)


def _undo(lane: Lane, action: Action, _person: Person | None, _now_ms: int) -> None:
    last, named = lane.undoable, (action.get("epoch"), action.get("seq"))
    if last is None or named not in ((str(last.epoch), str(last.seq)), ("", "")):
        raise ActionError("nothing_to_undo", "undo: only within ten seconds, and never a referral")
    lane.undoable = None
    lane.waiting.pop(last.visit, None)
    lane.unfilled.pop(f"{last.epoch}-{last.seq}", None)
    lane.handed = [one for one in lane.handed if one.visit != last.visit]
    if lane.shown is not None and lane.shown.visit.id == last.visit:
        lane.shown = None
    step_back(lane, last.visit)
    lane.record(drafts.voided(last.epoch, last.seq, last.visit, "operator", lane.actor))


def _cancel(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    """Of a finished visit that is still shown: seen, and away with it; else the visit at the gate ends."""
    meant_shown = _means_shown(lane, action)
    lane.shown = None
    lane.notice = None
    if lane.visit is not None and not meant_shown:
        lane.leave("cancelled")
        lane.ticked(now_ms)


def _call_leader(lane: Lane, _action: Action, _person: Person | None, now_ms: int) -> None:
    visit = lane.visit or (lane.shown.visit if lane.shown else None)
    lane.record(Draft(kinds.LEADER_CALLED, {"visit": visit.id if visit else ""}, lane.actor))
    lane.say("leader_called", now_ms)


def _answer(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    case = action.get("case")
    if case not in lane.cases:
        raise ActionError("case_unknown", f"answer: no open case {case!r}")
    if lane.cases[case].answered:
        raise ActionError("already_answered", "answer: somebody has already answered this case")
    _do_step(lane, case, "answered", action, now_ms)


def _case_step(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    case, step = action.get("case"), action.get("step")
    kind = step_kind(step)
    if case not in lane.cases or kind is None:
        raise ActionError("case_unknown", f"case_step: no open case {case!r} or no step {step!r}")
    text = action.get(kind.needs).strip() if kind.needs else ""
    if kind.needs and not text:
        raise ActionError(f"{kind.needs}_missing", f"case_step: {step} needs {kind.needs}")
    _do_step(lane, case, step, action, now_ms)


def _do_step(lane: Lane, case: str, step: str, action: Action, now_ms: int) -> None:
    needs = getattr(step_kind(step), "needs", "")
    details: dict[str, int | str] = {needs: _typed_centi(action)} if needs == "centi_celsius" else {}
    asked = (*((needs,) if needs and not details else ()), *getattr(step_kind(step), "also", ()))
    given = {name: action.get(name).strip() for name in asked if action.get(name)}
    codes = {name: value for name, value in given.items() if value in CODES[name]}
    typed = {name: value[:MAX_TYPED] for name, value in given.items() if name not in codes}
    hot = bool(details) and _typed_centi(action) >= lane.policy.lines.high_centi
    if step == "ruled_out" and lane.cases[case].hot:
        raise ActionError("axillary_high", "ruled_out: the contact thermometer is over the line")
    try:
        after = advance(lane.cases[case], step, now_ms, hot)
    except ValueError as error:
        raise ActionError("step_not_next", str(error)) from None
    lane.record(drafts.case_step(case, step, after.ended, lane.actor, details | codes, typed, hot))
    lane.cases[case] = after
    if after.ended:
        del lane.cases[case]
    was, lane.alarm = lane.alarm, answer(lane.alarm, case)
    if was is not None and lane.alarm is None:
        effects: list[Effect] = [Calm()]
        lane.effects += effects
    if lane.shown is not None and lane.shown.visit.id == case:
        lane.shown = None


def _called(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    """There is no line: somebody has rung the office about a case that nobody answered."""
    case = lane.cases.get(action.get("case"))
    if case is None:
        raise ActionError("case_unknown", f"called: no open case {action.get('case')!r}")
    lane.record(Draft(kinds.CASE_CALLED, {"case": case.id, "delivered": False}, lane.actor))
    lane.cases[case.id] = replace(case, called=True)
    lane.say("call_noted", now_ms)


def _silence(lane: Lane, _action: Action, _person: Person | None, now_ms: int) -> None:
    if lane.alarm is None:
        raise ActionError("no_alarm", "silence: nothing is sounding")
    lane.alarm = silence(lane.alarm, now_ms)
    lane.effects.append(Silence(SILENCE_MS))
    lane.record(Draft(kinds.ALARM_SILENCED, {"cases": list(lane.alarm.cases)}, lane.actor))


def _wipe(lane: Lane, _action: Action, _person: Person | None, now_ms: int) -> None:
    lane.wiped_until_ms = now_ms + WIPE_MS


def _current(lane: Lane) -> Visit:
    """Who stands here; not while the operator is asked who that is.

    :raises ActionError: if nobody does, or nobody knows who.
    """
    if lane.visit is None:
        raise ActionError("no_visit", "nobody is at the gate")
    if has_question(lane.visit):
        raise ActionError("not_now", f"first the question on the screen: {lane.visit.ask}")
    return lane.visit


def _means_shown(lane: Lane, action: Action) -> bool:
    """Whether the key was pressed for the finished visit on the screen, and not for who stands here now."""
    if lane.shown is None or str(action.visit) != lane.shown.visit.id:
        return False
    return lane.visit is None or lane.visit.id != lane.shown.visit.id


def _typed_centi(action: Action) -> int:
    typed = action.get("centi_celsius")
    if not (typed.isdecimal() and len(typed) == 4 and 3000 <= int(typed) <= 4500):
        raise ActionError("bad_temperature", f"{action.act}: {typed!r} is no temperature from 30.00 to 45.00")
    return int(typed)


def _choice(kind: type[E], value: str, name: str) -> E:
    try:
        return kind(value)
    except ValueError:
        raise ActionError(f"bad_{name}", f"{name}: {value!r} is none of {', '.join(kind)}") from None


#: Pressed for the person on the screen; if that was somebody else a moment ago, nothing is done.
_ABOUT_THE_VISIT = frozenset(
    {
        Act.CODE_SEEN,
        Act.MASK,
        Act.COMPANION,
        Act.FEWER,
        Act.VEHICLE,
        Act.SEAT,
        Act.TOGETHER,
        Act.REMEASURE,
        Act.PARK,
        Act.READING_OF,
        Act.HOLDER,
        Act.EXCEPTION,
        Act.DECLARE,
        Act.CANCEL,
        Act.TRIP,
        Act.SYMPTOMS,
    }
)
#: Of these, the ones that can also be meant for a visit that is finished and still shown.
_ABOUT_THE_SHOWN = frozenset({Act.MASK, Act.CANCEL, Act.TRIP, Act.SYMPTOMS})

_ACTS: dict[Act, Callable[[Lane, Action, Person | None, int], None]] = {
    Act.DIRECTION: _direction,
    Act.IDENTIFY: _identify,
    Act.CODE_SEEN: _code_seen,
    Act.MASK: _mask,
    Act.COMPANION: _companion,
    Act.FEWER: _fewer,
    Act.VEHICLE: _vehicle,
    Act.SEAT: _seat,
    Act.TOGETHER: _together,
    Act.REMEASURE: _remeasure,
    Act.PARK: _park,
    Act.RESUME: _resume,
    Act.READING_OF: _reading_of,
    Act.HOLDER: _holder,
    Act.BY_HAND: _by_hand,
    Act.EMERGENCY: _emergency,
    Act.DETAILS: _details,
    Act.DELIVERY: _delivery,
    Act.PAPER: _paper,
    Act.TRIP: _trip,
    Act.EXCEPTION: _exception,
    Act.DECLARE: _declare,
    Act.UNDO: _undo,
    Act.CANCEL: _cancel,
    Act.CALL_LEADER: _call_leader,
    Act.ANSWER: _answer,
    Act.CASE_STEP: _case_step,
    Act.SILENCE: _silence,
    Act.CALLED: _called,
    Act.WIPE: _wipe,
    **LOG_ACTS,
}
