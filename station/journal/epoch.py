"""An epoch of a journal: one unbroken chain, founded on the one before; why and how a new one begins."""

from __future__ import annotations

import sqlite3
from typing import Any

from station.journal.head import Head
from station.journal.identity import Identity
from station.wire.entry import epoch_start


def why_new_epoch(db: sqlite3.Connection, epoch: int, identity: Identity) -> str:
    """Why the chain *epoch* in the file is not *identity*'s to go on with; empty if it is."""
    if epoch == 0:
        return "first"
    station, machine, public = db.execute(
        "SELECT station, machine, public_key FROM epoch WHERE epoch = ?", (epoch,)
    ).fetchone()
    if station != identity.station:
        return "station"
    if public != identity.public:
        return "key"
    return "" if machine == identity.machine else "machine"


def found_epoch(db: sqlite3.Connection, epoch: int, identity: Identity, before: Head) -> bytes:
    """Put *epoch* of *identity* into the file, inside the caller's transaction; what its chain starts from."""
    public = identity.public
    start = epoch_start(identity.station, epoch, public, *_named(before))
    db.execute(
        "INSERT INTO epoch (epoch, station, public_key, start, machine) VALUES (?, ?, ?, ?, ?)",
        (epoch, identity.station, public, start, identity.machine),
    )
    return start


def founding_facts(reason: str, identity: Identity, before: Head) -> dict[str, Any]:
    """What the first entry of an epoch says: why it is there, whose key signs it, and what stands before it."""
    old_epoch, old_head = _named(before)
    return {
        "reason": reason,
        "public_key": identity.public.hex(),
        "previous_epoch": old_epoch,
        "previous_head": None if old_head is None else old_head.hex(),
    }


def _named(before: Head) -> tuple[int, bytes] | tuple[None, None]:
    return (before.epoch, before.hash) if before.epoch else (None, None)
