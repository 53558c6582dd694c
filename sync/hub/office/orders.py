"""What the office tells its gates: kept as signed, listed for whom it is addressed to.

A number only grows within its kind.  Of a kind that is a full snapshot only the newest matters; of a roster all
since its newest snapshot; of what the office did with a pass, everything.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, func, insert, select

from station.wire.order import EVERY_STATION, Order, OrderKind, read_order, sign_order
from sync.answer import MAX_LISTED
from sync.hub.database.tables import orders
from sync.hub.unit.scope import Scope

_EVERY_ONE_COUNTS = frozenset({OrderKind.PASS_STATE})


def publish(
    connection: Connection,
    kind: OrderKind,
    content: bytes,
    audience: tuple[str, ...],
    issuer: str,
    key: Ed25519PrivateKey,
    now_ms: int,
    base: int | None = None,
) -> Order:
    """Sign *content* as the next order of *kind* and keep it."""
    newest = connection.execute(select(func.max(orders.c.number)).where(orders.c.kind == kind)).scalar_one()
    order = Order(kind, (newest or 0) + 1, audience, issuer, now_ms, content, base)
    keep_order(connection, order, sign_order(order, key))
    return order


def keep_order(connection: Connection, order: Order, document: bytes) -> None:
    """Keep *order* in the form of its signed *document*."""
    row = {
        "kind": str(order.kind),
        "number": order.number,
        "audience": json.dumps(list(order.audience)),
        "base": order.base,
        "at_ms": order.at_ms,
        "sha256": order.sha256,
        "document": document,
    }
    connection.execute(insert(orders), row)


def newer_orders(connection: Connection, station: str, have: Mapping[str, int]) -> list[dict[str, Any]]:
    """Kind and number of what *station* needs beyond the numbers it has, keys first, at most MAX_LISTED."""
    needed: list[tuple[str, int]] = []
    for kind in sorted(OrderKind, key=lambda kind: (kind is not OrderKind.KEYS, kind)):
        query = (
            select(orders.c.number, orders.c.audience, orders.c.base)
            .where(orders.c.kind == kind, orders.c.number > have.get(kind, -1))
            .order_by(orders.c.number)
        )
        addressed = [
            (row.number, row.base is None) for row in connection.execute(query) if _addresses(row.audience, station)
        ]
        needed += [(str(kind), number) for number in _that_matter(kind, addressed)]
    return [{"kind": kind, "number": number} for kind, number in needed[:MAX_LISTED]]


def order_document(connection: Connection, station: str, kind: str, number: int) -> bytes | None:
    """The signed document, None if there is no such order for *station*."""
    row = connection.execute(
        select(orders.c.audience, orders.c.document).where(orders.c.kind == kind, orders.c.number == number)
    ).one_or_none()
    return bytes(row.document) if row is not None and _addresses(row.audience, station) else None


def newest_document(connection: Connection, kind: OrderKind) -> bytes | None:
    """The newest order of *kind* as it was signed, None if there is none."""
    query = select(orders.c.document).where(orders.c.kind == kind).order_by(orders.c.number.desc()).limit(1)
    document = connection.execute(query).scalar_one_or_none()
    return None if document is None else bytes(document)


def in_force(connection: Connection, kind: OrderKind, scope: Scope) -> Order | None:
    """The newest order of *kind* that is for every gate of *scope*, None if there is none."""
    query = select(orders.c.audience, orders.c.document).where(orders.c.kind == kind).order_by(orders.c.number.desc())
    for row in connection.execute(query):
        audience = set(json.loads(row.audience))
        if EVERY_STATION in audience or (scope.unit and audience >= scope.gates):
            return read_order(bytes(row.document))
    return None


def _that_matter(kind: OrderKind, addressed: list[tuple[int, bool]]) -> list[int]:
    """Of the *addressed* numbers, each with whether it is a snapshot, those that are not superseded."""
    numbers = [number for number, _ in addressed]
    if kind in _EVERY_ONE_COUNTS:
        return numbers
    if kind is OrderKind.ROSTER:
        snapshots = [number for number, is_snapshot in addressed if is_snapshot]
        return [number for number in numbers if not snapshots or number >= snapshots[-1]]
    return numbers[-1:]


def _addresses(audience: str, station: str) -> bool:
    listed = json.loads(audience)
    return EVERY_STATION in listed or station in listed
