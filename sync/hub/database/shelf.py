"""Where one epoch of one station is kept: its entries, their forks, and what was set aside.

Only reads and writes rows; which links belong where is decided in placing.py and ingest.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from station.wire.receipt import MAX_FORKED, MAX_QUARANTINED
from sync.hub.database import tables
from sync.hub.database.bulk import add_columns, add_rows
from sync.hub.database.forked import tips
from sync.hub.examination.run import Link


def _of(table: Table) -> ColumnElement[bool]:
    return and_(table.c.station == bindparam("at_station"), table.c.epoch == bindparam("at_epoch"))


def _between(table: Table) -> ColumnElement[bool]:
    return and_(_of(table), table.c.seq.between(bindparam("first"), bindparam("last")))


def _one(table: Table) -> ColumnElement[bool]:
    return and_(_of(table), table.c.seq == bindparam("at_seq"))


def _exactly(table: Table) -> ColumnElement[bool]:
    return and_(_one(table), table.c.hash == bindparam("at_hash"))


# Made once: putting a statement together takes SQLAlchemy longer than SQLite needs to run it.
_LOCK = select(tables.station.c.station).where(tables.station.c.station == bindparam("at_station")).with_for_update()
_EPOCH = select(tables.epoch).where(_of(tables.epoch))
_NEW_EPOCH = insert(tables.epoch)
_CHANGE_EPOCH = update(tables.epoch).where(_of(tables.epoch))
_MOVE_ON = _CHANGE_EPOCH.values(
    {name: bindparam(name) for name in ("contiguous_seq", "contiguous_hash", "highest_seq")},
)
_HELD = select(tables.entry.c.seq, tables.entry.c.hash).where(_between(tables.entry))
_LACKS = select(
    tables.part.c.seq,
    tables.part.c.personal.is_(None).label("personal"),
    tables.part.c.sealed.is_(None).label("sealed"),
).where(_between(tables.part))
_FORKED = select(tables.fork.c.seq, tables.fork.c.hash).where(_between(tables.fork))
_HIGHEST = select(func.max(tables.entry.c.seq)).where(_of(tables.entry))
_WAITING = (
    select(tables.entry.c.seq, tables.entry.c.header, tables.entry.c.hash)
    .where(_of(tables.entry), tables.entry.c.seq > bindparam("after"))
    .order_by(tables.entry.c.seq)
)
_ASIDE = (
    select(tables.quarantine.c.seq)
    .where(_of(tables.quarantine))
    .distinct()
    .order_by(tables.quarantine.c.seq)
    .limit(MAX_QUARANTINED)
)
#: Entries of other chains that a receipt looks at: a copied card is found out within hours.
_MAX_BESIDE = 5_000
_BESIDE = (
    select(tables.fork.c.seq, tables.fork.c.hash, tables.fork.c.header)
    .where(_of(tables.fork))
    .order_by(tables.fork.c.seq)
    .limit(_MAX_BESIDE)
)
_AFTER = select(tables.epoch.c.previous_head).where(
    tables.epoch.c.station == bindparam("at_station"), tables.epoch.c.previous_epoch == bindparam("at_epoch")
)
_ENDED = select(tables.entry.c.seq, tables.entry.c.hash).where(_of(tables.entry))
_NEW_FORK = insert(tables.fork)
_STAYS = [column.name for column in tables.fork.columns if column.name in tables.entry.columns]
_AS_FORK = select(*(tables.entry.c[name] for name in _STAYS)).where(_one(tables.entry))
_PARTS = select(tables.part.c.personal, tables.part.c.salt, tables.part.c.sealed).where(_one(tables.part))
_DROP_ENTRY = delete(tables.entry).where(_one(tables.entry))
_DROP_PART = delete(tables.part).where(_one(tables.part))
_DROP_FORK = delete(tables.fork).where(_exactly(tables.fork))
_DROP_ASIDE = delete(tables.quarantine).where(_exactly(tables.quarantine))
_CHANGE_PART = update(tables.part).where(_one(tables.part))

#: Days in the table ``part`` begin at midnight UTC.
DAY_MS = 24 * 3600 * 1000


class Shelf:
    """The rows of *epoch* of *station*, inside the caller's transaction."""

    def __init__(self, connection: Connection, station: str, epoch: int) -> None:
        self._connection = connection
        self._at = {"at_station": station, "at_epoch": epoch}
        self._key = {"station": station, "epoch": epoch}

    def lock(self) -> None:
        """Let no other batch of this station in before the transaction ends; SQLite has one writer anyway."""
        if self._connection.dialect.name == "sqlite":
            return
        self._connection.execute(_LOCK, {"at_station": self._at["at_station"]})

    def epoch(self) -> Row[Any] | None:
        """The epoch's own row, None if it was never heard of."""
        return self._connection.execute(_EPOCH, self._at).one_or_none()

    def open(self) -> Row[Any]:
        """The epoch's own row, a new one if it was never heard of."""
        row = self.epoch()
        if row is None:
            self._connection.execute(_NEW_EPOCH, {**self._key, "contiguous_seq": 0, "highest_seq": 0})
            row = self._connection.execute(_EPOCH, self._at).one()
        return row

    def found(self, values: dict[str, Any]) -> None:
        """Set *values* in the epoch's own row: what its first entry says."""
        self._connection.execute(_CHANGE_EPOCH.values(values), self._at)

    def move_on(self, seq: int, head: bytes | None, highest: int) -> None:
        """Note in the epoch's own row that it has no gap up to *seq*, whose hash is *head*, and ends at *highest*."""
        values = {"contiguous_seq": seq, "contiguous_hash": head, "highest_seq": highest}
        self._connection.execute(_MOVE_ON, {**self._at, **values})

    def held(self, first: int, last: int) -> dict[int, bytes]:
        """The hashes of the entries from *first* to *last*, by seq."""
        rows = self._connection.execute(_HELD, {**self._at, "first": first, "last": last})
        return {row.seq: row.hash for row in rows}

    def forked(self, first: int, last: int) -> set[tuple[int, bytes]]:
        """Seq and hash of the forks from *first* to *last*."""
        rows = self._connection.execute(_FORKED, {**self._at, "first": first, "last": last})
        return {(row.seq, row.hash) for row in rows}

    def highest(self) -> int:
        """The last entry there is, gaps or not; 0 if there is none."""
        return int(self._connection.execute(_HIGHEST, self._at).scalar_one() or 0)

    def waiting(self, after: int) -> Iterator[Row[int, bytes, bytes]]:
        """Seq, header and hash of the entries after *after*, in order."""
        yield from self._connection.execute(_WAITING, {**self._at, "after": after})

    def aside(self) -> tuple[int, ...]:
        """The first seqs that were set aside, as many as a receipt names."""
        return tuple(self._connection.scalars(_ASIDE, self._at))

    def beside(self, contiguous_seq: int) -> tuple[tuple[int, bytes], ...]:
        """How far other chains go that are kept beside this one, which has no gap up to *contiguous_seq*."""
        rows = self._connection.execute(_BESIDE, self._at).all()
        if not rows:
            return ()
        first, last = rows[0].seq - 1, min(rows[-1].seq - 1, rows[0].seq + _MAX_BESIDE, contiguous_seq)
        return tips([tuple(row) for row in rows], self.held(first, last))

    def ended_before(self, contiguous_seq: int, contiguous_hash: bytes | None) -> tuple[tuple[int, bytes], ...]:
        """The head at which a later epoch of the gate says that this one ended, if that is within what is held.

        The card was put back to an earlier day then: what the gate has of this epoch is the beginning of what is here.
        """
        heads = self._connection.scalars(_AFTER, self._at).all()
        wanted = [head for head in heads if head is not None and head != contiguous_hash]
        if not wanted:
            return ()
        query = _ENDED.where(tables.entry.c.hash.in_(wanted), tables.entry.c.seq <= contiguous_seq)
        return tuple((row.seq, row.hash) for row in self._connection.execute(query.limit(MAX_FORKED), self._at))

    def keep(self, links: Sequence[Link], now_ms: int) -> None:
        """Add *links* to the entries."""
        if not links:
            return
        # A column at a time, as they are put into the database.
        seqs, hashes, headers, sigs, personals, salts, sealeds, kinds, ats, _, _, _, whys, _ = zip(*links, strict=True)
        key, day = tuple(self._key.values()), now_ms // DAY_MS
        station, epoch, now = ([value] * len(links) for value in (*key, now_ms))
        columns = (station, epoch, seqs, kinds, ats, headers, hashes, sigs, now)
        add_columns(self._connection, tables.entry, columns)
        parts = [
            (*key, seq, day, personal, salt, sealed)
            for seq, personal, salt, sealed, why in zip(seqs, personals, salts, sealeds, whys, strict=True)
            if not why and (personal is not None or sealed is not None)
        ]
        add_rows(self._connection, tables.part, parts)

    def keep_fork(self, links: Sequence[Link], now_ms: int) -> None:
        """Add *links* to the forks."""
        rows = [
            (*self._key.values(), link.seq, link.hash, link.kind, link.at_ms, link.header, link.sig)
            + ((None, None, None) if link.why else _parts(link))
            + (now_ms,)
            for link in links
        ]
        add_rows(self._connection, tables.fork, rows)

    def set_aside(self, links: Sequence[Link], now_ms: int) -> None:
        """Note why *links* cannot be used, and keep the parts that nobody vouches for."""
        rows = [(*self._key.values(), link.seq, link.hash, link.why, *_parts(link), now_ms) for link in links]
        add_rows(self._connection, tables.quarantine, rows)

    def fill_in(self, links: Sequence[Link], now_ms: int) -> None:
        """Add what the entries *links* lack here of the parts that came with them, which match their headers."""
        links = [link for link in links if link.personal is not None or link.sealed is not None]
        if not links:
            return
        span = {**self._at, "first": links[0].seq, "last": links[-1].seq}
        there = {row.seq: row for row in self._connection.execute(_LACKS, span)}
        for link in links:
            at = {**self._at, "at_seq": link.seq}
            lacks = there.get(link.seq)
            if lacks is None:
                row = (*self._key.values(), link.seq, now_ms // DAY_MS, *_parts(link))
                add_rows(self._connection, tables.part, [row])
            elif values := _missing(link, lacks):
                self._connection.execute(_CHANGE_PART.values(**values), at)
            else:
                continue
            self._connection.execute(_DROP_ASIDE, {**at, "at_hash": link.hash})

    def displace(self, seq: int) -> None:
        """Make a fork of the entry *seq*."""
        at = {**self._at, "at_seq": seq}
        moved = self._connection.execute(_AS_FORK, at).one()
        parts = self._connection.execute(_PARTS, at).first()
        self._connection.execute(_DROP_ENTRY, at)
        self._connection.execute(_DROP_PART, at)
        self._connection.execute(_NEW_FORK, {**moved._mapping, **(parts._mapping if parts else {})})

    def settle(self, link: Link) -> None:
        """*link* is no fork any more."""
        self._connection.execute(_DROP_FORK, {**self._at, "at_seq": link.seq, "at_hash": link.hash})


def _parts(link: Link) -> tuple[bytes | None, bytes | None, bytes | None]:
    return link.personal, link.salt, link.sealed


def _missing(link: Link, lacks: Row[Any]) -> dict[str, bytes]:
    """The parts of *link* that are not there yet."""
    parts: dict[str, bytes | None] = {}
    if lacks.personal:
        parts |= {"personal": link.personal, "salt": link.salt}
    if lacks.sealed:
        parts["sealed"] = link.sealed
    return {name: part for name, part in parts.items() if part is not None}
