"""What gates wrote and the hub does not hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from sync.hub.database import tables

#: Ranges of one gap that are listed, and how many entries beyond it are looked at to find them.
_MAX_RANGES, _MAX_WAITING = 10, 2000


@dataclass(frozen=True, slots=True)
class Gap:
    """Entries that a gate wrote and that are not here; ``last`` is None where nobody knows how many they are."""

    station: str
    gate: str
    first: int
    last: int | None


def missing(contiguous_seq: int, waiting: Iterable[int]) -> list[tuple[int, int]]:
    """The ranges that are not held between *contiguous_seq* and what is *waiting* beyond it, in order."""
    ranges = []
    last = contiguous_seq
    for seq in waiting:
        if seq > last + 1:
            ranges.append((last + 1, seq - 1))
        last = seq
    return ranges


def gaps(connection: Connection, names: dict[str, str]) -> Iterable[Gap]:
    """Every gap there is now; *names* are those of the gates."""
    epochs = connection.execute(select(tables.epoch).order_by(tables.epoch.c.station, tables.epoch.c.epoch)).all()
    by_key = {(row.station, row.epoch): row for row in epochs}
    for row in epochs:
        gate = names.get(row.station, row.station)
        before = by_key.get((row.station, row.previous_epoch))
        if row.previous_epoch is not None and _has_no_end(connection, row, before):
            yield Gap(row.station, gate, 1 if before is None else before.contiguous_seq + 1, None)
        if row.highest_seq > row.contiguous_seq:
            entry = tables.entry
            waiting = connection.scalars(
                select(entry.c.seq)
                .where(entry.c.station == row.station, entry.c.epoch == row.epoch, entry.c.seq > row.contiguous_seq)
                .order_by(entry.c.seq)
                .limit(_MAX_WAITING)
            )
            for first, last in missing(row.contiguous_seq, waiting)[:_MAX_RANGES]:
                yield Gap(row.station, gate, first, last)


def _has_no_end(connection: Connection, row: Any, before: Any) -> bool:
    """Whether the chain *before* that of the epoch *row* does not lead to the head it names, here or in a fork."""
    if before is not None and before.contiguous_hash == row.previous_head:
        return False
    in_fork = select(tables.fork.c.seq).where(
        tables.fork.c.station == row.station,
        tables.fork.c.epoch == row.previous_epoch,
        tables.fork.c.hash == row.previous_head,
    )
    return connection.execute(in_fork).first() is None
