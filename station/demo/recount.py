"""What of a day follows from the entries of its journal.  Pure; knows nothing of any script.

An entry is counted where it *happened*: a line from paper at the time on the paper.  What was taken back never was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from station import kinds

_FEVER = frozenset({"fever", "symptoms"})
#: A change of shift is not late within these.
_LATE_MINUTES = 10
_LIVES_HERE = frozenset({"resident", "returnee"})


@dataclass(frozen=True, slots=True)
class Told:
    """One entry as it is counted; *personal* is None where it has been forgotten or never was."""

    epoch: int
    seq: int
    kind: str
    at_ms: int
    facts: Mapping[str, Any]
    personal: Mapping[str, Any] | None = None


def within(entries: Sequence[Told], from_ms: int) -> list[Told]:
    """What happened since *from_ms* and was not taken back."""
    voided = {tuple(one.facts["voids"]) for one in entries if one.kind == kinds.ENTRY_VOIDED}
    return [
        one
        for one in entries
        if (one.epoch, one.seq) not in voided and one.facts.get("observed_at_ms", one.at_ms) >= from_ms
    ]


def recount(entries: Sequence[Told]) -> dict[str, Any]:
    """Totals of *entries* (:func:`within`), by the names of docs/days.md."""
    decided = [one.facts for one in entries if one.kind == kinds.VISIT_DECIDED]
    admitted = [facts for facts in decided if facts["outcome"] == "admit"]
    referred = {facts["visit"]: facts["reason"] in _FEVER for facts in decided if facts["outcome"] == "refer"}
    return {
        "visits": _visits(decided),
        "handed_over": sum(one.facts["pieces"] for one in entries if one.kind == kinds.GOODS_HANDED),
        "left": sum(one.kind == kinds.VISIT_LEFT for one in entries),
        "people_in": _people(admitted, "in"),
        "people_out": _people(admitted, "out"),
        "emergency_in": _people(_emergencies(admitted), "in"),
        "emergency_out": _people(_emergencies(admitted), "out"),
        "paper_in": _people(_from_paper(admitted), "in"),
        "paper_out": _people(_from_paper(admitted), "out"),
        "vehicles_in": _vehicles(admitted, "in"),
        "vehicles_out": _vehicles(admitted, "out"),
        "refer_fever": sum(referred.values()),
        "refer_community": sum(not fever for fever in referred.values()),
        "fever_opened": sum(one.kind == kinds.CASE_OPENED for one in entries),
        "fever_closed": sum(one.kind == kinds.CASE_STEP and bool(one.facts["ends"]) for one in entries),
        "overdue_returns": sum("overdue" in facts["notes"] for facts in admitted if facts["direction"] == "in"),
        "backfilled": sum("exit_backfilled" in facts["notes"] for facts in admitted),
        "hand_measured": sum(_by_hand(facts) for facts in admitted if facts["source"] != "paper"),
        "outsiders_inside": len(_outsiders_inside(entries)),
        "medical_out": sum(_went_to_clinic(one) for one in entries),
        "registered": sum(one.kind == kinds.VISITOR_REGISTERED for one in entries),
        "reports_confirmed": sum(one.kind == kinds.REPORT_CONFIRMED for one in entries),
        **_shifts(entries),
        **_rounds(entries),
    }


def _visits(decided: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Visits by outcome; one that was measured again is in ``retake`` and in its outcome."""
    seen: dict[str, set[str]] = {outcome: set() for outcome in ("admit", "retake", "refer", "deny")}
    for facts in decided:
        seen[facts["outcome"]].add(facts["visit"])
    return {outcome: len(visits) for outcome, visits in seen.items()}


def _people(admitted: Sequence[Mapping[str, Any]], direction: str) -> int:
    return sum(facts["people"] for facts in admitted if facts["direction"] == direction)


def _emergencies(admitted: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [facts for facts in admitted if facts["class"] == "emergency"]


def _from_paper(admitted: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [facts for facts in admitted if facts["source"] == "paper"]


def _vehicles(admitted: Sequence[Mapping[str, Any]], direction: str) -> int:
    return sum(facts.get("vehicle", "none") != "none" for facts in admitted if facts["direction"] == direction)


def _by_hand(facts: Mapping[str, Any]) -> bool:
    return any(reading["by_hand"] for reading in facts["readings"])


def _went_to_clinic(one: Told) -> int:
    """How many left with an ambulance and were named."""
    if one.kind != kinds.DETAILS_ADDED or one.facts.get("trip") != "medical":
        return 0
    return len((one.personal or {}).get("people", ()))


def _outsiders_inside(entries: Sequence[Told]) -> set[str]:
    """Who does not live here, was let in and has not left; an ambulance's crew has no name and is not told apart."""
    inside: set[str] = set()
    for one in entries:
        if one.kind != kinds.VISIT_DECIDED or one.facts["outcome"] != "admit":
            continue
        for name in _names(one):
            (inside.add if one.facts["direction"] == "in" else inside.discard)(name)
    return inside


def _rounds(entries: Sequence[Told]) -> dict[str, int]:
    """Isolation by person and half of a day: a reading is due wherever one was taken or asked for in vain."""
    asked = [one for one in entries if one.kind == kinds.ISOLATION_MEASURED]
    taken = {_half(one) for one in asked if one.facts.get("centi_celsius") is not None}
    return {
        "isolation_due": len({_half(one) for one in asked}),
        "isolation_taken": len(taken),
        "doctor_cases": sum(one.kind == kinds.ISOLATION_CASE and one.facts["step"] == "opened" for one in entries),
        "inspections_closed": sum(one.kind == kinds.INSPECTION_CLOSED for one in entries),
        "findings_put_right": sum(one.kind == kinds.INSPECTION_PUT_RIGHT for one in entries),
        "rounds": sum(one.kind == kinds.ROUND_DONE for one in entries),
    }


def _half(one: Told) -> tuple[str, str, str]:
    return (one.personal or {}).get("subject", ""), one.facts["day"], one.facts["half"]


def _shifts(entries: Sequence[Told]) -> dict[str, int]:
    handed = [one.facts for one in entries if one.kind == kinds.SHIFT_HANDED_OVER]
    opened = [one.facts for one in entries if one.kind == kinds.SHIFT_OPENED]
    return {
        "hand_overs": len(handed),
        "late_hand_overs": sum((facts["late_minutes"] or 0) >= _LATE_MINUTES for facts in handed),
        "self_tests_faulty": sum(facts["self_test"] == "faulty" for facts in opened),
    }


def _names(one: Told) -> Iterator[str]:
    personal = one.personal or {}
    for person in personal.get("people", [personal]):
        klass = person.get("class") or one.facts["class"]
        if person and klass not in _LIVES_HERE and not person.get("resident"):
            yield person.get("pass") or f"{person.get('masked')}{person.get('last4')}"
