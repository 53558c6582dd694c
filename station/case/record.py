"""A fever case as its entries tell it, and who passed around that time.  Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from station import kinds
from station.wire.canonical import canonical
from station.wire.entry import Header, parse_header

#: What tells of a case; its readings stand in the entries of its visit.
KINDS = (
    kinds.VISIT_DECIDED,
    kinds.CASE_OPENED,
    kinds.CASE_STEP,
    kinds.CASE_ESCALATED,
    kinds.CASE_CALLED,
)


@dataclass(frozen=True, slots=True)
class Done:
    """One step: ``codes`` and ``typed`` are what was chosen or typed with it, by name."""

    step: str
    at_ms: int
    actor: str
    codes: dict[str, Any] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class CaseRecord:
    """One case.  ``readings`` are (time, hundredths of a degree, site, by hand) of its visit."""

    id: str
    cause: str = ""
    direction: str = ""
    masked: str = ""
    opened_ms: int = 0
    complaints: tuple[str, ...] = ()
    readings: tuple[tuple[int, int, str, bool], ...] = ()
    steps: list[Done] = field(default_factory=list)
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Passed:
    """Somebody who was at the gate; ``masked`` is empty where nobody knows or it is forgotten."""

    at_ms: int
    direction: str
    outcome: str
    masked: str
    last4: str
    people: int


def opened_entries(rows: Iterable[tuple[bytes, bytes | str | None]]) -> Iterator[tuple[Header, dict[str, Any]]]:
    """The header and personal part of each of *rows*; an empty one where it is forgotten or was never there."""
    for header, personal in rows:
        yield parse_header(header), {} if personal is None else json.loads(personal)


def cases(entries: Iterable[tuple[Header, dict[str, Any]]]) -> dict[str, CaseRecord]:
    """Every case by its id, in the order in which they were opened."""
    found: dict[str, CaseRecord] = {}
    readings: dict[str, tuple[tuple[int, int, str, bool], ...]] = {}
    for header, personal in entries:
        facts = header.facts
        if header.kind == kinds.VISIT_DECIDED:
            if facts.get("outcome") == "refer":
                readings[facts["visit"]] = tuple(
                    (one["seen_ms"], one["centi_celsius"], one["site"], one["by_hand"]) for one in facts["readings"]
                )
            continue
        record = found.setdefault(facts["case"], CaseRecord(facts["case"]))
        match header.kind:
            case kinds.CASE_OPENED:
                record.cause, record.direction, record.opened_ms = facts["cause"], facts["direction"], header.at_ms
                record.masked, record.complaints = personal.get("masked", ""), tuple(facts.get("complaints", ()))
            case kinds.CASE_STEP:
                typed = personal.get("typed", {})
                record.steps.append(Done(facts["step"], header.at_ms, header.actor, facts["details"], typed))
                record.ended = record.ended or facts["ends"]
            case _:
                name = "escalated" if header.kind == kinds.CASE_ESCALATED else "called"
                record.steps.append(Done(name, header.at_ms, header.actor))
    for id, record in found.items():
        record.readings = readings.get(id, ())
    return found


def times_of(headers: Iterable[bytes], visit: str) -> tuple[int, int] | None:
    """When the first and the last of *headers* that decide *visit* were written; None where none does.

    Only what names the visit is parsed: the journal of years is walked for one person.
    """
    named = canonical({"visit": visit})[1:-1]
    times = [
        header.at_ms
        for header in (parse_header(source) for source in headers if named in source)
        if header.kind == kinds.VISIT_DECIDED and header.facts["visit"] == visit
    ]
    return (min(times), max(times)) if times else None


def around(entries: Iterable[tuple[Header, dict[str, Any]]], visit: str, begins: int, ends: int) -> Iterator[Passed]:
    """Who else was at the gate from *begins* until *ends* (milliseconds), as *entries* come.

    Of a party everybody with a name is a line.
    """
    for header, personal in entries:
        facts = header.facts
        if header.kind != kinds.VISIT_DECIDED or facts["visit"] == visit or facts["outcome"] == "retake":
            continue
        at_ms = facts.get("observed_at_ms", header.at_ms)
        if not begins <= at_ms <= ends:
            continue
        people = personal.get("people") or [personal]
        count = facts["people"] if len(people) == 1 else 1
        for one in people:
            masked, last4 = one.get("masked") or "", one.get("last4") or ""
            yield Passed(at_ms, facts["direction"], facts["outcome"], masked, last4, count)
