"""What of the journal has not gone over yet, and how far each epoch has come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from station.journal.errors import JournalUnavailable
from station.journal.reader import JournalReader
from station.wire.entry import Entry
from station.wire.errors import WireError
from sync.answer import Held
from sync.batch import Pace, Road, Span, envelope, next_span, take
from sync.errors import HubRefused, HubUnavailable

#: Rows of one read; the largest possible entries then stay below 20 MiB.
_PAGE = 32


@dataclass(frozen=True, slots=True)
class Parcel:
    """One batch on its way: where it was taken from, its last seq, how many entries, and its bytes."""

    span: Span
    through: int
    count: int
    batch: bytes


class Outbox:
    """The journal as seen from the road.

    Nothing here is kept on disk.  An epoch takes part once :meth:`begin` has said how far it is sent.

    :raises JournalUnavailable: from every method that reads while there is nothing to read.
    """

    def __init__(self, journal: JournalReader) -> None:
        self._journal = journal
        self._inode: int | None = None
        self._version: int | None = None
        self._pace = Pace()
        self._gone_ahead: set[tuple[int, int]] = set()
        self.station = ""
        self.roads: dict[int, Road] = {}
        self.sent: dict[int, int] = {}
        #: Epochs of which the hub holds another chain than ours.
        self.contradicted: set[int] = set()

    @property
    def unsent(self) -> int:
        """How many entries have not gone over."""
        return sum(road.last - road.sent for road in self.roads.values())

    def look(self) -> bool:
        """Read what is new in the journal; whether an urgent entry is among it."""
        self._notice_another_file()
        try:
            version = self._journal.data_version()
            if version == self._version:
                return False
            before = self._urgent()
            self.station = self._journal.station()
            self.roads = {epoch: self._road(epoch) for epoch in self._journal.epochs()}
        except JournalUnavailable:
            # The number means something only as long as the file stays open.
            self._version = None
            raise
        self._version = version
        return not self._urgent() <= before

    def begin(self, epoch: int, held: Held, remembered: int) -> None:
        """Start *epoch* where the hub says it is, or where we *remembered* if the hub holds another chain."""
        last = self.roads[epoch].last
        self._advance(epoch, held.contiguous_seq if self._is_ours(held) else min(remembered, last))

    def next(self, held_back: frozenset[int]) -> Parcel | None:
        """The next batch, leaving out what is not urgent in the epochs that are *held_back*."""
        roads = [
            replace(road, held_back=epoch in held_back)
            for epoch, road in sorted(self.roads.items())
            if epoch in self.sent
        ]
        span = next_span(roads, self._pace.limit)
        if span is None:
            return None
        entries = take(read_span(self._journal, span))
        prev = self._journal.head(span.epoch, span.after_seq)
        try:
            batch = envelope(self.station, span, prev, entries)
        except WireError as error:
            raise HubRefused("unsendable", f"journal: entry {span.after_seq + 1} fits no batch ({error})") from None
        return Parcel(span, span.after_seq + len(entries), len(entries), batch)

    def accept(self, parcel: Parcel, held: Held, seconds: float) -> None:
        """The hub took *parcel* in so many *seconds* and now says that it holds *held*.

        :raises HubUnavailable: if it says that nothing of it was taken.
        """
        epoch, span = parcel.span.epoch, parcel.span
        if span.ahead:
            self._gone_ahead.add((epoch, parcel.through))
        else:
            self._pace.went(parcel.count, seconds)
        if not self._is_ours(held):
            # The hub keeps ours beside the other chain; only our own count can move us on.
            self._advance(epoch, self.sent[epoch] if span.ahead else parcel.through)
        elif not span.ahead and held.contiguous_seq == span.after_seq:
            raise HubUnavailable("no_progress", f"hub: still holds no more than entry {held.contiguous_seq}")
        else:
            # Less than before where the hub has lost entries: they go over again.
            self._advance(epoch, held.contiguous_seq)

    def shrink(self, parcel: Parcel) -> bool:
        """Halve the batches after *parcel* was too large; False if they cannot be any smaller."""
        return self._pace.too_large(parcel.count)

    def leave(self, parcel: Parcel) -> None:
        """*parcel* was refused: if it was ahead of others, it now goes in its turn."""
        if parcel.span.ahead:
            self._gone_ahead.add((parcel.span.epoch, parcel.through))
            self._advance(parcel.span.epoch, self.sent[parcel.span.epoch])

    def _notice_another_file(self) -> None:
        """After a salvage another file has the same name; the open one would stay as it is for ever."""
        try:
            inode = self._journal.path.stat().st_ino
        except FileNotFoundError:
            inode = None
        if inode != self._inode:
            self._journal.close()
            self._inode, self._version = inode, None
            self.sent.clear()
            self.contradicted.clear()

    def _is_ours(self, held: Held) -> bool:
        seq = held.contiguous_seq
        ours = seq == 0 or (
            seq <= self._journal.last_seq(held.epoch) and self._journal.head(held.epoch, seq) == held.head
        )
        (self.contradicted.discard if ours else self.contradicted.add)(held.epoch)
        return ours

    def _advance(self, epoch: int, sent: int) -> None:
        self.sent[epoch] = sent
        self._gone_ahead = {(e, seq) for e, seq in self._gone_ahead if e != epoch or seq > sent}
        self.roads[epoch] = self._road(epoch)

    def _road(self, epoch: int) -> Road:
        sent = self.sent.get(epoch, 0)
        urgent = tuple(seq for seq in self._journal.urgent(epoch, sent) if (epoch, seq) not in self._gone_ahead)
        return Road(epoch, sent, self._journal.last_seq(epoch), urgent)

    def _urgent(self) -> set[tuple[int, int]]:
        return {(road.epoch, seq) for road in self.roads.values() for seq in road.urgent}


def read_span(journal: JournalReader, span: Span) -> Iterator[Entry]:
    """The entries of *span*, in order, page by page."""
    after, left = span.after_seq, span.limit
    while left > 0 and (page := journal.read(span.epoch, after, min(left, _PAGE))):
        for stored in page:
            yield stored.entry
        after, left = page[-1].seq, left - len(page)
