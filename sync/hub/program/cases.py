"""What programs may read of cases and gaps: fevers, what they share, where there are more, confirmed ones, gaps."""

from __future__ import annotations

from typing import Any

from sync.hub.confirmed.risk import Level, Sum
from sync.hub.fever.common import Kind, in_common
from sync.hub.fever.lately import cases_lately
from sync.hub.office.case_desk import handlings
from sync.hub.program.figures import units_of
from sync.hub.program.shapes import COUNT, TEXT, TIME, YES, gives, list_of, object_of, one_of
from sync.hub.site import here
from sync.hub.unit.scope import Scope
from sync.hub.views.board_of import board_of, rising_hints, risk_sums


@gives(
    "/fevers",
    "Open fever cases, the newest fifty; no names",
    list_of(
        object_of(
            {
                "gate": TEXT,
                "case": TEXT,
                "cause": TEXT,
                "step": TEXT,
                "opened_ms": TIME,
                "assigned": TEXT,
                "closed_by_office": YES,
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


@gives(
    "/fevers/shared",
    "What fevers of fourteen days have in common; rooms and buildings are not named, and no fever is a confirmed case",
    list_of(
        object_of(
            {
                "kind": one_of(Kind),
                "unit": TEXT,
                "gate": TEXT,
                "cases": list_of(object_of({"gate": TEXT, "case": TEXT})),
            }
        )
    ),
)
def shared(scope: Scope) -> list[dict[str, Any]]:
    """What they share."""
    with here().store.reading() as connection:
        lately = cases_lately(connection, scope.gates, here().now_ms())
    units = units_of(scope)
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


@gives(
    "/rising",
    "Units with more fevers today than their last fourteen days let expect; a hint to look and no diagnosis",
    list_of(object_of({"unit": TEXT, "name": TEXT, "fevers": COUNT, "before": COUNT})),
)
def rising(scope: Scope) -> list[dict[str, Any]]:
    """The hints, as the board has them."""
    with here().store.reading() as connection:
        found = rising_hints(connection, scope, board_of(connection, scope).gates)
    return [
        {"unit": unit, "name": scope.tree.name(unit), "fevers": hint.fevers, "before": hint.before}
        for unit, hint in found.items()
    ]


@gives(
    "/risk",
    "Confirmed cases that the authorities told of, summed by the plan for the unit and each below; it sets no level",
    list_of(
        object_of(
            {
                "unit": TEXT,
                "name": TEXT,
                "cases": COUNT,
                "lately": COUNT,
                "clusters": COUNT,
                "report_at_once": YES,
                "equals": one_of(Level),
                "imported": COUNT,
                "asymptomatic": COUNT,
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
    for unit in units_of(scope):
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


@gives(
    "/gaps",
    "Entries that gates wrote and the hub does not hold; last is null where nobody knows how many",
    list_of(object_of({"gate": TEXT, "first": COUNT, "last": {"type": ["integer", "null"]}})),
)
def gaps(scope: Scope) -> list[dict[str, Any]]:
    """The gaps."""
    with here().store.reading() as connection:
        board = board_of(connection, scope)
    return [{"gate": gap.station, "first": gap.first, "last": gap.last} for gap in board.gaps]


CASES = (fevers, shared, rising, risk, gaps)
