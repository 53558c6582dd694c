"""Where one epoch of one station is kept: its entries, their forks, and what was set aside.

Only reads and writes rows; which links belong where is decided in placing.py and ingest.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
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

from station.wire.receipt import MAX_QUARANTINED
from sync.hub import tables
from sync.hub.run import Link


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
_HELD = select(
    tables.entry.c.seq,
    tables.entry.c.hash,
    tables.entry.c.personal.is_(None).label("no_personal"),
    tables.entry.c.sealed.is_(None).label("no_sealed"),
).where(_between(tables.entry))
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
_NEW_ENTRY, _NEW_FORK, _NEW_ASIDE = insert(tables.entry), insert(tables.fork), insert(tables.quarantine)
_AS_FORK = select(*(tables.entry.c[column.name] for column in tables.fork.columns)).where(_one(tables.entry))
_DROP_ENTRY = delete(tables.entry).where(_one(tables.entry))
_DROP_FORK = delete(tables.fork).where(_exactly(tables.fork))
_DROP_ASIDE = delete(tables.quarantine).where(_exactly(tables.quarantine))
_CHANGE_ENTRY = update(tables.entry).where(_one(tables.entry))


@dataclass(frozen=True, slots=True)
class Held:
    """An entry that is there, and which parts it lacks."""

    hash: bytes
    no_personal: bool
    no_sealed: bool


class Shelf:
    """The rows of *epoch* of *station*, inside the caller's transaction."""

    def __init__(self, connection: Connection, station: str, epoch: int) -> None:
        self._connection = connection
        self._at = {"at_station": station, "at_epoch": epoch}
        self._key = {"station": station, "epoch": epoch}

    def lock(self) -> None:
        """Let no other batch of this station in before the transaction ends; SQLite has one writer anyway."""
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

    def change(self, values: dict[str, Any]) -> None:
        """Set *values* in the epoch's own row."""
        self._connection.execute(_CHANGE_EPOCH.values(values), self._at)

    def held(self, first: int, last: int) -> dict[int, Held]:
        """The entries from *first* to *last*, by seq."""
        rows = self._connection.execute(_HELD, {**self._at, "first": first, "last": last})
        return {row.seq: Held(row.hash, row.no_personal, row.no_sealed) for row in rows}

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

    def keep(self, links: Sequence[Link], now_ms: int) -> None:
        """Add *links* to the entries."""
        self._insert(_NEW_ENTRY, (self._row(link, now_ms) for link in links))

    def keep_fork(self, links: Sequence[Link], now_ms: int) -> None:
        """Add *links* to the forks."""
        self._insert(_NEW_FORK, (self._row(link, now_ms) for link in links))

    def set_aside(self, links: Sequence[Link], now_ms: int) -> None:
        """Note why *links* cannot be used, and keep the parts that nobody vouches for."""
        rows = (
            {**self._key, "seq": link.seq, "hash": link.hash, "why": link.why, **_parts(link), "received_ms": now_ms}
            for link in links
        )
        self._insert(_NEW_ASIDE, rows)

    def fill_in(self, link: Link, held: Held) -> None:
        """Add what *held* lacks of *link*, whose parts match its header."""
        parts = _parts(link)
        if not held.no_personal:
            del parts["personal"], parts["salt"]
        if not held.no_sealed:
            del parts["sealed"]
        values = {name: part for name, part in parts.items() if part is not None}
        if values:
            self._connection.execute(_CHANGE_ENTRY.values(values), {**self._at, "at_seq": link.seq})
            self._connection.execute(_DROP_ASIDE, {**self._at, "at_seq": link.seq, "at_hash": link.hash})

    def displace(self, seq: int) -> None:
        """Make a fork of the entry *seq*."""
        at = {**self._at, "at_seq": seq}
        moved = self._connection.execute(_AS_FORK, at).one()
        self._connection.execute(_DROP_ENTRY, at)
        self._connection.execute(_NEW_FORK, dict(moved._mapping))

    def settle(self, link: Link) -> None:
        """*link* is no fork any more."""
        self._connection.execute(_DROP_FORK, {**self._at, "at_seq": link.seq, "at_hash": link.hash})

    def _row(self, link: Link, now_ms: int) -> dict[str, Any]:
        parts = dict.fromkeys(("personal", "salt", "sealed")) if link.why else _parts(link)
        return {
            **self._key,
            "seq": link.seq,
            "kind": None if link.header is None else link.header.kind,
            "at_ms": None if link.header is None else link.header.at_ms,
            "header": link.entry.header,
            "hash": link.hash,
            "sig": link.entry.sig,
            **parts,
            "received_ms": now_ms,
        }

    def _insert(self, statement: Insert, rows: Iterable[dict[str, Any]]) -> None:
        listed = list(rows)
        if listed:
            self._connection.execute(statement, listed)


def _parts(link: Link) -> dict[str, bytes | None]:
    return {"personal": link.entry.personal, "salt": link.entry.salt, "sealed": link.entry.sealed}
