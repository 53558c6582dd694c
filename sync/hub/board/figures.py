"""Counts by unit and by day, as every page and the JSON for others have them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from sync.hub.board.board import Gate
from sync.hub.database.tables import tally
from sync.hub.examination.meaning import NAMES, UNKNOWN_DAY, Counts, add_counts
from sync.hub.unit.tree import Tree

#: Thirty days are what a report looks back on.
MAX_DAYS = 30


@dataclass(frozen=True, slots=True)
class UnitCounts:
    """One node of the tree with today's counts of all gates below; ``silent`` of them are not in them as of now."""

    id: str
    name: str
    level: str
    depth: int
    gates: int
    silent: int
    counts: Counts


def by_unit(tree: Tree, top: str, gates: Collection[Gate]) -> list[UnitCounts]:
    """Today's counts of every node at or below *top* that is not a gate itself; a gate counts once in each."""
    by_id = {gate.station: gate for gate in gates}
    found, seen = [], set()
    for depth, id_ in tree.walk(top):
        if id_ in tree.gates or id_ in seen:
            continue
        seen.add(id_)
        below = [by_id[each] for each in tree.gates_below(id_) if each in by_id]
        total = Counts()
        for gate in below:
            total = add_counts(total, gate.counts)
        unit = tree.units.get(id_)
        if unit is None and not below:
            continue  # what gates were enrolled with before the tree placed them elsewhere
        level = "" if unit is None else unit.level
        silent = sum(not gate.online for gate in below)
        found.append(UnitCounts(id_, tree.name(id_), level, depth, len(below), silent, total))
    return found


def by_day(connection: Connection, only: Collection[str] | None, days: int = MAX_DAYS) -> Mapping[int, Counts]:
    """Counts of the newest *days* days that have any, newest first."""
    query = (
        select(tally.c.day, *(func.sum(tally.c[name]).label(name) for name in NAMES))
        .where(tally.c.day != UNKNOWN_DAY)
        .group_by(tally.c.day)
        .order_by(tally.c.day.desc())
        .limit(days)
    )
    if only is not None:
        query = query.where(tally.c.station.in_(only))
    return {row.day: Counts(*(int(row._mapping[name]) for name in NAMES)) for row in connection.execute(query)}


def since_ever(connection: Connection, only: Collection[str] | None) -> Counts:
    """The counts of all days, those included that belong to none."""
    query = select(*(func.coalesce(func.sum(tally.c[name]), 0).label(name) for name in NAMES))
    if only is not None:
        query = query.where(tally.c.station.in_(only))
    row = connection.execute(query).one()
    return Counts(*(int(row._mapping[name]) for name in NAMES))
