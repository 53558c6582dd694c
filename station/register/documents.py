"""Which order brought a row, and which order is in force for its kind."""

from __future__ import annotations

import sqlite3

from station.office.orders import OrderRefused
from station.wire.order import Order

#: The tables whose rows an order of each kind brings; every other kind is kept as a paper.
TABLES: dict[str, tuple[str, ...]] = {
    "roster": ("resident",),
    "isolation": ("status", "closed", "risk_area"),
    "passes": ("known_pass",),
    "notices": ("notice",),
}


def applied(db: sqlite3.Connection, kind: str) -> tuple[int, str] | None:
    """Number and content hash of the order of *kind* in force."""
    row = db.execute("SELECT number, sha256 FROM applied WHERE kind = ?", (kind,)).fetchone()
    return None if row is None else (row[0], row[1])


def is_new(db: sqlite3.Connection, order: Order) -> bool:
    """Whether *order* is still to be applied; False if it is the one in force.

    :raises OrderRefused: ``order_old`` if a newer one, or another of the same number, is in force.
    """
    in_force = applied(db, order.kind)
    if in_force is None or order.number > in_force[0]:
        return True
    if (order.number, order.sha256) == in_force:
        return False
    raise OrderRefused("order_old", f"{order.kind} {order.number}: number {in_force[0]} is in force already")


def stamp(db: sqlite3.Connection, order: Order, at_ms: int) -> int:
    """The number under which rows name *order*; inside the caller's transaction."""
    cursor = db.execute(
        "INSERT INTO document (kind, number, sha256, at_ms) VALUES (?, ?, ?, ?)",
        (order.kind, order.number, order.sha256, at_ms),
    )
    if cursor.lastrowid is None:
        raise sqlite3.DatabaseError("document: the row has no number")
    return cursor.lastrowid


def put_in_force(db: sqlite3.Connection, order: Order, at_ms: int) -> None:
    """Note *order* as applied and forget the documents that brought nothing any more; in the same transaction."""
    db.execute(
        "INSERT INTO applied VALUES (?, ?, ?, ?) ON CONFLICT (kind) DO UPDATE "
        "SET number = excluded.number, sha256 = excluded.sha256, at_ms = excluded.at_ms",
        (order.kind, order.number, order.sha256, at_ms),
    )
    (newest,) = db.execute("SELECT max(id) FROM document WHERE kind = ?", (order.kind,)).fetchone()
    named = " UNION ".join(f"SELECT document FROM {table}" for table in TABLES.get(order.kind, ("paper",)))
    db.execute(f"DELETE FROM document WHERE kind = ? AND id <> ? AND id NOT IN ({named})", (order.kind, newest))
