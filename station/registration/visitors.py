"""The table of registered visitors, kept in the transaction of the entry that changes it.

A row lives as long as the personal part of its entry: a void drops it here, forgetting by a trigger of the schema.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from station import kinds
from station.wire.entry import Header

#: Two hundred visitors a day for the longest retention of thirty days.
KEEP_VISITORS = 6_000
_TEXTS = ("masked", "last4", "phone4", "place", "host", "plate")


def project(db: sqlite3.Connection, epoch: int, seq: int, header: Header, personal: dict[str, Any] | None) -> None:
    """Bring the table up to date with one entry of any kind.  Runs inside the caller's transaction."""
    if header.kind in (kinds.VISITOR_REGISTERED, kinds.VISITOR_COMPLETED):
        _remember(db, epoch, seq, header, personal)
    elif header.kind == kinds.ENTRY_VOIDED:
        db.execute("DELETE FROM visitor WHERE epoch = ? AND seq = ?", header.facts["voids"])


def _remember(db: sqlite3.Connection, epoch: int, seq: int, header: Header, personal: dict[str, Any] | None) -> None:
    if personal is None:
        return  # without its personal part there is no row
    facts, texts = header.facts, [personal[name] for name in _TEXTS]
    due = json.dumps(facts["due"])
    if header.kind == kinds.VISITOR_COMPLETED:
        db.execute(
            "UPDATE visitor SET masked = ?, last4 = ?, phone4 = ?, place = ?, host = ?, plate = ?, due = ?"
            " WHERE registration = ?",
            (*texts, due, facts["registration"]),
        )
        return
    same = facts["same_as"] or (None, None)
    db.execute(
        "INSERT OR REPLACE INTO visitor VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (facts["registration"], epoch, seq, header.at_ms, facts["class"], *texts, facts["purpose"], due, *same),
    )
    db.execute(
        "DELETE FROM visitor WHERE (epoch, seq) NOT IN"
        " (SELECT epoch, seq FROM visitor ORDER BY epoch DESC, seq DESC LIMIT ?)",
        (KEEP_VISITORS,),
    )
