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
