"""A receipt says how far another chain is held beside the epoch's own, and never more than that."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from station.wire.errors import WireError
from station.wire.receipt import MAX_FORKED, Receipt, open_receipt, sign_receipt
from sync.hub.database.forked import tips
from sync.hub.database.store import Store
from sync.hub.intake.ingest import ingest, receipt
from tests.sync.chain import MORNING_MS, Chain, key, visit

ZONE = ZoneInfo("Asia/Shanghai")


def copied(at: int, more: int) -> tuple[Chain, Chain]:
    """A gate's chain, and that of a copy of its card which went its own way after *at* entries."""
    own, copy = Chain().grow(at - 1), Chain().grow(at - 1)
    own.grow(3)
    for _ in range(more):
        copy.add(facts=visit(direction="out"))
    return own, copy


def test_a_copy_learns_that_its_chain_is_held_beside_the_other(store: Store) -> None:
    own, copy = copied(5, 4)
    assert ingest(store, "east", own.batch(), MORNING_MS, ZONE).forked == ()
    held = ingest(store, "east", copy.batch(6, 7), MORNING_MS, ZONE)
    assert (held.contiguous_seq, held.hash_at_contiguous_seq) == (len(own), own.heads[-1])
    assert held.forked == ((7, copy.heads[7]),)
    assert ingest(store, "east", copy.batch(8), MORNING_MS, ZONE).forked == ((len(copy), copy.heads[-1]),)


def test_what_lies_beyond_a_gap_is_not_said_to_be_held() -> None:
    own, copy = copied(5, 4)
    rows = [(seq, copy.heads[seq], entry.header) for seq, entry in enumerate(copy.entries, 1) if seq > 5]
    heads = dict(enumerate(own.heads))
    assert tips(rows, heads) == ((len(copy), copy.heads[-1]),)
    without = [row for row in rows if row[0] != 7]
    assert tips(without, heads) == ((6, copy.heads[6]),)
    assert tips(without[1:], heads) == ()
    assert tips([(6, own.heads[6], rows[0][2])], heads) == (), "a hash that its header does not give"


def test_two_copies_are_two_chains(store: Store) -> None:
    own, first = copied(5, 2)
    _, second = copied(4, 1)
    for chain, since in ((own, 1), (first, 6), (second, 5)):
        held = ingest(store, "east", chain.batch(since), MORNING_MS, ZONE)
    assert held.forked == ((7, first.heads[7]), (5, second.heads[5]))


def test_a_card_that_was_put_back_learns_that_its_beginning_is_held(store: Store) -> None:
    own = Chain().grow(9)
    ingest(store, "east", own.batch(), MORNING_MS, ZONE)
    back = own.branch(6)
    again = Chain(epoch=own.epoch + (1 << 32), previous=back)
    with store.reading() as connection:
        assert receipt(connection, "east", own.epoch, MORNING_MS).forked == ()
    ingest(store, "east", again.batch(), MORNING_MS, ZONE)
    with store.reading() as connection:
        assert receipt(connection, "east", own.epoch, MORNING_MS).forked == ((6, own.heads[6]),)
    # an epoch that simply ended is no such thing
    later = Chain(epoch=own.epoch + (2 << 32), previous=again)
    ingest(store, "east", later.batch(), MORNING_MS, ZONE)
    with store.reading() as connection:
        assert receipt(connection, "east", again.epoch, MORNING_MS).forked == ()


def test_the_receipt_carries_it_and_is_as_ever_without() -> None:
    def lookup(_id: str) -> list[Ed25519PublicKey]:
        return [key(3).public_key()]

    for forked in ((), ((7, bytes(range(32))),)):
        given = Receipt("east", 5, 9, bytes(32), 9, (), MORNING_MS, forked)
        source = sign_receipt(given, key(3))
        assert open_receipt(source, lookup) == given
        assert (b"forked" in source) is bool(forked)
    too_many = Receipt("east", 5, 9, bytes(32), 9, (), MORNING_MS, ((1, bytes(32)),) * (MAX_FORKED + 1))
    assert len(open_receipt(sign_receipt(too_many, key(3)), lookup).forked) == MAX_FORKED
    wrong = Receipt("east", 5, 9, bytes(32), 9, (), MORNING_MS, ((0, bytes(32)),))
    with pytest.raises(WireError, match="expected a seq"):
        open_receipt(sign_receipt(wrong, key(3)), lookup)
