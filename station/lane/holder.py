"""What follows from the operator's answer to «是本人？», asked of a pass whose holder is there already.  Pure."""

from __future__ import annotations

from dataclasses import replace

from station.facts import PassVerdict, PersonClass, Status
from station.lane.action import ActionError
from station.lane.doubt import doubted, exchanged
from station.lane.lane import Lane
from station.lane.person import Person
from station.lane.visit import Visit
from station.ledger.history import NO_LIMITS


def answer_holder(lane: Lane, visit: Visit, same: bool, now_ms: int) -> None:
    """The holder is let through and the missing passage noted; anybody else has a borrowed pass.

    :raises ActionError: if nothing of the kind is being asked.
    """
    person = doubted(visit)
    if person is None:
        raise ActionError("nothing_to_choose", "holder: nothing is being asked")
    if same:
        visit = replace(visit, compared=(*visit.compared, person.key))
    else:
        visit = exchanged(visit, person, stranger_with(person))
    lane.settle(replace(visit, touched_ms=now_ms), now_ms)


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
