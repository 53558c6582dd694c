"""Tell a gate what the office did with its fever cases: the next ``case`` order, with all that are open there."""

from __future__ import annotations

from sqlalchemy import Connection, select

from station.wire.case_order import MAX_CASES, Handled, encode_cases
from station.wire.order import Order, OrderKind
from sync.hub.case_desk import handlings
from sync.hub.doing import give_order
from sync.hub.tables import fever


def tell_gate(connection: Connection, station: str, unit: str) -> Order:
    """Order for *station* what the office of *unit* did so far; part of the transaction in which it did it.

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
    return give_order(connection, OrderKind.CASE, encode_cases(station, handled), (station,))
