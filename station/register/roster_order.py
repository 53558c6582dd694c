"""Orders about the roster: a snapshot takes the place of everything, a delta changes what it was made for."""

from __future__ import annotations

import sqlite3

from station.office.orders import OrderRefused
from station.register.documents import applied, put_in_force, stamp
from station.register.search import unpack
from station.register.stage import bring_in, clear, stage
from station.register.transaction import immediate
from station.roster.content import Delta, Snapshot, decode_roster
from station.roster.errors import ContentError
from station.wire.order import Order


def apply_roster(db: sqlite3.Connection, order: Order, at_ms: int) -> None:
    """Put the roster in *order* in force, whole or not at all.

    :raises ContentError: if its content is not a roster.
    :raises OrderRefused: ``order_base`` if it changes another roster than the one in force.
    """
    roster = decode_roster(order.content)
    try:
        if isinstance(roster, Snapshot):
            _replace(db, order, roster, at_ms)
        else:
            _change(db, order, roster, at_ms)
    finally:
        clear(db)


def _replace(db: sqlite3.Connection, order: Order, roster: Snapshot, at_ms: int) -> None:
    if order.base is not None:
        raise OrderRefused("order_base", f"roster {order.number}: a base is given, but the content is a snapshot")
    stage(db, enumerate(roster.residents, 1))
    with immediate(db):
        document = stamp(db, order, at_ms)
        for table in ("term", "vehicle", "resident"):
            db.execute(f"DELETE FROM {table}")
        bring_in(db, document)
        put_in_force(db, order, at_ms)


def _change(db: sqlite3.Connection, order: Order, roster: Delta, at_ms: int) -> None:
    in_force = applied(db, order.kind)
    if in_force is None or (order.base, roster.base) != (in_force[0], in_force[0]) or roster.base_sha256 != in_force[1]:
        held = "none" if in_force is None else str(in_force[0])
        raise OrderRefused(
            "order_base", f"roster {order.number}: changes roster {roster.base}, in force is {held}; send a snapshot"
        )
    (last,) = db.execute("SELECT coalesce(max(row), 0) FROM resident").fetchone()
    stage(db, enumerate(roster.put, last + 1))
    with immediate(db):
        document = stamp(db, order, at_ms)
        for identity in (*roster.gone, *(person.id for person in roster.put)):
            _take_out(db, identity)
        bring_in(db, document)
        (people,) = db.execute("SELECT count(*) FROM resident").fetchone()
        if people != roster.people:
            raise ContentError(f"roster: {people} people after the change, the head promises {roster.people}")
        put_in_force(db, order, at_ms)


def _take_out(db: sqlite3.Connection, identity: str) -> None:
    found = db.execute("SELECT row, terms FROM resident WHERE id = ?", (identity,)).fetchone()
    if found is None:
        return
    row, terms = found
    db.executemany(
        "DELETE FROM term WHERE kind = ? AND term = ? AND resident = ?",
        [(kind, term, row) for kind, term in unpack(terms)],
    )
    db.execute("DELETE FROM vehicle WHERE resident = ?", (row,))
    db.execute("DELETE FROM resident WHERE row = ?", (row,))
