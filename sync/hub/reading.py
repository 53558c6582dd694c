"""What programs of others may read: each address is declared once, and the OpenAPI document is made of that.

docs/api.md is for whoever writes such a program.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sync.hub.case_desk import handlings
from sync.hub.common import Kind, in_common
from sync.hub.doing import Scope, scope_of
from sync.hub.errors import HubFault, Refusal
from sync.hub.figures import by_day, by_unit
from sync.hub.lately import cases_lately
from sync.hub.meaning import NAMES
from sync.hub.people import count_people
from sync.hub.risk import Level, Sum
from sync.hub.site import For, access, here
from sync.hub.unit_reports import CONFIRMED, confirmed_reports
from sync.hub.views.board_of import board_of, rising_hints, risk_sums

reading = Blueprint("reading", __name__, url_prefix="/api/v1")

Schema = Mapping[str, Any]
_TEXT: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_TIME: Schema = {"type": ["integer", "null"], "description": "milliseconds since 1970"}
_YES: Schema = {"type": "boolean"}


def _object(properties: Mapping[str, Schema]) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _one_of(values: type[StrEnum]) -> Schema:
    return {**_TEXT, "enum": [str(each) for each in values]}


_COUNTS = _object(dict.fromkeys(NAMES, _COUNT))


@dataclass(frozen=True, slots=True)
class Address:
    """One address: what it gives, and the form of the answer."""

    path: str
    summary: str
    schema: Schema


ADDRESSES: list[Address] = []
_UNIT = {
    "name": "unit",
    "in": "query",
    "required": False,
    "schema": _TEXT,
    "description": "only this unit and what is below it",
}


def _gives(path: str, summary: str, schema: Schema) -> Callable[[Callable[[Scope], Any]], Callable[[Scope], Any]]:
    """Declare that ``GET`` *path* answers with what the function returns, in the form of *schema*."""
    ADDRESSES.append(Address(f"/api/v1{path}", summary, schema))

    def install(give: Callable[[Scope], Any]) -> Callable[[Scope], Any]:
        def view() -> Response:
            with here().store.reading() as connection:
                try:
                    scope = scope_of(connection, request.args.get("unit"))
                except HubFault as error:
                    raise Refusal("unit", str(error), 404) from None
            return jsonify(give(scope))

        access(For.PROGRAM)(view)
        reading.add_url_rule(path, give.__name__, view, methods=["GET"])
        return give

    return install


@_gives(
    "/units",
    "The tree of units with today's counts; a gate counts once in each unit that it reports to",
    _list(
        _object(
            {
                "unit": _TEXT,
                "name": _TEXT,
                "level": _TEXT,
                "parents": _list(_TEXT),
                "gates": _COUNT,
                "silent": _COUNT,
                "counts": _COUNTS,
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


@_gives(
    "/gates",
    "Every gate: today's counts, and how old they are",
    _list(
        _object(
            {
                "gate": _TEXT,
                "name": _TEXT,
                "online": _YES,
                "last_word_ms": _TIME,
                "unsent": {"type": ["integer", "null"]},
                "undated": _COUNT,
                "counts": _COUNTS,
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


@_gives(
    "/days",
    "Counts of the newest thirty days that have any, newest first; a day is 20201122 where the hub is",
    _list(_object({"day": _COUNT, "counts": _COUNTS})),
)
def days(scope: Scope) -> list[dict[str, Any]]:
    """The days."""
    with here().store.reading() as connection:
        found = by_day(connection, scope.only)
    return [{"day": day, "counts": counts._asdict()} for day, counts in found.items()]


@_gives(
    "/fevers",
    "Open fever cases, the newest fifty; no names",
    _list(
        _object(
            {
                "gate": _TEXT,
                "case": _TEXT,
                "cause": _TEXT,
                "step": _TEXT,
                "opened_ms": _TIME,
                "assigned": _TEXT,
                "closed_by_office": _YES,
            }
        )
    ),
)
def fevers(scope: Scope) -> list[dict[str, Any]]:
    """The cases."""
    with here().store.reading() as connection:
        board = board_of(connection, scope)
        handled = handlings(connection, here().office.unit)
    found = []
    for fever in board.fevers:
        whose = handled.get((fever.station, fever.case))
        found.append(
            {
                "gate": fever.station,
                "case": fever.case,
                "cause": fever.cause,
                "step": fever.step,
                "opened_ms": fever.opened_ms,
                "assigned": whose.assigned if whose else "",
                "closed_by_office": bool(whose and whose.closed_ms),
            }
        )
    return found


@_gives(
    "/fevers/shared",
    "What fevers of fourteen days have in common; rooms and buildings are not named, and no fever is a confirmed case",
    _list(
        _object(
            {
                "kind": _one_of(Kind),
                "unit": _TEXT,
                "gate": _TEXT,
                "cases": _list(_object({"gate": _TEXT, "case": _TEXT})),
            }
        )
    ),
)
def shared(scope: Scope) -> list[dict[str, Any]]:
    """What they share."""
    with here().store.reading() as connection:
        lately = cases_lately(connection, scope.gates, here().now_ms())
    units = _units_of(scope)
    # A gate of two units is here in the one that is asked for.
    unit_of = {gate: next((each for each in scope.tree.parents(gate) if each in units), "") for gate in scope.gates}
    return [
        {
            "kind": common.kind,
            "unit": unit_of[common.cases[0].station],
            "gate": common.name if common.kind is Kind.GATE else "",
            "cases": [{"gate": one.station, "case": one.case} for one in common.cases],
        }
        for common in in_common(lately, unit_of)
    ]


@_gives(
    "/rising",
    "Units with more fevers today than their last fourteen days let expect; a hint to look and no diagnosis",
    _list(_object({"unit": _TEXT, "name": _TEXT, "fevers": _COUNT, "before": _COUNT})),
)
def rising(scope: Scope) -> list[dict[str, Any]]:
    """The hints, as the board has them."""
    with here().store.reading() as connection:
        found = rising_hints(connection, scope, board_of(connection, scope).gates)
    return [
        {"unit": unit, "name": scope.tree.name(unit), "fevers": hint.fevers, "before": hint.before}
        for unit, hint in found.items()
    ]


@_gives(
    "/risk",
    "Confirmed cases that the authorities told of, summed by the plan for the unit and each below; it sets no level",
    _list(
        _object(
            {
                "unit": _TEXT,
                "name": _TEXT,
                "cases": _COUNT,
                "lately": _COUNT,
                "clusters": _COUNT,
                "report_at_once": _YES,
                "equals": _one_of(Level),
                "imported": _COUNT,
                "asymptomatic": _COUNT,
                "newest_day": {"type": ["integer", "null"]},
            }
        )
    ),
)
def risk(scope: Scope) -> list[dict[str, Any]]:
    """The sums."""
    with here().store.reading() as connection:
        sums = risk_sums(connection, scope)
    found = []
    for unit in _units_of(scope):
        each = sums.get(unit, Sum())
        found.append(
            {
                "unit": unit,
                "name": scope.tree.name(unit) if unit else here().office.name,
                "cases": each.cases,
                "lately": each.lately,
                "clusters": each.clusters,
                "report_at_once": each.report_at_once,
                "equals": each.level,
                "imported": each.imported,
                "asymptomatic": each.asymptomatic,
                "newest_day": None if each.newest is None else int(f"{each.newest:%Y%m%d}"),
            }
        )
    return found


@_gives(
    "/gaps",
    "Entries that gates wrote and the hub does not hold; last is null where nobody knows how many",
    _list(_object({"gate": _TEXT, "first": _COUNT, "last": {"type": ["integer", "null"]}})),
)
def gaps(scope: Scope) -> list[dict[str, Any]]:
    """The gaps."""
    with here().store.reading() as connection:
        board = board_of(connection, scope)
    return [{"gate": gap.station, "first": gap.first, "last": gap.last} for gap in board.gaps]


@_gives(
    "/reports",
    "Yesterday's daily report of each unit that is yours: its newest confirmed version, with the figures it had",
    _list(
        _object(
            {
                "unit": _TEXT,
                "name": _TEXT,
                "day": _TEXT,
                "version": _COUNT,
                "confirmed_ms": _TIME,
                "late": _YES,
                "zero": _YES,
                "sha256": _TEXT,
                "counts": _object(dict.fromkeys(CONFIRMED, _COUNT)),
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
    for unit in _units_of(scope):
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


@_gives(
    "/people",
    "How many are where by the passages of the last three days; no names",
    _list(
        _object(
            {
                "unit": _TEXT,
                "residents_in": _COUNT,
                "residents_out": _COUNT,
                "overdue": _COUNT,
                "visitors_in": _COUNT,
                "nameless": _COUNT,
                "longest_ms": _TIME,
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


def _units_of(scope: Scope) -> list[str]:
    """The unit that was asked for and each below it that is no gate, once."""
    below = {id_: None for _, id_ in scope.tree.walk(scope.unit) if id_ not in scope.tree.gates}
    return list({scope.unit: None, **below})


@reading.get("/openapi.json")
@access(For.ANYBODY)
def describe() -> Response:
    """The document that describes all this; it holds nothing of anybody."""
    return jsonify(openapi())


def openapi() -> dict[str, Any]:
    """The OpenAPI 3.1 document of :data:`ADDRESSES`."""
    error = _object({"code": _TEXT, "message": _TEXT})
    return {
        "openapi": "3.1.0",
        "info": {"title": "Checkpoint hub", "version": "1"},
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
        "security": [{"key": []}],
        "paths": {
            address.path: {
                "get": {
                    "summary": address.summary,
                    "parameters": [_UNIT],
                    "responses": {
                        "200": _answer("as declared", address.schema),
                        "401": _answer("no key, or one that is not known", error),
                        "404": _answer("the unit is not one of yours", error),
                    },
                }
            }
            for address in ADDRESSES
        },
    }


def _answer(description: str, schema: Schema) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}
