"""The acts about the post itself: which way people go, calling the leader, wiping the screen.  Pure."""

from __future__ import annotations

from dataclasses import replace

from station import kinds
from station.facts import Direction
from station.journal.draft import Draft
from station.lane.action import Action
from station.lane.acts.arguments import choice
from station.lane.lane import Lane
from station.lane.person import Person

#: Long enough to wipe a wet screen, short enough that nobody is stuck behind it.
WIPE_MS = 20_000


def turn_direction(lane: Lane, action: Action, _person: Person | None, _now_ms: int) -> None:
    """People go the other way from now on, or the way that is named; so does who stands here."""
    wanted = action.get("to") or (Direction.OUT if lane.direction is Direction.IN else Direction.IN)
    lane.direction = choice(Direction, wanted, "direction")
    if lane.visit is not None:
        lane.visit = replace(lane.visit, direction=lane.direction)


def call_leader(lane: Lane, _action: Action, _person: Person | None, now_ms: int) -> None:
    """The shift leader was called, about whoever is on the screen."""
    visit = lane.visit or (lane.shown.visit if lane.shown else None)
    lane.record(Draft(kinds.LEADER_CALLED, {"visit": visit.id if visit else ""}, lane.actor))
    lane.say("leader_called", now_ms)


def lock_for_wiping(lane: Lane, _action: Action, _person: Person | None, now_ms: int) -> None:
    """The screen takes no press for a while, so that it can be wiped."""
    lane.wiped_until_ms = now_ms + WIPE_MS
