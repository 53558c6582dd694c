"""The search index is made from the residents; a newer program makes it anew."""

from __future__ import annotations

import sqlite3

from station.register.stage import clear, everybody, stage
from station.register.terms import VERSION
from station.register.transaction import immediate


def refresh(db: sqlite3.Connection) -> bool:
    """Make the index anew if its version is not ours; whether that was so."""
    (version,) = db.execute("SELECT version FROM search_index").fetchone()
    if version == VERSION:
        return False
    stage(db, everybody(db))
    with immediate(db):
        db.execute("DELETE FROM term")
        db.execute("INSERT INTO term SELECT kind, term, resident FROM temp.staged_term ORDER BY 1, 2, 3")
        db.execute("UPDATE resident SET terms = (SELECT terms FROM temp.staged WHERE staged.row = resident.row)")
        db.execute("UPDATE search_index SET version = ?", (VERSION,))
    clear(db)
    return True
