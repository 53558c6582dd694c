"""有症状: somebody says so or the operator sees it, and it opens a case at 36.5 too [002-4].  Pure."""

from __future__ import annotations

from dataclasses import replace

from drivers.patterns import Meaning
from station.case.symptom_codes import SYMPTOMS
from station.lane.action import Action, ActionError
from station.lane.alerts import HOLD_LANE_MS
from station.lane.arrival import has_question
from station.lane.effects import Signal
from station.lane.lane import Lane
from station.lane.marks import Shown
from station.lane.person import Person
from station.lane.visit import Visit
from station.policy.policy import Decision, Outcome
from station.screen.elements import Key, Word

KEY = Key(
    "symptoms",
    Word("has_symptoms"),
    "warn",
    choices=tuple(
        Key("symptoms", Word(f"symptom_{name}"), "warn", str(number), (("which", name),))
        for number, name in enumerate(SYMPTOMS, 1)
    ),
)


def offered(lane: Lane) -> tuple[Key, ...]:
    """The key, while there is somebody it can be said of."""
    shown = lane.shown
    let_through = shown is not None and shown.decision.outcome is Outcome.ADMIT and shown.decision.rule != "emergency"
    return (KEY,) if lane.visit is not None or let_through else ()


def note_symptom(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    """The person who stands here, or has just been let through and still does, has symptoms.

    :raises ActionError: if there is nobody to whom that can be said.
    """
    shown, visit = lane.shown, lane.visit
    meant = shown is not None and str(action.visit) == shown.visit.id
    if shown is not None and shown.decision.outcome is Outcome.ADMIT and (visit is None or meant):
        _held_back(lane, shown, action.get("which"), now_ms)
        return
    if visit is None:
        raise ActionError("no_visit", "symptoms: nobody is at the gate")
    if has_question(visit):
        raise ActionError("not_now", f"symptoms: first the question on the screen: {visit.ask}")
    lane.settle(replace(_complains(visit, action.get("which")), touched_ms=now_ms), now_ms)


def _held_back(lane: Lane, shown: Shown, which: str, now_ms: int) -> None:
    """Their entry stays; the case stands beside it, under the same visit."""
    visit = _complains(shown.visit, which)
    if shown.decision.rule == "emergency":
        raise ActionError("not_now", "symptoms: an emergency goes first")
    decision = Decision(Outcome.REFER, "symptoms", "symptoms")
    lane.shown = Shown(visit, decision, now_ms + HOLD_LANE_MS, shown.entry)
    lane.effects.append(Signal(Meaning.FEVER, visit.direction))
    lane.open_case(visit, "symptoms", visit.person if visit.people == 1 else None, now_ms)


def _complains(visit: Visit, which: str) -> Visit:
    complaints = tuple(dict.fromkeys((*visit.complaints, which)))
    return replace(visit, symptoms=True, complaints=complaints)
