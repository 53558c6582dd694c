"""Lists that the office gives gates whole: what is in force for the gates of a scope, and the next edition of it."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from sqlalchemy import Connection, select

from station.credential import revocations
from station.duty.rota import Operator, Rota, Shift, parse_rota
from station.errors import StationError
from station.roster.content import Snapshot, decode_roster
from station.roster.isolation import Row, decode_isolation
from station.roster.notices import Notice, decode_notices
from station.roster.resident import Resident
from station.wire.canonical import parse
from station.wire.order import EVERY_STATION, Order, OrderKind, read_order
from sync.hub.database.tables import orders


def orders_for(
    connection: Connection, kind: OrderKind, gates: Collection[str], before_ms: int | None = None
) -> list[Order]:
    """The orders of *kind* that are in force at one of *gates* or more, newest first; or were just *before_ms*."""
    wanted, found = set(gates), []
    query = select(orders.c.number, orders.c.audience).where(orders.c.kind == kind).order_by(orders.c.number.desc())
    if before_ms is not None:
        query = query.where(orders.c.at_ms < before_ms)
    for row in connection.execute(query).all():
        audience = set(json.loads(row.audience))
        everywhere = EVERY_STATION in audience
        if everywhere or wanted & audience:
            found.append(_order(connection, kind, row.number))
            wanted -= audience
        if everywhere or not wanted:
            break
    return found


def isolation_for(connection: Connection, gates: Collection[str]) -> list[Row]:
    """The rows in force at *gates*, each once."""
    return isolation_at(connection, gates, None)


def isolation_at(connection: Connection, gates: Collection[str], before_ms: int | None) -> list[Row]:
    """The rows that were in force at *gates* just *before_ms*, None for now."""
    found: dict[Row, None] = {}
    for order in orders_for(connection, OrderKind.ISOLATION, gates, before_ms):
        found |= dict.fromkeys(decode_isolation(order.content))
    return list(found)


def residents_for(connection: Connection, gates: Collection[str]) -> Sequence[Resident]:
    """Everybody on the rosters in force at *gates*."""
    found: dict[str, Resident] = {}
    for order in orders_for(connection, OrderKind.ROSTER, gates):
        try:
            held = decode_roster(order.content)
            if isinstance(held, Snapshot):
                found = {one.id: one for one in held.residents} | found
        except StationError:
            continue  # from a newer program; the households stay
    return list(found.values())


def notices_for(connection: Connection, gates: Collection[str]) -> list[Notice]:
    """The notices in force at *gates*, each once."""
    found: dict[str, Notice] = {}
    for order in orders_for(connection, OrderKind.NOTICES, gates):
        for notice in decode_notices(order.content):
            found.setdefault(notice.id, notice)
    return list(found.values())


def rota_for(connection: Connection, gates: Collection[str]) -> Rota:
    """Everybody and every shift on the rotas in force at *gates*; of one person the newest says who they are."""
    operators: dict[str, Operator] = {}
    shifts: dict[Shift, None] = {}
    for order in orders_for(connection, OrderKind.ROTA, gates):
        held = parse_rota(order.content)
        operators = {**held.operators, **operators}
        shifts |= dict.fromkeys(held.shifts)
    return Rota(operators, tuple(sorted(shifts, key=lambda shift: shift.from_ms)))


def revoked_for(connection: Connection, gates: Collection[str]) -> tuple[int, set[bytes]]:
    """The number of the newest list of revoked passes (0: none), and the ids on all that are in force at *gates*."""
    number, ids = 0, set()
    for order in orders_for(connection, OrderKind.REVOCATIONS, gates):
        held = revocations.parse(parse(order.content))
        number = max(number, held.number)
        ids |= {held.ids[at : at + revocations.ID_BYTES] for at in range(0, len(held.ids), revocations.ID_BYTES)}
    return number, ids


def _order(connection: Connection, kind: OrderKind, number: int) -> Order:
    query = select(orders.c.document).where(orders.c.kind == kind, orders.c.number == number)
    return read_order(bytes(connection.execute(query).scalar_one()))
