"""值守记录: the one key behind which everything stands that a checkpoint writes down beside passages.  Pure."""

from __future__ import annotations

from collections.abc import Callable

from station import incidents, inspections, isolation_acts, rounds, supplies, symptoms
from station.action import Act, Action
from station.lane import Lane
from station.view import Badge, Key, Word
from station.visit import Person

#: Act → what it does, for station/lane_acts.py.
ACTS: dict[Act, Callable[[Lane, Action, Person | None, int], None]] = {
    Act.SYMPTOMS: symptoms.note_symptom,
    Act.ROUND: rounds.done,
    Act.SUPPLIES: supplies.counted,
    Act.INCIDENT: incidents.noted,
    Act.INSPECTION: inspections.inspected,
    Act.ISOLATION: isolation_acts.measured,
}


def keys(lane: Lane, now_ms: int) -> tuple[Key, ...]:
    """What the lane's keys get besides."""
    listed = (
        *isolation_acts.keys(lane, now_ms),
        rounds.key(lane, now_ms),
        supplies.key(lane),
        incidents.key(lane, now_ms),
        inspections.key(lane, now_ms),
    )
    look = "warn" if any(key.look == "warn" for key in listed) else "neutral"
    return (*symptoms.offered(lane), Key("round", Word("log_key"), look, "", rounds.LOG, choices=listed))


def badges(lane: Lane, now_ms: int) -> tuple[Badge, ...]:
    """What the header is to remind of."""
    return (*isolation_acts.badges(lane, now_ms), *rounds.badges(lane, now_ms), *supplies.badges(lane))
