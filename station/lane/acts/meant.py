"""Whom an act is meant for: who stands here now, or whoever has just been dealt with.  Pure."""

from __future__ import annotations

from station.lane.action import Action, ActionError
from station.lane.arrival import has_question
from station.lane.lane import Lane
from station.lane.visit import Visit


def standing_here(lane: Lane) -> Visit:
    """Who stands here; not while the operator is asked who that is.

    :raises ActionError: if nobody does, or nobody knows who.
    """
    if lane.visit is None:
        raise ActionError("no_visit", "nobody is at the gate")
    if has_question(lane.visit):
        raise ActionError("not_now", f"first the question on the screen: {lane.visit.ask}")
    return lane.visit


def means_shown(lane: Lane, action: Action) -> bool:
    """Whether the key was pressed for the finished visit on the screen, and not for who stands here now."""
    if lane.shown is None or str(action.visit) != lane.shown.visit.id:
        return False
    return lane.visit is None or lane.visit.id != lane.shown.visit.id
