"""Take a batch in.

Promises, each with a test named after it:

1. What was answered with a receipt survives a power cut.
2. The same batch any number of times, in any order with others, leaves the same entries.
3. Identity is the hash: the same hash is had already, another one is a fork, and both sides are kept.
4. An entry that cannot be read is kept with its bytes, counts as held, and holds nothing up.
5. Nothing is kept that no key of this station signed.
"""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from sqlalchemy import Connection, Row

from station.wire.entry import entry_hash
from station.wire.receipt import Receipt
from sync.hub.database.shelf import DAY_MS, Shelf
from sync.hub.database.store import Store
from sync.hub.examination.examiner import Reader, read_batch
from sync.hub.examination.meaning import Founded
from sync.hub.examination.run import Run, after
from sync.hub.gates.stations import keys_of
from sync.hub.intake.follow import follow
from sync.hub.intake.placing import Ground, Placed, place
from sync.hub.intake.project import project

#: Below this a batch is a few entries: what is urgent, or of a gate that keeps up.  It goes before those of backlogs.
URGENT = 4096


def ingest(
    store: Store, station: str, source: bytes, now_ms: int, zone: tzinfo, reader: Reader = read_batch
) -> Receipt:
    """Take in the batch *source* that came with the token of *station*; what is held now.

    *zone* is where the hub is: it gives entries their day.

    :raises Refusal: if the batch is wrong; nothing of it is kept.
    :raises HubBusy: if it could not be written; nothing of it is kept.
    """
    with store.reading() as connection:
        keys = keys_of(connection, station)
    # Hashes and signatures are done before anybody has to wait for us.
    run = reader(station, source, keys, zone)
    store.make_room(now_ms // DAY_MS)

    def work(connection: Connection) -> Receipt:
        _take(connection, run, now_ms, zone)
        return receipt(connection, station, run.epoch, now_ms)

    return store.write_together(work, len(source) < URGENT)


def receipt(connection: Connection, station: str, epoch: int, now_ms: int) -> Receipt:
    """What is held of *epoch*; of an epoch never heard of, nothing."""
    shelf = Shelf(connection, station, epoch)
    row = shelf.epoch()
    if row is None:
        return Receipt(station, epoch, 0, None, 0, (), now_ms)
    aside = shelf.aside()
    beside = (*shelf.beside(row.contiguous_seq), *shelf.ended_before(row.contiguous_seq, row.contiguous_hash))
    return Receipt(station, epoch, row.contiguous_seq, row.contiguous_hash, row.highest_seq, aside, now_ms, beside)


def _take(connection: Connection, run: Run, now_ms: int, zone: tzinfo) -> None:
    shelf = Shelf(connection, run.station, run.epoch)
    shelf.lock()
    row = shelf.open()
    # What was dropped after two years counts as held: there is nothing left to compare it with.
    rest = after(run, row.dropped_seq or 0)
    if rest is None:
        return
    run = rest
    held = shelf.held(run.first_seq - 1, run.last.seq)
    if run.first_seq == 1:
        before = row.start
    else:
        before = row.dropped_hash if run.first_seq - 1 == row.dropped_seq else held.get(run.first_seq - 1)
    placed = place(run, Ground(row.contiguous_seq, before, held))
    forked = shelf.forked(run.first_seq, run.last.seq)

    for seq in placed.displaced:
        shelf.displace(seq)
    known = [link for link in placed.main if (link.seq, link.hash) in forked] if forked else []
    for link in known:
        shelf.settle(link)
    fork = [link for link in placed.fork if (link.seq, link.hash) not in forked]
    shelf.keep(placed.main, now_ms)
    shelf.keep_fork(fork, now_ms)
    fresh = [link for link in placed.main if (link.seq, link.hash) not in forked] if known else placed.main
    fresh = [*fresh, *fork]
    shelf.set_aside([link for link in fresh if link.why], now_ms)
    shelf.fill_in([link for link in placed.had if not link.why], now_ms)
    project(connection, run, fresh, zone)
    follow(connection, run, fresh, now_ms, zone)
    _move_on(shelf, run, row, placed)


def _move_on(shelf: Shelf, run: Run, row: Row[Any], placed: Placed) -> None:
    """Bring the epoch's row up to date: how far without a gap, how far at all."""
    seq, head = row.contiguous_seq, row.contiguous_hash or row.start
    if placed.joined:
        if run.first_seq == 1 and row.start is None and placed.main:
            head = run.prev
            shelf.found({"start": head, **_founding(run)})
        for links in (placed.main, placed.had):
            if links and links[-1].seq > seq:
                seq, head = links[-1].seq, links[-1].hash
    highest = shelf.highest()
    if highest > seq and head is not None:
        seq, head = _join(shelf, seq, head)
        highest = shelf.highest()
    shelf.move_on(seq, head if seq else None, highest)


def _founding(run: Run) -> dict[str, Any]:
    meaning = run.links[0].meaning
    if not isinstance(meaning, Founded):
        return {}
    return {"previous_epoch": meaning.previous_epoch, "previous_head": meaning.previous_head}


def _join(shelf: Shelf, seq: int, head: bytes) -> tuple[int, bytes]:
    """Walk over what waited beyond the gap after *seq*; where the gapless chain ends now, and its head."""
    contradicts = None
    for each in shelf.waiting(seq):
        if each.seq != seq + 1:
            break
        if entry_hash(head, each.header) != each.hash:
            contradicts = each.seq
            break
        seq, head = each.seq, each.hash
    if contradicts is not None:
        shelf.displace(contradicts)
    return seq, head
