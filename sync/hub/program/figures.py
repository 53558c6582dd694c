"""What programs may read of figures: units, gates, days, people, daily reports."""

from __future__ import annotations

import datetime
from typing import Any

from sync.hub.board.figures import by_day, by_unit
from sync.hub.people.people import count_people
from sync.hub.program.shapes import COUNT, COUNTS, TEXT, TIME, YES, gives, list_of, object_of
from sync.hub.report.unit_reports import CONFIRMED, confirmed_reports
from sync.hub.site import here
from sync.hub.unit.scope import Scope
from sync.hub.views.board_of import board_of


@gives(
    "/units",
    "The tree of units with today's counts; a gate counts once in each unit that it reports to",
    list_of(
        object_of(
            {
                "unit": TEXT,
                "name": TEXT,
                "level": TEXT,
                "parents": list_of(TEXT),
                "gates": COUNT,
                "silent": COUNT,
                "counts": COUNTS,
            }
        )
    ),
)
def units(scope: Scope) -> list[dict[str, Any]]:
    """The tree."""
    with here().store.reading() as connection:
        board = board_of(connection, scope)
    return [
        {
            "unit": row.id,
            "name": row.name,
            "level": row.level,
            "parents": [parent for parent in scope.tree.parents(row.id) if parent],
            "gates": row.gates,
            "silent": row.silent,
            "counts": row.counts._asdict(),
        }
        for row in by_unit(scope.tree, scope.unit, board.gates)
    ]


@gives(
    "/gates",
    "Every gate: today's counts, and how old they are",
    list_of(
        object_of(
            {
                "gate": TEXT,
                "name": TEXT,
                "online": YES,
                "last_word_ms": TIME,
                "unsent": {"type": ["integer", "null"]},
                "undated": COUNT,
                "counts": COUNTS,
            }
        )
    ),
)
def gates(scope: Scope) -> list[dict[str, Any]]:
    """The gates."""
    with here().store.reading() as connection:
        board = board_of(connection, scope)
    return [
        {
            "gate": gate.station,
            "name": gate.name,
            "online": gate.online,
            "last_word_ms": gate.last_word_ms,
            "unsent": gate.unsent,
            "undated": gate.undated,
            "counts": gate.counts._asdict(),
        }
        for gate in board.gates
    ]


@gives(
    "/days",
    "Counts of the newest thirty days that have any, newest first; a day is 20201122 where the hub is",
    list_of(object_of({"day": COUNT, "counts": COUNTS})),
)
def days(scope: Scope) -> list[dict[str, Any]]:
    """The days."""
    with here().store.reading() as connection:
        found = by_day(connection, scope.only)
    return [{"day": day, "counts": counts._asdict()} for day, counts in found.items()]


@gives(
    "/people",
    "How many are where by the passages of the last three days; no names",
    list_of(
        object_of(
            {
                "unit": TEXT,
                "residents_in": COUNT,
                "residents_out": COUNT,
                "overdue": COUNT,
                "visitors_in": COUNT,
                "nameless": COUNT,
                "longest_ms": TIME,
            }
        )
    ),
)
def people(scope: Scope) -> list[dict[str, Any]]:
    """The counts of the unit that was asked for."""
    site = here()
    with site.store.reading() as connection:
        found = count_people(connection, scope.gates, site.now_ms())
    return [
        {
            "unit": scope.unit,
            "residents_in": found.residents_in,
            "residents_out": found.out,
            "overdue": found.overdue,
            "visitors_in": found.visitors_in,
            "nameless": found.nameless,
            "longest_ms": found.longest_ms,
        }
    ]


@gives(
    "/reports",
    "Yesterday's daily report of each unit that is yours: its newest confirmed version, with the figures it had",
    list_of(
        object_of(
            {
                "unit": TEXT,
                "name": TEXT,
                "day": TEXT,
                "version": COUNT,
                "confirmed_ms": TIME,
                "late": YES,
                "zero": YES,
                "sha256": TEXT,
                "counts": object_of(dict.fromkeys(CONFIRMED, COUNT)),
            }
        )
    ),
)
def reports(scope: Scope) -> list[dict[str, Any]]:
    """The reports; of a unit that has confirmed none the version is 0."""
    site = here()
    today = datetime.datetime.fromtimestamp(site.now_ms() / 1000, site.office.zone).date()
    day = (today - datetime.timedelta(days=1)).isoformat()
    with site.store.reading() as connection:
        confirmed = confirmed_reports(connection, site.office.unit, day)
    found = []
    for unit in units_of(scope):
        versions = confirmed.get(unit)
        last = versions[-1] if versions else None
        found.append(
            {
                "unit": unit,
                "name": scope.tree.name(unit) if unit else site.office.name,
                "day": day,
                "version": last.version if last else 0,
                "confirmed_ms": last.at_ms if last else None,
                "late": bool(last and last.late),
                "zero": bool(last and last.zero),
                "sha256": last.sha256 if last else "",
                "counts": {name: last.counts.get(name, 0) if last else 0 for name in CONFIRMED},
            }
        )
    return found


def units_of(scope: Scope) -> list[str]:
    """The unit that was asked for and each below it that is no gate, once."""
    below = {id_: None for _, id_ in scope.tree.walk(scope.unit) if id_ not in scope.tree.gates}
    return list({scope.unit: None, **below})


FIGURES = (units, gates, days, people, reports)
