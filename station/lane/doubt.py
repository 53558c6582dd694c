"""Of whom the ledger is in doubt, and so «是本人？» is asked: of several people each in their turn.  Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from station.lane import party
from station.lane.person import Person
from station.lane.visit import Visit

#: What is asked; the answers are two keys (station/lane/holder.py).
DOUBTS = frozenset({"recorded_inside", "recorded_outside", "maybe_other_gate"})


def doubt_about(visit: Visit, recalled: Callable[[Visit], Visit]) -> tuple[Person, str] | None:
    """The first named person whom the operator is still to compare, and the question; None where there is none.

    *recalled* gives a visit with what the ledger knew of its person.
    """
    if visit.exception:
        return None
    for _, person in party.named(visit):
        history = recalled(replace(visit, person=person)).history
        if history is not None and history.doubt and person.key not in visit.compared:
            return person, history.doubt
    return None


def doubted(visit: Visit) -> Person | None:
    """Whom the question on the screen is about; None while no such question is asked."""
    if visit.ask not in DOUBTS:
        return None
    return next((person for _, person in party.named(visit) if person.key == visit.doubted), visit.person)


def exchanged(visit: Visit, known: Person, other: Person) -> Visit:
    """*visit* with *other* in the place of *known*."""
    if visit.person is not None and visit.person.key == known.key:
        return replace(visit, person=other)
    return replace(visit, others=tuple((seat, other if one.key == known.key else one) for seat, one in visit.others))
