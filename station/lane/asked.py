"""What the operator answers to a question about one person, and what that changes in the visit.  Pure."""

from __future__ import annotations

from dataclasses import replace

from station.facts import HealthCode, HealthProof, PersonClass
from station.lane.arrival import has_question
from station.lane.lane import Lane
from station.lane.person import Person
from station.lane.visit import Stage, Visit

#: Questions that a health certificate can answer beside the key: shown then, it belongs to who is asked.
_ANSWERED_BY_PROOF = frozenset({"test_needed", "no_code", "proof_expired", "proof_unproven", "proof_forged"})


def declare(visit: Visit, fact: str, value: str) -> Visit:
    """*visit* with the answer *value* to the question about *fact*, a name of :data:`station.lane.declared.VALUES`.

    ``person`` is the one answer about who somebody is: 来访, of somebody whom nobody knows.

    :raises ValueError: if there is no such question or answer.
    """
    if fact != "person":
        return replace(visit, declared=visit.declared.said(fact, value))
    known = visit.person is not None and visit.person.klass is not PersonClass.UNKNOWN
    if value != PersonClass.VISITOR or known:
        raise ValueError(f"person: {value!r}: only somebody unknown can be called a visitor")
    before = visit.person or Person(f"v:{visit.id}")
    return replace(visit, person=replace(before, klass=PersonClass.VISITOR, source="operator"))


def prove(lane: Lane, person: Person, now_ms: int) -> bool:
    """Whether *person*, who is nothing but a health certificate, answers what is asked of who stands here.

    Then it becomes part of that visit: whoever is asked for a test shows it, and is no second person.
    """
    visit = lane.visit
    if person.proof is None or person.proof.worth is HealthProof.NONE or visit is None:
        return False
    if visit.stage is not Stage.ASK or visit.ask not in _ANSWERED_BY_PROOF or visit.person is None:
        return False
    notes = (*(note for note in visit.person.notes if not note.startswith("proof_")), *person.notes)
    holds = replace(visit.person, proof=person.proof, notes=notes)
    lane.settle(replace(visit, person=holds, touched_ms=now_ms, declared=visit.declared.of_another()), now_ms)
    return True


def seen_online(lane: Lane, person: str, colour: HealthCode, now_ms: int) -> None:
    """A service has said the *colour* of the code that the person of that key showed, if they still stand here.

    What the operator has seen stays: two colours of one code are for the operator to sort out.
    """
    visit = lane.visit
    if visit is None or visit.person is None or visit.person.key != person or has_question(visit):
        return
    if visit.health_code is HealthCode.NONE:
        lane.settle(replace(visit, health_code=colour, touched_ms=now_ms), now_ms)
