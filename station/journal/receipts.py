"""What the hub says that it holds of a journal."""

from __future__ import annotations

import sqlite3

from station.journal.other_chain import agreed, note
from station.wire.receipt import Receipt


def accept(db: sqlite3.Connection, station: str, receipt: Receipt, received_ms: int) -> str:
    """Note what the hub holds.

    :return: ``"ok"``; ``"other"`` for an epoch or station that is not in this file; ``"fork"`` if the hub
        holds another chain under our name, or more than we ever wrote: a new epoch is then to be opened.
    """
    if receipt.station != station:
        return "other"
    row = db.execute("SELECT max(seq) FROM entry WHERE epoch = ?", (receipt.epoch,)).fetchone()
    if row[0] is None:
        return "other"
    if receipt.highest_seq > row[0]:
        note(db, receipt, received_ms)
        return "fork"
    if receipt.contiguous_seq:
        ours = db.execute(
            "SELECT hash FROM entry WHERE epoch = ? AND seq = ?", (receipt.epoch, receipt.contiguous_seq)
        ).fetchone()
        if ours is None or ours[0] != receipt.hash_at_contiguous_seq:
            note(db, receipt, received_ms)
            return "fork"
    agreed(db, receipt.epoch)
    # One that was long under way on a stick must not undo a newer one; a hub that was restored may go back.
    db.execute(
        "INSERT INTO receipt VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (epoch) DO UPDATE SET"
        " contiguous_seq = excluded.contiguous_seq, highest_seq = excluded.highest_seq,"
        " quarantined = excluded.quarantined, at_ms = excluded.at_ms, received_ms = excluded.received_ms"
        " WHERE excluded.at_ms >= at_ms OR excluded.contiguous_seq > contiguous_seq",
        (
            receipt.epoch,
            receipt.contiguous_seq,
            receipt.highest_seq,
            len(receipt.quarantined),
            receipt.at_ms,
            received_ms,
        ),
    )
    return "ok"


def last_ms(db: sqlite3.Connection) -> int | None:
    """When the newest receipt came, by our clock."""
    (at_ms,) = db.execute("SELECT max(received_ms) FROM receipt").fetchone()
    return None if at_ms is None else int(at_ms)
