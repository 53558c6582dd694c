"""What of a visit is written down: drafts of entries.  Pure.

Facts hold nothing that names a person, and so no typed words; ``personal`` holds what the gate itself may show
again.  Each entry of a visit holds all its readings so far, so the last one of a visit holds every one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from station import kinds
from station.draft import Draft
from station.facts import Facts, facts_body
from station.policy import Decision, Outcome, Policy
from station.visit import Person, Visit


def decided(visit: Visit, facts: Facts, decision: Decision, policy: Policy, actor: str) -> Draft:
    """``visit.decided``: the outcome, everything it was made from, and every reading with its raw value."""
    body: dict[str, Any] = {
        "visit": visit.id,
        "outcome": decision.outcome,
        "reason": decision.reason,
        "rule": decision.rule,
        "rest": decision.rest,
        "regime": policy.regime,
        "policy": policy.number,
        "policy_sha256": policy.sha256,
        "direction": visit.direction,
        "class": facts.person,
        "people": visit.people,
        "source": "none" if visit.person is None else visit.person.source,
        "notes": list(visit.notes(decision.outcome is Outcome.ADMIT)),
        "exception": bool(visit.exception),
        "tag": visit.tag,
        "readings": [taken.body() for taken in visit.readings],
        "used": facts_body(facts),
    }
    return Draft(kinds.VISIT_DECIDED, body, actor, personal_of(visit.person, reason=visit.exception))


def left(visit: Visit, reason: str, actor: str) -> Draft:
    """``visit.left``: somebody was measured and no decision came of it."""
    body = {
        "visit": visit.id,
        "reason": reason,
        "direction": visit.direction,
        "people": visit.people,
        "readings": [taken.body() for taken in (*visit.readings, *((visit.held,) if visit.held else ()))],
    }
    return Draft(kinds.VISIT_LEFT, body, actor, personal_of(visit.person))


def waiting_left(visit: Visit, reason: str = "left_without_retake") -> Draft:
    """``waiting.left``: somebody who was to be measured again never came, or turned out to be another visit's."""
    body = {
        "visit": visit.id,
        "reason": reason,
        "direction": visit.direction,
        "people": visit.people,
        "tag": visit.tag,
        "readings": [taken.body() for taken in visit.readings],
    }
    return Draft(kinds.WAITING_LEFT, body, personal=personal_of(visit.person))


def emergency(visit_id: str, direction: str, people: int, policy: Policy, actor: str) -> Draft:
    """``visit.decided`` for 急: the barrier first, details later."""
    body = {
        "visit": visit_id,
        "outcome": "admit",
        "reason": "emergency",
        "rule": "emergency",
        "rest": False,
        "regime": policy.regime,
        "policy": policy.number,
        "policy_sha256": policy.sha256,
        "direction": direction,
        "class": "emergency",
        "people": people,
        "source": "operator",
        "notes": ["details_later"],
        "exception": False,
        "tag": 0,
        "readings": [],
        "used": {"direction": direction, "person": "emergency", "people": people},
    }
    return Draft(kinds.VISIT_DECIDED, body, actor)


def went_with_emergency(visit_id: str, person: Person, actor: str) -> Draft:
    """``passage.noted``: somebody who lives here left with an ambulance, without limit of time: 外出·就医."""
    body = {
        "visit": visit_id,
        "direction": "out",
        "trip": "medical",
        "class": person.klass,
        "people": 1,
    }
    return Draft(kinds.PASSAGE_NOTED, body, actor, personal_of(person))


def voided(epoch: int, seq: int, visit: str, reason: str, actor: str) -> Draft:
    """``entry.voided``: the entry (epoch, seq) does not count."""
    return Draft(kinds.ENTRY_VOIDED, {"voids": [epoch, seq], "visit": visit, "reason": reason}, actor)


def case_opened(visit: Visit, cause: str) -> Draft:
    """``case.opened``: beside the visit that led to it."""
    body = {"case": visit.id, "visit": visit.id, "cause": cause, "direction": visit.direction}
    return Draft(kinds.CASE_OPENED, body, personal=personal_of(visit.person))


def case_step(
    case: str, step: str, ends: bool, actor: str, details: Mapping[str, int], typed: Mapping[str, str]
) -> Draft:
    """``case.step``: *details* are the figures that the step asked for, *typed* its words, which may name somebody."""
    body = {"case": case, "step": step, "ends": ends, "details": dict(details)}
    return Draft(kinds.CASE_STEP, body, actor, personal_of(None, **typed))


def personal_of(person: Person | None, **typed: str) -> dict[str, Any] | None:
    """What the gate may show of *person* until it is forgotten, and what an operator *typed* in their own words."""
    personal: dict[str, Any] = {}
    if person is not None and person.masked:
        personal = {
            "masked": person.masked,
            "last4": person.last4,
            "place": person.place,
            "resident": person.resident,
            "pass": person.pass_id,
            "class": person.klass,
        }
        if person.limits.minutes_out is not None:
            personal["minutes_out"] = person.limits.minutes_out
    words = {name: text for name, text in typed.items() if text}
    if words:
        personal["typed"] = words
    return personal or None
