"""The notebook as a table of the journal, derived from the entries in their own transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from station import kinds
from station.notebook.notebook import KEPT_MS, KINDS, MAX_NOTES, Note
from station.wire.canonical import canonical
from station.wire.entry import Header

SELECT = "SELECT epoch, seq, at_ms, kind, facts, personal FROM note ORDER BY epoch, seq"


def project(db: sqlite3.Connection, epoch: int, seq: int, header: Header, personal: dict[str, Any] | None) -> None:
    """Bring the table up to date with one entry."""
    if header.kind == kinds.ENTRY_VOIDED:
        db.execute("DELETE FROM note WHERE epoch = ? AND seq = ?", tuple(header.facts["voids"]))
    if header.kind not in KINDS:
        return
    db.execute("DELETE FROM note WHERE at_ms < ?", (header.at_ms - KEPT_MS,))
    db.execute(
        "INSERT OR REPLACE INTO note VALUES (?, ?, ?, ?, ?, ?)",
        (
            epoch,
            seq,
            header.at_ms,
            header.kind,
            canonical(header.facts).decode(),
            None if personal is None else canonical(personal).decode(),
        ),
    )
    db.execute(
        "DELETE FROM note WHERE (epoch, seq) NOT IN"
        " (SELECT epoch, seq FROM note ORDER BY epoch DESC, seq DESC LIMIT ?)",
        (MAX_NOTES,),
    )


def forget(db: sqlite3.Connection, epoch: int, seq: int) -> None:
    """Drop the personal parts of the notes of *epoch* up to *seq*."""
    db.execute("UPDATE note SET personal = NULL WHERE epoch = ? AND seq <= ?", (epoch, seq))


def notes(rows: Iterable[tuple[Any, ...]]) -> Iterator[Note]:
    """The notes in *rows* of :data:`SELECT`."""
    for epoch, seq, at_ms, kind, facts, personal in rows:
        yield Note(epoch, seq, at_ms, kind, json.loads(facts), {} if personal is None else json.loads(personal))
