"""What the lane was in the middle of, from the journal's projections.  Pure: rows in, lane state out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from drivers.events import Mode, Site
from station import kinds
from station.case.case import Case
from station.facts import Direction, PersonClass, parse_facts
from station.journal.draft import Draft
from station.lane import party
from station.lane.alerts import raise_alarm
from station.lane.lane import Lane
from station.lane.marks import Handed
from station.lane.person import Person
from station.lane.taken import Taken
from station.lane.visit import Visit, again
from station.policy.policy import Lines
from station.screening.standing import Standing

FindResident = Callable[[str], Person | None]
"""The person behind a resident's id, None if the roster no longer has them."""


def restore(
    lane: Lane,
    waiting: Iterable[tuple[str, int, int, str, str | None]],
    cases: Iterable[tuple[str, int, str, str, str | None]],
    find: FindResident,
    now_ms: int,
) -> None:
    """Put who was resting and which cases were open back into *lane*; an unanswered case sounds again.

    *waiting* rows are (visit, tag, since_ms, facts, personal), *cases* rows (visit, opened_ms, cause, steps,
    personal), as station/journal/projections.py keeps them.
    """
    for _visit, tag, since_ms, facts, personal in waiting:
        visit = _resting(
            json.loads(facts), _parsed(personal), tag or lane.free_tag(), since_ms, lane.policy.lines, find
        )
        lane.waiting[visit.id] = visit
    for case_id, opened_ms, cause, steps, personal in cases:
        listed = json.loads(steps)
        done = tuple((name, at_ms) for name, at_ms, *_ in listed)
        hot = any(step[2:] == [True] for step in [step for step in listed if step[0] == "axillary"][-1:])
        case = Case(case_id, cause, opened_ms, _parsed(personal).get("masked", ""), done, hot=hot)
        lane.cases[case.id] = case
        if not case.answered:
            lane.alarm = raise_alarm(lane.alarm, case.id, now_ms)


def restore_brief(
    lane: Lane, unfinished: Iterable[tuple[str, str | None]], handed: Iterable[tuple[int, int, str, int]]
) -> None:
    """Write down who was in the middle of being measured, several at once, as gone; count on the deliveries.

    *unfinished* rows are (facts, personal) of the newest ``visit.measured``, *handed* rows (epoch, seq, visit, at_ms).
    """
    for facts, personal in unfinished:
        lane.record(
            Draft(kinds.VISIT_LEFT, {**json.loads(facts), "reason": "restarted"}, personal=_parsed(personal) or None)
        )
    lane.handed = [Handed(*row) for row in handed]


def _parsed(personal: str | None) -> dict[str, Any]:
    return {} if personal is None else dict(json.loads(personal))


def _resting(
    facts: dict[str, Any], personal: dict[str, Any], tag: int, since_ms: int, lines: Lines, find: FindResident
) -> Visit:
    used = parse_facts(facts.get("used", {"measured": len(facts["readings"])}))
    taken = tuple(_taken(body) for body in facts["readings"])
    plain = Visit(
        facts["visit"],
        Direction(facts["direction"]),
        since_ms,
        person=_person(facts, personal, find),
        earlier=taken[: len(taken) - used.measured],
        round=taken[len(taken) - used.measured :],
        people=facts["people"],
        tag=tag,
        high_before=used.high_before,
        cold_before=used.cold_before,
        symptoms=used.symptoms,
        standing=Standing(used.standing),
        standing_before=used.standing_before,
    )
    visit = party.restored(plain, facts, personal, lambda body: _person(facts, body, find))
    return again(visit, True, lines if facts["rest"] else replace(lines, rest_ms=0), since_ms)


def _taken(body: dict[str, Any]) -> Taken:
    kinds = {"mode": Mode(body["mode"]), "site": Site(body["site"])}
    return Taken(**{**body, **kinds, "arrived_ns": 0, "raw": tuple(body["raw"].items())})


def _person(facts: dict[str, Any], personal: dict[str, Any], find: FindResident) -> Person | None:
    if not personal.get("masked"):
        return None
    resident, pass_id = personal["resident"], personal["pass"]
    found = find(resident) if resident else None
    if found is not None:
        return found
    return Person(
        key=f"p:{pass_id}" if pass_id else f"r:{resident}",
        klass=PersonClass(facts["class"]),
        masked=personal["masked"],
        place=personal["place"],
        last4=personal["last4"],
        resident=resident,
        pass_id=pass_id,
    )
