"""Epochs of ours that the hub's receipts contradict: a copied card, or one put back.  Works on an open journal.

Such an epoch is over and a newer one goes on, so what of it the hub has not confirmed is not «unsent»: the road has
sent it, or will, and the hub keeps it beside the other chain.  Its receipt says when it does.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from station.wire.receipt import Receipt

#: For a day the screen says that the hub has both sides; then it is old news.
SAID_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class OtherChain:
    """``waiting`` entries of contradicted epochs are not confirmed; ``since_ms`` is when one last came to be held."""

    waiting: int = 0
    since_ms: int | None = None


def note(db: sqlite3.Connection, receipt: Receipt, received_ms: int) -> None:
    """*receipt* speaks of another chain; where it says that ours is held beside it, ours is held."""
    epoch = receipt.epoch
    held = 0
    for seq, head in receipt.forked:
        ours = db.execute("SELECT hash FROM entry WHERE epoch = ? AND seq = ?", (epoch, seq)).fetchone()
        if ours is not None and ours[0] == head:
            held = max(held, seq)
    db.execute(
        "INSERT INTO contradicted VALUES (?1, ?2, ?3) ON CONFLICT (epoch) DO UPDATE SET held_seq = ?2, at_ms = ?3"
        " WHERE excluded.held_seq > held_seq",
        (epoch, held, received_ms),
    )
    if held:
        # What is held may be forgotten in its time, on whichever side it stands.
        db.execute(
            "INSERT INTO receipt VALUES (?1, ?2, ?2, 0, ?3, ?4) ON CONFLICT (epoch) DO UPDATE SET"
            " contiguous_seq = ?2, highest_seq = ?2, at_ms = ?3, received_ms = ?4 WHERE contiguous_seq < ?2",
            (epoch, held, receipt.at_ms, received_ms),
        )


def agreed(db: sqlite3.Connection, epoch: int) -> None:
    """A receipt for *epoch* fits our chain after all: the hub was restored, or had joined it."""
    db.execute("DELETE FROM contradicted WHERE epoch = ?", (epoch,))


def unsent(db: sqlite3.Connection, current: int) -> int:
    """How many entries the hub has not yet confirmed, but for epochs before *current* that it contradicts."""
    (count,) = db.execute(
        "SELECT sum((SELECT max(seq) FROM entry WHERE entry.epoch = epoch.epoch) - coalesce(contiguous_seq, 0))"
        " FROM epoch LEFT JOIN receipt USING (epoch)"
        " WHERE epoch.epoch = ?1 OR epoch.epoch NOT IN (SELECT epoch FROM contradicted)",
        (current,),
    ).fetchone()
    return int(count)


def other_chain(db: sqlite3.Connection, current: int) -> OtherChain:
    """How it is with the epochs before *current* that the hub contradicts."""
    waiting, since_ms = db.execute(
        "SELECT sum((SELECT max(seq) FROM entry WHERE entry.epoch = c.epoch) - coalesce(contiguous_seq, 0)),"
        " max(c.at_ms) FROM contradicted AS c LEFT JOIN receipt USING (epoch) WHERE c.epoch <> ?1",
        (current,),
    ).fetchone()
    return OtherChain(int(waiting or 0), since_ms)
