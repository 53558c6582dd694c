"""Who is on duty, as a table of the journal: at most one row."""

from __future__ import annotations

import sqlite3
from typing import Any

from station import kinds
from station.wire.entry import Header

#: What :func:`station.duty.post.Post.of` takes up.
SELECT = "SELECT operator, name, since_ms, opened_ms FROM duty"


def project(db: sqlite3.Connection, epoch: int, seq: int, header: Header, personal: dict[str, Any] | None) -> None:
    """Bring the table up to date with one entry.  Runs inside the caller's transaction."""
    match header.kind:
        case kinds.OPERATOR_SIGNED_IN | kinds.SHIFT_HANDED_OVER:
            # An older program named whoever signed in by the actor alone.
            operator = header.facts.get("operator", header.actor)
            row = (epoch, seq, operator, (personal or {}).get("name", ""), header.at_ms)
            db.execute("INSERT OR REPLACE INTO duty VALUES (1, ?, ?, ?, ?, ?, NULL)", row)
        case kinds.SHIFT_OPENED:
            db.execute("UPDATE duty SET opened_ms = ?", (header.at_ms,))
