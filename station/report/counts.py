"""What entries add to the counts of a report.  Pure.

People are counted as passages (人次).  The hub counts the same way
(sync/hub/examination/meaning.py): each visit by its last entry, a retake by none.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from station import kinds
from station.report.noted import Noted

#: Whoever is none of these and comes in is to leave again.
OUTSIDERS = frozenset({"visitor", "worker", "official"})
_FEVERS = frozenset({"fever", "symptoms"})


@dataclass(slots=True)
class Counts:
    """Counts of a period, in the order in which a report shows them.

    ``inward`` and ``outward`` were let through; ``measured`` were measured, each once per visit; ``retaken`` are
    visits that were measured again, ``abnormal`` those that ended as 体温异常, ``left`` those that ended undecided;
    ``referred`` are people, ``to_community`` those of them without a fever;
    ``goods`` hand-overs at the gate; ``by_hand`` visits with a reading that was typed in; ``overdue`` returns after
    the time of a pass; ``paper`` entries written down later from paper; ``voided`` entries that were taken back.
    ``readings`` are all temperatures, each once.
    """

    inward: int = 0
    outward: int = 0
    measured: int = 0
    turned_back: int = 0
    referred: int = 0
    abnormal: int = 0
    to_community: int = 0
    retaken: int = 0
    left: int = 0
    vehicles_in: int = 0
    vehicles_out: int = 0
    goods: int = 0
    emergency: int = 0
    exceptions: int = 0
    returnees: int = 0
    travel_returns: int = 0
    overdue: int = 0
    by_hand: int = 0
    cases_opened: int = 0
    cases_closed: int = 0
    paper: int = 0
    voided: int = 0
    readings: int = 0

    def body(self) -> dict[str, int]:
        """The counts by name."""
        return {name: getattr(self, name) for name in NAMES}

    def add(self, name: str, value: int) -> None:
        """Add *value* to the count *name*."""
        setattr(self, name, getattr(self, name) + value)


NAMES = tuple(field.name for field in fields(Counts))


def count(counts: Counts, noted: Noted) -> None:
    """Add *noted*, which was not taken back, to *counts*; a retake is counted by who knows the visits."""
    facts = noted.facts
    if facts.get("source") == "paper":
        counts.paper += 1
    match noted.kind:
        case kinds.VISIT_DECIDED:
            _decided(counts, facts)
        case kinds.VISIT_LEFT:
            counts.left += 1
            counts.measured += min(_people(facts), len(_readings(facts)))
            _read(counts, facts)
        case kinds.WAITING_LEFT:
            counts.left += 1
            counts.measured += 1
            _read(counts, facts)
        case kinds.GOODS_HANDED:
            counts.goods += max(1, _number(facts, "pieces"))
        case kinds.CASE_OPENED:
            counts.cases_opened += 1
        case kinds.CASE_STEP:
            counts.add("cases_closed", facts.get("ends") is True)
        case kinds.ENTRY_VOIDED:
            counts.voided += 1


def peak(hours: list[list[int]]) -> tuple[int, int] | None:
    """The hour with the most passages and how many; the first of equals, None without any."""
    sums = [inward + outward for inward, outward in hours]
    most = max(sums, default=0)
    return (sums.index(most), most) if most else None


def passed(noted: Noted) -> tuple[int, int]:
    """How many people *noted* let in and out."""
    facts = noted.facts
    if noted.kind != kinds.VISIT_DECIDED or facts.get("outcome") != "admit":
        return 0, 0
    people = _people(facts)
    return (people, 0) if facts.get("direction") == "in" else (0, people)


def outsiders(noted: Noted) -> int:
    """By how many *noted* changed the number of outsiders inside."""
    if noted.facts.get("class") not in OUTSIDERS:
        return 0
    inward, outward = passed(noted)
    return inward - outward


def _decided(counts: Counts, facts: dict[str, Any]) -> None:
    outcome, people, inward = facts.get("outcome"), _people(facts), facts.get("direction") == "in"
    if outcome == "retake":
        return
    counts.measured += min(people, len(_readings(facts)))
    _read(counts, facts)
    if outcome in ("admit", "refer") and inward and facts.get("class") == "returnee":
        counts.add("returnees", people)
    back = inward and outcome in ("admit", "refer") and "travel_return" in (facts.get("notes") or ())
    counts.travel_returns += back
    match outcome:
        case "admit":
            counts.inward += people if inward else 0
            counts.outward += 0 if inward else people
            # An ambulance is told of later; somebody on foot has the vehicle "none".
            vehicle = facts.get("vehicle") not in (None, "", "none", False) or "service" in facts
            counts.vehicles_in += vehicle and inward
            counts.vehicles_out += vehicle and not inward
            counts.emergency += people if facts.get("class") == "emergency" else 0
            counts.exceptions += facts.get("exception") is True
            notes = facts.get("notes") or ()
            counts.overdue += inward and any(str(note).startswith("overdue") for note in notes)
        case "refer":
            fever = facts.get("reason") in _FEVERS
            counts.referred += people
            counts.abnormal += fever
            counts.to_community += 0 if fever else people
        case "deny":
            counts.turned_back += people


def _read(counts: Counts, facts: dict[str, Any]) -> None:
    readings = _readings(facts)
    counts.readings += len(readings)
    counts.by_hand += any(reading.get("by_hand") is True for reading in readings)


def _readings(facts: dict[str, Any]) -> list[dict[str, Any]]:
    return facts.get("readings") or []


def _people(facts: dict[str, Any]) -> int:
    return max(1, _number(facts, "people"))


def _number(facts: dict[str, Any], name: str) -> int:
    value = facts.get(name)
    return value if type(value) is int else 0
