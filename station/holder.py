"""What follows from the operator's answer to «是本人？», asked of a pass whose holder is there already.  Pure."""

from __future__ import annotations

from dataclasses import replace

from station.action import ActionError
from station.facts import PassVerdict, PersonClass, Status
from station.history import NO_LIMITS
from station.lane import Lane
from station.visit import Person, Visit

#: What is asked here; the answers are two keys.
DOUBTS = frozenset({"recorded_inside", "recorded_outside", "maybe_other_gate"})


def answer_holder(lane: Lane, visit: Visit, same: bool, now_ms: int) -> None:
    """The holder is let through and the missing passage noted; anybody else has a borrowed pass.

    :raises ActionError: if nothing of the kind is being asked.
    """
    if visit.ask not in DOUBTS or visit.person is None:
        raise ActionError("nothing_to_choose", "holder: nothing is being asked")
    if same:
        lane.settle(replace(visit, compared=True, touched_ms=now_ms), now_ms)
    else:
        lane.settle(replace(visit, person=stranger_with(visit.person), touched_ms=now_ms), now_ms)


def stranger_with(holder: Person) -> Person:
    """Somebody unknown who shows *holder*'s pass: the pass is named, its holder has not moved and keeps every right."""
    return replace(
        holder,
        key=f"borrowed:{holder.key}",
        klass=PersonClass.UNKNOWN,
        name="",
        place="",
        resident="",
        pass_verdict=PassVerdict.BORROWED,
        status=Status.NONE,
        place_closed=False,
        notes=("pass_borrowed",),
        limits=NO_LIMITS,
    )
