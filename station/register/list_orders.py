"""Orders that are whole lists: isolation, passes, notices; and those that are kept as they came."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from station.register.documents import put_in_force, stamp
from station.register.transaction import immediate
from station.roster.isolation import ClosedRow, RiskRow, StatusRow, decode_isolation
from station.roster.notices import decode_notices
from station.roster.passes import decode_passes
from station.wire.order import Order, OrderKind

Rows = Iterable[dict[str, Any]]

#: Kept as they came: other modules read them.
PAPERS = frozenset({OrderKind.POLICY, OrderKind.KEYS, OrderKind.REVOCATIONS, OrderKind.TRUST, OrderKind.ROTA})


def apply_isolation(db: sqlite3.Connection, order: Order, at_ms: int) -> None:
    """Put the list of isolation, closed places and risk areas in *order* in force.

    :raises ContentError: if its content is not such a list.
    """
    rows = decode_isolation(order.content)
    _apply(
        db,
        order,
        at_ms,
        status=[asdict(row) for row in rows if isinstance(row, StatusRow)],
        closed=[asdict(row) for row in rows if isinstance(row, ClosedRow)],
        risk_area=[asdict(row) for row in rows if isinstance(row, RiskRow)],
    )


def apply_passes(db: sqlite3.Connection, order: Order, at_ms: int) -> None:
    """Put the list of passes in *order* in force.

    :raises ContentError: if its content is not such a list.
    """
    _apply(db, order, at_ms, known_pass=[asdict(known) for known in decode_passes(order.content)])


def apply_notices(db: sqlite3.Connection, order: Order, at_ms: int) -> None:
    """Put the notices in *order* in force.

    :raises ContentError: if its content is not such a list.
    """
    listed = enumerate(decode_notices(order.content))
    _apply(db, order, at_ms, notice=[asdict(notice) | {"place": place} for place, notice in listed])


def apply_paper(db: sqlite3.Connection, order: Order, at_ms: int) -> None:
    """Keep the content of *order* as it came."""
    with immediate(db):
        document = stamp(db, order, at_ms)
        db.execute("INSERT OR REPLACE INTO paper VALUES (?, ?, ?)", (order.kind, order.content, document))
        put_in_force(db, order, at_ms)


def _apply(db: sqlite3.Connection, order: Order, at_ms: int, **tables: Rows) -> None:
    """Each table's rows in the place of its old ones, in one transaction."""
    # Half a second and 15 MB, so only when the first list comes.
    from sqlite_utils import Database

    tabled = Database(db, execute_plugins=False)
    with immediate(db):
        document = stamp(db, order, at_ms)
        for name, rows in tables.items():
            db.execute(f"DELETE FROM {name}")
            tabled.table(name).insert_all({**row, "document": document} for row in rows)
        put_in_force(db, order, at_ms)
