"""The acts about a fever case, its steps and its alarm.  Pure."""

from __future__ import annotations

from dataclasses import replace

from station import kinds
from station.case.case import CODES, advance, step_kind
from station.journal.draft import Draft
from station.lane import drafts
from station.lane.action import Action, ActionError
from station.lane.acts.arguments import MAX_TYPED, typed_centi
from station.lane.alerts import SILENCE_MS, answer, silence
from station.lane.effects import Calm, Silence
from station.lane.lane import Lane
from station.lane.person import Person


def take_up(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    """Somebody takes up a case."""
    case = action.get("case")
    if case not in lane.cases:
        raise ActionError("case_unknown", f"answer: no open case {case!r}")
    if lane.cases[case].answered:
        raise ActionError("already_answered", "answer: somebody has already answered this case")
    _do_step(lane, case, "answered", action, now_ms)


def take_step(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    """A step of a case is done; what it asks for is typed or chosen with it."""
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
    details: dict[str, int | str] = {needs: typed_centi(action)} if needs == "centi_celsius" else {}
    asked = (*((needs,) if needs and not details else ()), *getattr(step_kind(step), "also", ()))
    given = {name: action.get(name).strip() for name in asked if action.get(name)}
    codes = {name: value for name, value in given.items() if value in CODES[name]}
    typed = {name: value[:MAX_TYPED] for name, value in given.items() if name not in codes}
    hot = bool(details) and typed_centi(action) >= lane.policy.lines.high_centi
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
        lane.effects.append(Calm())
    if lane.shown is not None and lane.shown.visit.id == case:
        lane.shown = None


def note_call(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    """There is no line: somebody has rung the office about a case that nobody answered."""
    case = lane.cases.get(action.get("case"))
    if case is None:
        raise ActionError("case_unknown", f"called: no open case {action.get('case')!r}")
    lane.record(Draft(kinds.CASE_CALLED, {"case": case.id, "delivered": False}, lane.actor))
    lane.cases[case.id] = replace(case, called=True)
    lane.say("call_noted", now_ms)


def silence_alarm(lane: Lane, _action: Action, _person: Person | None, now_ms: int) -> None:
    """The sound stops for a while; the lamps do not."""
    if lane.alarm is None:
        raise ActionError("no_alarm", "silence: nothing is sounding")
    lane.alarm = silence(lane.alarm, now_ms)
    lane.effects.append(Silence(SILENCE_MS))
    lane.record(Draft(kinds.ALARM_SILENCED, {"cases": list(lane.alarm.cases)}, lane.actor))
