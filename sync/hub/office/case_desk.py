"""What the office did with fever cases: to whom it gave one, whether it closed it.  The fold over its own chain."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from sync.hub.database import tables
from sync.hub.examination.headers import read_header
from sync.hub.office.acts import CASE_ASSIGNED, CASE_CLOSED
from sync.hub.office.chain import chain_of

#: More than an office has done with all cases that are open at once.
_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Handling:
    """How far the office is with a case: whose it is since when, and who of it closed it, when (0: not yet)."""

    assigned: str = ""
    assigned_ms: int = 0
    closed_by: str = ""
    closed_ms: int = 0


def handlings(connection: Connection, unit: str) -> dict[tuple[str, str], Handling]:
    """By (station, case), from the newest acts of the office of *unit*."""
    entry = tables.entry
    query = (
        select(entry.c.header)
        .where(entry.c.station == chain_of(unit), entry.c.kind.in_((CASE_ASSIGNED, CASE_CLOSED)))
        .order_by(entry.c.epoch.desc(), entry.c.seq.desc())
        .limit(_MOST)
    )
    found: dict[tuple[str, str], Handling] = {}
    for header in reversed(connection.scalars(query).all()):
        said = read_header(header)
        key = (str(said.facts["station"]), str(said.facts["case"]))
        before = found.get(key, Handling())
        if said.kind == CASE_ASSIGNED:
            found[key] = replace(before, assigned=str(said.facts["to"]), assigned_ms=said.at_ms)
        else:
            found[key] = replace(before, closed_by=said.actor, closed_ms=said.at_ms)
    return found
