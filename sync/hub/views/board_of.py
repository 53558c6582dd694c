"""The board as the account sees it, the hints of more fevers than usual, and what confirmed cases come to."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping

from sqlalchemy import Connection

from sync.hub.board.board import Board, Gate, read_board
from sync.hub.board.figures import by_unit
from sync.hub.confirmed import risk
from sync.hub.confirmed.notified import counting
from sync.hub.confirmed.risk import Sum, worth_a_line
from sync.hub.fever.fever_days import read_gate_days
from sync.hub.fever.rising import Rising, hints
from sync.hub.site import here
from sync.hub.unit.scope import Scope


def board_of(connection: Connection, scope: Scope) -> Board:
    """Today at the gates of *scope*."""
    site = here()
    return read_board(connection, site.now_ms(), site.office.zone, site.rate, site.office.demo, scope.only)


def rising_hints(connection: Connection, scope: Scope, gates: Collection[Gate]) -> dict[str, Rising]:
    """The units of *scope* with more fevers today than usual; *gates* are those of its board."""
    site = here()
    gate_days = read_gate_days(connection, site.now_ms(), site.office.zone, scope.gates)
    units = [row.id for row in by_unit(scope.tree, scope.unit, gates)]
    return hints(gate_days, {unit: scope.tree.gates_below(unit) & scope.gates for unit in units})


def today() -> datetime.date:
    """The day it is where the hub is."""
    site = here()
    return datetime.datetime.fromtimestamp(site.now_ms() / 1000, site.office.zone).date()


def risk_sums(connection: Connection, scope: Scope) -> dict[str, Sum]:
    """The sum of every unit that has cases at or below it, also of those beyond *scope*; ``""`` is the whole."""
    return risk.by_unit(counting(connection, today()), scope.tree.above, today())


def risk_lines(connection: Connection, scope: Scope) -> Mapping[str, Sum]:
    """The sums of *scope* that are worth a line, by unit."""
    below = dict.fromkeys(id_ for _, id_ in scope.tree.walk(scope.unit))
    return worth_a_line(risk_sums(connection, scope), [scope.unit, *below])
