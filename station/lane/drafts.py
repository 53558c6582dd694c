"""What of a visit is written down: drafts of entries.  Pure.

Facts hold nothing that names a person, and so no typed words; ``personal`` holds what the gate itself may show
again; what was typed and may name somebody is ``private``.  Each entry of a visit holds all its readings so far, so
the last one of a visit holds every one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from station import kinds, typed
from station.facts import Facts, facts_body
from station.journal.draft import Draft
from station.lane import party
from station.lane.exception_codes import code_of, typed_of
from station.lane.person import Person
from station.lane.unfilled import Unfilled
from station.lane.visit import Visit
from station.policy.policy import Decision, Outcome, Policy, Temperature, temperature
from station.screening.screening import learned_of
from station.screening.standing import Verdict


def decided(visit: Visit, facts: Facts, decision: Decision, policy: Policy, actor: str, seat: int = 0) -> Draft:
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
        "learned": _learned(visit, facts, decision, policy),
    }
    code, typed = code_of(visit.exception), typed_of(visit.exception)
    body |= party.facts_body(visit, seat) | ({"exception_reason": code} if code else {})
    personal = party.personal(visit, personal_of(visit.person, reason=typed))
    return Draft(kinds.VISIT_DECIDED, body, actor, personal, private_of(party.private(visit), reason=typed))


def measured(visit: Visit, actor: str) -> Draft:
    """``visit.measured``: some of several people, so that their readings survive a power cut before the rest."""
    body = {
        "visit": visit.id,
        "direction": visit.direction,
        "people": visit.people,
        "readings": [taken.body() for taken in visit.readings],
    }
    personal = party.personal(visit, personal_of(visit.person))
    return Draft(kinds.VISIT_MEASURED, body | party.facts_body(visit), actor, personal)


def _learned(visit: Visit, facts: Facts, decision: Decision, policy: Policy) -> list[dict[str, Any]]:
    """What the gate's own normal learns from a visit that is over: of somebody with symptoms nothing at all."""
    if decision.outcome in (Outcome.RETAKE, Outcome.ASK) or visit.symptoms:
        return []
    high = visit.high_before or temperature(policy.lines, facts) is Temperature.HIGH
    return learned_of(visit, high or visit.standing.stood_out or visit.standing_before is Verdict.CHECK)


def left(visit: Visit, reason: str, actor: str) -> Draft:
    """``visit.left``: somebody was measured and no decision came of it."""
    body = {
        "visit": visit.id,
        "reason": reason,
        "direction": visit.direction,
        "people": visit.people,
        "readings": [taken.body() for taken in (*visit.readings, *((visit.held,) if visit.held else ()))],
    } | party.facts_body(visit)
    return Draft(kinds.VISIT_LEFT, body, actor, party.personal(visit, personal_of(visit.person)))


def waiting_left(visit: Visit, reason: str = "left_without_retake") -> Draft:
    """``waiting.left``: somebody who was to be measured again never came, or turned out to be another visit's."""
    body = {
        "visit": visit.id,
        "reason": reason,
        "direction": visit.direction,
        "people": visit.people,
        "tag": visit.tag,
        "readings": [taken.body() for taken in visit.readings],
        "learned": _learned_without(visit) if reason == "left_without_retake" else [],
    } | party.facts_body(visit)
    return Draft(kinds.WAITING_LEFT, body, personal=party.personal(visit, personal_of(visit.person)))


def _learned_without(visit: Visit) -> list[dict[str, Any]]:
    """Of somebody who was to be measured again and did not come: whoever stood out is taken as standing out."""
    stood_out = visit.high_before or visit.standing_before in (Verdict.AGAIN, Verdict.CHECK)
    return [] if visit.symptoms else learned_of(visit, stood_out)


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
        "details_later": True,
        "vehicle": "emergency",
        "exception": False,
        "tag": 0,
        "readings": [],
        "used": {"direction": direction, "person": "emergency", "people": people, "vehicle": "emergency"},
    }
    return Draft(kinds.VISIT_DECIDED, body, actor)


def details(
    item: Unfilled, actor: str, facts: Mapping[str, Any], person: Person | None = None, plate: str = ""
) -> Draft:
    """``details.added``: what was left out of the entry behind *item*; *person* is one of those who were in it."""
    body: dict[str, Any] = {"of": [item.epoch, item.seq], "visit": item.visit, "direction": item.direction}
    body |= {"complete": False} | dict(facts)
    personal: dict[str, Any] = {} if person is None else {"people": [party.person_body(person)]}
    personal |= {"plate": plate[-party.PLATE_TAIL :]} if plate else {}
    return Draft(kinds.DETAILS_ADDED, body, actor, personal or None, {"plate": plate} if plate else None)


def voided(epoch: int, seq: int, visit: str, reason: str, actor: str) -> Draft:
    """``entry.voided``: the entry (epoch, seq) does not count."""
    return Draft(kinds.ENTRY_VOIDED, {"voids": [epoch, seq], "visit": visit, "reason": reason}, actor)


def case_opened(visit: Visit, cause: str, patient: Person | None) -> Draft:
    """``case.opened``: beside the visit that led to it; of several people about *patient*."""
    body: dict[str, Any] = {"case": visit.id, "visit": visit.id, "cause": cause, "direction": visit.direction}
    body |= {"complaints": list(visit.complaints)} if visit.complaints else {}
    return Draft(kinds.CASE_OPENED, body, personal=personal_of(patient))


def case_step(
    case: str,
    step: str,
    ends: bool,
    actor: str,
    details: Mapping[str, int | str],
    words: Mapping[str, str],
    hot: bool = False,
) -> Draft:
    """``case.step``: *details* are the figures and codes that the step asked for, *words* what was typed.

    Words may name somebody, codes cannot.  *hot* says that an axillary value is over the line.
    """
    body = {"case": case, "step": step, "ends": ends, "details": dict(details)} | ({"high": True} if hot else {})
    return Draft(kinds.CASE_STEP, body, actor, personal_of(None, **words), private_of(None, **words))


def personal_of(person: Person | None, **words: str) -> dict[str, Any] | None:
    """What the gate may show of *person* until it is forgotten, and those *words* that cannot name anybody."""
    personal: dict[str, Any] = {}
    if person is not None and person.masked:
        personal = party.person_body(person)
    if harmless := typed.kept(words):
        personal["typed"] = harmless
    return personal or None


def private_of(more: Mapping[str, Any] | None, **words: str) -> dict[str, Any] | None:
    """What only the office reads: *more*, and those *words* that may name somebody."""
    private = dict(more or {})
    if naming := typed.sealed(words):
        private["typed"] = naming
    return private or None
