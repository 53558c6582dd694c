"""Which personal parts have had their time, and their deletion.  Works on an open journal, inside its transaction.

Only what a receipt covers is forgotten, from the oldest entry on.  Times are those of the clock at the gate, which may
have been wrong: an entry of unknown time is forgotten once a later one is certainly old, and one from the future
decides nothing.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from station.journal.projections import forget_names
from station.wire.entry import ClockState

_TRUSTED = (ClockState.SYNCED, ClockState.RTC)
#: Cheap to find: an index holds the entries that still have such parts (station/journal/migrations.py).
_KEPT = "(personal IS NOT NULL OR sealed IS NOT NULL)"


@dataclass(frozen=True, slots=True)
class Due:
    """The parts of ``entries`` entries of ``epoch`` up to ``seq`` have had their time."""

    epoch: int
    seq: int
    entries: int


def find_due(db: sqlite3.Connection, before_ms: int, now_ms: int, limit: int, alone: bool) -> Due | None:
    """What is to be forgotten next, at most *limit* entries of one epoch, or None.

    *before_ms* is the end of the retention; *alone* if nobody will ever give a receipt.
    """
    epochs = db.execute(
        "SELECT epoch, coalesce((SELECT contiguous_seq FROM receipt WHERE receipt.epoch = epoch.epoch), 0),"
        " (SELECT at_ms FROM entry WHERE entry.epoch = epoch.epoch AND seq = 1),"
        " (SELECT header FROM entry WHERE entry.epoch = epoch.epoch AND seq = 1) FROM epoch ORDER BY epoch"
    ).fetchall()
    for number, (epoch, covered, _at_ms, _header) in enumerate(epochs):
        rows = db.execute(
            f"SELECT seq, at_ms, header FROM entry WHERE {_KEPT} AND epoch = ?1 AND (?2 OR seq <= ?3)"
            " ORDER BY epoch, seq LIMIT ?4",
            (epoch, alone, covered, limit),
        ).fetchall()
        is_over = any(_is_old(at_ms, header, before_ms) for _, _, at_ms, header in epochs[number + 1 :])
        through, count = 0, 0
        for place, (seq, at_ms, header) in enumerate(rows, 1):
            trusted = _is_trusted(header)
            if trusted and before_ms <= at_ms <= now_ms:
                break
            if trusted and at_ms < before_ms:
                through, count = seq, place
        else:
            if rows and is_over:
                through, count = rows[-1][0], len(rows)
        if through:
            return Due(epoch, through, count)
    return None


def forget(db: sqlite3.Connection, due: Due, before_ms: int) -> None:
    """Delete what *due* names, and the names that projections took from it."""
    # First overwritten where they stand, then taken out: nothing is copied about in the file before it is blank.
    where = f"{_KEPT} AND epoch = ? AND seq <= ?"
    db.execute(
        "UPDATE entry SET personal = zeroblob(length(personal)), salt = zeroblob(length(salt)),"
        f" sealed = zeroblob(length(sealed)) WHERE {where}",
        (due.epoch, due.seq),
    )
    db.execute(f"UPDATE entry SET personal = NULL, salt = NULL, sealed = NULL WHERE {where}", (due.epoch, due.seq))
    forget_names(db, due.epoch, due.seq, before_ms)


def waiting_for_receipt(db: sqlite3.Connection, before_ms: int) -> int:
    """How many entries keep parts whose time is over because no receipt covers them yet."""
    (count,) = db.execute(
        f"SELECT count(*) FROM entry LEFT JOIN receipt USING (epoch) WHERE {_KEPT}"
        " AND seq > coalesce(contiguous_seq, 0) AND entry.at_ms < ?",
        (before_ms,),
    ).fetchone()
    return int(count)


def _is_trusted(header: bytes) -> bool:
    return json.loads(header)["clock"] in _TRUSTED


def _is_old(at_ms: int, header: bytes, before_ms: int) -> bool:
    return at_ms < before_ms and _is_trusted(header)
