"""What a gate is told of its fever cases: the content of the next ``case`` order, with all that are open there."""

from __future__ import annotations

from sqlalchemy import Connection, select

from station.wire.case_order import MAX_CASES, Handled, encode_cases
from sync.hub.database.tables import fever
from sync.hub.office.case_desk import handlings


def cases_of(connection: Connection, station: str, unit: str) -> bytes:
    """What the office of *unit* did so far, for *station*; read in the transaction in which it did it.

    A case that has ended at the gate needs no word any more.  Of more cases than an order may hold, the newest.
    """
    query = (
        select(fever.c.case_id)
        .where(fever.c.station == station, fever.c.ended.is_(False))
        .order_by(fever.c.opened_ms.desc(), fever.c.case_id.desc())
    )
    done = handlings(connection, unit)
    held = [(case, done[station, case]) for case in connection.scalars(query) if (station, case) in done][:MAX_CASES]
    handled = [Handled(case, one.assigned, one.assigned_ms, one.closed_by, one.closed_ms) for case, one in held]
    return encode_cases(station, handled)
