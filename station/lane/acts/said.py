"""The acts that say something of who stands here: a code, a mask, what for, an answer, an exception.  Pure."""

from __future__ import annotations

from dataclasses import replace

from station import kinds
from station.facts import HealthCode, Mask, Trip
from station.journal.draft import Draft
from station.lane import drafts, exceptions
from station.lane.action import Action, ActionError
from station.lane.acts.arguments import MAX_TYPED, choice
from station.lane.acts.meant import means_shown, standing_here
from station.lane.asked import declare
from station.lane.lane import Lane
from station.lane.marks import Shown
from station.lane.person import Person
from station.lane.visit import Stage, Visit
from station.policy.policy import Outcome


def see_code(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    """The operator has seen the colour of a code."""
    visit = standing_here(lane)
    colour = choice(HealthCode, action.get("colour"), "colour")
    lane.settle(replace(visit, health_code=colour, touched_ms=now_ms), now_ms)


def note_mask(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    """Of somebody who is still being decided on; of somebody just admitted it is noted."""
    mask = choice(Mask, action.get("mask"), "mask")
    if lane.shown is not None and (lane.visit is None or means_shown(lane, action)):
        lane.shown = replace(lane.shown, visit=replace(lane.shown.visit, mask=mask))
        lane.record(Draft(kinds.MASK_NOTED, {"visit": lane.shown.visit.id, "mask": mask}, lane.actor))
        return
    lane.settle(replace(standing_here(lane), mask=mask, touched_ms=now_ms), now_ms)


def note_trip(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    """What for; of somebody just let through it is noted beside their entry."""
    trip = choice(Trip, action.get("trip"), "trip")
    shown = lane.shown
    if shown is not None and shown.entry is not None and (lane.visit is None or means_shown(lane, action)):
        lane.shown = replace(shown, visit=replace(shown.visit, trip=trip))
        facts = {"of": list(shown.entry), "visit": shown.visit.id, "direction": shown.visit.direction}
        lane.record(Draft(kinds.DETAILS_ADDED, {**facts, "complete": True, "trip": trip}, lane.actor))
        return
    lane.settle(replace(standing_here(lane), trip=trip, touched_ms=now_ms), now_ms)


def declared(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    """The answer to a question about one person."""
    try:
        answered = declare(standing_here(lane), action.get("fact"), action.get("value"))
    except ValueError as error:
        raise ActionError("bad_argument", f"declare: {error}") from None
    lane.settle(replace(answered, touched_ms=now_ms), now_ms)


def except_for(lane: Lane, action: Action, _person: Person | None, now_ms: int) -> None:
    """Let through against the rules, for the reason that was chosen or typed; also somebody just turned back.

    Their refusal is voided then, and the same visit decided again.
    """
    reason = action.get("reason").strip()
    if not reason:
        raise ActionError("reason_needed", "exception: needs a reason")
    if action.get("of"):
        visit = _taken_back(lane, exceptions.refused_of(lane, action.get("of"), now_ms))
    else:
        visit = _turned_back(lane) if lane.visit is None or means_shown(lane, action) else standing_here(lane)
    lane.settle(replace(visit, exception=reason[:MAX_TYPED], touched_ms=now_ms), now_ms)


def _turned_back(lane: Lane) -> Visit:
    """Whoever the screen turns back, as they stood here; their entry does not count any more."""
    shown = lane.shown
    if shown is None or shown.decision.outcome is not Outcome.DENY:
        raise ActionError("no_visit", "exception: nobody is at the gate or was just turned back")
    return _taken_back(lane, shown if lane.visit is None else None)


def _taken_back(lane: Lane, refusal: Shown | None) -> Visit:
    if refusal is None or refusal.entry is None:
        raise ActionError("not_now", "exception: somebody else stands here, or the refusal is not written or too old")
    lane.record(drafts.voided(*refusal.entry, refusal.visit.id, "exception", lane.actor))
    lane.refused = None
    if lane.shown is not None and lane.shown.visit.id == refusal.visit.id:
        lane.shown = None
    if lane.undoable is not None and lane.undoable.visit == refusal.visit.id:
        lane.undoable = None
    return replace(refusal.visit, stage=Stage.OPEN)
