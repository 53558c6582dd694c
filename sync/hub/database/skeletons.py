"""The skeletons of entries (header, hash, signature) after two years: the oldest of each chain go, the rest is whole.

Of each chain goes what is held without a gap from its beginning on and came long enough ago; its last entry stays in
any case.  The number and hash of the last that went are kept, so that whatever follows still hangs on something, and a
gate that sends an old entry again is told that it is held.  Counts, cases, forks and what was set aside stay.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, select, update

from sync.hub.database import tables
from sync.hub.database.shelf import DAY_MS, Shelf
from sync.hub.database.store import Store

#: For inspections and for statistics that are made again; the plans ask for no longer.
KEPT_DAYS = 730
#: Some tenths of a second of a disk's time, so that no gate waits for the whole of a county's old day.
_AT_ONCE = 2_000


def drop_skeletons(store: Store, now_ms: int, days: int = KEPT_DAYS) -> int:
    """Drop what came more than *days* whole days ago (UTC); how many entries went."""
    before_ms = (now_ms // DAY_MS - days) * DAY_MS
    with store.reading() as connection:
        chains = connection.execute(select(tables.epoch.c.station, tables.epoch.c.epoch)).all()
    dropped = 0
    for station, epoch in chains:
        gone = _AT_ONCE
        while gone == _AT_ONCE:
            with store.writing() as connection:
                gone = _drop(connection, station, epoch, before_ms)
            dropped += gone
    return dropped


def _drop(connection: Connection, station: str, epoch: int, before_ms: int) -> int:
    shelf = Shelf(connection, station, epoch)
    shelf.lock()
    row = shelf.epoch()
    if row is None:
        return 0
    entry, first = tables.entry, row.dropped_seq or 0
    query = (
        select(entry.c.seq, entry.c.hash, entry.c.received_ms)
        .where(entry.c.station == station, entry.c.epoch == epoch)
        .where(entry.c.seq > first, entry.c.seq < row.contiguous_seq)
        .order_by(entry.c.seq)
        .limit(_AT_ONCE)
    )
    last = None
    gone = 0
    for each in connection.execute(query):
        if each.received_ms >= before_ms:
            break
        last, gone = each, gone + 1
    if last is None:
        return 0
    for table in (tables.entry, tables.part):
        of = (table.c.station == station, table.c.epoch == epoch, table.c.seq <= last.seq)
        connection.execute(delete(table).where(*of))
    own = (tables.epoch.c.station == station, tables.epoch.c.epoch == epoch)
    connection.execute(update(tables.epoch).where(*own).values(dropped_seq=last.seq, dropped_hash=last.hash))
    return gone
