"""Incidents: a quarrel, somebody who forces their way, a mask refused; who was called, when, and how it ended.  Pure.

One key while it happens; the rest is pressed when the lane is quiet.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from station import kinds
from station.journal.draft import Draft
from station.lane.action import Action, ActionError
from station.lane.lane import Lane
from station.lane.paper import when_ms
from station.lane.person import Person
from station.notebook.notebook import Notebook
from station.notebook.round_times import clock
from station.notebook.rounds import LOG
from station.screen.elements import Key, Word

WHAT = ("mask_refused", "quarrel", "forced", "other")
#: In the order in which they are pressed; those of :data:`ENDS` end it.
STEPS = ("leader_came", "police_called", "police_came")
ENDS = ("mask_on", "talked_round", "taken_away", "went_away")
#: Open ones that one sheet has room for.
MAX_LISTED = 8


@dataclass(frozen=True, slots=True)
class Incident:
    """One that is still open, with its steps and their times."""

    id: str
    what: str
    at_ms: int
    done: tuple[tuple[str, int], ...] = ()


def open_ones(notebook: Notebook) -> list[Incident]:
    """Everything that has not ended, oldest first."""
    found: dict[str, Incident] = {}
    for note in notebook.of(kinds.INCIDENT_NOTED, kinds.INCIDENT_STEP):
        name = note.facts["incident"]
        if note.kind == kinds.INCIDENT_NOTED:
            found[name] = Incident(name, note.facts["what"], note.at_ms)
        elif name in found and note.facts["ends"]:
            del found[name]
        elif name in found:
            before = found[name]
            step = (note.facts["step"], note.facts.get("observed_at_ms", note.at_ms))
            found[name] = Incident(name, before.what, before.at_ms, (*before.done, step))
    return list(found.values())


def noted(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    """One begins (``what``), or goes on (``incident``, ``step`` and, where it is told later, its ``time``).

    :raises ActionError: if there is no such open one, the step was done, or the time is none.
    """
    if action.get("what"):
        visit = lane.visit or (lane.shown.visit if lane.shown else None)
        facts = {"incident": lane.new_id(), "what": action.get("what"), "visit": visit.id if visit else ""}
        lane.record(Draft(kinds.INCIDENT_NOTED, facts, lane.actor))
        lane.say("incident_noted", now_ms)
        return
    incident = next((one for one in open_ones(lane.notebook) if one.id == action.get("incident")), None)
    step = action.get("step")
    if incident is None or not step:
        raise ActionError("incident_gone", f"incident: none open called {action.get('incident')!r}")
    if step in {name for name, _ in incident.done}:
        raise ActionError("step_done", f"incident: {step} is recorded already")
    body: dict[str, object] = {"incident": incident.id, "step": step, "ends": step in ENDS}
    if action.get("time"):
        at_ms = when_ms(action.get("time"), now_ms, lane.timezone)
        if at_ms is None:
            raise ActionError("bad_time", f"incident: {action.get('time')!r} is no time of a day")
        body["observed_at_ms"] = at_ms
    lane.record(Draft(kinds.INCIDENT_STEP, body, lane.actor))
    lane.say("incident_noted", now_ms)


def key(lane: Lane, now_ms: int) -> Key:
    """事件: what can have happened, and what is open."""
    begun = open_ones(lane.notebook)
    listed = tuple(_open(lane, one, now_ms) for one in begun[:MAX_LISTED])
    fresh = tuple(Key("incident", Word(f"incident_{what}"), "action", "", (("what", what),)) for what in WHAT)
    look = "warn" if begun else "action"
    return Key("incident", Word("incidents_key"), look, "", LOG, choices=(*listed, *fresh))


def _open(lane: Lane, incident: Incident, now_ms: int) -> Key:
    of, zone = (("incident", incident.id),), ZoneInfo(lane.timezone)
    done = {name for name, _ in incident.done}
    steps: list[Key] = []
    for step in STEPS:
        if step not in done:
            steps.append(Key("incident", Word(f"step_{step}"), "action", "", (*of, ("step", step))))
    if "police_called" not in done:
        about = (("act", "incident"), *of, ("step", "police_called"), ("field", "time"))
        steps.append(Key("page:number", Word("police_called_at"), "action", "", about))
    ends = (Key("incident", Word(f"end_{end}"), "neutral", "", (*of, ("step", end))) for end in ENDS)
    word = Word(f"incident_{incident.what}_at", (("time", clock(incident.at_ms, now_ms, zone)),))
    return Key("incident", word, "warn", "", (*LOG, *of), choices=(*steps, *ends))
