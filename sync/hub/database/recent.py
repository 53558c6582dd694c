"""What gates wrote lately, without looking through years: only the newest entries of each gate's newest chains."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from station.wire.errors import WireError
from sync.hub.database import tables
from sync.hub.examination.headers import read_header

#: Three of the worst days of a compound of 3,000 (REQUIREMENTS: 5-6,000 a day).
MOST = 20_000
#: Of all gates together, so that a page is there in seconds: a county of 184 gates still has 1,000 entries of each,
#: nearly two days of a gate of the usual size.
MOST_OF_ALL = 200_000
#: A card that was changed twice since the day before yesterday is another story.
_EPOCHS = 2


@dataclass(frozen=True, slots=True)
class Recent:
    """One entry; ``personal`` as it came, None where there is none or it is forgotten."""

    station: str
    epoch: int
    seq: int
    kind: str
    at_ms: int
    facts: dict[str, Any]
    personal: bytes | None
    sealed: bytes | None


def recent(
    connection: Connection, gates: Collection[str], kinds: Collection[str], since_ms: int, most: int = MOST
) -> Iterator[Recent]:
    """Entries of *kinds* since *since_ms* of *gates*, oldest first within a gate.

    Of each gate's entries only the newest *most* are looked at, and of many gates fewer: :data:`MOST_OF_ALL`.
    """
    most = min(most, MOST_OF_ALL // max(1, len(gates)))
    for station in sorted(gates):
        epoch = tables.epoch
        newest = connection.execute(
            select(epoch.c.epoch, epoch.c.highest_seq)
            .where(epoch.c.station == station)
            .order_by(epoch.c.epoch.desc())
            .limit(_EPOCHS)
        ).all()
        for row in reversed(newest):
            yield from _of(connection, station, row.epoch, row.highest_seq - most, kinds, since_ms)


def _of(
    connection: Connection, station: str, epoch: int, after: int, kinds: Collection[str], since_ms: int
) -> Iterator[Recent]:
    entry, part, void = tables.entry, tables.part, tables.void
    same_part = (part.c.station == entry.c.station) & (part.c.epoch == entry.c.epoch) & (part.c.seq == entry.c.seq)
    same_void = (void.c.station == entry.c.station) & (void.c.epoch == entry.c.epoch) & (void.c.seq == entry.c.seq)
    query = (
        select(entry.c.seq, entry.c.header, part.c.personal, part.c.sealed)
        .outerjoin(part, same_part)
        .outerjoin(void, same_void)
        .where(entry.c.station == station, entry.c.epoch == epoch, entry.c.seq > after)
        .where(entry.c.kind.in_(kinds), entry.c.at_ms >= since_ms, void.c.seq.is_(None))
        .order_by(entry.c.seq)
    )
    for row in connection.execute(query):
        try:
            said = read_header(row.header)
        except WireError:
            continue  # set aside at the door; the board says so
        yield Recent(station, epoch, row.seq, said.kind, said.at_ms, said.facts, row.personal, row.sealed)
