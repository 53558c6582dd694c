"""Which entries go next, and in what envelope.  Pure.

A batch holds consecutive entries of one epoch.  What must not wait (a fever) goes ahead of everything as a batch
of one; the hub joins it when the gap behind it closes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from station.wire.batch import MAX_ENTRIES, BatchHead, encode_batch, record_size
from station.wire.entry import Entry

#: A mobile line of 20 kB/s carries this in the time one request may take; 500 entries without drawn signatures
#: are half of it.  Far below station.wire.batch.MAX_SIZE, and above the largest single entry (576 KiB).
TARGET_SIZE = 1024 * 1024

#: A fever waits for the batch that is on its way: after one that took longer, the next is smaller.
_SLOW_S = 2.0
#: After a batch that took less, the next may be twice as large.
_QUICK_S = 1.0
#: Below this a request's own time is most of a batch's.
_FEWEST = 100


@dataclass(slots=True)
class Pace:
    """How many entries the next batch may have: at most ``most``, and no more than go over in a moment."""

    limit: int = MAX_ENTRIES
    most: int = MAX_ENTRIES

    def went(self, count: int, seconds: float) -> None:
        """A batch of *count* entries went over in so many *seconds*."""
        if seconds > _SLOW_S and count > _FEWEST:
            self.limit = max(_FEWEST, count // 2)
        elif seconds < _QUICK_S:
            self.limit = min(self.most, 2 * self.limit)

    def too_large(self, count: int) -> bool:
        """A batch of *count* entries was too large for the road; False if none can be smaller."""
        self.limit = self.most = max(1, count // 2)
        return count > 1


@dataclass(frozen=True, slots=True)
class Road:
    """How far one epoch has come: sent up to ``sent``, written up to ``last``, urgent entries still to go.

    ``held_back`` is true after the hub refused what comes next; urgent entries go all the same.
    """

    epoch: int
    sent: int
    last: int
    urgent: tuple[int, ...] = ()
    held_back: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Entries to read next: at most ``limit`` of ``epoch`` after ``after_seq``; ``ahead`` if they overtake others."""

    epoch: int
    after_seq: int
    limit: int
    ahead: bool = False


def next_span(roads: Sequence[Road], limit: int = MAX_ENTRIES) -> Span | None:
    """What goes next over *roads*, which are in order of epoch; None when there is nothing to send.

    Urgent entries first, the newest epoch before older ones; then the oldest epoch that is not held back.
    """
    for road in reversed(roads):
        for seq in road.urgent:
            if seq > road.sent + 1 or (seq == road.sent + 1 and road.held_back):
                return Span(road.epoch, seq - 1, 1, ahead=True)
    for road in roads:
        if road.sent < road.last and not road.held_back:
            return Span(road.epoch, road.sent, limit)
    return None


def take(entries: Iterable[Entry], size: int = TARGET_SIZE) -> list[Entry]:
    """As many of *entries* from the first on as fit into *size* bytes, and always the first."""
    chosen: list[Entry] = []
    total = 0
    for entry in entries:
        total += record_size(entry)
        if chosen and total > size:
            break
        chosen.append(entry)
    return chosen


def envelope(station: str, span: Span, prev: bytes, entries: Sequence[Entry]) -> bytes:
    """The bytes of a batch of *entries*, which begin after *span*'s ``after_seq``, where *prev* is the head.

    :raises WireError: if they are more than a batch may hold.
    """
    return encode_batch(BatchHead(station, span.epoch, span.after_seq + 1, len(entries), prev), entries)
