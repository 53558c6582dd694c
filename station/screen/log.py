"""值守记录: the one key behind which everything stands that a checkpoint writes down beside passages.  Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import chain

from station import kinds
from station.case import symptoms
from station.lane.action import Act, Action
from station.lane.lane import Lane
from station.lane.person import Person
from station.notebook import incidents, inspections, isolation_acts, journeys, note_undo, rounds, supplies, travel
from station.screen.elements import Badge, Key, Word
from station.screen.people_board import PersonOut

#: Act → what it does, for station/lane/act.py.
ACTS: dict[Act, Callable[[Lane, Action, Person | None, int], None]] = {
    Act.SYMPTOMS: symptoms.note_symptom,
    Act.ROUND: rounds.done,
    Act.SUPPLIES: supplies.counted,
    Act.INCIDENT: incidents.noted,
    Act.INSPECTION: inspections.inspected,
    Act.ISOLATION: isolation_acts.measured,
    Act.UNDO_NOTE: note_undo.undone,
    Act.TRAVEL: travel.announced,
}


def keys(lane: Lane, now_ms: int) -> tuple[Key, ...]:
    """What the lane's keys get besides."""
    listed = tuple(
        replace(one, choices=(*one.choices, *note_undo.key(lane, now_ms, kind)))
        for kind, keys in (
            (kinds.ISOLATION_MEASURED, isolation_acts.keys(lane, now_ms)),
            (kinds.ROUND_DONE, (rounds.key(lane, now_ms),)),
            (kinds.SUPPLIES_COUNTED, (supplies.key(lane),)),
            (kinds.INCIDENT_NOTED, (incidents.key(lane, now_ms),)),
            (kinds.TRAVEL_ANNOUNCED, (travel.key(),)),
            (kinds.INSPECTION_OPENED, (inspections.key(lane, now_ms),)),
        )
        for one in keys
    )
    look = "warn" if any(key.look == "warn" for key in listed) else "neutral"
    return (*symptoms.offered(lane), Key("round", Word("log_key"), look, "", rounds.LOG, choices=listed))


def away(lane: Lane, now_ms: int) -> tuple[PersonOut, ...]:
    """Who has announced a journey, at the gate or to the office, and is not back: 出行报备."""
    told = chain(lane.travelling, journeys.told_at_gate(lane.notebook))
    return tuple(
        PersonOut(one.masked, one.last4, "", since_ms=one.from_ms, due_ms=one.back_ms)
        for one in journeys.announced_away(told, lane.ledger, now_ms)
    )


def badges(lane: Lane, now_ms: int) -> tuple[Badge, ...]:
    """What the header is to remind of."""
    return (*isolation_acts.badges(lane, now_ms), *rounds.badges(lane, now_ms), *supplies.badges(lane))
