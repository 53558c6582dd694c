"""Which entries of a gate were written about a moment, in whichever of its chains.

A gate begins another chain when its device or its card is changed, so that the people of one quarter of an hour may
stand in two.  Entries are found by their numbers and not by their time, of which there is no index: a chain is written
nearly in the order of its times, and the number of a moment is found by halving.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, bindparam, select

from sync.hub.database.shelf import DAY_MS
from sync.hub.database.tables import entry, epoch

#: What stood on paper counts when it is written in within three days: perhaps by another card than the one that broke.
PAPER_MS = 3 * DAY_MS
#: A gate whose card was changed more often since then is another story.
_MOST_CHAINS = 50

# Put together once: of a county's gates they are asked some thousand times a page.  What nobody can read has no time.
_READABLE = and_(
    entry.c.station == bindparam("at_station"), entry.c.epoch == bindparam("at_epoch"), entry.c.at_ms.is_not(None)
)
_FIRST = select(entry.c.at_ms).where(_READABLE).order_by(entry.c.seq).limit(1)
_NEWEST = select(entry.c.at_ms).where(_READABLE).order_by(entry.c.seq.desc()).limit(1)
_NEXT = (
    select(entry.c.seq, entry.c.at_ms)
    .where(_READABLE, entry.c.seq >= bindparam("from_seq"), entry.c.seq < bindparam("to_seq"))
    .order_by(entry.c.seq)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The entries of one chain with the numbers from ``first`` to ``last``, both in it."""

    epoch: int
    first: int
    last: int


def stretches(
    connection: Connection,
    station: str,
    times: tuple[int, int],
    most: int,
    near: tuple[int, int] | None = None,
) -> list[Stretch]:
    """Where *station* wrote from the first to the second of *times* (milliseconds), the oldest chain first.

    At most *most* entries of a chain, about the middle of that time or later, and twice as many of all.  Where the
    entry of the moment is known, *near* is its epoch and number, and *most* before it and after it are in.
    """
    since_ms, until_ms = times
    newest = select(epoch.c.epoch, epoch.c.highest_seq).where(epoch.c.station == station)
    chains = connection.execute(newest.order_by(epoch.c.epoch.desc()).limit(_MOST_CHAINS)).all()
    found = [] if near is None else [Stretch(near[0], max(1, near[1] - most), near[1] + most)]
    left = 2 * most
    for row in chains:
        if left <= 0 or row.highest_seq < 1 or (near is not None and row.epoch == near[0]):
            continue
        begins, ends = (_time_at(connection, station, row.epoch, newest_first) for newest_first in (False, True))
        if begins is None or ends is None or begins > until_ms + PAPER_MS or ends < since_ms:
            continue
        size = min(most, left)
        first = _first_of(connection, station, row, times, size)
        found.append(Stretch(row.epoch, first, first + size - 1))
        left -= min(size, row.highest_seq)
    return sorted(found, key=lambda each: each.epoch)


def _first_of(connection: Connection, station: str, chain: Any, times: tuple[int, int], size: int) -> int:
    """The first of *size* numbers of *chain* about *times*."""
    if chain.highest_seq <= size:
        return 1
    begins, middle = (
        _number_at(connection, station, chain.epoch, chain.highest_seq, at_ms) for at_ms in (times[0], sum(times) // 2)
    )
    # What is not needed before is left for what was written in later from paper.
    first: int = max(1, min(max(begins, middle - size // 2), chain.highest_seq - size + 1))
    return first


def _number_at(connection: Connection, station: str, number: int, highest: int, at_ms: int) -> int:
    """The number of the first entry of a chain that was written at *at_ms* or later, as far as its times go up."""
    low, high = 1, highest + 1
    while low < high:
        half = (low + high) // 2
        place = {"at_station": station, "at_epoch": number, "from_seq": half, "to_seq": high}
        row = connection.execute(_NEXT, place).first()
        if row is None or row.at_ms >= at_ms:
            high = half
        else:
            low = row.seq + 1
    return low


def _time_at(connection: Connection, station: str, number: int, newest: bool) -> int | None:
    """When the first or the *newest* entry of a chain was written; None where none can be read."""
    place = {"at_station": station, "at_epoch": number}
    at_ms: int | None = connection.execute(_NEWEST if newest else _FIRST, place).scalar()
    return at_ms
